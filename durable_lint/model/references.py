"""References: which object of which variable an expression means, as far as text and order of statements tell.

The interpreter's values compare by content; whether two names mean one object is asked here.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from enum import Enum
from typing import TYPE_CHECKING

from durable_lint.dataclasses import dataclass, replace
from durable_lint.model.module import Module
from durable_lint.model.things import FunctionNode

if TYPE_CHECKING:
    from durable_lint.model.records import Mark

Path = tuple[str, ...]
"""The keys and attributes that lead into an object: ``("'total'",)`` or ``(".total",)``; ``ANY`` is any of them."""

ANY = "*"
_MAX_PATH = 3


class Origin(Enum):
    """How an object came into a function."""

    PARAMETER = "parameter"
    ENCLOSING = "variable of a function around"
    MODULE = "module or class state"
    MADE = "made here"


@dataclass(frozen=True, slots=True)
class Source:
    """An object by where it came from: a variable of ``owner``, or made by the expression ``owner``."""

    origin: Origin
    owner: FunctionNode | Module | ast.AST
    name: str

    @property
    def outlives(self) -> bool:
        """Whether others hold the object too."""
        return self.origin is not Origin.MADE


@dataclass(frozen=True, slots=True)
class Reference:
    """A part of an object; ``is_copy`` says that it is a new container of the same parts."""

    source: Source
    path: Path = ()
    is_copy: bool = False

    def at(self, path: Path) -> Reference:
        """A part of this part."""
        return Reference(self.source, (*self.path, *path)[:_MAX_PATH]) if path else self


@dataclass(frozen=True, slots=True)
class Held:
    """What a name or an expression holds: references, what has happened to them, and whether it comes from an
    operation's result.
    """

    references: frozenset[Reference] = frozenset()
    marks: frozenset[Mark] = frozenset()
    is_recorded: bool = False

    def at(self, path: Path) -> Held:
        """Parts of it."""
        if not path or not self.references:
            return self
        return replace(self, references=frozenset(reference.at(path) for reference in self.references))

    def copied(self) -> Held:
        """A new container of the same parts."""
        return replace(self, references=frozenset(replace(r, is_copy=True) for r in self.references))

    def __or__(self, other: Held) -> Held:
        """Either of both."""
        return Held(
            self.references | other.references,
            self.marks | other.marks,
            self.is_recorded or other.is_recorded,
        )


NOTHING = Held()


@dataclass(frozen=True, slots=True)
class Bound:
    """What a call is given: the object that the method is called on, the arguments by position and by name."""

    receiver: Held
    positional: tuple[Held, ...]
    keywords: dict[str, Held]


def either(alternatives: Iterable[Held]) -> Held:
    """Any of several."""
    result = NOTHING
    for held in alternatives:
        result = result | held
    return result


def joined(states: list[dict[str, Held]]) -> dict[str, Held]:
    """What names hold where several paths meet."""
    result = dict(states[0])
    for state in states[1:]:
        for name, held in state.items():
            known = result.get(name)
            result[name] = held if known is None or known == held else known | held
    return result


def overlap(one: Path, other: Path) -> bool:
    """Whether one path leads into, or past, what the other leads to."""
    return all(a == b or ANY in (a, b) for a, b in zip(one, other, strict=False))


def is_within(inner: Path, outer: Path) -> bool:
    """Whether a path leads to what another one leads to, or into it."""
    return len(inner) >= len(outer) and overlap(inner, outer)


def key_of(index: ast.expr) -> str:
    """A subscript as a step of a path."""
    return repr(index.value) if isinstance(index, ast.Constant) else ANY
