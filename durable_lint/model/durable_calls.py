"""Calls of the SDK: decorators, operations on a context, and the bodies that operations run."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from durable_lint.dataclasses import replace
from durable_lint.knowledge import sdk as sdk_facts
from durable_lint.model import calls, displays, handed, operation_bodies, sizes
from durable_lint.model.body import BodyKind
from durable_lint.model.contract import SdkCall
from durable_lint.model.effects import Access, Kind, Sink
from durable_lint.model.operation_bodies import argument_node, checkpointed
from durable_lint.model.operations import SHAPES, Operation, OperationKind, Outcome, Shape
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
    from durable_lint.model.frame import Frame

BRANCH_DECORATOR = "sdk.branch_decorator"
_MAKERS = frozenset({"CompletionConfig", "RetryDecision", "RetryPresets", "WaitForConditionDecision"})
_STRATEGY_MAKERS = frozenset({"create_retry_strategy", "create_linear_retry_strategy"})


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
    operation.name_node = argument_node(node, shape.position("name"), "name")
    operation.config = arguments.get(shape.position("config"), "config")
    if shape.kind in (OperationKind.MAP, OperationKind.PARALLEL):
        operation.inputs = arguments.get(0, shape.parameters[0])
    operation.payload = (
        arguments.get(shape.position("payload"), "payload") if shape.position("payload") is not None else None
    )
    operation.payload_node = argument_node(node, shape.position("payload"), "payload")
    _record_sinks(frame, operation, arguments, node)
    frame.consequence()
    frame.body.operations[(id(node),)] = operation
    operation_bodies.run(frame, operation, arguments, node)
    handed.check(frame, operation)
    operation_bodies.run_called_back(frame, operation, node)
    if operation.payload is not None:
        for prepared in operation.payload.inside(Prepared):
            assert isinstance(prepared, Prepared)
            frame.body.note_unrun(prepared, frame.site(operation.payload_node or node), "sent")
    operation.result = _result(frame, operation, arguments)
    return operation.result


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
        iterated = argument_node(node, 0, "inputs") or node
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


def _result(frame: Frame, operation: Operation, arguments: Arguments) -> Value:
    """What an operation gives back: recorded, so without the taints of what made it."""
    match operation.kind:
        case OperationKind.STEP | OperationKind.CHILD | OperationKind.WITH_RETRY | OperationKind.WAIT_FOR_CONDITION:
            bodies = [
                body for called in operation.called for body in called.bodies if body.kind is not BodyKind.CALLED_BACK
            ]
            result = checkpointed(join(body.result for body in bodies)) if bodies else UNKNOWN
            given_back = result.having(_given_back(frame, operation, result))
            return replace(given_back, loops=frozenset(frame.loops), maker="")
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
