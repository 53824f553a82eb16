"""Values: what an expression may refer to, and which effects it depends on.

A value is a small set of *things* (alternatives; none means unknown), the effects that taint it, and the loops in which
it varies.  Things are immutable and compare by content, so that values can key the evaluation's memory; their classes
are those of ``things``.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping

from durable_lint.dataclasses import dataclass, replace
from durable_lint.model.effects import NO_TAINTS, Effect, Taints

MAX_ALTERNATIVES = 6
MAX_NESTING = 5

Constant = str | bytes | int | float | complex | bool | None
Exchange = Mapping[Effect, Effect | None]
"""Which effect takes the place of which; ``None`` for one that is gone."""


class Thing:
    """Something an expression may refer to. Most things have no parts, and stay as they are."""

    __slots__ = ()

    @property
    def plain_type(self) -> str | None:
        """The dotted type of a thing that is a plain value."""
        return None

    def constant(self) -> Constant:
        """The constant that it is, if it is one."""
        return None

    def parts(self) -> Iterable[Value]:
        """What a visible container holds."""
        return ()

    def retaint(self, mapping: Exchange, depth: int) -> Thing:
        """The same with effects exchanged, as deep as is asked for."""
        return self

    def widened(self, keeps_taints: bool) -> Thing:
        """What is left when constants and contents are forgotten."""
        return self

    def forgetting(self, changed: tuple[Thing, ...], depth: int) -> Thing:
        """The same with nothing known of dicts that look like one which has just changed."""
        return self


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of a call; ``open`` says that some could not be seen (``*args``, ``**kwargs`` of unknown
    content).
    """

    positional: tuple[Value, ...] = ()
    keywords: tuple[tuple[str, Value], ...] = ()
    open: bool = False

    def get(self, position: int | None, name: str) -> Value | None:
        """The argument at a position or under a name, ``None`` when it is not given."""
        if position is not None and position < len(self.positional):
            return self.positional[position]
        return next((value for key, value in self.keywords if key == name), None)

    def values(self) -> Iterator[Value]:
        """Every argument."""
        yield from self.positional
        for _, value in self.keywords:
            yield value

    def flow(self) -> Value:
        """A value of which nothing is known but that it depends on all of them."""
        joined = join(self.values())
        return Value((), joined.taints, joined.loops)

    def widened(self, keeps_taints: bool) -> Arguments:
        """Less precise arguments, of which there are fewer: no constants, no contents, and in the end no taints."""
        return Arguments(
            tuple(value.widened(keeps_taints) for value in self.positional),
            tuple((key, value.widened(keeps_taints)) for key, value in self.keywords),
            self.open,
        )

    def retaint(self, mapping: Exchange, depth: int) -> Arguments:
        """The same arguments with effects exchanged."""
        return replace(
            self,
            positional=tuple(value.retaint(mapping, depth) for value in self.positional),
            keywords=tuple((key, value.retaint(mapping, depth)) for key, value in self.keywords),
        )


NO_ARGUMENTS = Arguments()


@dataclass(frozen=True, slots=True)
class Value:
    """What an expression may be: alternatives, taints, and the loops it varies in.

    ``maker`` is the dotted name of the library call that gave a value of which nothing else is known. ``partial`` says
    that there are alternatives besides the ``things``, of which nothing is known: what holds for every thing need not
    hold for the value.
    """

    things: tuple[Thing, ...] = ()
    taints: Taints = NO_TAINTS
    loops: frozenset[ast.AST] = frozenset()
    maker: str = ""
    partial: bool = False

    def __or__(self, other: Value) -> Value:
        """The join of two values."""
        if self == other or (other is UNKNOWN and not self.things):
            return self
        partial = self.partial or other.partial or bool(self.things) is not bool(other.things)
        things = self.things
        for thing in other.things:
            if thing not in things:
                if len(things) == MAX_ALTERNATIVES:
                    partial = True
                    break
                things = (*things, thing)
        return Value(things, self.taints | other.taints, self.loops | other.loops, self.maker or other.maker, partial)

    def having(self, things: tuple[Thing, ...]) -> Value:
        """This value with other alternatives, known and unknown ones as they are otherwise."""
        return Value(things, self.taints, self.loops, self.maker, self.partial and bool(things))

    def tainted(self, taints: Taints = NO_TAINTS, loops: frozenset[ast.AST] = frozenset()) -> Value:
        """This value, depending on more effects."""
        if taints <= self.taints and loops <= self.loops:
            return self
        return Value(self.things, self.taints | taints, self.loops | loops, self.maker, self.partial)

    @property
    def sole(self) -> Thing | None:
        """The one alternative, where there is no other, be it known or not."""
        return self.things[0] if len(self.things) == 1 and not self.partial else None

    def only(self, *kinds: type[Thing]) -> Iterator[Thing]:
        """The alternatives of the given classes."""
        return (thing for thing in self.things if isinstance(thing, kinds))

    def inside(self, *kinds: type[Thing], depth: int = MAX_NESTING) -> Iterator[Thing]:
        """The alternatives of the given classes, also those in visible containers."""
        for thing in self.things:
            if isinstance(thing, kinds):
                yield thing
            elif depth:
                for part in thing.parts():
                    yield from part.inside(*kinds, depth=depth - 1)

    def without(self, taints: Iterable[Effect]) -> Value:
        """This value with some effects removed."""
        kept = self.taints.difference(taints)
        return self if kept == self.taints else Value(self.things, kept, self.loops, self.maker, self.partial)

    def retaint(self, mapping: Exchange, depth: int = MAX_NESTING) -> Value:
        """This value with effects exchanged (``None`` removes one), also inside containers."""
        if not mapping or depth == 0:
            return self
        taints = (
            frozenset(new for old in self.taints if (new := mapping.get(old, old)) is not None)
            if self.taints
            else self.taints
        )
        things = tuple(thing.retaint(mapping, depth - 1) if depth > 1 else thing for thing in self.things)
        if taints == self.taints and all(a is b for a, b in zip(things, self.things, strict=True)):
            return self
        return Value(things, taints, self.loops, self.maker, self.partial)

    def widened(self, keeps_taints: bool) -> Value:
        """This value with constants and contents forgotten; what it refers to stays."""
        things = tuple(dict.fromkeys(thing.widened(keeps_taints) for thing in self.things))
        return Value(things, self.taints if keeps_taints else NO_TAINTS, partial=self.partial)

    def forgetting(self, changed: tuple[Thing, ...], depth: int = MAX_NESTING) -> Value:
        """This value with nothing known of the dicts in it that look like one which has just changed: it may be the
        same.
        """
        if depth == 0:
            return self
        things = tuple(thing.forgetting(changed, depth - 1) for thing in self.things)
        if all(a is b for a, b in zip(things, self.things, strict=True)):
            return self
        return self.having(things)

    def of_one_type(self) -> Value:
        """This value without its types when they differ: which one is left by a test is not known."""
        types = {thing.plain_type for thing in self.things} - {None}
        if len(types) < 2:
            return self
        return self.having(tuple(thing for thing in self.things if thing.plain_type is None))

    def literal_text(self) -> str | None:
        """The text when the value is exactly one string."""
        value = self._only_constant()
        return value if isinstance(value, str) else None

    def number(self) -> float | None:
        """The number when the value is exactly one literal number."""
        value = self._only_constant()
        return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None

    def _only_constant(self) -> Constant:
        """The constant when the value can be nothing else, ``None`` also for one that is ``None``."""
        return None if self.sole is None else self.sole.constant()


UNKNOWN = Value()


def of(*things: Thing) -> Value:
    """A value of the given alternatives."""
    return Value(things)


def join(values: Iterable[Value]) -> Value:
    """The join of many values; unknown when there are none."""
    result: Value | None = None
    for value in values:
        result = value if result is None else result | value
    return UNKNOWN if result is None else result
