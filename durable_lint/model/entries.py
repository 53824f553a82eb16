"""Entry points: which bodies of a file the SDK calls, and what evaluating them reaches."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from durable_lint.model import declared, evaluation, handed, handlers
from durable_lint.model.body import Body, BodyKind, Role
from durable_lint.model.effects import Sink
from durable_lint.model.frame import Frame
from durable_lint.model.interpreter import Interpreter
from durable_lint.model.module import Module
from durable_lint.model.scope import all_arguments, loaded_names
from durable_lint.model.sdk import is_sdk
from durable_lint.model.things import Class, Durable, External, Function, Instance, typed
from durable_lint.model.values import UNKNOWN, Arguments, Value, of
from durable_lint.source.walk import walk

_KINDS = {
    "handler": (BodyKind.HANDLER, Role.REPLAYED, (UNKNOWN, UNKNOWN), (1,)),
    "child": (BodyKind.CHILD, Role.REPLAYED, (UNKNOWN,), (0,)),
    "branch": (BodyKind.BRANCH, Role.REPLAYED, (UNKNOWN,), (0,)),
    "step": (BodyKind.STEP, Role.STEP, (typed("sdk.StepContext"),), ()),
    "submitter": (BodyKind.SUBMITTER, Role.STEP, (typed("builtins.str"), typed("sdk.WaitForCallbackContext")), ()),
}
_ORDER = ("handler", "child", "branch", "step", "submitter")


def evaluate_file(interpreter: Interpreter, module: Module) -> list[Body]:
    """Evaluate every durable body that a file defines, and give back all bodies that were reached, callers first."""
    frame = interpreter.module_frame(module)
    interpreter.durables.clear()
    for name in module.bindings:
        value = interpreter.module_value(module, name)
        _visit_classes(frame, value)
    _evaluate_bare_calls(frame, module)
    _call_factories(frame, module)
    roots: list[Body] = []
    done: set[Function] = set()
    while pending := [(d, f) for d, f in interpreter.durables.values() if f not in done]:
        pending.sort(key=lambda entry: _ORDER.index(entry[0].kind))
        for durable, function in pending:
            done.add(function)
            if durable.kind == "handler" or not _was_run(roots, function, _KINDS[durable.kind][1]):
                roots.extend(_run_entry(frame, durable, function))
    roots.extend(_run_context_functions(frame, module, roots))
    module.bare_handlers = tuple(handlers.bare_handlers(frame, module))
    bodies = list(reached(roots))
    interpreter.reached = tuple(bodies)
    module.sdk_line = interpreter.sdk_line
    module.other_bodies = tuple(_other_bodies(frame, module, bodies))
    return bodies


def reached(roots: list[Body]) -> Iterator[Body]:
    """Every body that these bodies ran, each once."""
    seen: set[Body] = set()
    stack = list(reversed(roots))
    while stack:
        body = stack.pop()
        if body in seen:
            continue
        seen.add(body)
        yield body
        stack.extend(reversed(list(body.callees)))


def _other_bodies(frame: Frame, module: Module, bodies: list[Body]) -> Iterator[Body]:
    """The top level of a file, and the functions of the file that use the SDK and that nothing durable runs."""
    names = _sdk_names(frame, module)
    if not names:
        return
    visited = {body.node for body in bodies}
    others = [frame.body]
    for node, owner in _definitions(module.tree.body, None, module):
        if node not in visited and any(name in names for name in loaded_names(node)):
            bound = None if owner is None or _is_static(node) else of(Instance(owner, None))
            function = Function(node, module, None, bound, owner)
            body = evaluation.body_of(frame, function, Arguments(open=True), BodyKind.PLAIN, Role.STEP)
            others += [] if body is None else [body]
    for statement in module.tree.body:
        for inner in statement.body if isinstance(statement, ast.ClassDef) else ():
            if isinstance(inner, (ast.Assign, ast.AnnAssign)) and isinstance(inner.value, ast.Call):
                frame.evaluate(inner.value)
    known = set(bodies)
    yield from (body for body in reached(others) if body not in known)


def _sdk_names(frame: Frame, module: Module) -> frozenset[str]:
    """The names under which a file has things of the SDK."""
    values = {name: frame.interpreter.module_value(module, name) for name in module.bindings}
    return frozenset(
        name
        for name, value in values.items()
        if value is not None and any(isinstance(thing, External) and is_sdk(thing.name) for thing in value.things)
    )


def _visit_classes(frame: Frame, value: Value | None) -> None:
    from durable_lint.model import classes

    for thing in () if value is None else value.things:
        if isinstance(thing, Class) and thing.module is frame.module:
            for statement in thing.node.body:
                if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)) and statement.decorator_list:
                    classes.method_value(frame, thing, statement)


def _evaluate_bare_calls(frame: Frame, module: Module) -> None:
    """``register(durable_execution(f))`` at module level binds no name but makes a handler all the same."""
    for statement in module.tree.body:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            frame.evaluate(statement.value)


def _call_factories(frame: Frame, module: Module) -> None:
    """Functions that define decorated functions inside are called once, so that what they make is known."""
    for node in module.functions:
        if _defines_decorated(node) and node in module.tree.body:
            evaluation.body_of(frame, Function(node, module, None), Arguments(open=True), BodyKind.PLAIN, Role.STEP)


def _defines_decorated(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    for inner in walk([node]):
        if inner is node:
            continue
        if isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef)) and inner.decorator_list:
            return True
        if isinstance(inner, ast.Call) and isinstance(inner.func, (ast.Name, ast.Attribute)):
            name = inner.func.id if isinstance(inner.func, ast.Name) else inner.func.attr
            if name.startswith("durable_"):
                return True
    return False


def _was_run(roots: list[Body], function: Function, role: Role) -> bool:
    return any(
        body.node is function.node and body.role is role and body.kind is not BodyKind.PLAIN for body in reached(roots)
    )


def _run_entry(frame: Frame, durable: Durable, function: Function) -> Iterator[Body]:
    kind, role, leading, context_at = _KINDS[durable.kind]
    first = 0 if function.bound is None else 1
    positions = tuple(position + first for position in context_at)
    body = evaluation.body_of(frame, function, Arguments(leading, (), True), kind, role, positions)
    if body is None:
        return
    body.is_entry = True
    handed.check_definition(frame, durable, function, body)
    if kind is BodyKind.HANDLER:
        sink_returns(body)
    yield body


def sink_returns(body: Body) -> None:
    """What a handler returns is its result: wrong when it was read before a later operation, different otherwise."""
    for returned in body.returned.values():
        for effect in returned.value.taints:
            stale = len(body.operations) > effect.position
            effect.reaches(Sink.STALE_RETURN if stale else Sink.RETURN, returned.site)


def _run_context_functions(frame: Frame, module: Module, roots: list[Body]) -> Iterator[Body]:
    """Functions and methods that declare a DurableContext parameter but were not reached from a handler here."""
    visited = {body.node for body in reached(roots)}
    for node, owner in _definitions(module.tree.body, None, module):
        if node in visited:
            continue
        if any(declared.declares_context(frame, argument.annotation) for argument in all_arguments(node.args)):
            bound = None if owner is None or _is_static(node) else of(Instance(owner, None))
            body = evaluation.body_of(
                frame, Function(node, module, None, bound, owner), Arguments(open=True), BodyKind.PLAIN, Role.REPLAYED
            )
            if body is not None:
                yield body


def _is_static(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in node.decorator_list)


def _definitions(
    body: list[ast.stmt], owner: Class | None, module: Module
) -> Iterator[tuple[ast.FunctionDef | ast.AsyncFunctionDef, Class | None]]:
    for statement in body:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield statement, owner
        elif isinstance(statement, ast.ClassDef):
            yield from _definitions(statement.body, Class(statement, module), module)
        elif isinstance(statement, (ast.If, ast.Try)):
            yield from _definitions([*statement.body, *statement.orelse], owner, module)
