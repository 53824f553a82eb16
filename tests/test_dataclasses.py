"""Our data classes do what those of the standard library do: every question is put to both."""

from __future__ import annotations

import dataclasses as standard
import pickle
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from durable_lint import dataclasses as ours


def _made(library: Any) -> SimpleNamespace:
    @library.dataclass(frozen=True, slots=True)
    class Point:
        """Two numbers."""

        x: int
        y: int = 2

        @property
        def total(self) -> int:
            return self.x + self.y

        @classmethod
        def origin(cls) -> Any:
            return cls(0, 0)

    @library.dataclass(frozen=True, slots=True)
    class Named(Point):
        name: str = "a"

    @library.dataclass(frozen=True, slots=True)
    class Single:
        value: float

    @library.dataclass(frozen=True, slots=True)
    class Empty:
        pass

    @library.dataclass(slots=True, eq=False)
    class Box:
        items: list[int] = library.field(default_factory=list)
        secret: str = library.field(default="s", repr=False)
        size: int = 0

        def __post_init__(self) -> None:
            self.size = len(self.items)

    @library.dataclass(slots=True)
    class Loose:
        items: list[int]

        def __repr__(self) -> str:
            return f"<{self.items}>"

    return SimpleNamespace(
        Point=Point, Named=Named, Single=Single, Empty=Empty, Box=Box, Loose=Loose, replace=library.replace
    )


NAN = float("nan")
QUESTIONS: dict[str, Callable[[SimpleNamespace], Any]] = {
    "repr": lambda m: [repr(m.Point(1)), repr(m.Named(1, name="b")), repr(m.Box([1])), repr(m.Loose([1]))],
    "equality": lambda m: (m.Point(1) == m.Point(1, 2), m.Point(1) == m.Point(2), m.Point(1) == (1, 2)),
    "equality with a subclass": lambda m: (m.Named(1) == m.Point(1), m.Named(1) == m.Named(1, 2, "a")),
    "equality of one field": lambda m: (m.Single(1) == m.Single(1.0), m.Single(NAN) == m.Single(NAN)),
    "equality of none": lambda m: m.Empty() == m.Empty(),
    "identity": lambda m: (m.Box() == m.Box(), len({m.Box(), m.Box()})),
    "sets": lambda m: len({m.Point(1), m.Point(1, 2), m.Named(1), m.Empty(), m.Single(1)}),
    "hash": lambda m: (hash(m.Point(1)) == hash(m.Point(1, 2)), m.Loose.__hash__),
    "defaults": lambda m: (m.Point(1).y, m.Named(1).name, m.Box().items is m.Box().items, m.Box([3]).size),
    "members": lambda m: (m.Point(1).total, m.Point.origin().x, m.Named.origin().name, m.Point.__doc__),
    "replace": lambda m: (m.replace(m.Named(1), y=5).y, m.replace(m.Named(1, 2, "c"), x=0).name),
    "slots": lambda m: [sorted(cls.__slots__) for cls in (m.Point, m.Named, m.Box)] + [hasattr(m.Point(1), "__dict__")],
    "patterns": lambda m: [cls.__match_args__ for cls in (m.Point, m.Named, m.Empty, m.Box)],
}  # fmt: skip
REFUSALS: dict[str, tuple[type[Exception], Callable[[SimpleNamespace], Any]]] = {
    "too little": (TypeError, lambda m: m.Point()),
    "too much": (TypeError, lambda m: m.Point(1, 2, 3)),
    "unknown": (TypeError, lambda m: m.Point(1, z=3)),
    "a change": (AttributeError, lambda m: setattr(m.Point(1), "x", 2)),
    "a change of a subclass": (AttributeError, lambda m: setattr(m.Named(1), "x", 2)),
    "a deletion": (AttributeError, lambda m: delattr(m.Point(1), "x")),
    "a hash": (TypeError, lambda m: hash(m.Loose([]))),
}


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_the_answer_is_that_of_the_standard_library(question: Callable[[SimpleNamespace], Any]) -> None:
    assert question(_made(ours)) == question(_made(standard))


@pytest.mark.parametrize(("error", "attempt"), REFUSALS.values(), ids=REFUSALS)
def test_what_the_standard_library_refuses_is_refused(
    error: type[Exception], attempt: Callable[[SimpleNamespace], Any]
) -> None:
    for library in (ours, standard):
        with pytest.raises(error):
            attempt(_made(library))


@ours.dataclass(frozen=True, slots=True)
class Sent:
    """What goes to another process."""

    text: str
    parts: tuple[int, ...] = ()


def test_what_is_frozen_can_be_sent_to_another_process() -> None:
    sent = Sent("a", (1, 2))
    assert pickle.loads(pickle.dumps(sent)) == sent
