"""Deployed handlers: whether the function that a deployment names is durable, and what its executions wait for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from enum import Enum

from durable_lint.dataclasses import dataclass
from durable_lint.model import names
from durable_lint.model.body import Body, BodyKind
from durable_lint.model.callbacks import CALLBACKS, limits_of
from durable_lint.model.contract import Terms
from durable_lint.model.durations import written_lengths
from durable_lint.model.effects import Site
from durable_lint.model.handlers import keeps_plain
from durable_lint.model.interpreter import Interpreter
from durable_lint.model.module import Module
from durable_lint.model.scope import loaded_names
from durable_lint.model.sdk import is_sdk
from durable_lint.model.things import Class, Durable, External, Function, Instance, ModuleThing, Prepared
from durable_lint.model.values import Thing, Value
from durable_lint.source.walk import walk


class Nature(Enum):
    """What a handler is: under the SDK's decorator, a function that surely is not, or one of which that is unknown."""

    DURABLE = "durable"
    PLAIN = "plain"
    UNKNOWN = "unknown"


def nature_of(interpreter: Interpreter, module: Module, name: str) -> tuple[Nature, Function | None]:
    """What a top-level name of a module is as a handler, and the function behind it where there is exactly one."""
    value = interpreter.module_value(module, name)
    things = () if value is None or value.partial else value.things
    if things and all(isinstance(thing, Durable) and thing.kind == "handler" for thing in things):
        inner = [f for thing in things if isinstance(thing, Durable) for f in thing.function.things]
        return Nature.DURABLE, inner[0] if len(inner) == 1 and isinstance(inner[0], Function) else None
    if len(things) == 1 and isinstance(things[0], Function) and _is_plain(interpreter, things[0]):
        return Nature.PLAIN, things[0]
    return Nature.UNKNOWN, None


class Pause(Enum):
    """What an execution may wait for."""

    WAIT = "wait"
    CALLBACK = "callback"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A place where an execution waits for a known time: at least ``seconds``, unless a callback is answered before."""

    site: Site
    pause: Pause
    seconds: int
    what: str

    @property
    def is_wait(self) -> bool:
        """Whether it surely takes that long."""
        return self.pause is Pause.WAIT


def waitings(handler: Body) -> Iterator[Waiting]:
    """The waits and callbacks of known length in a handler and in all that it runs, in no order."""
    if handler.interpreter is None:
        return
    terms = Terms(handler.interpreter.sdk_line)
    for body in handler.reached():
        if not body.is_replayed:
            continue
        for call in body.sdk_calls.values():
            match = terms.match(call) if call.name == "DurableContext.wait" else None
            given = None if match is None else match.of("duration")
            known = None if given is None else written_lengths(given.value)
            if known is not None:
                yield Waiting(call.site, Pause.WAIT, int(min(known)), ast.unparse(call.node.func))
        for operation in body.own_operations:
            limits = limits_of(operation) if operation.kind in CALLBACKS else None
            timeouts = [limit.timeout for limit in limits or ()]
            if timeouts and all(timeouts):
                yield Waiting(operation.site, Pause.CALLBACK, min(t for t in timeouts if t), operation.label)


def handler_body(bodies: list[Body], function: Function) -> Body | None:
    """The body of a handler among those that evaluating its module has reached."""
    return next((b for b in bodies if b.kind is BodyKind.HANDLER and b.node is function.node), None)


def _is_plain(interpreter: Interpreter, function: Function) -> bool:
    """Whether Lambda calls a function as it stands, and nothing that it uses speaks of durable functions.

    A handler may hand its arguments on to a durable function, or speak the protocol itself.
    """
    node = function.node
    if not isinstance(node, ast.FunctionDef) or function.scope is not None or function.bound is not None:
        return False
    frame = interpreter.module_frame(function.module)
    return all(keeps_plain(frame, decorator) for decorator in node.decorator_list) and not _leads_to_durable(
        interpreter, function
    )


def _leads_to_durable(interpreter: Interpreter, function: Function) -> bool:
    """Whether anything that a function names, directly or through functions of the project, may be durable."""
    seen: set[ast.AST] = set()
    waiting = [function]
    while waiting:
        current = waiting.pop()
        if current.node in seen:
            continue
        seen.add(current.node)
        if _speaks(ast.unparse(current.node)):
            return True
        for value in _named(interpreter, current):
            if not value.things and _speaks(current.module.text.text):
                return True
            for thing in value.things:
                if isinstance(thing, Function):
                    waiting.append(thing)
                elif _may_be_durable(interpreter, thing):
                    return True
    return False


def _named(interpreter: Interpreter, function: Function) -> Iterator[Value]:
    """The values of the top-level names that a function reads, and of what it imports itself."""
    for name in sorted(loaded_names(function.node)):
        value = interpreter.module_value(function.module, name)
        if value is not None:
            yield value
    yield from _imported(interpreter, function.module, function.node)


def _imported(interpreter: Interpreter, module: Module, inside: ast.AST) -> Iterator[Value]:
    """The values of all that is imported in a module, or in a part of it."""
    for node in walk([inside]):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                bound = alias.asname or (alias.name.partition(".")[0] if isinstance(node, ast.Import) else alias.name)
                yield names.imported(interpreter, module, node, bound)


def _may_be_durable(interpreter: Interpreter, thing: Thing) -> bool:
    if isinstance(thing, (Durable, Prepared)):
        return True
    if isinstance(thing, External):
        return is_sdk(thing.name)
    home = _home(thing)
    return home is not None and _imports_durable(interpreter, home)


def _imports_durable(interpreter: Interpreter, module: Module) -> bool:
    """Whether a module, or one that it imports, speaks of anything durable."""
    seen: set[Module] = set()
    waiting = [module]
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        if _speaks(current.text.text):
            return True
        for value in _imported(interpreter, current, current.tree):
            if any(isinstance(thing, (Durable, Prepared)) for thing in value.things):
                return True
            homes = (_home(thing) for thing in value.things)
            waiting.extend(home for home in homes if home is not None)
    return False


def _home(thing: Thing) -> Module | None:
    match thing:
        case Function(module=module) | Class(module=module) | ModuleThing(module=module):
            return module
        case Instance(cls=cls):
            return cls.module
    return None


def _speaks(text: str) -> bool:
    return "durable" in text or "Durable" in text
