"""Durations: a number or a timedelta, written as the Duration that it stands for."""

from __future__ import annotations

import ast
import re

from durable_lint.finding import Edit, Fix, Safety
from durable_lint.knowledge.durations import durations
from durable_lint.model.body import Body
from durable_lint.model.durations import TIMEDELTA, Defect, Misfit, misfits
from durable_lint.model.module import Module
from durable_lint.rewrite.bindings import binders, scopes_of
from durable_lint.rewrite.edits import attributable, is_exact, replaced, source_of
from durable_lint.rewrite.imports import bring
from durable_lint.source.walk import walk

_TITLE = "Write it as a `Duration`"
_SECONDS_IN = {
    "weeks": 604800,
    "days": 86400,
    "hours": 3600,
    "minutes": 60,
    "seconds": 1,
    "milliseconds": 1e-3,
    "microseconds": 1e-6,
}
_OTHER_UNITS = re.compile(
    r"(?:^|_)(?:mins?|minutes?|hours?|hrs?|days?|weeks?|months?|ms|millis?|milliseconds?|ns)(?:_|$)"
)
_SHORTEST_TIMEOUT = 60


def as_duration(body: Body, misfit: Misfit) -> Fix | None:
    """The value of a misfit as a Duration.

    A number counts seconds, unless a name in it tells of another unit; as a timeout of less than a minute its unit is
    in doubt. There is no fix for what the SDK would cut off or refuse, for a value that a caller may choose, and where
    a helper is also called with a right one.
    """
    node, module = misfit.given.node, misfit.site.module
    if node is None or not is_exact(module, node) or _comes_in(module, node) or not _is_always(body, misfit):
        return None
    if misfit.defect is Defect.UNMAKEABLE:
        edits = _made(module, misfit.call.node, node) if misfit.kind == TIMEDELTA else None
    elif misfit.defect is not Defect.TYPE:
        return None
    elif misfit.kind == TIMEDELTA:
        edits = _of_timedelta(misfit, module, node)
    else:
        edits = _of_number(misfit, module, node)
    return None if edits is None else Fix(_TITLE, Safety.SAFE, edits)


def _of_number(misfit: Misfit, module: Module, node: ast.expr) -> tuple[Edit, ...] | None:
    """``5`` as ``Duration.from_seconds(5)``."""
    seconds = misfit.seconds
    if seconds is None or not float(seconds).is_integer() or not _is_accepted(misfit, seconds):
        return None
    if any(_OTHER_UNITS.search(name.lower()) for name in _names_in(node)):
        return None
    duration = bring(module, "sdk.Duration", node)
    if duration is None:
        return None
    return (*duration.edits, replaced(module, node, f"{duration.expression}.from_seconds({source_of(module, node)})"))


def _of_timedelta(misfit: Misfit, module: Module, node: ast.expr) -> tuple[Edit, ...] | None:
    """``timedelta(minutes=5)`` as ``Duration.from_minutes(5)``, any other by its seconds."""
    seconds = _literal_seconds(node)
    duration = bring(module, "sdk.Duration", node)
    if duration is None or (seconds is not None and not _is_accepted(misfit, seconds)):
        return None
    return (*duration.edits, replaced(module, node, f"{duration.expression}.{_maker_of(module, node)}"))


def _made(module: Module, call: ast.Call, node: ast.expr) -> tuple[Edit, ...] | None:
    """``Duration.from_seconds(timedelta(minutes=5))`` as ``Duration.from_minutes(5)``."""
    seconds = _literal_seconds(node)
    if seconds is not None and seconds < 1:
        return None
    is_method = isinstance(call.func, ast.Attribute) and call.func.attr.startswith("from_")
    owner = call.func.value if is_method and isinstance(call.func, ast.Attribute) else call.func
    if not is_method and not source_of(module, owner).endswith("Duration"):
        return None
    return (replaced(module, call, f"{source_of(module, owner)}.{_maker_of(module, node)}"),)


def _maker_of(module: Module, node: ast.expr) -> str:
    """The method of Duration, with its argument, that gives what a timedelta means."""
    match node:
        case ast.Call(args=[], keywords=[ast.keyword(arg=str(unit), value=value)]) if unit in _units():
            return f"from_{unit}({source_of(module, value)})"
        case ast.Call(args=[value], keywords=[]) if not isinstance(value, ast.Starred):
            return f"from_days({source_of(module, value)})" if _is_constructor(node) else _by_seconds(module, node)
    return _by_seconds(module, node)


def _by_seconds(module: Module, node: ast.expr) -> str:
    return f"from_seconds({attributable(node, source_of(module, node))}.total_seconds())"


def _is_constructor(node: ast.Call) -> bool:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return name == "timedelta"


def _units() -> frozenset[str]:
    return frozenset(name.rpartition("from_")[2] for name in durations().units if "." in name)


def _literal_seconds(node: ast.expr) -> float | None:
    """The length of a timedelta whose arguments are numbers; ``None`` for any other."""
    match node:
        case ast.Call(args=args, keywords=keywords) if _is_constructor(node):
            names = ("days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks")
            given = [*zip(names, args, strict=False), *((item.arg or "", item.value) for item in keywords)]
        case _:
            return None
    total = 0.0
    for unit, value in given:
        if unit not in _SECONDS_IN or not isinstance(value, ast.Constant) or not isinstance(value.value, (int, float)):
            return None
        total += value.value * _SECONDS_IN[unit]
    return total


def _is_accepted(misfit: Misfit, seconds: float) -> bool:
    """Whether a length is right where it stands, and none that would be reported there."""
    place = misfit.place
    if place is None or seconds < 1:
        return False
    shortest = _SHORTEST_TIMEOUT if place.use == "timeout" else 1
    longest = min(place.longest, durations().longest_execution)
    return shortest <= seconds <= longest


def _comes_in(module: Module, node: ast.expr) -> bool:
    """Whether a value is a parameter of a function around, so that callers choose it."""
    scopes = scopes_of(module, node)
    return any(
        isinstance(binder, ast.arg) and scopes_of(module, binder)[:1] and scopes_of(module, binder)[0] in scopes
        for name in _names_in(node)
        for binder in binders(module, name)
    )


def _names_in(node: ast.expr) -> list[str]:
    names: list[str] = []
    for inner in walk([node]):
        match inner:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                names.append(name)
            case ast.Constant(value=str(name)):
                names.append(name)
    return names


def _is_always(body: Body, misfit: Misfit) -> bool:
    """Whether every evaluation of the call has the same misfit."""
    assert body.interpreter is not None
    key = (id(misfit.call.node), misfit.call.name)
    others = [other for other in body.interpreter.memory.values() if key in other.sdk_calls and other is not body]
    same = (misfit.given.node, misfit.defect, misfit.kind, misfit.seconds)
    return all(
        any((found.given.node, found.defect, found.kind, found.seconds) == same for found in misfits(other))
        for other in others
    )
