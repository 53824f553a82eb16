"""The page of a rule: its docstring and examples, for the terminal, the documentation and code scanning alike."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from inspect import cleandoc
from textwrap import fill, indent

from durable_lint import registry
from durable_lint.finding import Safety, Severity
from durable_lint.rule import Example, Rule

_WIDTH = 110
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
        fixes=rule.fixes,
        fix_help=rule.fix_help,
    )


def _example_parts(example: Example) -> Iterator[tuple[str, str]]:
    """An example as titles and sources: what fails, the modules beside it, what fixes make of them, and what to write
    instead.
    """
    about = f": {example.title}" if example.title else ""
    yield f"Bad{about}", _SEVERITY_MARK.sub(r"\1", example.bad)
    for name, source in example.files.items():
        yield f"with {name}", source
    if example.fixed is not None:
        yield f"Fixed{about}", _SEVERITY_MARK.sub(r"\1", example.fixed)
    for name, source in example.fixed_files.items():
        yield f"with {name}, fixed", source
    yield f"Good{about}", example.good


@dataclass(frozen=True, slots=True)
class Page:
    """What there is to read about one rule. ``examples`` are titles and sources, in the order to be shown.

    ``fixes`` are the kinds of fixes that it may offer, ``fix_help`` says when and what they are.
    """

    code: str
    name: str
    family: str
    severity: Severity
    by_sink: bool
    docstring: str
    examples: tuple[tuple[str, str], ...] = ()
    fixes: tuple[Safety, ...] = ()
    fix_help: str = ""

    @property
    def severity_text(self) -> str:
        """How bad its findings are, in words."""
        return "by sink" if self.by_sink else self.severity.value

    @property
    def fix_text(self) -> str:
        """Which fixes there are, in words; empty when there is none."""
        return " or ".join(safety.value for safety in Safety if safety in self.fixes)

    @property
    def fix_paragraph(self) -> str:
        """What is to be said about its fixes; empty when there is none."""
        text = f"{self.fix_text.capitalize()}. {_as_markdown(self.fix_help)}"
        return fill(text, _WIDTH, break_long_words=False, break_on_hyphens=False) if self.fixes else ""

    @property
    def body(self) -> str:
        """The docstring without its indentation, code marked as Markdown does."""
        return _as_markdown(cleandoc(self.docstring))

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
        if self.fixes:
            parts.append(f"## Fix\n\n{self.fix_paragraph}")
        for title, source in self.examples:
            parts.append(f"## {title}\n\n```python\n{cleandoc(source)}\n```")
        return "\n\n".join(parts)

    @property
    def text(self) -> str:
        """The whole page for a terminal: headings in capitals, examples indented."""
        parts = [f"{self.code} {self.name} ({self.severity_text}, {self.family})", self.body]
        if self.fixes:
            parts.append(f"FIX\n\n{self.fix_paragraph}")
        for title, source in self.examples:
            parts.append(f"{title.upper()}\n\n{indent(cleandoc(source), '    ')}")
        return "\n\n".join(parts)


def _as_markdown(text: str) -> str:
    return text.replace("``", "`")
