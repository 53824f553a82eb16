"""Wording: what an operation is called that nobody has named, after what its own code says that it does."""

from __future__ import annotations

import ast
import builtins

from durable_lint.model.naming import says_nothing
from durable_lint.model.operations import Operation, OperationKind
from durable_lint.model.things import Durable, Function, Partial, Prepared
from durable_lint.model.values import Thing, Value
from durable_lint.rewrite.naming import sanitized

_BUILTINS = frozenset(dir(builtins))


def said_name(operation: Operation) -> str | None:
    """A name for an operation: the function that it runs, what it invokes, how long it waits.

    ``None`` where the code says nothing, or only what would fit any operation. Nothing is made up.
    """
    match operation.kind:
        case OperationKind.WAIT:
            name = _of_wait(operation)
        case OperationKind.INVOKE:
            name = _of_invocation(operation)
        case OperationKind.CREATE_CALLBACK:
            noun = _target_of(operation)
            name = noun if noun is None or noun.endswith("callback") else f"{noun}_callback"
        case OperationKind.PARALLEL:
            name = None
        case _:
            name = _of_callables(operation)
    if name is None or not name.isascii():
        return None
    return None if says_nothing(name.strip("_")) else sanitized(name)


def _of_wait(operation: Operation) -> str | None:
    given = next(iter(operation.call.args), None)
    given = given or next((item.value for item in operation.call.keywords if item.arg == "duration"), None)
    if not isinstance(given, ast.Call) or not isinstance(given.func, ast.Attribute):
        return None
    match (*given.args, *(item.value for item in given.keywords)):
        case (ast.Constant(value=int(number)),) if given.func.attr.startswith("from_"):
            unit = given.func.attr.removeprefix("from_")
            return f"wait_{number}_{unit.removesuffix('s') if number == 1 else unit}"
    return None


def _of_invocation(operation: Operation) -> str | None:
    given = next(iter(operation.call.args), None)
    given = given or next((item.value for item in operation.call.keywords if item.arg == "function_name"), None)
    if not isinstance(given, ast.Constant) or not isinstance(given.value, str) or ":" in given.value:
        return None
    return f"invoke_{given.value}"


def _of_callables(operation: Operation) -> str | None:
    """The one function that is handed to the operation."""
    names = {_of_thing(operation, thing) for called in operation.called for thing in called.value.things}
    is_known = all(called.value.things for called in operation.called)
    return names.pop() if len(names) == 1 and is_known else None


def _of_thing(operation: Operation, thing: Thing) -> str | None:
    match thing:
        case Function(node=ast.Lambda() as node):
            return _of_lambda(operation, node)
        case Function(node=ast.FunctionDef() | ast.AsyncFunctionDef() as node):
            return node.name
        case Partial(function) | Durable(function=function) | Prepared(function=function):
            return _of_function(operation, function)
    return None


def _of_function(operation: Operation, function: Value) -> str | None:
    return _of_thing(operation, function.things[0]) if function.sole is not None else None


def _of_lambda(operation: Operation, node: ast.Lambda) -> str | None:
    """What a lambda calls; a verb alone gets what becomes of the result for its object."""
    noun = _target_of(operation)
    computed = None if noun is None else f"compute_{noun}"
    match node.body:
        case ast.Call(func=ast.Name(id=verb)):
            return computed if verb in _BUILTINS else verb
        case ast.Call(func=ast.Attribute(attr=verb)):
            if "_" in verb.strip("_"):
                return verb
            return computed if noun is None or says_nothing(verb) else f"{verb}_{noun}"
        case ast.Name() | ast.Attribute() | ast.Subscript():
            return None if noun is None else f"read_{noun}"
    return computed


def _target_of(operation: Operation) -> str | None:
    """The variable, the attribute or the entry of a dict that the result is given to."""
    outer = operation.site.module.parent(operation.call)
    match outer:
        case ast.Assign(targets=[ast.Name(id=name) | ast.Attribute(attr=name)]):
            pass
        case ast.AnnAssign(target=ast.Name(id=name) | ast.Attribute(attr=name)):
            pass
        case ast.Assign(targets=[ast.Subscript(slice=ast.Constant(value=str(name)))]):
            pass
        case ast.Dict(keys=keys, values=values):
            key = keys[values.index(operation.call)]
            name = key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else ""
        case _:
            return None
    return None if not name.isidentifier() or len(name) == 1 or says_nothing(name.strip("_")) else name
