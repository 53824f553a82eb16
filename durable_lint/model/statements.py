"""Statements: control flow over names, and what each statement leaves in the record."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from durable_lint.model import (
    attributes,
    calls,
    declared,
    dict_calls,
    evaluation,
    guards,
    loops,
    names,
    narrowing,
    paths,
    special_methods,
    truth,
)
from durable_lint.model.body import Returned
from durable_lint.model.effects import Access, Kind, Sink
from durable_lint.model.frame import decisive
from durable_lint.model.ordering import order_of
from durable_lint.model.targets import bind_target, note_never_read
from durable_lint.model.things import Class, External, Function, Literal, Sequence, Typed, literal
from durable_lint.model.values import Value, of

if TYPE_CHECKING:
    from durable_lint.model.frame import Frame


def run(frame: Frame, body: list[ast.stmt]) -> bool:
    """Run statements in order; whether every path leaves the block early."""
    path = frame.path
    for statement in body:
        runner: Callable[[Frame, Any], bool] | None = _RUNNERS.get(statement.__class__)
        if runner is not None and runner(frame, statement):
            frame.path = path
            return True
    frame.path = path
    return False


def _expression(frame: Frame, node: ast.Expr) -> bool:
    value = frame.evaluate(node.value)
    frame.note_unrun(node.value, value, "dropped")
    if isinstance(node.value, ast.Call) and value.things == (Typed("typing.NoReturn"),):
        frame.consequence()
        return True
    return False


def _assign(frame: Frame, node: ast.Assign) -> bool:
    value = frame.evaluate(node.value)
    note_never_read(frame, node, value)
    for target in node.targets:
        bind_target(frame, target, value)
    return False


def _annotated(frame: Frame, node: ast.AnnAssign) -> bool:
    stated = declared.value_of(frame, node.annotation)
    if node.value is None:
        return False
    value = frame.evaluate(node.value)
    bind_target(frame, node.target, value if value.things else Value(stated.things, value.taints, value.loops))
    return False


def _augmented(frame: Frame, node: ast.AugAssign) -> bool:
    load = ast.BinOp(left=_as_load(node.target), op=node.op, right=node.value)
    ast.copy_location(load, node)
    ast.fix_missing_locations(load)
    value = frame.evaluate(load)
    if isinstance(node.op, ast.Add) and not any(isinstance(thing, Sequence) for thing in value.things):
        value = value.without(order_of(value))
    if not isinstance(node.target, ast.Name):
        # A part of an object may count on each time that a caller loops: it is no constant.
        things = tuple(Typed(t.typename) if isinstance(t, Literal) else t for t in value.things)
        value = value.having(things).tainted(loops=frozenset(frame.loops))
    bind_target(frame, node.target, value)
    return False


def _as_load(target: ast.expr) -> ast.expr:
    match target:
        case ast.Name():
            load: ast.expr = ast.Name(id=target.id, ctx=ast.Load())
        case ast.Attribute():
            load = ast.Attribute(value=target.value, attr=target.attr, ctx=ast.Load())
        case ast.Subscript():
            load = ast.Subscript(value=target.value, slice=target.slice, ctx=ast.Load())
        case _:
            return target
    return ast.copy_location(load, target)


def _delete(frame: Frame, node: ast.Delete) -> bool:
    for target in node.targets:
        if isinstance(target, ast.Subscript):
            base, index = frame.evaluate(target.value), frame.evaluate(target.slice)
            special_methods.run_any(frame, base, "__delitem__", (index,), target)
            left = dict_calls.without_entry(base, index)
            attributes.update(frame, target.value, left)
        elif isinstance(target, ast.Attribute):
            frame.evaluate(target.value)
    return False


def _return(frame: Frame, node: ast.Return) -> bool:
    value = literal(None) if node.value is None else frame.evaluate(node.value)
    frame.body.result = frame.body.result | value if frame.body.returned else value
    frame.body.result = frame.implied(frame.body.result)
    frame.body.returned[id(node)] = Returned(frame.site(node.value or node), frame.implied(value))
    frame.leave()
    return True


def _raise(frame: Frame, node: ast.Raise) -> bool:
    for part in (node.exc, node.cause):
        if part is not None:
            raised = frame.evaluate(part)
            frame.sink(raised, Sink.LOGGED, part)
            if part is node.exc and External("builtins.SystemExit") in raised.things:
                frame.effect(
                    Kind.EXIT, Access.WRITE, "SystemExit", "ends the process, and the invocation with it", part
                )
    frame.body.exits |= frame.control_taints
    frame.leave()
    return True


def _leave_loop(frame: Frame, node: ast.stmt) -> bool:
    frame.leave(loop_only=True)
    return True


def _if(frame: Frame, node: ast.If) -> bool:
    test = frame.evaluate(node.test)
    frame.note_use(node.test, test, "truth")
    return _branch(frame, node, test, node.body, node.orelse)


def _branch(frame: Frame, node: ast.If, test: Value, body: list[ast.stmt], otherwise: list[ast.stmt]) -> bool:
    before, control, path = dict(frame.scope.names), dict(frame.control), frame.path
    outcome = truth.decided(frame, node.test)
    if outcome is not None:
        frame.path = (*path, (node, "then" if outcome else "else"))
        left = run(frame, body if outcome else otherwise)
        frame.path = path
        return left
    frame.control_by(test.taints, Sink.BRANCH, node.test)
    frame.path = (*path, (node, "then"))
    then_narrowed = narrowing.narrow(frame, node.test, holds=True)
    then_left = run(frame, body)
    then_names = frame.scope.names
    frame.scope.replace(before)
    frame.path = (*path, (node, "else"))
    else_narrowed = narrowing.narrow(frame, node.test, holds=False)
    else_left = run(frame, otherwise)
    if not then_left and not else_left:
        narrowing.rejoin(before, (then_names, then_narrowed), (frame.scope.names, else_narrowed))
    paths.merge(frame, [] if then_left else [then_names], else_left)
    frame.path, frame.control = path, control
    if then_left and else_left:
        return True
    if then_left or else_left:
        frame.path = (*path, (node, "else" if then_left else "then"))
    else:
        paths.imply(frame, decisive(test.taints), before, [*body, *otherwise])
    return False


def _with(frame: Frame, node: ast.With | ast.AsyncWith) -> bool:
    managers: list[tuple[ast.withitem, Value]] = []
    for item in node.items:
        value = frame.evaluate(item.context_expr)
        managers.append((item, value))
        entered = calls.enter_context(frame, item.context_expr, value)
        if item.optional_vars is not None:
            bind_target(frame, item.optional_vars, entered)
    return guards.run_with(frame, node, managers, lambda: run(frame, node.body))


def _try(frame: Frame, node: ast.Try | ast.TryStar) -> bool:
    return guards.run_try(frame, node, run, paths.merge)


def _match(frame: Frame, node: ast.Match) -> bool:
    subject = frame.evaluate(node.subject)
    before, control, path = dict(frame.scope.names), dict(frame.control), frame.path
    frame.control_by(subject.taints, Sink.BRANCH, node.subject)
    deciding = subject.taints
    states: list[dict[str, Value]] = []
    exhaustive = False
    for case in node.cases:
        frame.scope.replace(dict(before))
        for name in _captured(case.pattern):
            frame.scope.bind(name, Value((), subject.taints, subject.loops))
        for earlier in node.cases[: node.cases.index(case)]:
            if earlier.guard is None:
                narrowing.narrow_case(frame, node.subject, earlier.pattern, holds=False)
        narrowing.narrow_case(frame, node.subject, case.pattern, holds=True)
        frame.path = (*path, (node, str(id(case))))
        if case.guard is not None:
            # It decides about this case and, when it is false, about the later ones.
            guard = frame.evaluate(case.guard)
            frame.control_by(guard.taints, Sink.BRANCH, case.guard)
            deciding |= guard.taints
        if not run(frame, case.body):
            states.append(frame.scope.names)
        exhaustive = exhaustive or (_is_irrefutable(case.pattern) and case.guard is None)
    frame.scope.replace(dict(before))
    if not exhaustive:
        states.append(before)
    paths.merge(frame, states, own_left=True)
    frame.path, frame.control = path, control
    paths.imply(frame, decisive(deciding), before, [statement for case in node.cases for statement in case.body])
    return exhaustive and not states


def _captured(pattern: ast.pattern) -> Iterator[str]:
    for node in ast.walk(pattern):
        if isinstance(node, (ast.MatchAs, ast.MatchStar)) and node.name:
            yield node.name
        elif isinstance(node, ast.MatchMapping) and node.rest:
            yield node.rest


def _is_irrefutable(pattern: ast.pattern) -> bool:
    return isinstance(pattern, ast.MatchAs) and pattern.pattern is None


def _function(frame: Frame, node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    frame.scope.bind(node.name, function_value(frame, node))
    return False


def function_value(frame: Frame, node: ast.FunctionDef | ast.AsyncFunctionDef, owner: Class | None = None) -> Value:
    """What a ``def`` binds: the function, seen through its decorators from the inside out."""
    evaluation.remember_defaults(frame, node)
    scope = None if frame.interpreter.is_module_frame(frame) else frame.scope
    value = of(Function(node, frame.module, scope, None, owner))
    for decorator in reversed(node.decorator_list):
        value = calls.decorate(frame, decorator, value)
    return value


def _class(frame: Frame, node: ast.ClassDef) -> bool:
    scope = None if frame.interpreter.is_module_frame(frame) else frame.scope
    frame.scope.bind(node.name, of(Class(node, frame.module, scope)))
    return False


def _import(frame: Frame, node: ast.Import | ast.ImportFrom) -> bool:
    for alias in node.names:
        if alias.name != "*":
            name = alias.asname or alias.name.partition(".")[0]
            frame.scope.bind(name, names.imported(frame.interpreter, frame.module, node, name))
    return False


def _assert(frame: Frame, node: ast.Assert) -> bool:
    test = frame.evaluate(node.test)
    control = dict(frame.control)
    frame.control_by(test.taints, Sink.BRANCH, node.test)
    frame.body.exits |= frame.control_taints
    frame.leave()
    frame.control = control
    narrowing.narrow(frame, node.test, holds=True)
    return False


_RUNNERS: dict[type[ast.stmt], Callable[[Any, Any], bool]] = {
    ast.Expr: _expression,
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.Delete: _delete,
    ast.Return: _return,
    ast.Raise: _raise,
    ast.Break: _leave_loop,
    ast.Continue: _leave_loop,
    ast.If: _if,
    ast.For: loops.run_for,
    ast.AsyncFor: loops.run_for,
    ast.While: loops.run_while,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Try: _try,
    ast.TryStar: _try,
    ast.Match: _match,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class,
    ast.Import: _import,
    ast.ImportFrom: _import,
    ast.Assert: _assert,
}
