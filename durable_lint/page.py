"""The page of a rule: its docstring and examples, for the terminal, the documentation and code scanning alike."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from inspect import cleandoc
from textwrap import indent

from durable_lint import registry
from durable_lint.finding import Severity
from durable_lint.rule import Example, Rule

_SEVERITY_MARK = re.compile(r"(# <- .*?)\[[EWI]\]")


def pages() -> Iterator[Page]:
    """The pages of all rules, in the order of codes."""
    return map(page_of, registry.rules())


def page_of(rule: type[Rule]) -> Page:
    """The page of one rule."""
    return Page(
        code=rule.code,
        name=rule.name,
        family=rule.__module__.split(".")[-2],
        severity=rule.severity,
        by_sink=rule.by_sink,
        docstring=rule.__doc__ or "",
        examples=tuple(part for example in rule.examples for part in _example_parts(example)),
    )


def _example_parts(example: Example) -> Iterator[tuple[str, str]]:
    """An example as titles and sources: what fails, the modules beside it, and what to write instead."""
    about = f": {example.title}" if example.title else ""
    yield f"Bad{about}", _SEVERITY_MARK.sub(r"\1", example.bad)
    for name, source in example.files.items():
        yield f"with {name}", source
    yield f"Good{about}", example.good


@dataclass(frozen=True, slots=True)
class Page:
    """What there is to read about one rule. ``examples`` are titles and sources, in the order to be shown."""

    code: str
    name: str
    family: str
    severity: Severity
    by_sink: bool
    docstring: str
    examples: tuple[tuple[str, str], ...] = ()

    @property
    def severity_text(self) -> str:
        """How bad its findings are, in words."""
        return "by sink" if self.by_sink else self.severity.value

    @property
    def body(self) -> str:
        """The docstring without its indentation, code marked as Markdown does."""
        return cleandoc(self.docstring).replace("``", "`")

    @property
    def description(self) -> str:
        """The first paragraph, on one line."""
        return " ".join(self.body.partition("\n\n")[0].split())

    @property
    def summary(self) -> str:
        """The first sentence, without its full stop."""
        return self.description.partition(". ")[0].removesuffix(".")

    @property
    def markdown(self) -> str:
        """The whole page in Markdown."""
        parts = [f"# {self.name} ({self.code})", f"Severity: {self.severity_text}. Family: {self.family}.", self.body]
        for title, source in self.examples:
            parts.append(f"## {title}\n\n```python\n{cleandoc(source)}\n```")
        return "\n\n".join(parts)

    @property
    def text(self) -> str:
        """The whole page for a terminal: headings in capitals, examples indented."""
        parts = [f"{self.code} {self.name} ({self.severity_text}, {self.family})", self.body]
        for title, source in self.examples:
            parts.append(f"{title.upper()}\n\n{indent(cleandoc(source), '    ')}")
        return "\n\n".join(parts)
