"""Capturing: the variables of a loop as defaults of the function that is made in it."""

from __future__ import annotations

import ast

from durable_lint.finding import Edit
from durable_lint.knowledge import sdk as sdk_facts
from durable_lint.model.body import Body
from durable_lint.model.late_binding import LateBound
from durable_lint.rewrite.edits import inserted_after, is_exact
from durable_lint.source.walk import walk


def captured(body: Body, late: LateBound) -> tuple[Edit, ...] | None:
    """The edit that gives a function defaults for the loop's variables, behind what the SDK passes to it.

    ``None`` where a name may not be bound yet when the function is made, where the function takes other arguments than
    what the SDK passes, and where it binds the name itself.
    """
    node, module = late.function, body.module
    interpreter = body.interpreter
    if interpreter is None or not late.before or not is_exact(module, node):
        return None
    if isinstance(node, ast.FunctionDef) and node.decorator_list:
        return None
    arguments = node.args
    if arguments.vararg or arguments.kwonlyargs or arguments.kwarg:
        return None
    shape = sdk_facts.facts(interpreter.sdk_line).callable_shape(late.operation.kind.value)
    positional = [*arguments.posonlyargs, *arguments.args]
    required = len(positional) - len(arguments.defaults)
    if shape is None or required != len(shape.arguments):
        return None
    if any(isinstance(inner, (ast.Nonlocal, ast.Global)) for inner in walk([node])):
        return None
    text = "".join(f", {name}={name}" for name in late.names)
    last = arguments.defaults[-1] if arguments.defaults else positional[-1]
    if arguments.posonlyargs and not arguments.args:
        return None
    return (inserted_after(module, last, text),)
