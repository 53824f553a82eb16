"""Received: a value as it comes back out of a checkpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from durable_lint.model import classes
from durable_lint.model.things import Instance, Literal, Mapping, Pattern, Sequence, Typed
from durable_lint.model.values import UNKNOWN, Constant, Thing, Value

if TYPE_CHECKING:
    from durable_lint.knowledge.serialization import Serdes
    from durable_lint.model.interpreter import Interpreter

_MAX_DEPTH = 5
_TEXT_AS_KEYS = frozenset(f"builtins.{name}" for name in ("int", "float", "bool", "NoneType"))


def received(interpreter: Interpreter, value: Value, serdes: Serdes, depth: int = _MAX_DEPTH) -> Value:
    """A value as it comes back from a serializer: what was refused is gone, what was changed has its new type."""
    things: list[Thing] = []
    for thing in value.things:
        new = _received(interpreter, thing, serdes, depth)
        if new is not None and new not in things:
            things.append(new)
    if tuple(things) == value.things:
        return value
    return value.having(tuple(things))


def _received(interpreter: Interpreter, thing: Thing, serdes: Serdes, depth: int) -> Thing | None:
    if depth <= 0:
        return None
    becomes = interpreter.knowledge.becomes
    match thing:
        case Typed(name):
            target = becomes(name, serdes)
            return thing if target is None else Typed(target) if target else None
        case Sequence(type_, items, element):
            target = becomes(type_, serdes)
            if not target:
                return thing if target is None else None
            new = None if items is None else tuple(received(interpreter, item, serdes, depth - 1) for item in items)
            return Sequence(target, new, received(interpreter, element, serdes, depth - 1))
        case Mapping(type_, entries, key, element):
            inner = tuple((_text_key(name), received(interpreter, item, serdes, depth - 1)) for name, item in entries)
            return Mapping("builtins.dict", inner, _text_keys(key), received(interpreter, element, serdes, depth - 1))
        case Instance(cls):
            bases = classes.library_bases(interpreter.module_frame(cls.module), cls)
            if bases is None:
                return thing
            target = becomes(f"{cls.module.name}.{cls.node.name}", serdes, bases or ("builtins.object",))
            if target in ("builtins.tuple", "builtins.list"):
                given = thing.arguments
                known = given.positional if given is not None and not given.open and not given.keywords else None
                return Sequence(target, known, UNKNOWN)
            if target and target.startswith("builtins."):
                return Mapping(target, (), UNKNOWN, UNKNOWN) if target == "builtins.dict" else Typed(target)
            return thing if target is None or target else None
        case Literal() | Pattern():
            return thing
    return None


def _text_key(key: Constant) -> Constant:
    """A key as JSON writes it."""
    match key:
        case None:
            return "null"
        case bool():
            return "true" if key else "false"
        case int() | float():
            return str(key)
    return key


def _text_keys(key: Value) -> Value:
    things = tuple(
        dict.fromkeys(
            Literal.of(_text_key(thing.value))
            if isinstance(thing, Literal)
            else Typed("builtins.str")
            if isinstance(thing, Typed) and thing.name in _TEXT_AS_KEYS
            else thing
            for thing in key.things
        )
    )
    return Value(things, key.taints, key.loops)
