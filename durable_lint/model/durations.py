"""Durations: how long a wait, a timeout or a delay is as far as it can be seen, and what the SDK refuses of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from enum import Enum

from durable_lint.dataclasses import dataclass
from durable_lint.knowledge.durations import Place, durations
from durable_lint.model.body import Body
from durable_lint.model.contract import Given, Match, SdkCall, Terms
from durable_lint.model.effects import Site
from durable_lint.model.things import Literal, Record, Typed
from durable_lint.model.values import Thing, Value
from durable_lint.source.walk import walk

DURATION = "sdk.Duration"
TIMEDELTA = "datetime.timedelta"
_NUMBERS = frozenset({"builtins.int", "builtins.float"})
_TEXT = "builtins.str"
_NONE = "builtins.NoneType"
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_WEEK = 7 * 24 * 60 * 60


class Defect(Enum):
    """What is wrong with a value that should be a Duration, or should make one."""

    TYPE = "no Duration"
    UNMAKEABLE = "nothing that a Duration is made of"
    TOO_SHORT = "too short"
    CUT_OFF = "cut off to none"
    TOO_LONG = "too long"


@dataclass(frozen=True, slots=True)
class Misfit:
    """A value that the SDK does not take for a duration.

    ``site`` is its expression, or the call where that does not hold it (``given`` says which). ``kind`` is the type
    that it has, ``seconds`` its length as it was written, where that is known.
    """

    defect: Defect
    site: Site
    call: SdkCall
    given: Given
    place: Place | None
    kind: str = ""
    seconds: float | None = None


def misfits(body: Body) -> Iterator[Misfit]:
    """What the calls of the SDK in a body are given for durations and cannot use; unknown values are left out."""
    if body.interpreter is None:
        return
    terms = Terms(body.interpreter.sdk_line)
    table = durations()
    for call in body.sdk_calls.values():
        if call.name not in table.places and call.name not in table.units:
            continue
        match = terms.match(call)
        if match is None or match.unknown or match.missing:
            continue  # an argument that does not fit the signature is another matter
        for place in table.places.get(call.name, ()):
            given = match.of(place.parameter)
            if given is not None:
                yield from _in_place(match, given, place)
        if call.name in table.units and match.given:
            yield from _in_maker(match, match.given[0])


def written_lengths(value: Value) -> tuple[float, ...] | None:
    """The lengths in seconds that a Duration may have as they are written, before the SDK cuts off fractions.

    ``None`` unless every alternative is a Duration of known length.
    """
    lengths: list[float] = []
    for thing in value.things:
        known = _lengths_of(thing)
        if known is None:
            return None
        lengths += known
    return tuple(lengths) or None


def lengths(value: Value) -> tuple[int, ...] | None:
    """The lengths in whole seconds that a Duration may have; ``None`` unless all of them are known."""
    written = written_lengths(value)
    return None if written is None else tuple(int(seconds) for seconds in written)


def spelled(seconds: float) -> str:
    """A length as people say it: ``90 s``, ``5 minutes``, ``400 days``."""
    for unit, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= unit and seconds % unit == 0:
            count = int(seconds // unit)
            return f"{count} {name}{'s' * (count != 1)}"
    return f"{seconds:g} s" if seconds < _WEEK else f"{seconds / 86400:.0f} days"


def _lengths_of(thing: Thing) -> list[float] | None:
    match thing:
        case Record(type=name, fields=((unit, value),)) if name == DURATION:
            numbers = [_number(part) for part in value.things]
            if not numbers or None in numbers:
                return None
            factor = durations().units.get(f"Duration.from_{unit}")
            return None if factor is None else [number * factor for number in numbers if number is not None]
    return None


def _number(thing: Thing) -> float | None:
    if isinstance(thing, Literal) and isinstance(thing.value, (int, float)) and not isinstance(thing.value, bool):
        return thing.value if abs(thing.value) < float("inf") else None
    return None


def _in_place(match: Match, given: Given, place: Place) -> Iterator[Misfit]:
    """What is wrong with the value of a parameter that takes a Duration."""
    kind = _kind_of(given.value)
    is_swapped = kind == _TEXT and place.use == "wait"  # text there was meant for the name
    is_none = kind == _NONE and (place.is_optional or _is_tested(match, given))
    if kind is not None and not is_swapped and not is_none:
        number = given.value.number()
        yield Misfit(Defect.TYPE, _site(match, given), match.call, given, place, kind, number)
    written = written_lengths(given.value)
    if written is None or any(seconds < 0 for seconds in written):
        return
    for defect, wrong in (
        (Defect.TOO_SHORT, [seconds for seconds in written if int(seconds) < place.shortest]),
        (Defect.CUT_OFF, [seconds for seconds in written if place.use == "timeout" and 0 < seconds < 1]),
        (Defect.TOO_LONG, [seconds for seconds in written if seconds > place.longest]),
    ):
        if len(wrong) == len(written) and not _is_tested(match, given):
            yield Misfit(defect, _site(match, given), match.call, given, place, seconds=wrong[0])


def _in_maker(match: Match, given: Given) -> Iterator[Misfit]:
    """What is wrong with the value that a Duration is made of."""
    kind = _kind_of(given.value)
    if kind is None and given.value.things and all(_is_duration(thing) for thing in given.value.things):
        kind = DURATION
    is_parsed = kind == _TEXT and match.call.name == "Duration.from_seconds"
    if kind is not None and kind not in _NUMBERS and not is_parsed:
        yield Misfit(Defect.UNMAKEABLE, _site(match, given), match.call, given, None, kind)


def _is_tested(match: Match, given: Given) -> bool:
    """Whether the code round a call asks for a value that goes into a duration: a wrong one may not get there."""
    module = match.call.site.module
    names = _names_in(given.node) - {"Duration"} if given.node is not None else frozenset()
    if not names:
        return False
    function = next(
        (outer for outer in module.ancestors(match.call.node) if isinstance(outer, _FUNCTIONS)), module.tree
    )
    return any(not names.isdisjoint(_names_in(test)) for node in walk([function]) for test in _tests(node))


def _names_in(node: ast.AST) -> frozenset[str]:
    return frozenset(
        inner.id if isinstance(inner, ast.Name) else inner.attr
        for inner in walk([node])
        if isinstance(inner, (ast.Name, ast.Attribute))
    )


def _tests(node: ast.AST) -> list[ast.expr]:
    match node:
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test) | ast.Assert(test=test):
            return [test]
        case ast.Match(subject=subject):
            return [subject]
        case ast.BoolOp(values=values):
            return values
    return []


def _is_duration(thing: Thing) -> bool:
    return isinstance(thing, Record) and thing.type == DURATION


def _kind_of(value: Value) -> str | None:
    """The one type that is no Duration and that a value surely has; numbers of both kinds are ``float``."""
    kinds = {_plain_type(thing) for thing in value.things}
    if len(kinds) == 2 and kinds == _NUMBERS:
        return "builtins.float"
    return kinds.pop() if len(kinds) == 1 else None


def _plain_type(thing: Thing) -> str | None:
    if not isinstance(thing, (Literal, Typed)):
        return None
    name = thing.typename if isinstance(thing, Literal) else thing.name
    return name if name in _NUMBERS or name in (TIMEDELTA, _TEXT, _NONE) else None


def _site(match: Match, given: Given) -> Site:
    site = match.call.site
    return site if given.node is None else Site(site.module, given.node)
