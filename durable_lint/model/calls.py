"""Calls: from a call expression to what is called, and back with its value and its effects."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from durable_lint.model import (
    attributes,
    builtin_calls,
    classes,
    container_calls,
    contents,
    dataclass_fields,
    declared,
    durable_calls,
    evaluation,
    library_calls,
    requests,
    sizes,
)
from durable_lint.model.body import Body, BodyKind
from durable_lint.model.effects import OUTSIDE_KINDS, VALUE_KINDS, Access, Effect, Kind, Link, Sink
from durable_lint.model.frame import Frame
from durable_lint.model.operations import Outcome
from durable_lint.model.scope import facts_of
from durable_lint.model.sdk import is_sdk
from durable_lint.model.things import (
    Batch,
    Boto,
    Class,
    Content,
    Context,
    Durable,
    External,
    Function,
    Instance,
    Mapping,
    Method,
    Partial,
    Prepared,
    Sequence,
    Typed,
    typed,
)
from durable_lint.model.values import UNKNOWN, Arguments, Thing, Value, join, of
from durable_lint.model.weight import light_arguments

if TYPE_CHECKING:
    from durable_lint.model.effects import Taints


def evaluate(frame: Frame, node: ast.Call) -> Value:
    """The value of a call, after everything it does is recorded."""
    callee = frame.evaluate(node.func)
    if library_calls.ignores_order(callee):
        saved, frame.order_matters = frame.order_matters, False
        arguments = arguments_of(frame, node)
        frame.order_matters = saved
    else:
        arguments = arguments_of(frame, node)
    if frame.body.batches:
        _note_gone_batches(frame, callee, arguments)
    if not callee.things:
        return _unresolved(frame, node, callee, arguments)
    result: Value | None = None
    path = frame.path
    for index, thing in enumerate(callee.things):
        if len(callee.things) > 1:
            frame.path = (*path, (node, f"alternative {index}"))
        value = call_thing(frame, thing, arguments, node)
        result = value if result is None else result | value
    frame.path = path
    result = (result or UNKNOWN).without(_kept_secrets(callee, arguments))
    result = result.tainted(callee.taints, callee.loops)
    library_calls.change_in_place(frame, callee, arguments, node, result)
    return contents.of_call(frame, callee, arguments, node, result)


def _note_gone_batches(frame: Frame, callee: Value, arguments: Arguments) -> None:
    """A batch that is handed to what cannot be followed may be looked at there."""
    is_seen = bool(callee.things) and not callee.partial
    if is_seen and all(isinstance(thing, (Function, Durable)) for thing in callee.things):
        return
    for value in arguments.values():
        for thing in value.inside(Batch):
            assert isinstance(thing, Batch)
            frame.body.batches_gone.add(thing.origin)


_CARRIES_SECRETS = frozenset(
    {"json.loads", "json.dumps", "base64.b64decode", "base64.b64encode", "urllib.parse.quote"}
    | {"copy.copy", "copy.deepcopy"}
    | {f"builtins.{name}" for name in ("str", "dict", "list", "tuple", "next", "sorted", "getattr", "bytes", "repr")}
)


def _kept_secrets(callee: Value, arguments: Arguments) -> list[Effect]:
    """The secrets that go into a library call and do not come out of it: an answer to a request is no secret."""
    secrets = [effect for value in arguments.values() for effect in value.taints if effect.kind is Kind.SECRET]
    if not secrets or not all(
        isinstance(thing, (External, Method, Boto, Typed))
        and not (isinstance(thing, External) and thing.name in _CARRIES_SECRETS)
        for thing in callee.things
    ):
        return []
    return secrets


def _unresolved(frame: Frame, node: ast.Call, callee: Value, arguments: Arguments) -> Value:
    taints, loops = callee.taints, callee.loops | frozenset(frame.loops)
    for value in arguments.values():
        taints, loops = taints | value.taints, loops | value.loops
    taints = taints.difference(_kept_secrets(UNKNOWN, arguments)) | callee.taints
    requests.note_unknown(frame, node, ast.unparse(node.func) if arguments.keywords else "", arguments)
    if not frame.in_step:
        frame.body.unfollowed.setdefault(id(node), (frame.site(node), ast.unparse(node.func)))
    if isinstance(node.func, ast.Attribute) and node.func.attr in container_calls.ONLY_OF_CONTAINERS:
        frame.body.container_changes.add(node)
    return Value((), taints, loops)


def arguments_of(frame: Frame, node: ast.Call) -> Arguments:
    """The evaluated arguments of a call; visible ``*items`` and ``**entries`` are spread."""
    positional: list[Value] = []
    keywords: list[tuple[str, Value]] = []
    is_open = False
    for argument in node.args:
        value = frame.evaluate(argument)
        if not isinstance(argument, ast.Starred):
            positional.append(value)
            continue
        items = value.things[0].items if value.sole is not None and isinstance(value.things[0], Sequence) else None
        if items is None:
            is_open = True
        else:
            positional.extend(items)
    for keyword in node.keywords:
        value = frame.evaluate(keyword.value)
        if keyword.arg is not None:
            keywords.append((keyword.arg, value))
            continue
        mapping = value.things[0] if value.sole is not None else None
        if isinstance(mapping, Mapping) and (mapping.entries or mapping.is_visible):
            keywords.extend((key, entry) for key, entry in mapping.entries if isinstance(key, str))
        else:
            is_open = True
    return Arguments(tuple(positional), tuple(keywords), is_open)


def call_thing(frame: Frame, thing: Thing, arguments: Arguments, node: ast.Call) -> Value:
    """Call one alternative."""
    match thing:
        case Function():
            return call_function(frame, thing, arguments, node)
        case Class():
            return construct(frame, thing, arguments, node)
        case Durable():
            return durable_calls.call_durable(frame, thing, arguments, node)
        case Prepared():
            return durable_calls.run_prepared(frame, thing, arguments, node)
        case Partial(function, bound):
            merged = Arguments(
                (*bound.positional, *arguments.positional),
                (*bound.keywords, *arguments.keywords),
                bound.open or arguments.open,
            )
            return join(call_thing(frame, inner, merged, node) for inner in function.things)
        case External(name) if is_sdk(name):
            return durable_calls.call_sdk(frame, name, arguments, node)
        case External(name):
            _note_lost_context(frame, arguments, node)
            return library_calls.call_external(frame, name, arguments, node)
        case Method(receiver, name):
            return _call_method(frame, receiver, name, arguments, node)
        case Typed(durable_calls.BRANCH_DECORATOR) if arguments.positional:
            return durable_calls.make_durable(frame, "branch", arguments.positional[0])
        case Typed():
            return library_calls.call_method(frame, thing, "__call__", arguments, node)
        case Instance():
            method = classes.bound_method(frame, thing, "__call__")
            if method is not None:
                return call_function(frame, method, arguments, node)
    return arguments.flow()


def _note_lost_context(frame: Frame, arguments: Arguments, node: ast.Call) -> None:
    """A library that is given a context may start operations on it: that cannot be followed."""
    if any(isinstance(thing, Context) for value in arguments.values() for thing in value.things):
        frame.body.unfollowed.setdefault(id(node), (frame.site(node), ast.unparse(node.func)))


def _call_method(frame: Frame, receiver: Thing, name: str, arguments: Arguments, node: ast.Call) -> Value:
    if isinstance(receiver, Context):
        return durable_calls.call_context(frame, receiver, name, arguments, node)
    if isinstance(receiver, Boto):
        return library_calls.call_boto(frame, receiver, name, arguments, node)
    durable_calls.note_method(frame, receiver, name, arguments, node)
    return library_calls.call_method(frame, receiver, name, arguments, node)


def construct(frame: Frame, cls: Class, arguments: Arguments, node: ast.AST) -> Value:
    """An object of a project class; what the constructor does outside happens at the call."""
    arguments = light_arguments(dataclass_fields.with_factories(frame, cls, arguments, node))
    instance = Instance(cls, arguments)
    stored: dict[str, Value] = {}
    for initializer in ("__init__", "__post_init__"):
        function = classes.bound_method(frame, instance, initializer)
        if function is not None:
            given = arguments if initializer == "__init__" else Arguments()
            body = evaluation.body_of(frame, function, given, BodyKind.PLAIN)
            if body is not None:
                mapping = _adopt(frame, body, function, node, cls.node.name)
                stored.update(classes.stored_on_self(body, mapping))
    made = instance.holding({name: value for name, value in stored.items() if value.taints})
    taints = join((*arguments.values(), *(value for _, value in made.state)))
    return Value((made,), taints.taints, taints.loops)


def call_function(
    frame: Frame, function: Function, arguments: Arguments, node: ast.AST, what: str | None = None
) -> Value:
    """Call a project function: evaluate its body for these arguments and take over what it does."""
    body = evaluation.body_of(frame, function, arguments, BodyKind.PLAIN)
    if body is None:
        return arguments.flow()
    value = take_over(frame, body, function, node, what or function.name_in(frame.module))
    if isinstance(function.node, ast.Lambda) or facts_of(function.node).yields:
        return value
    if not value.things:
        value = Value(_declared_result(frame, function), value.taints, value.loops, value.maker)
    if isinstance(function.node, ast.AsyncFunctionDef):
        value = Value((Sequence(builtin_calls.COROUTINE, None, value),), value.taints, value.loops)
    return value


def _declared_result(frame: Frame, function: Function) -> tuple[Thing, ...]:
    """What a function says that it returns, for when its body does not tell."""
    if isinstance(function.node, ast.Lambda):
        return ()
    stated = declared.value_of(frame.interpreter.module_frame(function.module), function.node.returns)
    return tuple(thing for thing in stated.things if not isinstance(thing, Context))


def take_over(frame: Frame, body: Body, function: Function, node: ast.AST, what: str) -> Value:
    """Make what a called body does part of the calling body: operations, effects, the value with its taints."""
    mapping = _adopt(frame, body, function, node, what)
    if function.bound is not None and isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        attributes.assign(frame, node.func.value, classes.stored_on_self(body, mapping))
    if mapping and not facts_of(function.node).redirected.isdisjoint(body.writes):
        frame.scope.retaint(mapping)
    return body.result.retaint(mapping)


def _adopt(frame: Frame, body: Body, function: Function, node: ast.AST, what: str) -> dict[Effect, Effect | None]:
    """Record what a called body does as done here; which effects of the body are which effects of this one."""
    if function.module.is_vouched(function.node) or frame.interpreter.knowledge.vouches(
        f"{function.module.name}.{function.name}"
    ):
        return dict.fromkeys(body.effects.values())
    frame.body.calls.setdefault(node, {})[body] = function
    attributes.note_kept_contexts(frame, body, node)
    stands_alone = body.is_durable
    link = Link(frame.site(node), what)
    requests.adopt(frame, body, function, link)
    for key, operation in list(body.operations.items()):
        cleanup = frame.cleanup or (operation.in_cleanup and not stands_alone)
        rounds = tuple(sizes.rounds(frame.body, loop) for loop in frame.loops)
        reached = operation.reached_through(link, frame.loops, rounds, frame.path, cleanup)
        known = frame.body.operations.get((id(node), *key))
        if known is None or len(known.loops) < len(reached.loops):  # a loop's condition is evaluated before it, too
            frame.body.operations[id(node), *key] = reached
    for key, outcome in list(body.outcomes.items()):
        frame.body.outcomes.setdefault((id(node), *key), Outcome(link.site, outcome.source))
    for escape_id, escape in body.escapes.items():
        frame.body.escapes.setdefault(escape_id, escape)
    mapping = _taken_effects(frame, body, node, what, stands_alone)
    if body.operations:
        frame.consequence()
    site = frame.site(node)
    for old in body.exits:
        if (effect := mapping.get(old, old)) is not None:
            frame.left.setdefault(effect, (Sink.BRANCH, site))
    return mapping


def _taken_effects(
    frame: Frame, body: Body, node: ast.AST, what: str, stands_alone: bool
) -> dict[Effect, Effect | None]:
    mapping: dict[Effect, Effect | None] = {}
    needed: Taints = body.result.taints | body.exits | join(body.writes.values()).taints
    for effect in list(body.effects.values()):
        if stands_alone and body.is_replayed:
            if effect.kind in OUTSIDE_KINDS and effect.access is not Access.READ:
                frame.consequence()
            continue
        if effect.kind not in VALUE_KINDS:
            frame.wrap(effect, node, what)
        elif effect in needed or effect.kind is Kind.SECRET:
            mapping[effect] = frame.wrap(effect, node, what)
    return mapping


def decorate(frame: Frame, decorator: ast.expr, value: Value) -> Value:
    """Apply a decorator; one that is not known to do otherwise leaves the function as it is."""
    callee = frame.of_definition(decorator)
    results: list[Value] = []
    for thing in callee.things:
        match thing:
            case External(name) if is_sdk(name):
                results.append(durable_calls.decorate(frame, name, value))
            case Typed(durable_calls.BRANCH_DECORATOR):
                results.append(durable_calls.make_durable(frame, "branch", value))
            case Function() | Class() | Partial() | Instance():
                applied = call_thing(frame, thing, Arguments((value,)), _as_call(decorator))
                callables = tuple(t for t in applied.things if isinstance(t, (Function, Durable, Partial, Prepared)))
                results.append(Value(callables) if callables else value)
            case Durable() | Method() | External():
                results.append(value)
    return join(results) if results else value


def _as_call(decorator: ast.expr) -> ast.Call:
    call = ast.Call(func=decorator, args=[], keywords=[])
    return ast.copy_location(call, decorator)


def enter_context(frame: Frame, node: ast.expr, manager: Value) -> Value:
    """What ``with manager as x`` binds to ``x``."""
    results: list[Value] = []
    for thing in manager.things:
        match thing:
            case Sequence("builtins.generator", _, element):
                results.append(element)
            case Instance():
                method = classes.bound_method(frame, thing, "__enter__")
                if method is not None:
                    results.append(call_function(frame, method, Arguments(), node))
                else:
                    results.append(of(thing))
            case Content():
                results.append(of(thing))
            case Typed(name):
                entered = frame.interpreter.knowledge.returns(f"{name}.__enter__")
                results.append(typed(entered or name))
            case _:
                results.append(of(thing))
    return join(results).tainted(manager.taints, manager.loops)
