"""Lots: what becomes of a callback, whether somebody can answer it and somebody reads the answer."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from durable_lint.dataclasses import dataclass
from durable_lint.model.attribute_reads import reads_of
from durable_lint.model.body import Body, BodyKind
from durable_lint.model.effects import Kind
from durable_lint.model.module import Module
from durable_lint.model.operations import Operation, OperationKind
from durable_lint.model.scope import all_arguments
from durable_lint.model.things import FunctionNode
from durable_lint.source.walk import walk

_LOG_METHODS = frozenset({"debug", "info", "warning", "warn", "error", "exception", "critical", "log"})
_FORMATTING = frozenset({"str", "repr", "format", "dict", "dumps"})
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_ADDING = frozenset({"append", "appendleft", "add", "insert", "setdefault"})
_TAKING = frozenset({"pop", "popleft", "get"})
_LOOKING = frozenset({"clear", "remove", "discard", "keys", "sort", "reverse", "extend", "update"})
_COUNTING = frozenset({"len", "bool", "any", "all"})
_BUILTINS = _COUNTING | {"enumerate", "zip", "next", "iter", "list", "tuple", "set", "reversed", "sorted", "dict"}
_MAX_STEPS = 300
_Follow = Callable[[Module, ast.expr], None]


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


class _Walk:
    """Follows one callback through the expressions that hold it, or its id, into helpers and back to their callers."""

    def __init__(self, body: Body) -> None:
        assert body.interpreter is not None
        self.lot = Lot()
        self._bodies = tuple(body.interpreter.memory.values())
        self._project = body.interpreter.project
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
            case _ if not (self._passed_on(module, node, self.object) or self._put_away(module, node)):
                self.lot.is_seen = False

    def container(self, module: Module, node: ast.expr) -> None:
        """What is done with an expression whose value has the callback in it: a list, a dict, an iterator."""
        if not self._enter(node):
            return
        outer = module.parent(node)
        match outer:
            case ast.For(target=target, iter=source) | ast.comprehension(target=target, iter=source) if source is node:
                self.lot.is_seen &= isinstance(target, ast.Name) and self._name(module, target, self.object)
            case ast.Subscript(value=value, slice=index) if value is node:
                if isinstance(outer.ctx, ast.Load):
                    (self.container if isinstance(index, ast.Slice) else self.object)(module, outer)
            case ast.Attribute(attr=method):
                self._asked(module, method, module.parent(outer))
            case ast.Call(func=ast.Name(id=name), args=arguments) if node in arguments and name in _BUILTINS:
                self._given_to_builtin(module, name, outer, arguments.index(node))
            case ast.Expr() | ast.If() | ast.While() | ast.Compare() | ast.Assert() | ast.UnaryOp():
                pass
            case ast.Assign(targets=[ast.Attribute() as target]) | ast.AnnAssign(target=ast.Attribute() as target):
                self.lot.is_seen &= self._attribute(module, target, self.container)
            case _ if not self._passed_on(module, node, self.container):
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

    def _put_away(self, module: Module, node: ast.expr) -> bool:
        """Whether the callback only gets into a container, or an attribute, that can be followed."""
        outer = module.parent(node)
        match outer:
            case ast.List() | ast.Tuple() | ast.Dict():
                self.container(module, outer)
                return True
            case ast.ListComp(elt=part) | ast.GeneratorExp(elt=part) | ast.DictComp(value=part) if part is node:
                self.container(module, outer)
                return True
            case ast.Call(func=ast.Attribute(value=holder, attr=method), args=given) if method in _ADDING:
                return node in given and self._holder(module, holder)
            case ast.Assign(targets=[ast.Subscript(value=holder)]):
                return self._holder(module, holder)
            case ast.Assign(targets=[ast.Attribute() as target]) | ast.AnnAssign(target=ast.Attribute() as target):
                return self._attribute(module, target, self.object)
        return False

    def _holder(self, module: Module, node: ast.expr) -> bool:
        if isinstance(node, ast.Name):
            return self._name(module, node, self.container)
        return isinstance(node, ast.Attribute) and self._attribute(module, node, self.container)

    def _asked(self, module: Module, method: str, call: ast.AST | None) -> None:
        """What a method of a container gives back of it."""
        if not isinstance(call, ast.Call):
            self.lot.is_seen = False
        elif method in _TAKING:
            self.object(module, call)
        elif method == "items":
            self._pairs(module, call, 1)
        elif method in ("values", "copy"):
            self.container(module, call)
        elif method not in _ADDING | _LOOKING:
            self.lot.is_seen = False

    def _given_to_builtin(self, module: Module, name: str, call: ast.Call, position: int) -> None:
        if name in ("enumerate", "zip"):
            self._pairs(module, call, position if name == "zip" else 1)
        elif name == "next":
            self.object(module, call)
        elif name not in _COUNTING:
            self.container(module, call)

    def _pairs(self, module: Module, node: ast.expr, position: int) -> None:
        """What is done with tuples that have the callback at a position: taken apart they can be followed."""
        outer = module.parent(node)
        match outer:
            case ast.Call(func=ast.Name(id="list" | "tuple" | "sorted" | "reversed"), args=[given]) if given is node:
                self._pairs(module, outer, position)
            case ast.For(target=ast.Tuple(elts=parts)) | ast.comprehension(target=ast.Tuple(elts=parts)):
                target = parts[position] if position < len(parts) else None
                self.lot.is_seen &= isinstance(target, ast.Name) and self._name(module, target, self.object)
            case _:
                self.lot.is_seen = False

    def _attribute(self, module: Module, target: ast.Attribute, follow: _Follow) -> bool:
        """Follow all attributes of a name, in the whole project; what reads attributes by text ends the search."""
        if (module.tree, target.attr) in self._visited:
            return True
        self._visited.add((module.tree, target.attr))
        reads = reads_of(self._project, module, target.attr)
        for read in reads or ():
            follow(read.module, read.node)
        return reads is not None

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
