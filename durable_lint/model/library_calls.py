"""Calls of what is not project code: builtins, the standard library, third parties, boto3."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from durable_lint.dataclasses import replace
from durable_lint.knowledge import boto
from durable_lint.model import attributes, builtin_calls, container_calls, guards, requests
from durable_lint.model.effects import Access, Effect, Kind, Sink
from durable_lint.model.sdk import READ_ONLY_ATTRIBUTES
from durable_lint.model.things import (
    Boto,
    Class,
    Context,
    External,
    Function,
    Instance,
    Literal,
    Method,
    Partial,
    Prepared,
    Sequence,
    Typed,
)
from durable_lint.model.values import UNKNOWN, Arguments, Thing, Value, join, of
from durable_lint.source.walk import walk

if TYPE_CHECKING:
    from durable_lint.knowledge import Fact
    from durable_lint.model.frame import Frame

_WRAPS = "durable_lint.wraps"
NAMED_TUPLE = "durable_lint.namedtuple"
_IDENTITY_DECORATORS = frozenset(
    {"functools.lru_cache", "functools.cache", "functools.wraps", "contextlib.contextmanager"}
)
_NEVER_RETURNS = frozenset({"sys.exit", "os._exit", "builtins.exit", "builtins.quit", "os.abort"})
_LAZY = frozenset({"all", "filter", "limit", "page_size", "pages"})
_SECRET_CALLS = {
    ("secretsmanager", "get_secret_value"): "AWS Secrets Manager",
    ("secretsmanager", "batch_get_secret_value"): "AWS Secrets Manager",
    ("ssm", "get_parameter"): "a SecureString parameter",
    ("ssm", "get_parameters"): "a SecureString parameter",
}


def ignores_order(callee: Value) -> bool:
    """Whether a call gives the same result whatever the order of what it is given."""
    return any(isinstance(thing, External) and thing.name in builtin_calls.ORDERLESS for thing in callee.things)


def call_external(frame: Frame, name: str, arguments: Arguments, node: ast.Call) -> Value:
    """Call something outside the project by its dotted name."""
    builtin = builtin_calls.BUILTINS.get(name)
    if builtin is not None:
        return _with_facts(frame, name, arguments, node, builtin(frame, arguments, node))
    if name in ("boto3.client", "boto3.resource", "boto3.Session", "boto3.session.Session", "boto3.DEFAULT_SESSION"):
        return _boto_factory(name.rpartition(".")[2].lower(), arguments)
    if name in ("botocore.session.get_session", "botocore.session.Session"):
        return of(Boto("session", ""))
    if name == "functools.partial" and arguments.positional:
        return Value(
            (Partial(arguments.positional[0], Arguments(arguments.positional[1:], arguments.keywords, arguments.open)),)
        )
    if name == "atexit.register":
        return guards.run_at_exit(frame, "callback", arguments, node)
    if name in ("collections.namedtuple", "typing.NamedTuple"):
        return of(External(NAMED_TUPLE))
    if name == NAMED_TUPLE:
        return of(Sequence("typing.NamedTuple", tuple(arguments.values()), join(arguments.values())))
    if name in _IDENTITY_DECORATORS:
        return _decorating(name, arguments)
    return _with_facts(frame, name, arguments, node, _result(frame, name, arguments))


def change_in_place(frame: Frame, callee: Value, arguments: Arguments, node: ast.Call, result: Value) -> None:
    """``random.shuffle(items)`` gives nothing back, what it draws goes into the list; ``rng.seed(1)`` repeats it."""
    if isinstance(node.func, ast.Attribute) and node.func.attr == "seed" and arguments.positional:
        generator = frame.evaluate(node.func.value)
        drawn = [effect for effect in generator.taints if effect.kind is Kind.RANDOM]
        if drawn and not arguments.positional[0].taints:
            attributes.update(frame, node.func.value, generator.without(drawn))
        return
    if not (result.taints and arguments.positional and node.args):
        return
    if any(isinstance(t, (External, Method)) and t.name.rpartition(".")[2] == "shuffle" for t in callee.things):
        attributes.update(frame, node.args[0], arguments.positional[0].tainted(result.taints))


def _decorating(name: str, arguments: Arguments) -> Value:
    """``lru_cache(f)`` is ``f``; ``lru_cache(maxsize=…)`` is a decorator that changes nothing here; ``wraps(f)``
    lends a name.
    """
    first = arguments.positional[0] if arguments.positional else UNKNOWN
    if name == "functools.wraps":
        return of(Partial(of(External(_WRAPS)), Arguments((first,))))
    if any(isinstance(thing, (Function, Partial, Method)) for thing in first.things):
        return first
    return of(External("durable_lint.identity"))


def _renamed(wrapper: Value, wrapped: Value) -> Value:
    names = [thing.name for thing in wrapped.things if isinstance(thing, Function)]
    if not names:
        return wrapper
    things = tuple(replace(thing, wraps=names[0]) if isinstance(thing, Function) else thing for thing in wrapper.things)
    return wrapper.having(things)


def _result(frame: Frame, name: str, arguments: Arguments) -> Value:
    flow = arguments.flow()
    if name == _WRAPS and len(arguments.positional) > 1:
        return _renamed(arguments.positional[1], arguments.positional[0])
    if name == "durable_lint.identity":
        return arguments.positional[0] if arguments.positional else UNKNOWN
    returned = frame.interpreter.knowledge.returns(name)
    if returned is None and name in _NEVER_RETURNS:
        returned = "typing.NoReturn"
    if returned is None and _is_exception(name):
        returned = name
    if returned is None:
        return Value((), flow.taints, flow.loops, name)
    if returned == "typing.Any":
        return Value((), flow.taints, flow.loops)
    return Value((of_type(returned),), flow.taints, flow.loops)


def of_type(name: str) -> Thing:
    """An instance of a type known by name; containers become sequences whose elements are unknown."""
    if name in ("builtins.list", "builtins.tuple", "builtins.set", "builtins.frozenset", "builtins.generator"):
        return Sequence(name, None, UNKNOWN)
    return Typed(name)


def _is_exception(name: str) -> bool:
    module, _, leaf = name.rpartition(".")
    return module == "builtins" and leaf.endswith(("Error", "Exception", "Warning"))


def _with_facts(frame: Frame, name: str, arguments: Arguments, node: ast.Call, value: Value) -> Value:
    facts = frame.interpreter.knowledge.call(name)
    if not facts:
        requests.note_unknown(frame, node, name, arguments)
        return value
    return perform(frame, facts, name, arguments, node, value)


def perform(
    frame: Frame, facts: tuple[Fact, ...], name: str, arguments: Arguments, node: ast.expr, value: Value
) -> Value:
    """Record the effects that the tables know for a call; value effects taint the result."""
    keywords = [keyword for keyword, _ in arguments.keywords]
    types = _types(arguments) if any(fact.when for fact in facts) else {}
    effects: list[Effect] = []
    for fact in facts:
        if not fact.fires(len(arguments.positional), keywords, arguments.open, types):
            continue
        mode = _mode(fact, arguments)
        effect = attributes.record(frame, fact, name, node, fact.access_with(mode) if mode is not None else None)
        effects.append(effect)
        _use_arguments(frame, effect, arguments, node)
        if effect.kind is Kind.NETWORK:
            requests.note(frame, node, name, effect.access, arguments)
    tainting = frozenset(effect for effect in effects if effect.kind in _TAINTING)
    if not effects:
        return value
    if any(effect.kind in (Kind.CLOCK, Kind.RANDOM, Kind.ID, Kind.METADATA) for effect in effects):
        value = value.tainted(loops=frozenset(frame.loops))
    return value.tainted(tainting)


_TAINTING = frozenset(
    {Kind.CLOCK, Kind.RANDOM, Kind.ID, Kind.HOST, Kind.ORDER, Kind.IDENTITY, Kind.METADATA, Kind.SECRET}
)


def _types(arguments: Arguments) -> dict[int | str, str]:
    """The types of the arguments that have but one, by position or keyword."""
    given: list[tuple[int | str, Value]] = [*enumerate(arguments.positional), *arguments.keywords]
    types = ((place, value.things[0].plain_type) for place, value in given if value.sole is not None)
    return {place: name for place, name in types if name is not None}


def _mode(fact: Fact, arguments: Arguments) -> str | None:
    if fact.mode_place is None:
        return None
    position, keyword = fact.mode_place
    given = arguments.get(position, keyword)
    return None if given is None else given.literal_text()


def _use_arguments(frame: Frame, effect: Effect, arguments: Arguments, node: ast.expr) -> None:
    """What the arguments of an effect become: output, an outside effect; a context in a thread escapes."""
    if effect.kind is Kind.LOG:
        sink = Sink.LOGGED
    elif effect.kind in (Kind.NETWORK, Kind.FILE, Kind.PROCESS) and effect.access is not Access.READ:
        sink = Sink.OUTSIDE
    else:
        sink = None
    for value in arguments.values():
        if sink is not None:
            frame.sink(value, sink, node)
    if effect.kind is Kind.SLEEP and arguments.positional:
        effect.seconds = arguments.positional[0].number()
    if effect.kind is Kind.CONCURRENCY:
        _note_thread_escape(frame, arguments, node)


def _note_thread_escape(frame: Frame, arguments: Arguments, node: ast.expr) -> None:
    from durable_lint.model.body import IN_THREAD, Escape

    for value in arguments.values():
        for thing in _reachable(value, 3):
            if isinstance(thing, Context):
                frame.body.escapes.setdefault(id(node), Escape(frame.site(node), thing, IN_THREAD))
            elif isinstance(thing, Function):
                _note_captured_context(frame, thing, node)


def _reachable(value: Value, depth: int) -> list[Thing]:
    found: list[Thing] = []
    for thing in value.things:
        found.append(thing)
        if depth and isinstance(thing, Sequence):
            for item in thing.items or (thing.element,):
                found.extend(_reachable(item, depth - 1))
        elif depth and isinstance(thing, (Partial, Prepared)):
            for item in thing.arguments.values():
                found.extend(_reachable(item, depth - 1))
    return found


def _note_captured_context(frame: Frame, function: Function, node: ast.expr) -> None:
    """A function that closes over a context and is handed to a thread takes the context along."""
    from durable_lint.model.body import IN_THREAD, Escape

    if function.scope is None:
        return
    body = function.node.body if isinstance(function.node.body, list) else [function.node.body]
    nodes = list(walk(body))
    only_read = {id(n.value) for n in nodes if isinstance(n, ast.Attribute) and n.attr in READ_ONLY_ATTRIBUTES}
    for inner in nodes:
        if isinstance(inner, ast.Name) and id(inner) not in only_read:
            found = function.scope.find(inner.id)
            contexts = [] if found is None else list(found[1].only(Context))
            if contexts and isinstance(contexts[0], Context):
                frame.body.escapes.setdefault(id(node), Escape(frame.site(node), contexts[0], IN_THREAD))
                return


def call_method(frame: Frame, receiver: Thing, name: str, arguments: Arguments, node: ast.Call) -> Value:
    """Call a method of an object that is not project code."""
    match receiver:
        case Typed("sdk.Logger"):
            for value in arguments.values():
                frame.sink(value, Sink.LOGGED, node)
            return Value((Literal.of(None),))
        case Typed("sdk.CallbackText"):
            return UNKNOWN
        case Typed(dotted) if dotted.startswith("sdk."):
            from durable_lint.model import durable_calls

            return durable_calls.call_sdk_object(frame, receiver, name, arguments, node)
        case Typed(guards.EXIT_STACK) if name in ("callback", "enter_context", "push"):
            return guards.run_at_exit(frame, name, arguments, node)
        case Typed(dotted):
            if name in container_calls.CHANGING and dotted.startswith("collections."):
                frame.body.container_changes.add(node)
            full = f"{dotted}.{name}"
            if name in ("submit", "map", "apply_async", "start_soon") and frame.interpreter.knowledge.call(full):
                _note_thread_escape(frame, arguments, node)
            known = container_calls.typed_method(dotted, name, arguments)
            return _with_facts(
                frame, full, arguments, node, known if known is not None else _result(frame, full, arguments)
            )
        case Class() | Instance():
            made = Instance(receiver if isinstance(receiver, Class) else receiver.cls, None)
            flow = arguments.flow()
            return Value((made,), flow.taints, flow.loops)
    returned = container_calls.call(frame, receiver, name, arguments, node)
    if returned is not None:
        return returned
    return arguments.flow()


def _boto_factory(surface: str, arguments: Arguments) -> Value:
    service = arguments.get(0, "service_name")
    name = (service.literal_text() if service is not None else None) or ""
    return of(Boto(surface, name))


def call_boto(frame: Frame, receiver: Boto, name: str, arguments: Arguments, node: ast.Call) -> Value:
    """Call a method of a boto3 object: build another one, or send a request."""
    if receiver.surface == "session":
        if name in ("client", "create_client", "resource"):
            return _boto_factory("resource" if name == "resource" else "client", arguments)
        return UNKNOWN
    if name in ("get_paginator", "get_waiter"):
        operation = arguments.get(0, "operation_name") or arguments.get(0, "waiter_name")
        detail = (operation.literal_text() if operation is not None else None) or ""
        return of(Boto(name.removeprefix("get_"), receiver.service, detail))
    if name == "batch_writer":
        return of(Boto("batch_writer", receiver.service))
    if name[:1].isupper():
        return of(Boto(name, receiver.service))
    if receiver.surface == "collection" and name in _LAZY:
        return of(receiver)
    surface = receiver.surface if receiver.surface in ("client", "waiter", "collection", "batch_writer") else "resource"
    operation_name = receiver.detail if receiver.surface == "paginator" and receiver.detail else name
    facts = boto.facts(
        receiver.service or None, operation_name, "client" if receiver.surface == "paginator" else surface
    )
    value = arguments.flow()
    source = f"boto3 {_label(receiver)}.{name}"
    value = perform(frame, facts, source, arguments, node, value)
    return _with_secret(frame, receiver, name, arguments, node, value)


def iterate_boto(frame: Frame, receiver: Boto, node: ast.expr) -> Value:
    """One item of a collection of resources, which is asked for only now."""
    if receiver.surface != "collection":
        return UNKNOWN
    facts = boto.facts(receiver.service or None, "all", "collection")
    perform(frame, facts, f"boto3 {_label(receiver)}", Arguments(), node, UNKNOWN)
    return of(Boto("item", receiver.service))


def _label(receiver: Boto) -> str:
    if receiver.surface in ("client", "resource"):
        return receiver.service or receiver.surface
    if receiver.surface in ("paginator", "waiter"):
        return f"{receiver.service} {receiver.surface}".strip()
    if receiver.surface == "batch_writer":
        return "Table.batch_writer"
    return receiver.detail or receiver.surface


def _with_secret(frame: Frame, receiver: Boto, name: str, arguments: Arguments, node: ast.Call, value: Value) -> Value:
    store = _SECRET_CALLS.get((receiver.service, name))
    if store is None:
        return value
    if receiver.service == "ssm":
        decrypts = arguments.get(None, "WithDecryption")
        if decrypts is None or decrypts.things != (Literal(True, "builtins.bool"),):
            return value
    effect = frame.effect(Kind.SECRET, Access.READ, f"{receiver.service}.{name}", f"comes from {store}", node)
    return value.tainted(frozenset({effect}))
