"""Methods of dicts: what they return, and which entries they put in or take out."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import TYPE_CHECKING

from durable_lint.dataclasses import replace
from durable_lint.model import attributes
from durable_lint.model.ordering import order_of
from durable_lint.model.things import Literal, Mapping, Sequence, changed_dict, literal
from durable_lint.model.values import UNKNOWN, Arguments, Constant, Value, join, of

if TYPE_CHECKING:
    from durable_lint.model.frame import Frame


def method(frame: Frame, receiver: Mapping, name: str, arguments: Arguments, node: ast.Call) -> Value:
    """Call a method of a dict."""
    match name:
        case "get" | "pop" | "setdefault":
            return _looked_up(frame, receiver, name, arguments, node)
        case "items":
            element = receiver.element.of_one_type()
            pair = Sequence("builtins.tuple", (receiver.key, element), receiver.key | element)
            return of(Sequence("builtins.dict_items", None, of(pair).tainted(frozenset(order_of(receiver.key)))))
        case "values":
            items = tuple(value for _, value in receiver.entries) or None
            element = receiver.element.of_one_type().tainted(frozenset(order_of(receiver.key)))
            return of(Sequence("builtins.dict_values", items, element))
        case "keys":
            return of(Sequence("builtins.dict_keys", None, receiver.key))
        case "update":
            _update(frame, arguments, node)
            return literal(None)
        case "copy":
            return of(receiver)
    return arguments.flow()


def without_entry(value: Value, key: Value) -> Value:
    """Dicts without the entry of a literal key that is taken out."""
    gone = [thing.value for thing in key.things if isinstance(thing, Literal)]
    if key.sole is None or not gone:
        return value
    things = tuple(thing.without(gone) if isinstance(thing, Mapping) else thing for thing in value.things)
    return value if things == value.things else changed_dict(value, things)


def _looked_up(frame: Frame, receiver: Mapping, name: str, arguments: Arguments, node: ast.Call) -> Value:
    key = arguments.positional[0] if arguments.positional else UNKNOWN
    default = arguments.positional[1] if len(arguments.positional) > 1 else literal(None)
    only = key.things[0].value if key.sole is not None and isinstance(key.things[0], Literal) else None
    found = receiver.get(only)
    element = receiver.element if found is None else found
    if arguments.positional and name == "pop" and isinstance(node.func, ast.Attribute):
        attributes.update(frame, node.func.value, without_entry(frame.evaluate(node.func.value), key))
    elif arguments.positional and name == "setdefault":
        literals = [thing.value for thing in key.things if isinstance(thing, Literal)]
        _put(frame, node, [(text, default) for text in literals], key, default, keeps_old=True)
    if not element.things:
        value = Value((), element.taints | default.taints, element.loops | default.loops)
    else:
        value = element | default
    return value.tainted(key.taints, key.loops)


def _update(frame: Frame, arguments: Arguments, node: ast.Call) -> None:
    others = [thing for value in arguments.positional for thing in value.things if isinstance(thing, Mapping)]
    keywords = arguments.keywords
    entries: list[tuple[Constant, Value]] = [*(entry for other in others for entry in other.entries), *keywords]
    key = join((*(other.key for other in others), *(literal(name) for name, _ in keywords)))
    element = join((*(other.element for other in others), *(value for _, value in keywords)))
    flow = arguments.flow()
    _put(frame, node, entries, key, element.tainted(flow.taints, flow.loops))


def _put(
    frame: Frame,
    node: ast.Call,
    entries: Iterable[tuple[Constant, Value]],
    key: Value,
    element: Value,
    keeps_old: bool = False,
) -> None:
    """The dict that a method was called on has new entries."""
    if not isinstance(node.func, ast.Attribute):
        return
    current = frame.evaluate(node.func.value)
    new = Mapping("builtins.dict", tuple(entries), key, element)
    things = tuple(
        (replace(new.merged(thing), type=thing.type) if keeps_old else thing.merged(new))
        if isinstance(thing, Mapping)
        else thing
        for thing in current.things
    )
    value = changed_dict(current, things).tainted(element.taints, element.loops)
    attributes.update(frame, node.func.value, value)
