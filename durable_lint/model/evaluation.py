"""Evaluation of a body: once for each set of arguments, with its parameters bound as Python binds them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from durable_lint.model import declared, names
from durable_lint.model.body import Body, BodyKind, Returned, Role
from durable_lint.model.frame import Frame
from durable_lint.model.scope import Scope, all_arguments, facts_of
from durable_lint.model.things import Context, Function, FunctionNode, Literal, Mapping, Sequence, literal, typed
from durable_lint.model.values import UNKNOWN, Arguments, Constant, Value, join, of
from durable_lint.model.weight import light_arguments

if TYPE_CHECKING:
    pass

_MAX_ACTIVE = 2


_MANY_VARIANTS = 8


_TOO_MANY_VARIANTS = 24


_MAX_FUNCTION_DEPTH = 24


def body_of(
    frame: Frame,
    function: Function,
    arguments: Arguments,
    kind: BodyKind,
    role: Role | None = None,
    hands_context: tuple[int, ...] = (),
) -> Body | None:
    """The record of a function's body for these arguments, evaluated once; ``None`` where recursion or depth end it.

    ``hands_context`` are the positions at which the SDK passes the body's own context.
    """
    interpreter = frame.interpreter
    role = role or frame.body.role
    given = light_arguments(
        arguments
        if function.bound is None
        else Arguments((function.bound, *arguments.positional), arguments.keywords, arguments.open)
    )
    owner = frame.context_owner if kind is BodyKind.PLAIN and _passes_context(given, function) else None
    key = _memory_key(function, given, kind, role, owner)
    variants = interpreter.variants.get(function.node, 0)
    if variants >= _MANY_VARIANTS and key not in interpreter.memory:
        given = given.widened(keeps_taints=variants < _TOO_MANY_VARIANTS)
        key = _memory_key(function, given, kind, role, owner)
    known = interpreter.memory.get(key)
    if known is not None:
        frame.body_calls(known)
        return known
    if interpreter.active.count(function.node) >= _MAX_ACTIVE or len(interpreter.active) > _MAX_FUNCTION_DEPTH:
        return None
    body = Body(function.node, function.module, function.name, role, kind, arguments=given, interpreter=interpreter)
    frame.body_calls(body)
    interpreter.variants[function.node] = variants + 1
    interpreter.active.append(function.node)
    try:
        _run_body(frame, body, function, given, owner, hands_context)
    except RecursionError:
        body.result = UNKNOWN
    finally:
        interpreter.active.pop()
    interpreter.memory[key] = body
    return body


def _memory_key(
    function: Function, given: Arguments, kind: BodyKind, role: Role, owner: Body | None
) -> tuple[object, ...]:
    scope = function.scope.key() if function.scope is not None else None
    return (function.node, scope, given, kind, role, owner)


def _passes_context(arguments: Arguments, function: Function) -> bool:
    if any(isinstance(thing, Context) for value in arguments.values() for thing in value.things):
        return True
    return function.scope is not None


def _run_body(
    caller: Frame,
    body: Body,
    function: Function,
    arguments: Arguments,
    owner: Body | None,
    hands_context: tuple[int, ...],
) -> None:
    interpreter = caller.interpreter
    facts = facts_of(function.node)
    scope = Scope(function.scope, facts.own, facts.redirected)
    frame = Frame(interpreter, function.module, body, scope, facts, owner)
    _bind_parameters(frame, function, arguments, hands_context)
    if isinstance(function.node, ast.Lambda):
        value = frame.evaluate(function.node.body)
        body.result = value
        body.returned[id(function.node)] = Returned(frame.site(function.node.body), value)
        return
    left = interpreter.run(frame, function.node.body)
    if not left and not body.returned:
        body.result = Value((Literal.of(None),))
    if body.kind is not BodyKind.PLAIN and (facts.yields or body.is_async):
        body.result = UNKNOWN  # the SDK gets a generator or a coroutine: that, not what it would give, is the defect
    elif facts.yields:
        element = frame.yielded or UNKNOWN
        body.result = Value((Sequence("builtins.generator", None, element),), element.taints, element.loops)


def _bind_parameters(frame: Frame, function: Function, arguments: Arguments, hands_context: tuple[int, ...]) -> None:
    node = function.node
    parameters = [*node.args.posonlyargs, *node.args.args]
    defaults = _defaults(frame, function)
    for position, parameter in enumerate(parameters):
        value = arguments.get(position, parameter.arg)
        if position in hands_context:
            value = of(Context(frame.body))
            frame.body.context_parameter = None  # one bound before it holds the context of another body
            _receive_context(frame, parameter)
        frame.scope.names[parameter.arg] = _parameter(
            frame, parameter, value, defaults.get(parameter.arg), arguments.open
        )
    if node.args.vararg is not None:
        rest = arguments.positional[len(parameters) :]
        known = None if arguments.open else rest
        value = Value((Sequence("builtins.tuple", known, join(rest)),), join(rest).taints)
        frame.scope.names[node.args.vararg.arg] = value
    for parameter in node.args.kwonlyargs:
        value_or_none = arguments.get(None, parameter.arg)
        frame.scope.names[parameter.arg] = _parameter(
            frame, parameter, value_or_none, defaults.get(parameter.arg), arguments.open
        )
    if node.args.kwarg is not None:
        named = {parameter.arg for parameter in all_arguments(node.args)}
        rest_entries: tuple[tuple[Constant, Value], ...] = tuple(
            (k, v) for k, v in arguments.keywords if k not in named
        )
        element = join(v for _, v in rest_entries)
        key = typed("builtins.str") if arguments.open else join(literal(name) for name, _ in rest_entries)
        mapping = Mapping("builtins.dict", rest_entries, key, element)
        frame.scope.names[node.args.kwarg.arg] = Value((mapping,), element.taints)


def _parameter(frame: Frame, parameter: ast.arg, given: Value | None, default: Value | None, is_open: bool) -> Value:
    if given is not None and any(isinstance(thing, Context) for thing in given.things):
        _receive_context(frame, parameter)
        return given
    if declared.declares_context(frame, parameter.annotation):
        _receive_context(frame, parameter)
        return of(Context(frame.context_owner))
    stated = declared.value_of(frame, parameter.annotation)
    if given is None:
        if default is None:
            return stated
        if is_open and default.things == (Literal.of(None),):
            return stated | default if stated.things else stated
        return names.at_import(frame, default, parameter, f"the default of {parameter.arg}")
    if given.things:
        return given
    return Value(stated.things, given.taints, given.loops)


def _receive_context(frame: Frame, parameter: ast.arg) -> None:
    frame.body.receives_context = True
    if frame.body.context_parameter is None:
        frame.body.context_parameter = parameter.arg


def remember_defaults(frame: Frame, node: FunctionNode) -> None:
    """Evaluate the defaults of a function where it is defined, as Python does."""
    if not node.args.defaults and not any(node.args.kw_defaults):
        return
    scope = None if frame.interpreter.is_module_frame(frame) else frame.scope
    frame.interpreter.defaults[(node, scope)] = _evaluate_defaults(frame, node)


def _evaluate_defaults(frame: Frame, node: FunctionNode) -> dict[str, Value]:
    values: dict[str, Value] = {}
    parameters = [*node.args.posonlyargs, *node.args.args]
    for parameter, default in zip(
        parameters[len(parameters) - len(node.args.defaults) :], node.args.defaults, strict=True
    ):
        values[parameter.arg] = frame.evaluate(default)
    for parameter, keyword_default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True):
        if keyword_default is not None:
            values[parameter.arg] = frame.evaluate(keyword_default)
    return values


def _defaults(frame: Frame, function: Function) -> dict[str, Value]:
    node = function.node
    if not node.args.defaults and not any(node.args.kw_defaults):
        return {}
    known = frame.interpreter.defaults.get((node, function.scope))
    if known is None:
        known = _evaluate_defaults(frame.interpreter.module_frame(function.module), node)
        frame.interpreter.defaults[(node, function.scope)] = known
    return known
