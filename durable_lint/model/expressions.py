"""Expressions: one small function for each kind of node."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from durable_lint.model import (
    arithmetic,
    attributes,
    builtin_calls,
    calls,
    classes,
    displays,
    evaluation,
    names,
    narrowing,
    special_methods,
    truth,
)
from durable_lint.model.effects import Kind, Sink, Taints
from durable_lint.model.ordering import orderless
from durable_lint.model.things import (
    Class,
    External,
    Function,
    Instance,
    Literal,
    Mapping,
    Pattern,
    Sequence,
    Typed,
    literal,
    typed,
)
from durable_lint.model.values import UNKNOWN, Value, join, of

if TYPE_CHECKING:
    from durable_lint.model.frame import Frame


def _constant(frame: Frame, node: ast.Constant) -> Value:
    return typed("builtins.ellipsis") if node.value is Ellipsis else literal(node.value)


def _name(frame: Frame, node: ast.Name) -> Value:
    value = frame.lookup(node.id)
    value = names.global_name(frame, node) if value is None else value
    for thing in value.things:
        if isinstance(thing, External):
            value = value.tainted(attributes.facts_of(frame, thing, node))
    return value


def _attribute(frame: Frame, node: ast.Attribute) -> Value:
    return attributes.read(frame, node)


def _call(frame: Frame, node: ast.Call) -> Value:
    return calls.evaluate(frame, node)


def _binary(frame: Frame, node: ast.BinOp) -> Value:
    left, right = frame.evaluate(node.left), frame.evaluate(node.right)
    taints, loops = left.taints | right.taints, left.loops | right.loops
    frame.note_use(node, left, "arithmetic")
    frame.note_use(node, right, "arithmetic")
    own = special_methods.OPERATORS.get(node.op.__class__)
    result = None if own is None else special_methods.run_any(frame, left, own, (right,), node)
    if result is not None:
        return result.tainted(taints, loops)
    if isinstance(node.op, ast.Mod) and any(arithmetic.is_text(thing) for thing in left.things):
        for item in displays.visible_items(right) or (right,):
            taints |= classes.default_text(frame, item, node.right)
    return Value(arithmetic.combined(node.op, left, right), taints, loops)


def _formatted(frame: Frame, node: ast.JoinedStr) -> Value:
    parts: list[str | None] = []
    taints, loops = UNKNOWN.taints, UNKNOWN.loops
    for piece in node.values:
        if isinstance(piece, ast.Constant):
            parts.append(str(piece.value))
            continue
        if not isinstance(piece, ast.FormattedValue):
            continue
        value = frame.evaluate(piece.value)
        frame.note_use(piece.value, value, "formatted")
        taints, loops = taints | value.taints, loops | value.loops
        if piece.format_spec is not None:
            taints |= frame.evaluate(piece.format_spec).taints
            parts.append(None)
        else:
            taints |= classes.default_text(frame, value, piece.value)
            parts.extend(arithmetic.parts_of(value))
    return Value((arithmetic.text_of(parts),), taints, loops)


def _boolean(frame: Frame, node: ast.BoolOp) -> Value:
    saved, before = dict(frame.control), dict(frame.scope.names)
    goes_on = isinstance(node.op, ast.And)
    result: Value | None = None
    narrowed: dict[str, Value] = {}
    for operand in node.values:
        value = frame.evaluate(operand)
        if operand is not node.values[-1]:
            frame.note_unrun(operand, value, "truth")
            value = narrowing.known_truth(value, not goes_on)
            narrowed.update(narrowing.narrow(frame, operand, goes_on))
        result = value if result is None else result | value
        if truth.decided(frame, operand) is (not goes_on):
            break
        frame.control_by(value.taints, Sink.BRANCH, operand)
    frame.control = saved
    narrowing.undo(frame, before, narrowed)
    return UNKNOWN if result is None else result


def _unary(frame: Frame, node: ast.UnaryOp) -> Value:
    value = frame.evaluate(node.operand)
    if isinstance(node.op, ast.Not):
        frame.note_use(node, value, "truth")
        return Value((Typed("builtins.bool"),), _without_secrets(value.taints), value.loops)
    number = value.number()
    if isinstance(node.op, ast.USub) and number is not None:
        return Value((Literal.of(-int(number) if number.is_integer() else -number),), value.taints, value.loops)
    return Value(tuple(thing for thing in value.things if not isinstance(thing, Literal)), value.taints, value.loops)


def _compare(frame: Frame, node: ast.Compare) -> Value:
    left = frame.evaluate(node.left)
    taints, loops = left.taints, left.loops
    if not all(isinstance(operator, (ast.Is, ast.IsNot)) for operator in node.ops):
        frame.note_use(node, left, "compared")
    membership = all(isinstance(operator, (ast.In, ast.NotIn)) for operator in node.ops)
    for comparator in node.comparators:
        right = frame.evaluate(comparator)
        frame.note_use(node, right, "membership" if membership else "compared")
        if membership:
            found = special_methods.run_any(frame, right, "__contains__", (left,), node)
            taints |= UNKNOWN.taints if found is None else found.taints
        taints, loops = taints | (orderless(right.taints) if membership else right.taints), loops | right.loops
    return Value((Typed("builtins.bool"),), _without_secrets(taints), loops)


def _without_secrets(taints: Taints) -> Taints:
    """What a comparison or a test tells: not the secret itself."""
    return frozenset(effect for effect in taints if effect.kind is not Kind.SECRET)


def _conditional(frame: Frame, node: ast.IfExp) -> Value:
    test = frame.evaluate(node.test)
    frame.note_unrun(node.test, test, "truth")
    outcome = truth.decided(frame, node.test)
    if outcome is not None:
        return frame.evaluate(node.body if outcome else node.orelse)
    saved, path = dict(frame.control), frame.path
    frame.control_by(test.taints, Sink.BRANCH, node.test)
    before = dict(frame.scope.names)
    frame.path = (*path, (node, "then"))
    narrowed = narrowing.narrow(frame, node.test, holds=True)
    then = frame.evaluate(node.body)
    narrowing.undo(frame, before, narrowed)
    frame.path = (*path, (node, "else"))
    narrowed = narrowing.narrow(frame, node.test, holds=False)
    otherwise = frame.evaluate(node.orelse)
    narrowing.undo(frame, before, narrowed)
    frame.control, frame.path = saved, path
    return (then | otherwise).tainted(test.taints, test.loops)


def _lambda(frame: Frame, node: ast.Lambda) -> Value:
    evaluation.remember_defaults(frame, node)
    return of(Function(node, frame.module, frame.scope))


def _subscript(frame: Frame, node: ast.Subscript) -> Value:
    base = frame.evaluate(node.value)
    index = frame.evaluate(node.slice)
    frame.note_use(
        node, base, "subscript by text" if any(arithmetic.is_text(thing) for thing in index.things) else "subscript"
    )
    key = index.things[0].value if index.sole is not None and isinstance(index.things[0], Literal) else None
    results: list[Value] = []
    for thing in base.things:
        match thing:
            case Sequence(_, items, element):
                if items is not None and isinstance(key, int) and -len(items) <= key < len(items):
                    results.append(items[key])
                elif isinstance(node.slice, ast.Slice):
                    results.append(of(Sequence(thing.type, None, element)))
                else:
                    results.append(element)
            case Mapping():
                found = thing.get(key) if key is not None else None
                if found is not None and base.sole is not None:
                    # What lies under other keys says nothing about this one; what decided over the dict does.
                    around = base.taints - thing.element.taints - thing.key.taints
                    return found.tainted(around | index.taints, base.loops | index.loops)
                results.append(found if found is not None else thing.element)
            case Literal(value=str()) | Pattern():
                results.append(typed("builtins.str"))
            case Class() if classes.is_enum(frame, thing):
                results.append(of(Instance(thing, None)))
            case Instance():
                results.append(special_methods.run(frame, thing, "__getitem__", (index,), node) or UNKNOWN)
            case _:
                results.append(attributes.item_of(frame, thing, node))
    return join(results).tainted(base.taints | index.taints, base.loops | index.loops)


def _slice(frame: Frame, node: ast.Slice) -> Value:
    parts = [frame.evaluate(part) for part in (node.lower, node.upper, node.step) if part is not None]
    joined = join(parts)
    return Value((), joined.taints, joined.loops)


def _await(frame: Frame, node: ast.Await) -> Value:
    value = frame.evaluate(node.value)
    frame.note_unrun(node, value, "awaited")
    return builtin_calls.awaited(value)


def _yield(frame: Frame, node: ast.Yield) -> Value:
    value = frame.evaluate(node.value) if node.value is not None else literal(None)
    frame.yielded = value if frame.yielded is None else frame.yielded | value
    return UNKNOWN


def _yield_from(frame: Frame, node: ast.YieldFrom) -> Value:
    value = displays.iterate(frame, node.value, frame.evaluate(node.value))
    frame.yielded = value if frame.yielded is None else frame.yielded | value
    return UNKNOWN


def _walrus(frame: Frame, node: ast.NamedExpr) -> Value:
    value = frame.evaluate(node.value)
    frame.bind(node.target.id, value)
    return value


def _starred(frame: Frame, node: ast.Starred) -> Value:
    return frame.evaluate(node.value)


EVALUATORS: dict[type[ast.expr], Callable[[Any, Any], Value]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.BinOp: _binary,
    ast.JoinedStr: _formatted,
    ast.BoolOp: _boolean,
    ast.UnaryOp: _unary,
    ast.Compare: _compare,
    ast.IfExp: _conditional,
    ast.Lambda: _lambda,
    ast.List: displays.list_display,
    ast.Tuple: displays.tuple_display,
    ast.Set: displays.set_display,
    ast.Dict: displays.dict_display,
    ast.ListComp: displays.list_comprehension,
    ast.SetComp: displays.set_comprehension,
    ast.GeneratorExp: displays.generator_display,
    ast.DictComp: displays.dict_comprehension,
    ast.Subscript: _subscript,
    ast.Slice: _slice,
    ast.Await: _await,
    ast.Yield: _yield,
    ast.YieldFrom: _yield_from,
    ast.NamedExpr: _walrus,
    ast.Starred: _starred,
}
