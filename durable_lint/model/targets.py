"""Targets: what an assignment changes, whatever stands left of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from durable_lint.model import (
    attributes,
    special_methods,
)
from durable_lint.model.body import Escape
from durable_lint.model.displays import iterate
from durable_lint.model.ordering import order_of
from durable_lint.model.scope import loaded_names
from durable_lint.model.things import UNORDERED, Context, Literal, Mapping, Prepared, Sequence, changed_dict
from durable_lint.model.values import Thing, Value, join, of

if TYPE_CHECKING:
    from durable_lint.model.frame import Frame


def note_never_read(frame: Frame, node: ast.Assign, value: Value) -> None:
    """A decorated call that is only given a name is dropped as well."""
    if not any(isinstance(thing, Prepared) for thing in value.things):
        return
    targets = {target.id for target in node.targets if isinstance(target, ast.Name)}
    if len(targets) == len(node.targets) and not targets & (frame.facts.redirected | loaded_names(frame.body.node)):
        frame.note_unrun(node.value, value, "dropped")


def bind_target(frame: Frame, target: ast.expr, value: Value) -> None:
    """Assign a value to a target of any shape."""
    match target:
        case ast.Name():
            _note_global_escape(frame, target, value)
            frame.bind(target.id, value)
        case ast.Tuple() | ast.List():
            for element, item in zip(target.elts, _items(frame, target, value), strict=True):
                bind_target(frame, element.value if isinstance(element, ast.Starred) else element, item)
        case ast.Attribute():
            attributes.write(frame, target, frame.implied(value))
        case ast.Subscript():
            _store_item(frame, target, value)
        case ast.Starred():
            bind_target(frame, target.value, value)


def unpack(frame: Frame, target: ast.expr, value: Value) -> Iterator[tuple[str, Value]]:
    """The names of a target with their values, without binding them."""
    match target:
        case ast.Name():
            yield target.id, value
        case ast.Tuple() | ast.List():
            for element, item in zip(target.elts, _items(frame, target, value), strict=True):
                yield from unpack(frame, element.value if isinstance(element, ast.Starred) else element, item)


def _items(frame: Frame, target: ast.Tuple | ast.List, value: Value) -> list[Value]:
    count = len(target.elts)
    starred = any(isinstance(element, ast.Starred) for element in target.elts)
    shown = [
        thing.items if isinstance(thing, Sequence) and thing.type not in UNORDERED else None for thing in value.things
    ]
    if shown and not starred and all(items is not None and len(items) == count for items in shown):
        return [join(items).tainted(frozenset(), value.loops) for items in zip(*filter(None, shown), strict=True)]
    element = iterate(frame, target, value)
    return [
        of(Sequence("builtins.list", None, element)).tainted(element.taints, element.loops)
        if isinstance(t, ast.Starred)
        else element
        for t in target.elts
    ]


def _note_global_escape(frame: Frame, target: ast.Name, value: Value) -> None:
    if target.id in frame.facts.globals:
        for context in value.only(Context):
            assert isinstance(context, Context)
            frame.body.escapes[id(target)] = Escape(frame.site(target), context, f"the module global {target.id}")


def _store_item(frame: Frame, target: ast.Subscript, value: Value) -> None:
    base = frame.evaluate(target.value)
    index = frame.evaluate(target.slice)
    attributes.note_container_escape(frame, target, target.value, value)
    special_methods.run_any(frame, base, "__setitem__", (index, value), target)
    key = index.things[0].value if index.sole is not None and isinstance(index.things[0], Literal) else None
    kept = value.without(order_of(value))
    attributes.update(frame, target.value, _with_item(base, index, key, kept))


def _with_item(base: Value, index: Value, key: Any, value: Value) -> Value:
    things: list[Thing] = []
    for thing in base.things:
        match thing:
            case Mapping(type_, entries, keys, element):
                if index.sole is not None and isinstance(index.things[0], Literal):
                    things.append(thing.merged(Mapping(type_, ((key, value),), index, value)))
                    continue
                kept = tuple(entry for entry in entries if entry[0] != key)
                things.append(
                    Mapping(type_, kept, keys | index if keys.things or not entries else index, element | value)
                )
            case Sequence(type_, _, element):
                things.append(Sequence(type_, None, element | value))
            case _:
                things.append(thing)
    return changed_dict(base, tuple(things)).tainted(value.taints | index.taints, value.loops)
