"""Methods of text, lists, sets and value types: what they return and what they change in place."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from durable_lint.dataclasses import replace
from durable_lint.model import attributes, classes, dict_calls, functional
from durable_lint.model.effects import Access, Kind
from durable_lint.model.ordering import NO_ORDER, iterated, order_of, orderless
from durable_lint.model.things import Literal, Mapping, Pattern, Sequence, Typed, typed
from durable_lint.model.values import UNKNOWN, Arguments, Thing, Value, of

if TYPE_CHECKING:
    from durable_lint.model.frame import Frame

_TEXT_METHODS = {
    "split": "builtins.list",
    "rsplit": "builtins.list",
    "splitlines": "builtins.list",
    "encode": "builtins.bytes",
    "partition": "builtins.tuple",
    "rpartition": "builtins.tuple",
    "find": "builtins.int",
    "index": "builtins.int",
    "count": "builtins.int",
    "startswith": "builtins.bool",
    "endswith": "builtins.bool",
    "isdigit": "builtins.bool",
}
_MUTATORS = frozenset({"append", "extend", "insert", "add", "update", "setdefault", "appendleft", "__setitem__"})
_DATETIME_METHODS = {
    "isoformat": "builtins.str",
    "strftime": "builtins.str",
    "timestamp": "builtins.float",
    "total_seconds": "builtins.float",
    "date": "datetime.date",
    "time": "datetime.time",
    "replace": "",
    "astimezone": "",
    "hex": "builtins.str",
    "as_posix": "builtins.str",
    "quantize": "",
    "normalize": "",
}


CHANGING = _MUTATORS | {
    "extendleft",
    "pop",
    "popleft",
    "popitem",
    "remove",
    "discard",
    "clear",
    "sort",
    "reverse",
    "difference_update",
    "intersection_update",
    "symmetric_difference_update",
    "move_to_end",
    "subtract",
}
"""Methods that change the container that they are called on."""
ONLY_OF_CONTAINERS = frozenset({"append", "extend", "appendleft", "extendleft", "popleft", "popitem", "setdefault"})
"""Those among them that hardly anything but a container has."""


def typed_method(type_: str, name: str, arguments: Arguments) -> Value | None:
    """What a method of a value type returns (``datetime.isoformat``); ``None`` where nothing special is known."""
    returned = _DATETIME_METHODS.get(name)
    if returned is None or not type_.startswith(("datetime.", "decimal.", "uuid.", "pathlib.")):
        return None
    flow = arguments.flow()
    return Value((Typed(returned or type_),), flow.taints, flow.loops)


def call(frame: Frame, receiver: Thing, name: str, arguments: Arguments, node: ast.Call) -> Value | None:
    """Call a method of text, a list, a set or a dict; ``None`` for anything else."""
    flow = arguments.flow()
    if name in CHANGING and isinstance(receiver, (Sequence, Mapping)):
        frame.body.container_changes.add(node)
    match receiver:
        case Literal(value=str()) | Pattern():
            return _text_method(frame, receiver, name, arguments, node)
        case Literal(value=bytes()) if name == "join":
            element = iterated(frame, arguments, node, ordered=True)
            return Value((Typed("builtins.bytes"),), element.taints, element.loops)
        case Sequence() if name in _MUTATORS:
            _mutate(frame, receiver, name, arguments, node)
            return Value((Literal.of(None),))
        case Sequence(type_, _, element):
            if name == "pop":
                return _popped(frame, receiver, node)
            if name == "sort":
                return _sorted_in_place(frame, receiver, arguments, node)
            if name in ("copy", "union", "difference", "intersection", "symmetric_difference"):
                return Value((Sequence(type_, None, element | flow),), flow.taints, flow.loops)
            return Value((), flow.taints, flow.loops)
        case Mapping():
            if name in _MUTATORS and isinstance(node.func, ast.Attribute):
                for value in arguments.values():
                    attributes.note_container_escape(frame, node, node.func.value, value)
            return dict_calls.method(frame, receiver, name, arguments, node)
    return None


def _text_method(frame: Frame, receiver: Literal | Pattern, name: str, arguments: Arguments, node: ast.Call) -> Value:
    flow = arguments.flow()
    if name == "join" and arguments.positional:
        element = iterated(frame, arguments, node, ordered=True)
        return Value((Pattern((None,)),), element.taints, element.loops)
    if name == "format":
        shown = [classes.default_text(frame, value, node) for value in arguments.values()]
        flow = flow.tainted(frozenset().union(*shown))
    if name in _TEXT_METHODS:
        type_ = _TEXT_METHODS[name]
        if type_ in ("builtins.list", "builtins.tuple"):
            return Value((Sequence(type_, None, typed("builtins.str")),), flow.taints, flow.loops)
        return Value((Typed(type_),), flow.taints, flow.loops)
    if (
        not arguments.positional
        and not arguments.keywords
        and name in ("lower", "upper", "strip", "title")
        and isinstance(receiver, Literal)
    ):
        return of(Literal.of(getattr(str(receiver.value), name)()))
    return Value((Pattern((None,)),), flow.taints, flow.loops)


def _mutate(frame: Frame, receiver: Sequence, name: str, arguments: Arguments, node: ast.Call) -> None:
    if not isinstance(node.func, ast.Attribute):
        return
    value = arguments.positional[-1] if arguments.positional else UNKNOWN
    attributes.note_container_escape(frame, node, node.func.value, value)
    if name in ("extend", "update") and value.things:
        value = iterated(frame, arguments, node, ordered=receiver.type == "builtins.list").tainted(
            value.taints, value.loops
        )
    if receiver.type != "builtins.list":
        value = value.without(order_of(value))
    current = frame.evaluate(node.func.value)
    things = tuple(
        Sequence(
            t.type,
            (*t.items, value) if t.items is not None and name == "append" and not frame.loops else None,
            value if t.items == () else t.element | value,
        )
        if isinstance(t, Sequence)
        else t
        for t in current.things
    )
    attributes.update(frame, node.func.value, current.having(things).tainted(value.taints, value.loops))


def _sorted_in_place(frame: Frame, receiver: Sequence, arguments: Arguments, node: ast.Call) -> Value:
    by = functional.key_of(frame, arguments, receiver.element, node)
    if isinstance(node.func, ast.Attribute):
        current = frame.evaluate(node.func.value)
        things = tuple(
            Sequence(t.type, None, t.element.retaint(NO_ORDER)) if isinstance(t, Sequence) else t
            for t in current.things
        )
        sorted_ = replace(current, things=things, taints=orderless(current.taints | by.taints))
        attributes.update(frame, node.func.value, sorted_)
    return Value((Literal.of(None),))


def _popped(frame: Frame, receiver: Sequence, node: ast.Call) -> Value:
    if receiver.type in ("builtins.set", "builtins.frozenset"):
        effect = frame.effect(Kind.ORDER, Access.READ, "set.pop", "takes another element in each process", node)
        return receiver.element.tainted(frozenset({effect}), frozenset(frame.loops))
    return receiver.element.tainted(frozenset(), frozenset(frame.loops))
