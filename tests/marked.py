"""Reads the corpora: which projects there are, and which findings the comments in their files expect.

A comment at the end of a line is a mark; several may stand on one line:

* ``# expect: DUR105[E]`` or ``# expect: DUR101[W] DUR105[E]``: these findings stand on this line;
* ``# todo: DUR101[E]``: a real defect that is not found yet; when it is found the mark is out of date;
* ``# later: DURnnn``: a defect of a family that is not checked here.

A line without marks has no finding. Advice counts only in files whose first line holds ``# expect-info``.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from durable_lint.finding import Finding, Severity
from durable_lint.source.templates import is_template
from durable_lint.source.text import SourceText
from durable_lint.source.yaml_comments import yaml_comments

CORPORA = Path(__file__).parent / "corpora"
ROOMS = ("seeds", "services", "clean")

CHECKED = re.compile(
    "|".join(
        (
            r"DUR[0-4]\d\d",
            r"DUR50[1-6]",
            r"DUR60[1-9]",
            r"DUR70[1-8]",
            r"DUR80[1-8]",
            r"DUR90[1-5]",
            r"DUR95[1-6]",
        )
    )
)
"""The families and rules that the corpora are marked for."""

UNCHECKED = frozenset({"DUR004"})
"""Depends on how far the analysis gets, not on the code: its number is printed and nobody marks it."""

_SEVERITIES = {"E": Severity.ERROR, "W": Severity.WARNING, "I": Severity.INFO}
_LETTERS = {severity: letter for letter, severity in _SEVERITIES.items()}
_MARK = re.compile(r"#\s*(?P<kind>expect|todo|later):(?P<codes>[^#]*)")
_CODE = re.compile(r"(?P<code>DUR\d{3})\[(?P<letter>[EWI])\]")


class MarkError(ValueError):
    """A mark that cannot be read, with its file and row."""


class Place(NamedTuple):
    """A finding as the corpora tell it: the file relative to its project, row, code and severity letter."""

    file: str
    row: int
    code: str
    letter: str

    def __str__(self) -> str:
        return f"{self.file}:{self.row}: {self.code}[{self.letter}]"


@dataclass(frozen=True, slots=True)
class Marks:
    """What the comments of a project say."""

    expected: frozenset[Place]
    todo: frozenset[Place]
    advised: frozenset[str]
    """The files that are checked for advice too."""


@dataclass(frozen=True, slots=True)
class Project:
    """One program of the corpora: a folder, or a single file."""

    room: str
    path: Path

    @property
    def name(self) -> str:
        return f"{self.room}/{self.path.stem}"

    def files(self) -> Iterator[tuple[str, Path]]:
        """Every Python file and template with its path relative to the project."""
        if self.path.is_file():
            yield self.path.name, self.path
            return
        for path in sorted(self.path.rglob("*")):
            if path.suffix == ".py" or (is_template(path.name) and path.suffix != ".json"):  # which has no comments
                yield path.relative_to(self.path).as_posix(), path

    def copied_to(self, folder: Path) -> Path:
        """Copy the project with its configuration to an empty place, away from our own configuration."""
        if self.path.is_file():
            (folder / self.path.name).write_bytes(self.path.read_bytes())
            return folder
        for path in sorted(self.path.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                target = folder / path.relative_to(self.path)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(path.read_bytes())
        return folder


def projects() -> list[Project]:
    """Every project of every room, in a fixed order."""
    return [
        Project(room, path)
        for room in ROOMS
        for path in sorted((CORPORA / room).iterdir())
        if path.suffix == ".py" or (path.is_dir() and path.name != "__pycache__")
    ]


def marks_of(project: Project) -> Marks:
    """The marks in all files of a project. Raises MarkError."""
    expected: set[Place] = set()
    todo: set[Place] = set()
    advised: set[str] = set()
    for name, path in project.files():
        text = path.read_text(encoding="utf-8")
        if "# expect-info" in text.split("\n", 1)[0]:
            advised.add(name)
        for kind, place in read_marks(name, text):
            (expected if kind == "expect" else todo).add(place)
    return Marks(frozenset(expected), frozenset(todo), frozenset(advised))


def read_marks(name: str, text: str) -> Iterator[tuple[str, Place]]:
    """The marks ``expect`` and ``todo`` of one file's text. Raises MarkError."""
    is_yaml = name.endswith((".yaml", ".yml"))
    for token in yaml_comments(SourceText(text)) if is_yaml else tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type != tokenize.COMMENT:
            continue
        for mark in _MARK.finditer(token.string):
            if mark["kind"] == "later":
                continue
            row, codes = token.start[0], mark["codes"].split()
            if not codes:
                raise MarkError(f"{name}:{row}: a mark without a code")
            for word in codes:
                code = _CODE.fullmatch(word)
                if code is None or not CHECKED.fullmatch(code["code"]) or code["code"] in UNCHECKED:
                    raise MarkError(f"{name}:{row}: `{word}` is not a code with its severity, such as DUR105[E]")
                yield mark["kind"], Place(name, row, code["code"], code["letter"])


def places(findings: list[Finding], root: Path, marks: Marks) -> set[Place]:
    """The findings that count: of the marked families, and advice only where it is marked."""
    found = {
        Place(Path(finding.filename).relative_to(root).as_posix(), finding.span.row, finding.code, letter)
        for finding in findings
        if CHECKED.fullmatch(finding.code) and finding.code not in UNCHECKED
        for letter in (_LETTERS[finding.severity],)
    }
    return {place for place in found if place.letter != "I" or place.file in marks.advised}


def differences(found: set[Place], marks: Marks) -> list[str]:
    """What is missing, unexpected, of another severity, or found although marked ``todo``; one line each."""
    lines = []
    unexplained = set(found - marks.expected)
    for place in sorted(marks.expected - found):
        twin = next((other for other in sorted(unexplained) if other[:3] == place[:3]), None)
        if twin is None:
            lines.append(f"missing     {place}")
        else:
            unexplained.discard(twin)
            lines.append(f"severity    {place} is [{twin.letter}]")
    for place in sorted(unexplained):
        known = any(other[:3] == place[:3] for other in marks.todo)
        lines.append(f"{'found now  ' if known else 'unexpected '} {place}")
    return sorted(lines, key=lambda line: line.split()[1])
