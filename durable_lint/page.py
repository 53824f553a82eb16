"""The page of a rule: its docstring and examples, for the terminal, the documentation and code scanning alike."""

from __future__ import annotations

import re
from collections.abc import Iterator
from inspect import cleandoc
from textwrap import fill, indent
from typing import NamedTuple

from durable_lint import registry
from durable_lint.dataclasses import dataclass
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


class Part(NamedTuple):
    """A program of a page: what it shows, the name of its file, and its text."""

    title: str
    file: str
    source: str

    @property
    def language(self) -> str:
        """The language as Markdown names it."""
        return _LANGUAGES.get(self.file.rpartition(".")[2], "python")


_LANGUAGES = {"yaml": "yaml", "yml": "yaml", "json": "json"}


def _example_parts(example: Example) -> Iterator[Part]:
    """The programs of an example: what fails, the files beside it, what fixes make of them, and what to write
    instead.
    """
    about = f": {example.title}" if example.title else ""
    yield Part(f"Bad{about}", example.name, _SEVERITY_MARK.sub(r"\1", example.bad))
    for name, source in example.files.items():
        yield Part(f"with {name}", name, source)
    if example.fixed is not None:
        yield Part(f"Fixed{about}", example.name, _SEVERITY_MARK.sub(r"\1", example.fixed))
    for name, source in example.fixed_files.items():
        yield Part(f"with {name}, fixed", name, source)
    yield Part(f"Good{about}", example.name, example.good)


@dataclass(frozen=True, slots=True)
class Page:
    """What there is to read about one rule. ``examples`` are in the order to be shown.

    ``fixes`` are the kinds of fixes that it may offer, ``fix_help`` says when and what they are.
    """

    code: str
    name: str
    family: str
    severity: Severity
    by_sink: bool
    docstring: str
    examples: tuple[Part, ...] = ()
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
        for part in self.examples:
            parts.append(f"## {part.title}\n\n```{part.language}\n{cleandoc(part.source)}\n```")
        return "\n\n".join(parts)

    @property
    def text(self) -> str:
        """The whole page for a terminal: headings in capitals, examples indented."""
        parts = [f"{self.code} {self.name} ({self.severity_text}, {self.family})", self.body]
        if self.fixes:
            parts.append(f"FIX\n\n{self.fix_paragraph}")
        for part in self.examples:
            parts.append(f"{part.title.upper()}\n\n{indent(cleandoc(part.source), '    ')}")
        return "\n\n".join(parts)


def _as_markdown(text: str) -> str:
    return text.replace("``", "`")
