"""Special methods of project classes: what ``thing[key]``, ``key in thing``, ``a + b``, ``for x in thing`` run."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from durable_lint.model import calls, classes
from durable_lint.model.things import Instance
from durable_lint.model.values import Arguments, Thing, Value

if TYPE_CHECKING:
    from durable_lint.model.frame import Frame

OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "__add__",
    ast.BitAnd: "__and__",
    ast.BitOr: "__or__",
    ast.Div: "__truediv__",
    ast.LShift: "__lshift__",
    ast.Mult: "__mul__",
    ast.RShift: "__rshift__",
    ast.Sub: "__sub__",
}


def run(frame: Frame, thing: Thing, name: str, arguments: tuple[Value, ...], node: ast.AST) -> Value | None:
    """Call a special method of an object; ``None`` where its class has none."""
    if not isinstance(thing, Instance):
        return None
    method = classes.bound_method(frame, thing, name)
    return None if method is None else calls.call_function(frame, method, Arguments(arguments), node)


def run_any(frame: Frame, value: Value, name: str, arguments: tuple[Value, ...], node: ast.AST) -> Value | None:
    """The same for everything that a value may be."""
    result: Value | None = None
    for thing in value.only(Instance):
        returned = run(frame, thing, name, arguments, node)
        if returned is not None:
            result = returned if result is None else result | returned
    return result
