"""What operations are handed: whether a callable fits what the SDK passes to it, and contexts among its arguments."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from durable_lint.knowledge import sdk as sdk_facts
from durable_lint.model import declared
from durable_lint.model.body import Body, ContextArgument, Misfit
from durable_lint.model.effects import Site
from durable_lint.model.operations import Called, Operation, OperationKind
from durable_lint.model.scope import all_arguments, loaded_names
from durable_lint.model.sdk import CONTEXT_TYPES, DECORATORS, READ_ONLY_ATTRIBUTES, STEP_CONTEXT_TYPES, is_sdk
from durable_lint.model.things import (
    Context,
    Durable,
    External,
    Function,
    Instance,
    Mapping,
    Partial,
    Prepared,
    Sequence,
    Typed,
)
from durable_lint.model.values import Arguments, Thing, Value

if TYPE_CHECKING:
    from durable_lint.model.frame import Frame

_STEP_OPERATIONS = frozenset({OperationKind.STEP, OperationKind.WAIT_FOR_CALLBACK, OperationKind.WAIT_FOR_CONDITION})
_DECORATOR_OF = {kind: name for name, kind in DECORATORS.items()} | {"branch": "durable_parallel_branch"}
_PLAIN_TYPES = frozenset(
    f"builtins.{name}"
    for name in ("str", "int", "float", "bool", "bytes", "dict", "list", "tuple", "set", "frozenset", "NoneType")
)


def check(frame: Frame, operation: Operation) -> None:
    """Record what is wrong with the callables that an operation is given."""
    passed = _passed_by(frame, operation.kind.value)
    for called in operation.called:
        for thing in called.value.things:
            for misfit in _misfits(frame, thing, called.site, passed):
                frame.body.misfits.setdefault(id(misfit.site.node), misfit)
            if operation.kind in _STEP_OPERATIONS:
                _note_context_arguments(frame, called, thing)


def check_definition(frame: Frame, durable: Durable, function: Function, body: Body) -> None:
    """Record in the body of a decorated function what is wrong with its parameters."""
    for misfit in _of_definition(frame, durable.kind, function):
        body.misfits.setdefault(id(misfit.site.node), misfit)


def _passed_by(frame: Frame, name: str) -> tuple[str, ...]:
    """The names of what the SDK passes to the callable of an operation or to a decorated function."""
    shape = sdk_facts.facts(frame.interpreter.sdk_line).callable_shape(name)
    return () if shape is None else shape.arguments


def _misfits(frame: Frame, thing: Thing, site: Site, passed: tuple[str, ...]) -> Iterator[Misfit]:
    match thing:
        case Function():
            yield from _of_plain(frame, thing, (), Arguments(), site, passed)
        case Partial(function, arguments):
            for inner in function.things:
                if isinstance(inner, Function):
                    rest = Arguments((), arguments.keywords, arguments.open)
                    yield from _of_plain(frame, inner, arguments.positional, rest, site, passed)
        case Prepared(kind, function):
            for inner in function.things:
                if isinstance(inner, Function):
                    yield from _of_prepared(frame, kind, inner, thing)


def _of_plain(
    frame: Frame, function: Function, first: tuple[Value, ...], rest: Arguments, site: Site, passed: tuple[str, ...]
) -> Iterator[Misfit]:
    """An undecorated callable: it must take exactly what the SDK passes, after what is bound before."""
    if not passed or _is_wrapped(frame, function):
        return
    parameters = _positional(function)
    problem = unfit(function, len(first) + len(passed), rest) or _misplaced_context(
        frame, function, parameters[len(first) : len(first) + len(passed)], passed
    )
    if problem is None:
        problem = _overwritten(function, parameters[len(first) : len(first) + len(passed)], passed)
    if problem is not None:
        if isinstance(function.node, ast.Lambda) and function.module is site.module:
            site = Site(function.module, function.node)
        yield Misfit(site, function.name, problem, passed, function if rest == Arguments() and not first else None)


def _of_definition(frame: Frame, kind: str, function: Function) -> Iterator[Misfit]:
    """A decorated function: its leading parameters must take what the SDK passes, whatever its own arguments are."""
    passed = _passed_by(frame, _DECORATOR_OF.get(kind, ""))
    if not passed or _is_wrapped(frame, function):
        return
    problem = _wrong_leading(frame, kind, function, passed)
    if problem is not None:
        yield Misfit(Site(function.module, function.node), function.name, problem, passed, function)


def _wrong_leading(frame: Frame, kind: str, function: Function, passed: tuple[str, ...]) -> str | None:
    parameters = _positional(function)
    if len(parameters) < len(passed) and function.node.args.vararg is None:
        return _takes(len(parameters), passed)
    if kind == "handler":
        problem = unfit(function, len(passed), Arguments()) if function.owner is None else None
        return problem or _misplaced_context(frame, function, parameters[: len(passed)], passed)
    if _expects_receiver(function, parameters):
        return f"receives the {_spoken(passed[0])} as `self`: the SDK passes it before everything else"
    misplaced = _misplaced_context(frame, function, parameters, passed)
    if misplaced is not None:
        return misplaced
    for name, parameter in zip(passed, parameters, strict=False):
        if name.endswith("context") and _is_no_context(frame, function, parameter.annotation):
            return f"receives the {_spoken(name)} as `{parameter.arg}`"
    return None


def _expects_receiver(function: Function, parameters: list[ast.arg]) -> bool:
    """Whether it is a method that uses what it takes for its object, or the parameter after it."""
    if function.owner is None or not parameters or parameters[0].arg != "self" or _is_static(function):
        return False
    return any(parameter.arg in loaded_names(function.node) for parameter in parameters[:2])


def _of_prepared(frame: Frame, kind: str, function: Function, prepared: Prepared) -> Iterator[Misfit]:
    """``f(order)`` of a decorated function: with what the SDK passes first, its arguments must fit the definition."""
    wrong = list(_of_definition(frame, kind, function))
    if wrong or function.owner is not None or _is_wrapped(frame, function):
        yield from wrong
        return
    passed = _passed_by(frame, _DECORATOR_OF.get(kind, ""))
    given = prepared.arguments
    if not passed or given.open:
        return
    rest = Arguments((), given.keywords)
    problem = unfit(function, len(passed) + len(given.positional), rest)
    if problem is None:
        return
    parameters = _positional(function)
    forgotten = unfit(function, len(given.positional), rest) is None and not _names_context(
        frame, function, parameters[:1]
    )
    if forgotten and not function.node.args.vararg:
        lacks = f"has no parameter for the {_spoken(passed[-1])}, which the SDK passes before its own arguments"
        yield Misfit(Site(function.module, function.node), function.name, lacks, passed, function)
    else:
        yield Misfit(prepared.site, function.name, problem, passed)


def _positional(function: Function) -> list[ast.arg]:
    """The parameters that positional arguments reach, without the receiver of a bound method."""
    parameters = [*function.node.args.posonlyargs, *function.node.args.args]
    return parameters if function.bound is None else parameters[1:]


def unfit(function: Function, count: int, rest: Arguments) -> str | None:
    """Why a function cannot be called with this many positional arguments and these keywords; ``None`` when it can."""
    arguments = function.node.args
    parameters = _positional(function)
    names = {parameter.arg for parameter in parameters[: max(0, count)]}
    keywords = {name for name, _ in rest.keywords}
    if count > len(parameters) and arguments.vararg is None:
        return f"takes {_number(len(parameters))}, but gets {count}"
    taken = keywords & names
    if taken:
        return f"gets `{min(taken)}` twice"
    if arguments.kwarg is None:
        known = {parameter.arg for parameter in (*parameters, *arguments.kwonlyargs)}
        unknown = keywords - known
        if unknown:
            return f"has no parameter `{min(unknown)}`"
    if rest.open:
        return None
    required = parameters[: len(parameters) - len(arguments.defaults)] if arguments.defaults else parameters
    missing = [parameter.arg for parameter in required[count:] if parameter.arg not in keywords]
    for parameter, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if default is None and parameter.arg not in keywords:
            missing.append(parameter.arg)
    return f"gets nothing for `{'`, `'.join(missing)}`" if missing else None


def _overwritten(function: Function, parameters: list[ast.arg], passed: tuple[str, ...]) -> str | None:
    """A default that captures a variable where the SDK passes something: ``lambda item=item: …``."""
    every = _positional(function)
    defaults = function.node.args.defaults
    with_default = (
        dict(zip((p.arg for p in every[len(every) - len(defaults) :]), defaults, strict=False)) if defaults else {}
    )
    for name, parameter in zip(passed, parameters, strict=False):
        if isinstance(with_default.get(parameter.arg), (ast.Name, ast.Attribute, ast.Subscript)):
            return f"keeps a value in the default of `{parameter.arg}`, where the SDK passes the {_spoken(name)}"
    return None


def _misplaced_context(
    frame: Frame, function: Function, parameters: list[ast.arg], passed: tuple[str, ...]
) -> str | None:
    """A parameter declared as the SDK's context where the SDK passes something else."""
    expected = next((place for place, name in enumerate(passed) if name.endswith("context")), None)
    if expected is None or (expected < len(parameters) and _names_context(frame, function, [parameters[expected]])):
        return None
    for place, parameter in enumerate(parameters[: len(passed) + 1]):
        if place != expected and _names_context(frame, function, [parameter], passed[expected]):
            stated = f"declares the {_spoken(passed[expected])} as its {_ORDINALS[place]} parameter"
            return f"{stated}, the SDK passes it as the {_ORDINALS[expected]}"
    return None


_ORDINALS = ("first", "second", "third", "fourth", "fifth")
_TYPE_OF = {
    "step_context": "StepContext",
    "context": "DurableContext",
    "callback_context": "WaitForCallbackContext",
    "check_context": "WaitForConditionCheckContext",
}


def _names_context(frame: Frame, function: Function, parameters: Iterable[ast.arg], passed: str | None = None) -> bool:
    """Whether a parameter is declared as a context of the SDK: any, or the type of the one passed under this name."""
    wanted = CONTEXT_TYPES | STEP_CONTEXT_TYPES if passed is None else {_TYPE_OF.get(passed, "")}
    inner = frame.interpreter.module_frame(function.module)
    for parameter in parameters:
        if declared.declares_context(inner, parameter.annotation):
            return "DurableContext" in wanted
        things = declared.value_of(inner, parameter.annotation).things
        if any(isinstance(t, Typed) and t.name.removeprefix("sdk.") in wanted for t in things):
            return True
    return False


def _is_no_context(frame: Frame, function: Function, annotation: ast.expr | None) -> bool:
    """Whether a parameter is declared as something that no context of the SDK can be."""
    inner = frame.interpreter.module_frame(function.module)
    things = declared.value_of(inner, annotation).things
    return bool(things) and all(_is_plain(inner, thing) for thing in things)


def _is_plain(frame: Frame, thing: Thing) -> bool:
    match thing:
        case Typed(name):
            return name in _PLAIN_TYPES
        case Sequence() | Mapping():
            return True
        case Instance(cls):
            return not any("Protocol" in ast.unparse(base) or "Any" in ast.unparse(base) for base in cls.node.bases)
    return False


def _is_wrapped(frame: Frame, function: Function) -> bool:
    """Whether decorators of unknown effect stand between a function and its caller."""
    if isinstance(function.node, ast.Lambda):
        return False
    inner = frame.interpreter.module_frame(function.module)
    for decorator in function.node.decorator_list:
        node = decorator.func if isinstance(decorator, ast.Call) else decorator
        if function.owner is not None and isinstance(node, ast.Name) and node.id in ("staticmethod", "classmethod"):
            continue
        scope_frame = frame if function.scope is not None else inner
        things = scope_frame.evaluate(node).things
        if not things or not all(isinstance(t, External) and is_sdk(t.name) for t in things):
            return True
    return False


def _is_static(function: Function) -> bool:
    return not isinstance(function.node, ast.Lambda) and any(
        isinstance(d, ast.Name) and d.id in ("staticmethod", "classmethod") for d in function.node.decorator_list
    )


def _takes(count: int, passed: tuple[str, ...]) -> str:
    return f"takes {_number(count)}, but gets the {' and the '.join(_spoken(name) for name in passed)}"


def _number(count: int) -> str:
    return "no argument" if count == 0 else f"{count} argument{'s' if count > 1 else ''}"


def _spoken(name: str) -> str:
    return name.replace("_", " ")


def _note_context_arguments(frame: Frame, called: Called, thing: Thing) -> None:
    """A context among the arguments that are bound to a step."""
    if isinstance(thing, Prepared):
        if thing.kind not in ("step", "submitter"):
            return
        place = thing.site
    elif isinstance(thing, Partial):
        place = called.site
    else:
        return
    for value in thing.arguments.values():
        for context in value.only(Context):
            assert isinstance(context, Context)
            noted = ContextArgument(place, context, _is_harmless(called, context))
            frame.body.context_arguments[id(place.node)] = noted


def _is_harmless(called: Called, context: Context) -> bool:
    """Whether every body that ran uses the context for no more than its logger and its description."""
    return bool(called.bodies) and all(_only_reads(body, context) for body in called.bodies)


def _only_reads(body: Body, context: Context) -> bool:
    if body.operations or body.escapes or isinstance(body.node, ast.Lambda):
        return False
    named = {parameter.arg for parameter in all_arguments(body.node.args)}
    read = {
        id(node.value)
        for statement in body.node.body
        for node in ast.walk(statement)
        if isinstance(node, ast.Attribute) and node.attr in READ_ONLY_ATTRIBUTES
    }
    holders = {
        parameter.arg
        for parameter, value in zip(
            [*body.node.args.posonlyargs, *body.node.args.args], body.arguments.positional, strict=False
        )
        if context in value.things
    } | {name for name, value in body.arguments.keywords if context in value.things}
    return not any(
        isinstance(node, ast.Name) and node.id in holders & named and id(node) not in read
        for statement in body.node.body
        for node in ast.walk(statement)
    )
