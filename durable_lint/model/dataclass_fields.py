"""Data classes of the project: their fields, and what these hold."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from durable_lint.model import classes
from durable_lint.model.things import Class, External, Instance
from durable_lint.model.values import Arguments, Value, join

if TYPE_CHECKING:
    from durable_lint.model.frame import Frame

_DATACLASSES = frozenset(
    {"dataclasses.dataclass", "attrs.define", "attrs.frozen", "attrs.mutable", "attr.s", "attr.define"}
)


def is_dataclass(frame: Frame, cls: Class) -> bool:
    """Whether a class (not only a base) is a dataclass."""
    inner = classes.class_frame(frame, cls)
    for decorator in cls.node.decorator_list:
        node = decorator.func if isinstance(decorator, ast.Call) else decorator
        if any(isinstance(t, External) and t.name in _DATACLASSES for t in inner.evaluate(node).things):
            return True
    return False


def with_factories(frame: Frame, cls: Class, arguments: Arguments, node: ast.AST) -> Arguments:
    """The arguments of a constructor with what ``field(default_factory=…)`` makes for fields that are not given."""
    from durable_lint.model import calls

    if arguments.open or not isinstance(node, ast.Call):
        return arguments
    made: list[tuple[str, Value]] = []
    for position, name in enumerate(fields(frame, cls)):
        factory = _factory(cls, name)
        if factory is None or arguments.get(position, name) is not None:
            continue
        function = classes.class_frame(frame, cls).evaluate(factory)
        made.append((name, join(calls.call_thing(frame, thing, Arguments(), node) for thing in function.things)))
    return Arguments(arguments.positional, (*arguments.keywords, *made)) if made else arguments


def _factory(cls: Class, name: str) -> ast.expr | None:
    for statement in cls.node.body:
        match statement:
            case ast.AnnAssign(target=ast.Name(id=known), value=ast.Call(keywords=keywords)) if known == name:
                return next((keyword.value for keyword in keywords if keyword.arg == "default_factory"), None)
    return None


def fields(frame: Frame, cls: Class) -> list[str]:
    """The annotated fields of a dataclass or NamedTuple, in order."""
    return [s.target.id for s in cls.node.body if isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name)]


def argument(frame: Frame, instance: Instance, name: str) -> Value | None:
    """What a constructor was given for a field."""
    if instance.arguments is None:
        return None
    names = fields(frame, instance.cls)
    if name not in names:
        return None
    return instance.arguments.get(names.index(name), name)
