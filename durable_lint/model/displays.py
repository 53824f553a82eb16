"""Displays and comprehensions: containers written out, built in loops, and taken apart by iterating."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from durable_lint.dataclasses import replace
from durable_lint.model import (
    attributes,
    library_calls,
    narrowing,
    sizes,
    special_methods,
)
from durable_lint.model.arithmetic import NUMBERS
from durable_lint.model.body import Iterated
from durable_lint.model.effects import Access, Kind, Sink, Taints
from durable_lint.model.module import target_names
from durable_lint.model.things import MAX_ITEMS, UNORDERED, Boto, Instance, Literal, Mapping, Sequence
from durable_lint.model.values import UNKNOWN, Constant, Value, join

if TYPE_CHECKING:
    from durable_lint.model.frame import Frame

_LONG_DISPLAY = 4 * MAX_ITEMS


def _collected(frame: Frame, elements: Iterable[ast.expr], type_: str) -> Value:
    items: list[Value] | None = []
    element, taints, loops = None, UNKNOWN.taints, UNKNOWN.loops
    nodes = list(elements)
    for node in _worth_evaluating(nodes):
        if isinstance(node, ast.Starred):
            spread = frame.evaluate(node.value)
            value = iterate(frame, node.value, spread, ordered=type_ not in UNORDERED)
            visible = visible_items(spread)
            if items is not None and visible is not None:
                items.extend(visible)
            else:
                items = None
        else:
            value = frame.evaluate(node)
            if items is not None:
                items.append(value)
        taints, loops = taints | value.taints, loops | value.loops
        element = value if element is None else element | value
    known = tuple(items) if items is not None and len(items) <= MAX_ITEMS else None
    length = None if known is not None or any(isinstance(node, ast.Starred) for node in nodes) else len(nodes)
    return Value((Sequence(type_, known, element or UNKNOWN, None if type_ in UNORDERED else length),), taints, loops)


def _worth_evaluating(nodes: list[ast.expr]) -> list[ast.expr]:
    """The items of a display; of a table of constants, which may be long, those at its beginning."""
    if len(nodes) <= _LONG_DISPLAY:
        return nodes
    return [node for index, node in enumerate(nodes) if index <= MAX_ITEMS or not _is_data(node)]


def _is_data(node: ast.expr | None) -> bool:
    match node:
        case ast.Constant():
            return True
        case ast.UnaryOp():
            return _is_data(node.operand)
        case ast.List() | ast.Tuple() | ast.Set():
            return all(_is_data(item) for item in node.elts)
        case ast.Dict():
            return all(_is_data(item) for item in (*node.keys, *node.values))
    return False


def visible_items(value: Value) -> tuple[Value, ...] | None:
    """The items of a sequence whose display is visible."""
    if value.sole is not None and isinstance(value.things[0], Sequence):
        return value.things[0].items
    return None


def list_display(frame: Frame, node: ast.List) -> Value:
    return _collected(frame, node.elts, "builtins.list")


def tuple_display(frame: Frame, node: ast.Tuple) -> Value:
    return _collected(frame, node.elts, "builtins.tuple")


def set_display(frame: Frame, node: ast.Set) -> Value:
    return _collected(frame, node.elts, "builtins.set")


def dict_display(frame: Frame, node: ast.Dict) -> Value:
    entries: dict[tuple[Constant, type], tuple[Constant, Value]] = {}
    keys: list[Value] = []
    rest: list[Value] = []
    taints, loops = UNKNOWN.taints, UNKNOWN.loops
    for key_node, value_node in _pairs(node):
        value = frame.evaluate(value_node)
        loops |= value.loops
        if key_node is None:
            taints |= _around_entries(value)
            for thing in value.things:
                if isinstance(thing, Mapping):
                    entries.update({(name, type(name)): (name, entry) for name, entry in thing.entries})
                    keys.append(thing.key)
                    rest.extend(() if thing.is_visible else (thing.element,))
            continue
        key = frame.evaluate(key_node)
        taints |= key.taints
        keys.append(key)
        if key.sole is not None and isinstance(key.things[0], Literal):
            name = key.things[0].value
            entries[name, type(name)] = (name, value)
        else:
            rest.append(value)
    element = join((*(value for _, value in entries.values()), *rest))
    taints |= element.taints
    mapping = Mapping("builtins.dict", tuple(entries.values())[:MAX_ITEMS], join(keys), element)
    return Value((mapping,), taints, loops)


def _around_entries(value: Value) -> Taints:
    """What a dict depends on besides its entries, where these are visible."""
    entries = [thing.element.taints for thing in value.things if isinstance(thing, Mapping) and thing.is_visible]
    return value.taints - entries[0] if len(entries) == len(value.things) == 1 else value.taints


def _pairs(node: ast.Dict) -> Iterable[tuple[ast.expr | None, ast.expr]]:
    """The keys and values of a dict display; of a long table of constants those at its beginning."""
    pairs = list(zip(node.keys, node.values, strict=True))
    if len(pairs) <= _LONG_DISPLAY:
        return pairs
    return [pair for index, pair in enumerate(pairs) if index <= MAX_ITEMS or not all(_is_data(part) for part in pair)]


def _comprehension(frame: Frame, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, type_: str) -> Value:
    def build() -> Value:
        element = frame.evaluate(node.elt)
        length = None if type_ in UNORDERED else sizes.rounds(frame.body, node)
        return Value((Sequence(type_, None, element, length),), element.taints, element.loops)

    return _in_generators(frame, node, node.generators, build, ordered=type_ not in UNORDERED)


def _in_generators(
    frame: Frame, node: ast.expr, generators: list[ast.comprehension], build: Callable[[], Value], ordered: bool
) -> Value:
    from durable_lint.model.targets import bind_target

    scope, loops, control = frame.scope, frame.loops, dict(frame.control)
    ordered = ordered and frame.order_matters
    taints = UNKNOWN.taints
    for index, generator in enumerate(generators):
        source = frame.evaluate(generator.iter)
        if index == 0:
            frame.scope = frame.nested()
            frame.loops = (*loops, node)
        element = iterate(frame, generator.iter, source, ordered=ordered)
        taints |= element.taints | deciding_taints(source)
        frame.control_by(element.taints | deciding_taints(source), Sink.LOOP, generator.iter)
        bind_target(frame, generator.target, element.tainted(UNKNOWN.taints, frozenset({node})))
        for condition in generator.ifs:
            test = frame.evaluate(condition)
            taints |= test.taints
            frame.control_by(test.taints, Sink.BRANCH, condition)
            narrowing.narrow(frame, condition, holds=True)
        if generator.ifs:
            for name in target_names(generator.target):
                frame.scope.bind(name, frame.scope.names[name].of_one_type())
    value = build()
    frame.scope, frame.loops, frame.control = scope, loops, control
    return replace(value, taints=value.taints | taints, loops=value.loops - {node})


def list_comprehension(frame: Frame, node: ast.ListComp) -> Value:
    return _comprehension(frame, node, "builtins.list")


def set_comprehension(frame: Frame, node: ast.SetComp) -> Value:
    return _comprehension(frame, node, "builtins.set")


def generator_display(frame: Frame, node: ast.GeneratorExp) -> Value:
    return _comprehension(frame, node, "builtins.generator")


def dict_comprehension(frame: Frame, node: ast.DictComp) -> Value:
    def build() -> Value:
        key, element = frame.evaluate(node.key), frame.evaluate(node.value)
        return Value((Mapping("builtins.dict", (), key, element),), key.taints | element.taints, element.loops)

    value = _in_generators(frame, node, node.generators, build, ordered=True)
    order = [effect for effect in value.taints if effect.kind is Kind.ORDER]
    if not order:
        return value
    # The order is that of the entries: it shows where the keys are gone through, not in what they lead to.
    mappings = (
        replace(thing, key=thing.key.tainted(frozenset(order)), element=thing.element.without(order))
        for thing in value.only(Mapping)
        if isinstance(thing, Mapping)
    )
    return value.having(tuple(mappings)).without(order)


def iterate(frame: Frame, node: ast.expr, source: Value, ordered: bool = True) -> Value:
    """What one element of an iterated value may be.

    Where order matters, iterating a set is an effect of its own: each process iterates it in another order.
    """
    frame.note_use(node, source, "iterate")
    element = _element(frame, node, source, ordered)
    frame.body.iterated[node] = Iterated(source, element)
    return element


def deciding_taints(source: Value) -> Taints:
    """What decides how often iterating a value goes round, and which elements it gives: not what a dict holds under its
    keys.
    """
    if source.sole is not None and isinstance(source.things[0], Mapping):
        mapping = source.things[0]
        return source.taints - (mapping.element.taints - mapping.key.taints)
    return source.taints


def _element(frame: Frame, node: ast.expr, source: Value, ordered: bool) -> Value:
    element: Value | None = None
    taints = deciding_taints(source)
    for thing in source.things:
        match thing:
            case Sequence("builtins.range", _, item):
                # How long a range is decides how often a loop runs, not what its numbers are.
                return item.tainted(frozenset(), source.loops)
            case Sequence(type_, _, item):
                new = item
                if type_ in UNORDERED and ordered and not _is_stable_set(thing):
                    effect = frame.effect(
                        Kind.ORDER,
                        Access.READ,
                        type_.rpartition(".")[2],
                        "iterates in another order in each process",
                        node,
                    )
                    taints |= {effect}
            case Mapping(_, _, key, _):
                new = key
            case Boto():
                new = library_calls.iterate_boto(frame, thing, node)
            case Instance():
                given = special_methods.run(frame, thing, "__iter__", (), node)
                new = UNKNOWN if given is None else _next_of(frame, node, given)
            case _:
                new = attributes.element_of(frame, thing)
        element = new if element is None else element | new
    return (element or UNKNOWN).tainted(taints, source.loops)


def _next_of(frame: Frame, node: ast.expr, iterator: Value) -> Value:
    """What an iterator gives that a project class made; one that is its own iterator says it in ``__next__``."""
    for thing in iterator.only(Instance):
        return special_methods.run(frame, thing, "__next__", (), node) or UNKNOWN
    return iterate(frame, node, iterator)


def _is_stable_set(thing: Sequence) -> bool:
    """Whether the elements hash alike in every process, small ints, booleans and ``None``, or there are none."""
    element = thing.element
    if not element.things or element.partial:
        return thing.items == ()
    stable = (bool, int, float, type(None))
    return all(
        (isinstance(item, Literal) and isinstance(item.value, stable)) or item.plain_type in NUMBERS
        for item in element.things
    )
