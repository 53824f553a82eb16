"""What a process of the verifier writes down about its invocations, and how it is read.

A note is a line of JSON. It is written in one go and begins with a line break, so that a line which a dying process
left unfinished spoils no other.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple


class Place(NamedTuple):
    """A line of source."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Call:
    """An operation as the code states it.

    `inputs` are descriptions by name, such as {"seconds": "60"}. A branch of a map or parallel has no place of its own.
    `once` tells a step whose semantics are at most once; `early` a map or parallel that may end before all branches
    have.
    """

    id: str
    type: str
    sub_type: str
    name: str | None
    parent: str | None
    inputs: Mapping[str, str]
    place: Place | None
    once: bool = False
    early: bool = False

    @property
    def identity(self) -> tuple[str, str, str | None, str | None]:
        """What replay compares."""
        return (self.type, self.sub_type, self.name or None, self.parent)


@dataclass(frozen=True, slots=True)
class Effect:
    """Something done outside; `operation` is the id of the one whose code did it, None in code that is replayed."""

    name: str
    value: str
    operation: str | None
    place: Place | None
    unwinds: bool


@dataclass(frozen=True, slots=True)
class Misdeed:
    """Something that the code did to its suspension: it swallowed it, or it called an operation because of it."""

    kind: str
    what: str
    place: Place | None


@dataclass(frozen=True, slots=True)
class End:
    """How the handler's function ended: `how` is returned, raised or suspended; `place` is where it raised."""

    how: str
    place: Place | None = None


@dataclass(slots=True)
class Notes:
    """What one invocation told."""

    place: Place | None = None
    """The handler's `return`, if it has only one, or its first line."""
    calls: dict[str, Call] = field(default_factory=dict)
    """By id, in the order in which the code came to them."""
    returned: dict[str, str] = field(default_factory=dict)
    """What operations returned, by id."""
    effects: list[Effect] = field(default_factory=list)
    misdeeds: list[Misdeed] = field(default_factory=list)
    repeated: list[Call] = field(default_factory=list)
    """Calls that came by again with other inputs in the same invocation."""
    end: End | None = None


class NoteBook:
    """The notes of this process, to be written."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._lock = threading.Lock()
        self.request = ""

    def write(self, kind: str, **details: Any) -> None:
        """Write a note about the invocation that runs. It survives the death of this process."""
        line = json.dumps({"kind": kind, "request": self.request, **details})
        with self._lock:
            os.write(self._file, b"\n" + line.encode())


def read_notes(path: Path) -> dict[str, Notes]:
    """The notes of a process so far, by request id."""
    found: dict[str, Notes] = {}
    text = path.read_text(errors="replace") if path.exists() else ""
    for line in text.splitlines():
        try:
            note = json.loads(line)
        except ValueError:
            continue  # cut off by the death of the process, or empty
        _take(found.setdefault(note.pop("request"), Notes()), note.pop("kind"), note)
    return found


def _take(notes: Notes, kind: str, note: dict[str, Any]) -> None:
    place = Place(*note.pop("place")) if note.get("place") else note.pop("place", None)
    match kind:
        case "begin":
            notes.place = place
        case "call":
            call = Call(place=place, **note)
            earlier = notes.calls.setdefault(call.id, call)
            if (earlier.identity, earlier.inputs) != (call.identity, call.inputs):
                notes.repeated.append(call)
        case "returned":
            notes.returned.setdefault(note["id"], note["value"])
        case "effect":
            notes.effects.append(Effect(place=place, **note))
        case "misdeed":
            notes.misdeeds.append(Misdeed(note["what_kind"], note["what"], place))
        case "end":
            notes.end = End(note["how"], place)
