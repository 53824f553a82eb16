"""Operation bodies: the functions that an operation is given, run with what the SDK passes to them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from durable_lint.model import evaluation
from durable_lint.model.body import Body, BodyKind, Role
from durable_lint.model.effects import Effect, Kind, Sink
from durable_lint.model.operations import Called, Operation, OperationKind
from durable_lint.model.things import Durable, Function, Partial, Prepared, Record, Sequence, typed
from durable_lint.model.values import UNKNOWN, Arguments, Value, join, of

if TYPE_CHECKING:
    from durable_lint.model.frame import Frame

_CALLED_BACK_FIELDS = ("retry_strategy", "wait_strategy", "should_complete", "item_namer", "summary_generator")
_STEP_KINDS = {
    OperationKind.STEP: BodyKind.STEP,
    OperationKind.WAIT_FOR_CALLBACK: BodyKind.SUBMITTER,
    OperationKind.WAIT_FOR_CONDITION: BodyKind.CHECK,
}
_CHILD_KINDS = {
    OperationKind.CHILD: BodyKind.CHILD,
    OperationKind.MAP: BodyKind.MAP,
    OperationKind.PARALLEL: BodyKind.BRANCH,
    OperationKind.WITH_RETRY: BodyKind.RETRY,
}


def run(frame: Frame, operation: Operation, arguments: Arguments, node: ast.Call) -> None:
    """Run the callables of an operation and note them on it."""
    shape = operation.shape
    if shape.callable is None:
        return
    given = arguments.get(shape.position(shape.callable), shape.callable)
    place = argument_node(node, shape.position(shape.callable), shape.callable) or node
    if given is None:
        return
    for value, site_node in _branches(operation, given, place):
        bodies = tuple(_run_callable(frame, operation, value, arguments))
        operation.called.append(Called(value, frame.site(site_node), bodies))
        if operation.implicit_name is None and operation.kind is not OperationKind.PARALLEL:
            operation.implicit_name = _implicit_name(value)


def _branches(operation: Operation, given: Value, place: ast.expr | ast.Call) -> Iterator[tuple[Value, ast.AST]]:
    """The callables that an operation is given: one, or the branches of ``parallel``."""
    if operation.kind is not OperationKind.PARALLEL:
        yield given, place
        return
    for thing in given.things:
        if not isinstance(thing, Sequence):
            continue
        nodes = place.elts if isinstance(place, (ast.List, ast.Tuple)) else []
        for index, item in enumerate(thing.items if thing.items is not None else (thing.element,)):
            yield _unwrapped(item), nodes[index] if index < len(nodes) else place


def _unwrapped(value: Value) -> Value:
    for thing in value.things:
        if isinstance(thing, Record) and thing.type == "sdk.ParallelBranch":
            return thing.get("func") or UNKNOWN
    return value


def _implicit_name(value: Value) -> str | None:
    for thing in value.things:
        if isinstance(thing, (Prepared, Durable)):
            for function in thing.function.things:
                if isinstance(function, Function) and not isinstance(function.node, ast.Lambda):
                    return function.node.name
    return None


def _run_callable(frame: Frame, operation: Operation, value: Value, arguments: Arguments) -> Iterator[Body]:
    """Evaluate the bodies of what an operation calls, with the arguments the SDK passes first."""
    for function, first, extra in callables(value):
        in_step = operation.kind in _STEP_KINDS
        kind = _STEP_KINDS[operation.kind] if in_step else _CHILD_KINDS[operation.kind]
        role = Role.STEP if in_step or frame.in_step else Role.REPLAYED
        leading, context_at = _leading(operation, arguments)
        if operation.shares_context and operation.context is not None:
            leading, context_at = (of(operation.context), *leading[1:]), ()
        shift = len(first) + (0 if function.bound is None else 1)
        own_context = () if in_step else tuple(position + shift for position in context_at)
        passed = Arguments((*first, *leading, *extra.positional), extra.keywords, extra.open)
        body = evaluation.body_of(frame, function, passed, kind, role, own_context)
        if body is not None:
            body.shares_context = operation.shares_context
            yield body


def callables(value: Value) -> Iterator[tuple[Function, tuple[Value, ...], Arguments]]:
    """The project functions behind a callable value, with the arguments bound before and after what the SDK passes."""
    for thing in value.things:
        match thing:
            case Function():
                yield thing, (), Arguments()
            case Prepared(function=inner, arguments=bound):
                for function, first, extra in callables(inner):
                    keywords = (*extra.keywords, *bound.keywords)
                    merged = Arguments((*bound.positional, *extra.positional), keywords, bound.open or extra.open)
                    yield function, first, merged
            case Partial(function=inner, arguments=bound):
                for function, first, extra in callables(inner):
                    keywords = (*extra.keywords, *bound.keywords)
                    merged = Arguments(extra.positional, keywords, bound.open or extra.open)
                    yield function, (*first, *bound.positional), merged
            case Durable():
                yield from callables(thing.function)


def _leading(operation: Operation, arguments: Arguments) -> tuple[tuple[Value, ...], tuple[int, ...]]:
    """What the SDK passes first, and where a context of the body's own stands in it."""
    match operation.kind:
        case OperationKind.MAP:
            inputs = arguments.get(0, "inputs") or UNKNOWN
            item = join(thing.element for thing in inputs.things if isinstance(thing, Sequence))
            return (UNKNOWN, checkpointed(item), typed("builtins.int"), inputs.without(inputs.taints)), (0,)
        case OperationKind.WITH_RETRY:
            return (UNKNOWN, typed("builtins.int")), (0,)
        case OperationKind.WAIT_FOR_CALLBACK:
            return (typed("builtins.str"), typed("sdk.WaitForCallbackContext")), ()
        case OperationKind.WAIT_FOR_CONDITION:
            state = operation.config_field("initial_state") or UNKNOWN
            return (
                state.without(state.taints) if not state.things else UNKNOWN,
                typed("sdk.WaitForConditionCheckContext"),
            ), ()
        case OperationKind.STEP:
            return (typed("sdk.StepContext"),), ()
    return (UNKNOWN,), (0,)


def run_called_back(frame: Frame, operation: Operation, node: ast.Call) -> None:
    """Evaluate what the SDK calls while it orchestrates: strategies, namers, summaries."""
    for field in _CALLED_BACK_FIELDS:
        value = operation.config_field(field)
        if value is None:
            completion = operation.config_field("completion_config")
            record = (
                next((t for t in completion.things if isinstance(t, Record)), None) if completion is not None else None
            )
            value = record.get(field) if record is not None else None
        if value is None:
            continue
        for function, first, extra in callables(value):
            passed = Arguments((*first, *extra.positional), extra.keywords, True)
            body = evaluation.body_of(frame, function, passed, BodyKind.CALLED_BACK, Role.REPLAYED)
            if body is not None:
                operation.called.append(Called(value, frame.site(node), (body,)))
                if field == "item_namer":
                    _sink_names(body)


def _sink_names(body: Body) -> None:
    """What an item namer returns becomes the names of operations."""
    for returned in body.returned.values():
        for effect in returned.value.taints:
            effect.reaches(Sink.OPERATION_NAME, returned.site)


def argument_node(node: ast.Call, position: int | None, name: str) -> ast.expr | None:
    for keyword in node.keywords:
        if keyword.arg == name:
            return keyword.value
    if position is not None and position < len(node.args) and not any(isinstance(a, ast.Starred) for a in node.args):
        return node.args[position]
    return None


class _Everything(dict[Effect, "Effect | None"]):
    """Maps every effect to nothing: a checkpointed result no longer depends on how it came about."""

    def __missing__(self, key: Effect) -> None:
        return None

    def get(self, key: Effect, default: Effect | None = None) -> Effect | None:  # type: ignore[override]
        return key if key.kind is Kind.SECRET else None


_CHECKPOINTED = _Everything({None: None})  # type: ignore[dict-item]


def checkpointed(value: Value) -> Value:
    """A value as an operation gives it back: recorded once, the same on every replay."""
    return Value(value.things, value.taints, partial=value.partial).retaint(_CHECKPOINTED)
