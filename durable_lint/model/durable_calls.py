"""Calls of the SDK: decorators, operations on a context, and the bodies that operations run."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from durable_lint.knowledge import sdk as sdk_facts
from durable_lint.model import calls, displays, evaluation, handed, sizes
from durable_lint.model.body import Body, BodyKind, Role
from durable_lint.model.contract import SdkCall
from durable_lint.model.effects import Access, Effect, Kind, Sink
from durable_lint.model.operations import SHAPES, Called, Operation, OperationKind, Outcome, Shape
from durable_lint.model.received import received
from durable_lint.model.sdk import DECORATORS, sdk_name
from durable_lint.model.things import (
    OPEN,
    Batch,
    Context,
    Durable,
    External,
    Function,
    Instance,
    Literal,
    Mapping,
    Partial,
    Pattern,
    Prepared,
    Record,
    Sequence,
    Typed,
    literal,
    typed,
)
from durable_lint.model.values import UNKNOWN, Arguments, Thing, Value, join, of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from durable_lint.model.frame import Frame

_CALLED_BACK_FIELDS = ("retry_strategy", "wait_strategy", "should_complete", "item_namer", "summary_generator")
BRANCH_DECORATOR = "sdk.branch_decorator"
_MAKERS = frozenset({"CompletionConfig", "RetryDecision", "RetryPresets", "WaitForConditionDecision"})
_STRATEGY_MAKERS = frozenset({"create_retry_strategy", "create_linear_retry_strategy"})
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


def decorate(frame: Frame, name: str, value: Value) -> Value:
    """``@durable_step`` and its kin applied to a function."""
    kind = DECORATORS.get(sdk_name(name) or "")
    if kind is None:  # what a name that the SDK does not have would make of the function cannot be told
        return UNKNOWN if sdk_facts.facts(frame.interpreter.sdk_line).canonical(name) is None else value
    return make_durable(frame, kind, value)


def make_durable(frame: Frame, kind: str, value: Value) -> Value:
    """A function under one of the SDK's decorators, remembered as an entry point."""
    durable = Durable(kind, value)
    for thing in value.things:
        if isinstance(thing, Function):
            frame.interpreter.register_durable(durable, thing)
    return Value((durable,), value.taints)


def call_durable(frame: Frame, durable: Durable, arguments: Arguments, node: ast.Call) -> Value:
    """``fetch(order_id)`` of a decorated function: nothing runs yet, the arguments are bound."""
    if durable.kind == "handler":
        return UNKNOWN
    return Value((Prepared(durable.kind, durable.function, arguments, frame.site(node)),))


def run_prepared(frame: Frame, prepared: Prepared, arguments: Arguments, node: ast.Call) -> Value:
    """``fetch(order_id)(step_context)``: the body runs here, as a plain call."""
    merged = Arguments(
        (*arguments.positional, *prepared.arguments.positional), prepared.arguments.keywords, prepared.arguments.open
    )
    return join(calls.call_thing(frame, thing, merged, node) for thing in prepared.function.things)


def call_sdk(frame: Frame, dotted: str, arguments: Arguments, node: ast.Call) -> Value:
    """Call something the SDK exports: a decorator, ``with_retry``, a configuration class, a factory."""
    name = sdk_name(dotted) or ""
    called = sdk_facts.facts(frame.interpreter.sdk_line).canonical(dotted) or ""
    if _is_called_on_class(called):
        note_call(frame, called, arguments, node)
    if name in DECORATORS:
        if arguments.positional:
            return make_durable(frame, DECORATORS[name], arguments.positional[0])
        return of(Partial(of(External(dotted)), Arguments()))
    if name == "durable_parallel_branch":
        return of(Typed(BRANCH_DECORATOR))
    if name == "with_retry":
        return _operation(frame, SHAPES["with_retry"], _context_argument(arguments), arguments, node)
    flow = arguments.flow()
    if name == "Duration" or name.startswith("Duration.from_"):
        return Value((_duration(name, arguments),), flow.taints, flow.loops)
    if name in _STRATEGY_MAKERS or name.startswith("RetryPresets."):
        given = arguments.get(0, "config")
        fields = () if given is None and not arguments.open else (("config", given or UNKNOWN),)
        return Value((Record(f"sdk.{name}", fields),), flow.taints, flow.loops)
    if "." in name or not name[:1].isupper():
        return Value((Typed(f"sdk.{name}"),), flow.taints, flow.loops)
    return Value((_record(frame, name, arguments),), flow.taints, flow.loops)


def _is_called_on_class(name: str) -> bool:
    """Whether a name that is reached without an object takes its own arguments only.

    ``JsonSerDes.serialize(self, value, context)`` also gets the object, for which the signature has no parameter.
    """
    owner, _, method = name.rpartition(".")
    return not owner or owner in _MAKERS or method.startswith("from_")


def _context_argument(arguments: Arguments) -> Context | None:
    given = arguments.get(0, "context")
    return next((thing for thing in (given.things if given else ()) if isinstance(thing, Context)), None)


def _record(frame: Frame, name: str, arguments: Arguments) -> Record:
    declared_fields = sdk_facts.facts(frame.interpreter.sdk_line).fields(name) or ()
    order = [field.name for field in declared_fields if not field.keyword_only]
    fields = [*zip(order, arguments.positional, strict=False), *arguments.keywords]
    if arguments.open:
        fields.append((OPEN, UNKNOWN))
    return Record(f"sdk.{name}", tuple(fields))


def _duration(name: str, arguments: Arguments) -> Record:
    unit = name.rpartition("from_")[2] if "from_" in name else "seconds"
    nothing = UNKNOWN if arguments.open else literal(0)
    value = next(arguments.values(), nothing)
    return Record("sdk.Duration", ((unit, value),))


def call_sdk_object(frame: Frame, receiver: Typed, name: str, arguments: Arguments, node: ast.Call) -> Value:
    """A method of an object that the SDK made: a callback's result, a batch's results."""
    match receiver.name, name:
        case "sdk.Callback", "result":
            return typed("sdk.CallbackText")
        case "sdk.BatchResult", "get_results":
            return of(Sequence("builtins.list", None, UNKNOWN))
    return UNKNOWN


_OUTCOMES = {
    ("sdk.Callback", "result"): "Callback.result",
    ("sdk.BatchResult", "throw_if_error"): "BatchResult.throw_if_error",
}


def note_call(frame: Frame, name: str, arguments: Arguments, node: ast.Call) -> None:
    """Remember a call of the SDK with what it is given."""
    if name:
        frame.body.sdk_calls[(id(node), name)] = SdkCall(name, frame.site(node), arguments)


def note_method(frame: Frame, receiver: Thing, name: str, arguments: Arguments, node: ast.Call) -> None:
    """Remember a call on an SDK object, and one that asks how its operation ended: it raises, and may suspend."""
    type_ = receiver.name if isinstance(receiver, Typed) else receiver.type if isinstance(receiver, Record) else ""
    if type_.startswith("sdk."):
        note_call(frame, f"{type_.removeprefix('sdk.')}.{name}", arguments, node)
    source = _OUTCOMES.get((type_, name))
    if source is not None:
        frame.body.outcomes[(id(node),)] = Outcome(frame.site(node), source)


def call_context(frame: Frame, context: Context, name: str, arguments: Arguments, node: ast.Call) -> Value:
    """Call a method of a DurableContext."""
    note_call(frame, f"DurableContext.{name}", arguments, node)
    shape = SHAPES.get(name)
    if shape is not None and name != "with_retry":
        return _operation(frame, shape, context, arguments, node)
    if name == "is_replaying":
        effect = frame.effect(Kind.REPLAYING, Access.READ, "is_replaying()", "is true only on replay", node)
        return Value((Typed("builtins.bool"),), frozenset({effect}))
    return UNKNOWN


def _operation(frame: Frame, shape: Shape, context: Context | None, arguments: Arguments, node: ast.Call) -> Value:
    """Record an operation, run the bodies it is given, and give back what it returns."""
    operation = Operation(shape.kind, shape, frame.site(node), context, node, loops=frame.loops, path=frame.path)
    operation.rounds = tuple(sizes.rounds(frame.body, loop) for loop in frame.loops)
    operation.in_cleanup = frame.cleanup
    operation.open_arguments = arguments.open
    operation.name = arguments.get(shape.position("name"), "name")
    operation.name_node = _argument_node(node, shape.position("name"), "name")
    operation.config = arguments.get(shape.position("config"), "config")
    if shape.kind in (OperationKind.MAP, OperationKind.PARALLEL):
        operation.inputs = arguments.get(0, shape.parameters[0])
    operation.payload = (
        arguments.get(shape.position("payload"), "payload") if shape.position("payload") is not None else None
    )
    operation.payload_node = _argument_node(node, shape.position("payload"), "payload")
    _record_sinks(frame, operation, arguments, node)
    frame.consequence()
    frame.body.operations[(id(node),)] = operation
    _run_callables(frame, operation, arguments, node)
    handed.check(frame, operation)
    _run_called_back(frame, operation, node)
    if operation.payload is not None:
        for prepared in operation.payload.inside(Prepared):
            assert isinstance(prepared, Prepared)
            frame.body.note_unrun(prepared, frame.site(operation.payload_node or node), "sent")
    operation.result = _result(frame, operation, arguments)
    return operation.result


def _argument_node(node: ast.Call, position: int | None, name: str) -> ast.expr | None:
    for keyword in node.keywords:
        if keyword.arg == name:
            return keyword.value
    if position is not None and position < len(node.args) and not any(isinstance(a, ast.Starred) for a in node.args):
        return node.args[position]
    return None


def _record_sinks(frame: Frame, operation: Operation, arguments: Arguments, node: ast.Call) -> None:
    """Arguments that differ on replay: the name is validated by the service, the others change what runs."""
    if operation.name is not None:
        place = frame.site(operation.name_node or node)
        for effect in operation.name.taints:
            effect.reaches(Sink.OPERATION_NAME, effect.site if frame.body.is_handed(effect) else place)
    for value in arguments.values():
        if value is operation.name:
            continue
        frame.sink(value, Sink.ARGUMENT, node)
        for thing in value.things:
            _sink_inside(frame, thing, node)
    inputs = arguments.get(0, "inputs") if operation.kind is OperationKind.MAP else None
    if inputs is not None:
        iterated = _argument_node(node, 0, "inputs") or node
        frame.sink(displays.iterate(frame, iterated, inputs), Sink.ARGUMENT, node)


def _sink_inside(frame: Frame, thing: Thing, node: ast.AST) -> None:
    match thing:
        case Prepared() | Partial():
            for value in thing.arguments.values():
                frame.sink(value, Sink.ARGUMENT, node)
        case Function() if thing.scope is not None:
            for value in frame.interpreter.defaults.get((thing.node, thing.scope), {}).values():
                frame.sink(value, Sink.CAPTURED, node)
        case Sequence(items=items) if items is not None:
            for item in items:
                for inner in item.things:
                    _sink_inside(frame, inner, node)


def _run_callables(frame: Frame, operation: Operation, arguments: Arguments, node: ast.Call) -> None:
    shape = operation.shape
    if shape.callable is None:
        return
    given = arguments.get(shape.position(shape.callable), shape.callable)
    place = _argument_node(node, shape.position(shape.callable), shape.callable) or node
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


def _run_called_back(frame: Frame, operation: Operation, node: ast.Call) -> None:
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
                    frame_sink_name(body)


def frame_sink_name(body: Body) -> None:
    """What an item namer returns becomes the names of operations."""
    for returned in body.returned.values():
        for effect in returned.value.taints:
            effect.reaches(Sink.OPERATION_NAME, returned.site)


def _result(frame: Frame, operation: Operation, arguments: Arguments) -> Value:
    """What an operation gives back: recorded, so without the taints of what made it."""
    match operation.kind:
        case OperationKind.STEP | OperationKind.CHILD | OperationKind.WITH_RETRY | OperationKind.WAIT_FOR_CONDITION:
            bodies = [
                body for called in operation.called for body in called.bodies if body.kind is not BodyKind.CALLED_BACK
            ]
            result = checkpointed(join(body.result for body in bodies)) if bodies else UNKNOWN
            return Value(_given_back(frame, operation, result), result.taints, frozenset(frame.loops))
        case OperationKind.MAP | OperationKind.PARALLEL:
            return Value((Batch("sdk.BatchResult", operation.call),), frozenset(), frozenset(frame.loops))
        case OperationKind.CREATE_CALLBACK:
            return (
                of(Record("sdk.Callback", (("custom", literal(True)),)))
                if operation.has_custom_serdes
                else typed("sdk.Callback")
            )
        case OperationKind.WAIT_FOR_CALLBACK:
            return UNKNOWN if operation.has_custom_serdes else typed("sdk.CallbackText")
        case OperationKind.WAIT:
            return literal(None)
    return Value((), frozenset(), frozenset(frame.loops))


def _given_back(frame: Frame, operation: Operation, result: Value) -> tuple[Thing, ...]:
    """What comes back out of a checkpoint: what the SDK's serializer makes of it, else values as they went in."""
    if operation.serdes is not None:
        return received(frame.interpreter, result, operation.serdes).things
    plain = (Literal, Pattern, Typed, Sequence, Mapping, Instance)
    return tuple(thing for thing in result.things if isinstance(thing, plain))
