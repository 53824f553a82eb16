"""Handing: decorated functions on their way to the context, called with their arguments first."""

from __future__ import annotations

import ast

from durable_lint.finding import Edit
from durable_lint.knowledge import sdk as sdk_facts
from durable_lint.model.body import Body, Unrun
from durable_lint.model.handed import unfit
from durable_lint.model.operations import Called, Operation, OperationKind
from durable_lint.model.sdk import DECORATORS
from durable_lint.model.things import Durable, Function, Prepared
from durable_lint.model.values import Arguments, Value
from durable_lint.rewrite.context import context_at
from durable_lint.rewrite.edits import inserted_after, is_exact, replaced, source_of
from durable_lint.rewrite.naming import name_for, varying_parts
from durable_lint.rewrite.receivers import worth_a_name
from durable_lint.source.walk import walk

_DECORATOR_OF = {kind: name for name, kind in DECORATORS.items()} | {"branch": "durable_parallel_branch"}
_METHODS = {"step": "step", "child": "run_in_child_context"}
_KINDS = {
    "step": {OperationKind.STEP},
    "child": {OperationKind.CHILD, OperationKind.PARALLEL},
    "branch": {OperationKind.PARALLEL},
    "submitter": {OperationKind.WAIT_FOR_CALLBACK},
}


def called_first(body: Body, operation: Operation, called: Called) -> tuple[Edit, ...] | None:
    """The edit that calls a decorated function where it is handed over; it must need no arguments of its own."""
    node = called.site.node
    if not isinstance(node, (ast.Name, ast.Attribute)) or called.site.module is not body.module:
        return None
    if operation.kind is OperationKind.PARALLEL and not _is_item(operation, node):
        return None
    for thing in called.value.things:
        if not isinstance(thing, Durable) or operation.kind not in _KINDS.get(thing.kind, ()):
            return None
        if not _fits(body, thing.kind, thing.function, Arguments()):
            return None
    return (inserted_after(body.module, node, "()"),)


def _is_item(operation: Operation, node: ast.expr) -> bool:
    """Whether a branch is written as the function itself, in a list in the call of ``parallel``."""
    given = [*operation.call.args[:1], *(k.value for k in operation.call.keywords if k.arg == "functions")]
    if not any(isinstance(argument, (ast.List, ast.Tuple)) and node in argument.elts for argument in given):
        return False
    names = {
        function.node.name
        for called in operation.called
        if called.site.node is node
        for thing in called.value.only(Durable)
        if isinstance(thing, Durable)
        for function in thing.function.things
        if isinstance(function, Function) and not isinstance(function.node, ast.Lambda)
    }
    return names == {node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")}


def _fits(body: Body, kind: str, function: Value, arguments: Arguments) -> bool:
    """Whether the functions behind a decorated name can be run with these arguments after what the SDK passes."""
    line = sdk_facts.facts(body.interpreter.sdk_line) if body.interpreter is not None else sdk_facts.facts()
    count = line.arity(_DECORATOR_OF.get(kind, ""))
    if count is None or arguments.open or not function.things:
        return False
    rest = Arguments((), arguments.keywords)
    return all(
        isinstance(thing, Function)
        and thing.owner is None
        and not isinstance(thing.node, ast.AsyncFunctionDef)
        and unfit(thing, count + len(arguments.positional), rest) is None
        for thing in function.things
    )


def run_by_context(body: Body, unrun: Unrun) -> tuple[str, tuple[Edit, ...]] | None:
    """The edit that hands a decorated call to the context in scope, with the name of the method that takes it."""
    prepared, site = unrun.prepared, unrun.site
    call, method = site.node, _METHODS.get(prepared.kind)
    if method is None or not isinstance(call, ast.Call) or site != prepared.site or site.module is not body.module:
        return None
    context = context_at(body, call)
    if context is None or not is_exact(body.module, call) or not _fits_here(body, unrun, call):
        return None
    parts = varying_parts(body, call)
    if parts is None:
        return None
    called = worth_a_name(body, context)
    if called is None:
        return None
    receiver, renaming = called
    name = f", name={name_for(body, call, _base(prepared))}" if parts else ""
    text = f"{receiver}.{method}({source_of(body.module, call)}{name})"
    return method, (replaced(body.module, call, text), *renaming)


def _base(prepared: Prepared) -> str:
    for function in prepared.function.things:
        if isinstance(function, Function) and not isinstance(function.node, ast.Lambda):
            return function.node.name
    return prepared.kind


def _fits_here(body: Body, unrun: Unrun, call: ast.Call) -> bool:
    """Whether an operation in place of a call can be recorded, always and once, and nothing else needs the call."""
    prepared = unrun.prepared
    if unrun.how == "awaited" or not _fits(body, prepared.kind, prepared.function, prepared.arguments):
        return False
    earlier = [r.value.taints for r in body.returned.values() if r.site.span.row < call.lineno]
    if body.exits or any(earlier) or any(value.taints for value in prepared.arguments.values()):
        return False  # whether it runs, or its arguments, differ on replay
    if any(prepared in called.value.inside(Prepared) for op in body.operations.values() for called in op.called):
        return False
    inner: ast.AST = call
    for outer in body.module.ancestors(call):
        match outer:
            case ast.Try() | ast.TryStar() if inner in outer.finalbody or (outer.handlers and inner in outer.body):
                return False
            case ast.With() | ast.AsyncWith() if inner in outer.body:
                return False
            case ast.GeneratorExp() | ast.Await():
                return False
            case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test) if _differs(body, test):
                return False
            case ast.For(iter=iterated) if _differs(body, iterated):
                return False
        if outer is body.node:
            break
        inner = outer
    return True


def _differs(body: Body, test: ast.expr) -> bool:
    """Whether what decides that an operation runs differs on replay."""
    return any(isinstance(node, ast.expr) and node in body.values and body.values[node].taints for node in walk([test]))
