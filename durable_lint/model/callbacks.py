"""Callbacks: how long they wait, and whether somebody can answer and somebody reads the answer."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from durable_lint.dataclasses import dataclass
from durable_lint.model.body import Body, BodyKind
from durable_lint.model.durations import written_lengths
from durable_lint.model.effects import Kind, Site
from durable_lint.model.module import Module
from durable_lint.model.operations import Operation, OperationKind
from durable_lint.model.scope import all_arguments
from durable_lint.model.values import FunctionNode, Record
from durable_lint.source.walk import walk

CALLBACKS = frozenset({OperationKind.CREATE_CALLBACK, OperationKind.WAIT_FOR_CALLBACK})
_LOG_METHODS = frozenset({"debug", "info", "warning", "warn", "error", "exception", "critical", "log"})
_FORMATTING = frozenset({"str", "repr", "format", "dict", "dumps"})
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_MAX_STEPS = 300
_Follow = Callable[[Module, ast.expr], None]


@dataclass(frozen=True, slots=True)
class Limits:
    """How long one callback waits, in whole seconds: ``timeout`` and ``heartbeat``, 0 for none, ``None`` if unknown."""

    timeout: int | None
    heartbeat: int | None

    @property
    def is_unlimited(self) -> bool:
        """Whether nothing ever ends the wait."""
        return self.timeout == 0 and self.heartbeat == 0


@dataclass(slots=True)
class Lot:
    """What becomes of a callback: whether its id is given to somebody or only logged, and whether its result is read.

    ``is_seen`` says that all of it could be followed.
    """

    is_answerable: bool = False
    is_logged: bool = False
    is_read: bool = False
    is_seen: bool = True

    @property
    def is_lost(self) -> bool:
        """Whether nobody can answer, or nobody learns the answer, for certain."""
        return self.is_seen and not (self.is_answerable and self.is_read)


def limits_of(operation: Operation) -> tuple[Limits, ...] | None:
    """The limits of a callback under each configuration that it may have; ``None`` when one cannot be seen."""
    configs = operation.configs
    if operation.kind not in CALLBACKS or configs is None:
        return None
    return tuple(limits_in(config) for config in configs)


def limits_in(config: Record | None) -> Limits:
    """The limits that a configuration sets, or the default."""
    return Limits(_seconds(config, "timeout"), _seconds(config, "heartbeat_timeout"))


def _seconds(config: Record | None, field: str) -> int | None:
    given = None if config is None else config.get(field)
    if given is None:
        return 0
    written = written_lengths(given)
    if written is None or len(set(written)) > 1 or 0 < written[0] < 1:
        return None  # what is cut off to none was not meant to be none
    return int(written[0])


def lot_of(body: Body, operation: Operation) -> Lot | None:
    """What becomes of a callback that stands in a body; ``None`` for any other operation."""
    if operation.kind is OperationKind.CREATE_CALLBACK:
        walk_ = _Walk(body)
        walk_.object(operation.site.module, operation.call)
        return walk_.lot
    if operation.kind is OperationKind.WAIT_FOR_CALLBACK:
        return _of_submitters(body, operation)
    return None


def _of_submitters(body: Body, operation: Operation) -> Lot:
    """``wait_for_callback`` reads the result itself: what counts is whether a submitter does anything with the id."""
    runs = [run for called in operation.called for run in called.bodies if run.kind is BodyKind.SUBMITTER]
    total = Lot(is_read=True, is_seen=bool(runs))
    for run in runs:
        arguments = run.node.args
        parameters = [*arguments.posonlyargs, *arguments.args]
        position = 0 if not run.arguments.positional else _position_of_id(run)
        if position is None or position >= len(parameters):
            total.is_seen = False
            continue
        walk_ = _Walk(body)
        walk_.parameter(run.module, run.node, parameters[position].arg, walk_.id)
        total.is_answerable |= walk_.lot.is_answerable
        total.is_logged |= walk_.lot.is_logged
        total.is_seen &= walk_.lot.is_seen
    return total


def _position_of_id(run: Body) -> int | None:
    """Where the SDK passes the id: behind the object of a method and what a partial has bound."""
    for position, following in enumerate(run.arguments.positional[1:]):
        if any(getattr(thing, "name", "") == "sdk.WaitForCallbackContext" for thing in following.things):
            return position
    return None


def unhandled(body: Body) -> Iterator[Site]:
    """The places where the end of a callback is waited for, and a timeout would end the execution.

    Also in helpers and child contexts that a body runs, unless a clause round the call is for it.
    """
    yield from _unhandled(body, set())


def _unhandled(body: Body, seen: set[Body]) -> Iterator[Site]:
    if body in seen:
        return
    seen.add(body)
    for key, outcome in body.outcomes.items():
        if len(key) == 1 and outcome.source == "Callback.result" and outcome.site.node not in body.caught:
            yield outcome.site
    for operation in body.own_operations:
        if operation.site.node in body.caught:
            continue
        if operation.kind is OperationKind.WAIT_FOR_CALLBACK:
            yield operation.site
        elif operation.kind in (OperationKind.CHILD, OperationKind.WITH_RETRY):
            for called in operation.called:
                for run in called.bodies:
                    yield from _unhandled(run, seen)
    for call, ran in body.calls.items():
        for run in () if call in body.caught else ran:
            yield from _unhandled(run, seen)


def is_tested(site: Site) -> bool:
    """Whether a result is looked at for being there at all: compared with ``None``, or in a test of its truth."""
    module, node = site.module, site.node
    outer = module.parent(node)
    match outer:
        case ast.NamedExpr(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
            function = next((around for around in module.ancestors(node) if isinstance(around, _FUNCTIONS)), None)
            loads = walk([function]) if function is not None else ()
            if isinstance(outer, ast.NamedExpr) and _tests(module, outer):
                return True
            return any(isinstance(load, ast.Name) and load.id == name and _tests(module, load) for load in loads)
    return _tests(module, node)


def _tests(module: Module, node: ast.AST) -> bool:
    outer = module.parent(node)
    match outer:
        case ast.Compare(left=left, comparators=[ast.Constant(value=None)]):
            return left is node
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test) | ast.Assert(test=test):
            return test is node
    return isinstance(outer, (ast.BoolOp, ast.UnaryOp))


class _Walk:
    """Follows one callback through the expressions that hold it, or its id, into helpers and back to their callers."""

    def __init__(self, body: Body) -> None:
        assert body.interpreter is not None
        self.lot = Lot()
        self._bodies = tuple(body.interpreter.memory.values())
        self._visited: set[ast.AST | tuple[ast.AST, str]] = set()

    def object(self, module: Module, node: ast.expr) -> None:
        """What is done with an expression whose value is the callback."""
        if not self._enter(node):
            return
        outer = module.parent(node)
        match outer:
            case ast.Attribute(attr="callback_id"):
                self.id(module, outer)
            case ast.Attribute(attr="result"):
                self.lot.is_read = True
            case ast.Expr() | ast.If() | ast.While() | ast.Compare() | ast.Assert():
                pass
            case ast.NamedExpr(target=target):
                self._name(module, target, self.object)
                self.object(module, outer)
            case _ if not self._passed_on(module, node, self.object):
                self.lot.is_seen = False

    def id(self, module: Module, node: ast.expr) -> None:
        """What is done with an expression whose value is the id; anything but logging may reach somebody."""
        if not self._enter(node):
            return
        outer = module.parent(node)
        if isinstance(outer, ast.Expr):
            return
        if self._is_logged(module, node):
            self.lot.is_logged = True
        elif not self._passed_on(module, node, self.id):
            self.lot.is_answerable = True

    def parameter(self, module: Module, function: FunctionNode, name: str, follow: _Follow) -> None:
        """What a function does with one of its parameters."""
        if (function, name) in self._visited:
            return
        self._visited.add((function, name))
        for inner in walk([function]):
            match inner:
                case ast.Name(id=used, ctx=ast.Load()) if used == name:
                    follow(module, inner)
                case ast.Global(names=names) | ast.Nonlocal(names=names) if name in names:
                    self.lot.is_seen = False

    def _enter(self, node: ast.expr) -> bool:
        if len(self._visited) > _MAX_STEPS:
            self.lot.is_seen = False
        if node in self._visited or not self.lot.is_seen:
            return False
        self._visited.add(node)
        return True

    def _passed_on(self, module: Module, node: ast.expr, follow: _Follow) -> bool:
        """Whether an expression only goes where it can be followed: to a name, a helper, a caller."""
        outer = module.parent(node)
        match outer:
            case ast.Assign(targets=[ast.Name() as target]) | ast.AnnAssign(target=ast.Name() as target):
                return self._name(module, target, follow)
            case ast.Return() | ast.Lambda():
                return self._returned(module, node, follow)
        return self._given_to_helper(module, node, follow)

    def _name(self, module: Module, target: ast.Name, follow: _Follow) -> bool:
        """Follow a local name through its function, and the functions in it, whatever else it may hold there."""
        function = next((outer for outer in module.ancestors(target) if isinstance(outer, _FUNCTIONS)), None)
        if function is None or any(isinstance(outer, ast.ClassDef) for outer in _between(module, target, function)):
            return False
        self.parameter(module, function, target.id, follow)
        return True

    def _returned(self, module: Module, node: ast.expr, follow: _Follow) -> bool:
        """Follow what a plain function gives back to the calls in sight; one that the SDK calls gives it to others."""
        function = next((outer for outer in module.ancestors(node) if isinstance(outer, _FUNCTIONS)), None)
        runs = {body for body in self._bodies if body.node is function}
        calls = [
            (caller, call) for caller in self._bodies for call, ran in caller.calls.items() if not runs.isdisjoint(ran)
        ]
        if not calls or any(run.kind is not BodyKind.PLAIN for run in runs):
            return False
        for caller, call in calls:
            if not isinstance(call, ast.Call):
                return False
            follow(caller.module, call)
        return True

    def _given_to_helper(self, module: Module, node: ast.expr, follow: _Follow) -> bool:
        """Follow an argument into the functions of the project that a call runs."""
        outer = module.parent(node)
        keyword = outer.arg if isinstance(outer, ast.keyword) else None
        call = module.parent(outer) if isinstance(outer, ast.keyword) else outer
        if not isinstance(call, ast.Call) or call.func is node or (isinstance(outer, ast.keyword) and keyword is None):
            return False
        if any(isinstance(argument, ast.Starred) for argument in call.args):
            return False
        ran = [(run, function) for body in self._bodies for run, function in body.calls.get(call, {}).items()]
        for run, function in ran:
            first = int(function.bound is not None)
            if len(run.arguments.positional) != len(call.args) + first:
                return False
            name = keyword or _parameter_at(run, call.args.index(node) + first)
            if name is None or name not in {parameter.arg for parameter in all_arguments(run.node.args)}:
                return False
            self.parameter(run.module, run.node, name, follow)
        return bool(ran)

    def _is_logged(self, module: Module, node: ast.expr) -> bool:
        """Whether a value only becomes part of a log message."""
        for outer in module.ancestors(node):
            match outer:
                case ast.JoinedStr() | ast.FormattedValue() | ast.BinOp() | ast.keyword() | ast.Dict() | ast.Tuple():
                    continue
                case ast.Call(func=ast.Name(id=name)) if name in _FORMATTING:
                    continue
                case ast.Call(func=ast.Attribute(attr=name)) if name in _FORMATTING:
                    continue
                case ast.Call():
                    return self._logs(outer)
            return False
        return False

    def _logs(self, call: ast.Call) -> bool:
        match call.func:
            case ast.Name(id="print"):
                return not any(keyword.arg == "file" for keyword in call.keywords)
            case ast.Attribute(value=ast.Name(id=receiver) | ast.Attribute(attr=receiver), attr=method):
                if method in _LOG_METHODS and "log" in receiver.lower():
                    return True
        return any(
            effect.kind is Kind.LOG and effect.site.node is call and not effect.through_helper
            for body in self._bodies
            for effect in body.effects.values()
        )


def _between(module: Module, node: ast.AST, function: ast.AST) -> Iterator[ast.AST]:
    for outer in module.ancestors(node):
        if outer is function:
            return
        yield outer


def _parameter_at(run: Body, position: int) -> str | None:
    parameters = [*run.node.args.posonlyargs, *run.node.args.args]
    return parameters[position].arg if position < len(parameters) else None
