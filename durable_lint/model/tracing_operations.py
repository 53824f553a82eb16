"""Tracing of calls and operations: what other bodies do to the objects of this one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from durable_lint.dataclasses import replace
from durable_lint.model.body import Body, BodyKind
from durable_lint.model.operations import Called, Operation, OperationKind
from durable_lint.model.records import Handed, Lost, Mutation, Touched
from durable_lint.model.references import ANY, NOTHING, Held, Origin, Source
from durable_lint.model.things import Durable, Function, Partial, Prepared
from durable_lint.model.values import Thing

if TYPE_CHECKING:
    from durable_lint.model.references import Bound
    from durable_lint.model.tracing import Tracer

_LEADING = {
    BodyKind.STEP: 1,
    BodyKind.SUBMITTER: 2,
    BodyKind.CHECK: 2,
    BodyKind.CHILD: 1,
    BodyKind.BRANCH: 1,
    BodyKind.MAP: 4,
    BodyKind.RETRY: 2,
}
_STEPS = frozenset({BodyKind.STEP, BodyKind.SUBMITTER, BodyKind.CHECK})


def run_called(tracer: Tracer, callee: Body, function: Function, bound: Bound, node: ast.AST) -> None:
    """A call runs project code: it reads and changes what it is given, and what it can see."""
    given = _passed(callee, function, bound)
    trace = tracer.mutations.trace(callee)
    _read(tracer, callee, given, node)
    for mutation in trace.mutations:
        held = _meant(tracer, callee, given, mutation.source).at(mutation.path)
        if mutation.lost is None:
            tracer.change(node, _shown(mutation, node), held, replace(mutation.manner, is_recorded=False), mutation)
        else:
            _touch(tracer, held, mutation.lost, node)


def _shown(mutation: Mutation, node: ast.AST) -> str:
    return mutation.what if mutation.source.origin is not Origin.PARAMETER else ast.unparse(node)


def _passed(callee: Body, function: Function, bound: Bound, leading: int = 0, skipped: int = 0) -> dict[str, Held]:
    """What the parameters of a called body hold, for arguments of this body."""
    parameters = [argument.arg for argument in (*callee.node.args.posonlyargs, *callee.node.args.args)]
    given: dict[str, Held] = dict(bound.keywords)
    first = leading
    if function.bound is not None:
        first += 1
        if parameters and callee.node.name not in ("__init__", "__post_init__"):  # type: ignore[union-attr]
            given[parameters[0]] = bound.receiver
    for index, held in enumerate(bound.positional[skipped:]):
        if first + index < len(parameters):
            given[parameters[first + index]] = held
    return given


def _meant(tracer: Tracer, callee: Body, given: dict[str, Held], source: Source) -> Held:
    """What an object of a called body is here."""
    if source.origin is Origin.PARAMETER and source.owner is callee.node:
        return given.get(source.name, NOTHING)
    return tracer.of_source(source) if source.outlives else NOTHING


def _read(tracer: Tracer, callee: Body, given: dict[str, Held], node: ast.AST) -> None:
    for source, paths in list(tracer.mutations.trace(callee).reads.items()):
        held = _meant(tracer, callee, given, source)
        if held.references:
            for path in sorted(paths):
                tracer.read(held.at(path), node, is_own=False)


def run_operation(tracer: Tracer, operation: Operation, node: ast.Call) -> Held:
    """An operation runs bodies, now or never again: what they change of this body's objects is lost on replay."""
    from durable_lint.model.tracing_expressions import reach, visit

    outer = tracer.running
    tracer.running = (*outer, operation)
    is_followed = any(called.bodies for called in operation.called)
    callables = {id(called.site.node) for called in operation.called}
    for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
        is_callable = id(argument) in callables or isinstance(argument, (ast.List, ast.Tuple, ast.ListComp))
        (reach if is_followed and is_callable else visit)(tracer, argument)
    losses: list[tuple[Held, Lost]] = []
    handed: list[Held] = []
    for called in operation.called:
        for body in called.bodies:
            if body.kind is BodyKind.CALLED_BACK:
                continue
            given = _given(tracer, operation, called, body)
            for held in given.values():
                tracer.read(held, node, is_own=False)
                tracer.hand_over(held, node)
            _read(tracer, body, given, node)
            losses.extend(_losses(tracer, operation, body, given))
            if body.kind in _STEPS:
                handed.extend(given.values())
                handed.extend(_captured(tracer, body, given))
    if not is_followed and operation.kind is OperationKind.STEP:
        handed.extend(_bound_out_of_sight(tracer, node))
    tracer.running = outer
    for held, lost in losses:
        _touch(tracer, held, lost, node)
    for held in handed:
        for reference in held.references:
            if not reference.is_copy:
                tracer.mark(Handed(operation, reference.source, reference.path))
    return Held(is_recorded=True)


def _bound_out_of_sight(tracer: Tracer, node: ast.Call) -> Iterator[Held]:
    """What a step that cannot be followed is called with: ``context.step(charge(order))``."""
    from durable_lint.model.tracing_expressions import reach

    for callable_ in (*node.args[:1], *(keyword.value for keyword in node.keywords if keyword.arg == "func")):
        if isinstance(callable_, ast.Call):
            for argument in (*callable_.args, *(keyword.value for keyword in callable_.keywords)):
                yield reach(tracer, argument)


def _losses(tracer: Tracer, operation: Operation, body: Body, given: dict[str, Held]) -> Iterator[tuple[Held, Lost]]:
    for mutation in tracer.mutations.trace(body).mutations:
        held = _meant(tracer, body, given, mutation.source).at(mutation.path)
        if not any(not reference.is_copy for reference in held.references):
            continue
        lost = mutation.lost
        if lost is None:
            lost = Lost(mutation, body, operation)
            tracer.trace.lost.append(lost)
        yield held, lost


def _captured(tracer: Tracer, body: Body, given: dict[str, Held]) -> Iterator[Held]:
    for source, paths in tracer.mutations.trace(body).reads.items():
        if source.origin is Origin.ENCLOSING:
            held = _meant(tracer, body, given, source)
            for path in paths:
                yield held.at(path)


def _touch(tracer: Tracer, held: Held, lost: Lost, node: ast.AST) -> None:
    for reference in held.references:
        if reference.is_copy:
            continue
        if reference.source.outlives:
            tracer.pass_on(node, reference, lost)
        tracer.mark(Touched(lost, reference.source, reference.path))


def _given(tracer: Tracer, operation: Operation, called: Called, body: Body) -> dict[str, Held]:
    """What the parameters of an operation's body hold: what was bound to it, not what the SDK passes."""
    from durable_lint.model.tracing_expressions import reach

    given = dict(tracer.defaults.get(body.node, {}))
    leading = _LEADING.get(body.kind, 1)
    node = called.site.node
    for thing in called.value.things:
        function = _function_of(thing, body)
        if function is None:
            continue
        match thing:
            case Prepared(site=site) if site.node in tracer.bound:
                given.update(_passed(body, function, tracer.bound[site.node], leading))
            case Partial() if node in tracer.bound:
                given.update(_passed(body, function, tracer.bound[node], 0, skipped=1))
            case Function(bound=bound) if bound is not None and isinstance(node, ast.Attribute):
                parameters = [*body.node.args.posonlyargs, *body.node.args.args]
                given[parameters[0].arg] = reach(tracer, node.value)
    if operation.kind is OperationKind.MAP:
        parameters = [*body.node.args.posonlyargs, *body.node.args.args]
        inputs = _inputs(tracer, operation)
        if len(parameters) > 3:
            given[parameters[1].arg] = inputs.at((ANY,))
            given[parameters[3].arg] = inputs
    return given


def _inputs(tracer: Tracer, operation: Operation) -> Held:
    from durable_lint.model.tracing_expressions import reach

    node = operation.call
    given = next((keyword.value for keyword in node.keywords if keyword.arg == "inputs"), None)
    given = node.args[0] if given is None and node.args else given
    return NOTHING if given is None else reach(tracer, given)


def _function_of(thing: Thing, body: Body) -> Function | None:
    """The project function behind a callable that a body is an evaluation of."""
    match thing:
        case Function(node=node):
            return thing if node is body.node else None
        case Prepared(function=inner) | Partial(function=inner) | Durable(function=inner):
            return next((found for t in inner.things if (found := _function_of(t, body)) is not None), None)
    return None
