"""Functions handed to library functions that call them at once: ``map``, ``sorted(key=…)``, ``functools.reduce``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from durable_lint.dataclasses import replace
from durable_lint.model.things import Pattern, Sequence
from durable_lint.model.values import UNKNOWN, Arguments, Value, join

if TYPE_CHECKING:
    from durable_lint.model.frame import Frame


def applied(frame: Frame, function: Value | None, given: tuple[Value, ...], node: ast.Call) -> Value:
    """What a function gives back when a library calls it, once for each element, as in a loop."""
    from durable_lint.model.calls import call_thing

    if function is None:
        return UNKNOWN
    mark = frozenset({node})
    loops, frame.loops = frame.loops, (*frame.loops, node)
    arguments = Arguments(tuple(value.tainted(frozenset(), mark) for value in given))
    result = join(call_thing(frame, thing, arguments, node) for thing in function.things)
    frame.loops = loops
    return replace(result, loops=result.loops - mark)


def map_function(frame: Frame, arguments: Arguments, node: ast.Call) -> Value:
    """``map(function, items, …)``."""
    elements = _elements(frame, arguments, node, first=1)
    result = applied(frame, arguments.get(0, "func"), elements, node)
    taints = result.taints | join(elements).taints
    return Value((Sequence("builtins.generator", None, result),), taints, join(elements).loops)


def filter_function(frame: Frame, arguments: Arguments, node: ast.Call) -> Value:
    """``filter(function, items)`` and what else keeps some of the items."""
    elements = _elements(frame, arguments, node, first=1)
    element = join(elements)
    decided = applied(frame, arguments.get(0, "function"), elements, node)
    taints = element.taints | decided.taints
    return Value((Sequence("builtins.generator", None, element),), taints, element.loops)


def reduce_function(frame: Frame, arguments: Arguments, node: ast.Call) -> Value:
    """``functools.reduce(function, items, start)``."""
    element = join(_elements(frame, arguments, node, first=1)[:1])
    start = arguments.get(2, "initial") or element
    result = applied(frame, arguments.get(0, "function"), (start | element, element), node)
    return (result | start).tainted(element.taints)


def star_map(frame: Frame, arguments: Arguments, node: ast.Call) -> Value:
    """``itertools.starmap(function, rows)``."""
    row = join(_elements(frame, arguments, node, first=1))
    items = next((thing.items for thing in row.things if isinstance(thing, Sequence)), None)
    result = applied(frame, arguments.get(0, "function"), items or (), node)
    return Value((Sequence("builtins.generator", None, result),), result.taints | row.taints, row.loops)


def substitute(frame: Frame, arguments: Arguments, node: ast.Call) -> Value:
    """``re.sub(pattern, function, text)``."""
    result = applied(frame, arguments.get(1, "repl"), (UNKNOWN,), node)
    flow = arguments.flow()
    return Value((Pattern((None,)),), flow.taints | result.taints, flow.loops)


def key_of(frame: Frame, arguments: Arguments, element: Value, node: ast.Call) -> Value:
    """What the ``key`` of ``sorted``, ``min`` and their kin makes of an element."""
    return applied(frame, arguments.get(None, "key"), (element,), node)


def _elements(frame: Frame, arguments: Arguments, node: ast.Call, first: int) -> tuple[Value, ...]:
    from durable_lint.model.displays import iterate

    places = node.args if len(node.args) == len(arguments.positional) else [node] * len(arguments.positional)
    return tuple(
        iterate(frame, place, value, ordered=frame.order_matters)
        for place, value in zip(places[first:], arguments.positional[first:], strict=True)
    )
