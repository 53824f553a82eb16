"""What a check has found: plain values that travel from rules to reports, caches and editors.

Nothing here knows how a finding came to be. Rows and columns count from 1, columns in characters (a tab is one
character), end positions are exclusive: what flake8, editors and SARIF with ``unicodeCodePoints`` expect.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from durable_lint.dataclasses import dataclass


class Severity(Enum):
    """How bad a finding is: wrong on replay, very probably wrong, or advice."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the mildest severity; a higher rank is worse."""
        return _RANKS[self]

    def milder(self) -> Severity:
        """The severity one level down; advice stays advice."""
        return Severity.WARNING if self is Severity.ERROR else Severity.INFO


_RANKS = {Severity.INFO: 0, Severity.WARNING: 1, Severity.ERROR: 2}


class Span(NamedTuple):
    """A stretch of a file: 1-based rows and columns, columns in characters, the end exclusive."""

    row: int
    column: int
    end_row: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Hop:
    """One link of a reason chain: the place, and what happens there (``audit.record`` or ``boto3 Table.put_item``)."""

    filename: str
    row: int
    column: int
    what: str


class Safety(Enum):
    """Whether a fix needs a person's eye: a safe one makes a new execution compute the same thing, correctly."""

    SAFE = "safe"
    UNSAFE = "unsafe"


@dataclass(frozen=True, slots=True)
class Edit:
    r"""New text for a stretch of a file; an empty stretch inserts, an empty text deletes.

    Lines of ``text`` end in ``\n`` whatever the file's own line ends are; those are put in when the edit is applied.
    """

    filename: str
    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A change that removes a finding: all of its edits, or none.

    ``title`` says what it does, as an order. Two fixes may hold the very same edit (an import that both need): it is
    made once. ``changes_operations`` warns that operations are added, removed or renamed, so that executions which are
    already running must finish on the old version.
    """

    title: str
    safety: Safety
    edits: tuple[Edit, ...]
    changes_operations: bool = False

    @property
    def filenames(self) -> frozenset[str]:
        """Every file that it changes."""
        return frozenset(edit.filename for edit in self.edits)


@dataclass(frozen=True, slots=True)
class Finding:
    """One defect at one place.

    ``filename`` is the absolute path of the file. ``message`` is a single line: first what goes wrong on replay, then
    what to write instead where that is short; ``help`` is one more line for the full report. ``sink`` says where a
    value that differs on replay ends up (``operation name``, ``branch condition`` ...), ``chain`` every hop from the
    replayed call to the source, the source last.
    """

    code: str
    severity: Severity
    message: str
    filename: str
    span: Span
    help: str = ""
    sink: str | None = None
    chain: tuple[Hop, ...] = ()
    noqa_row: int | None = None
    fix: Fix | None = None

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """Orders findings by file, place and code, so that every report is deterministic."""
        return (self.filename, self.span.row, self.span.column, self.code, self.message)
