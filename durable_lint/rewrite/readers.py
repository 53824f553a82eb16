"""Readers: the places of a file that read the result of an operation, and what they do with it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from durable_lint.dataclasses import dataclass
from durable_lint.model.body import Body, BodyKind, Use
from durable_lint.model.module import Module
from durable_lint.model.operations import Operation, OperationKind
from durable_lint.rewrite.bindings import binders, scope_of, visible_scopes
from durable_lint.rewrite.conversions import is_builtin
from durable_lint.source.walk import walk

PASSED_ON = "passed on"
RETURNED = "returned"
UNUSED = "unused"
_ONE_RESULT = frozenset(
    {OperationKind.STEP, OperationKind.CHILD, OperationKind.WITH_RETRY, OperationKind.WAIT_FOR_CALLBACK}
)
_MAX_STEPS = 200


@dataclass(frozen=True, slots=True)
class Reading:
    """One use of a value: ``how`` it is used (``iterate``, ``attribute NAME``, ``builtin NAME`` ...) and where.

    ``RETURNED`` goes out of the function, ``PASSED_ON`` where nothing more is seen of it, ``UNUSED`` nowhere.
    """

    node: ast.expr
    how: str


def results_of(body: Body, run: Body, operation: Operation) -> list[ast.Call] | None:
    """The calls of all operations whose result is what a function gives back, which is used for nothing else.

    ``None`` when the function is used in a way that cannot be followed, or may be used in another file. ``run`` is
    the function's body, ``operation`` one that runs it.
    """
    if run.kind not in (BodyKind.STEP, BodyKind.CHILD, BodyKind.RETRY) or operation.kind not in _ONE_RESULT:
        return None
    if run.module is not body.module:
        return None
    if isinstance(run.node, ast.Lambda):
        return [operation.call] if _handed_to(body.module, run.node) is operation.call else None
    calls: list[ast.Call] = []
    started = operations_of(body, run)
    for use in _uses_of(body, run.node):
        call = _handed_to(body.module, use)
        if call is None or call not in started:
            return None
        calls.append(call)
    return calls or None


def readings_of(module: Module, node: ast.expr) -> Iterator[Reading]:
    """What a file does with the value of an expression, also through the variable that it is assigned to."""
    waiting, left = [node], _MAX_STEPS
    while waiting:
        left -= 1
        current = waiting.pop()
        loads = _loads(module, current) if left > 0 else None
        if loads is None:
            yield Reading(current, _how(module, current))
        elif loads:
            waiting += loads
        else:
            yield Reading(current, UNUSED)


def operands_of(use: Use) -> list[ast.expr]:
    """The expressions of which one is the thing that a use is of."""
    match use.site.node:
        case ast.Attribute(value=value) | ast.Subscript(value=value):
            return [value]
        case ast.Compare(left=left, comparators=comparators):
            return comparators if use.how == "membership" else [left, *comparators]
        case ast.BinOp(left=left, right=right):
            return [left, right]
        case ast.expr() as node:
            return [node]
    return []


def assigned_to(module: Module, node: ast.AST) -> ast.expr | None:
    """The expression that a local variable is assigned to, when that is the only thing that is ever done to it."""
    if not isinstance(node, ast.Name):
        return None
    scopes = [scope for scope in visible_scopes(module, node) if isinstance(scope, (ast.FunctionDef, ast.Lambda))]
    found = [binder for binder in binders(module, node.id) if scope_of(module, binder) in scopes]
    assignment = module.parent(found[0]) if len(found) == 1 else None
    if not isinstance(assignment, ast.Assign) or len(assignment.targets) != 1 or assignment.targets[0] is not found[0]:
        return None
    return assignment.value


def written_of(module: Module, node: ast.AST) -> ast.expr | None:
    """The expression that a local variable is assigned to, when it is read once only, at a node."""
    written = assigned_to(module, node)
    if written is None or not isinstance(node, ast.Name):
        return None
    return written if list(_resolved(module, node.id, scope_of(module, _target(module, written)))) == [node] else None


def _target(module: Module, written: ast.expr) -> ast.expr:
    assignment = module.parent(written)
    assert isinstance(assignment, ast.Assign)
    return assignment.targets[0]


def entry_of(module: Module, reading: Reading) -> tuple[str, ast.expr] | None:
    """The key under which a reading looks into a dict, and the expression for what it finds."""
    outer = module.parent(reading.node)
    match outer:
        case ast.Subscript(slice=ast.Constant(value=str(key)), ctx=ast.Load()) if outer.value is reading.node:
            return key, outer
        case ast.Attribute(attr="get"):
            call = module.parent(outer)
            match call:
                case ast.Call(func=func, args=[ast.Constant(value=str(key))], keywords=[]) if func is outer:
                    return key, call
    return None


def operations_of(body: Body, run: Body) -> frozenset[ast.Call]:
    """The calls of all operations of the file that run a function."""
    assert body.interpreter is not None
    return frozenset(
        operation.call
        for other in body.interpreter.memory.values()
        if other.module is body.module
        for operation in other.own_operations
        if operation.kind in _ONE_RESULT
        and any(inner.node is run.node for called in operation.called for inner in called.bodies)
    )


def _uses_of(body: Body, function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.expr | None]:
    """Every place that names a function; ``None`` for one that cannot be seen."""
    module, name = body.module, function.name
    scope = scope_of(module, function)
    same = [binder for binder in binders(module, name) if scope_of(module, binder) is scope]
    if isinstance(scope, ast.ClassDef) or same != [function]:
        yield None
        return
    assert body.interpreter is not None
    if scope is module.tree and body.interpreter.project.matches_elsewhere(module, rf"\b{name}\b"):
        yield None
    yield from _resolved(module, name, scope)


def _resolved(module: Module, name: str, scope: ast.AST) -> Iterator[ast.expr]:
    """The places where a name is read and means what a scope binds."""
    scopes = [scope_of(module, binder) for binder in binders(module, name)]
    for node in walk([scope]):
        is_read = isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
        if is_read and next((seen for seen in visible_scopes(module, node) if seen in scopes), None) is scope:
            assert isinstance(node, ast.Name)
            yield node


def _handed_to(module: Module, use: ast.expr | None) -> ast.Call | None:
    """The call that a function, or a decorated call of it, is an argument of."""
    if use is None:
        return None
    outer = module.parent(use)
    if isinstance(outer, ast.Call) and outer.func is use:
        use, outer = outer, module.parent(outer)
    if isinstance(outer, ast.keyword):
        outer = module.parent(outer)
    return outer if isinstance(outer, ast.Call) and outer.func is not use else None


def _loads(module: Module, node: ast.expr) -> list[ast.expr] | None:
    """Where the variable that an expression is assigned to is read; ``None`` when it is assigned to none."""
    outer = module.parent(node)
    match outer:
        case ast.Assign(targets=[ast.Name() as target], value=value) if value is node:
            pass
        case _:
            return None
    scope = scope_of(module, target)
    same = [binder for binder in binders(module, target.id) if scope_of(module, binder) is scope]
    if same != [target] or isinstance(scope, (ast.Module, ast.ClassDef)):
        return None
    return list(_resolved(module, target.id, scope))


def _how(module: Module, node: ast.expr) -> str:
    outer = module.parent(node)
    match outer:
        case ast.Expr():
            return UNUSED
        case ast.Return():
            return RETURNED
        case ast.Attribute(attr=name):
            return f"attribute {name}"
        case ast.Assign(targets=[ast.Tuple() | ast.List()]):
            return "unpack"
        case ast.For(iter=iterated) | ast.comprehension(iter=iterated) if iterated is node:
            return "iterate"
        case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[container]) if container is node:
            return "membership"
        case ast.If() | ast.While() | ast.UnaryOp(op=ast.Not()):
            return "truth"
        case ast.BinOp(op=operator, right=right) if not (isinstance(operator, ast.Mod) and right is node):
            return "operand"
        case ast.UnaryOp() | ast.AugAssign():
            return "operand"
        case ast.Compare():
            return "compared"
        case ast.FormattedValue(conversion=-1, format_spec=None):
            return "formatted"
        case ast.Subscript(value=value, slice=index, ctx=ast.Load()) if value is node:
            return "index" if _is_number(index) else PASSED_ON
        case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if argument is node:
            return f"builtin {name}" if is_builtin(module, node, name) else PASSED_ON
    return RETURNED if isinstance(outer, ast.expr) and _is_returned_in(module, node) else PASSED_ON


def _is_number(index: ast.expr) -> bool:
    inner = index.operand if isinstance(index, ast.UnaryOp) else index
    return isinstance(inner, ast.Constant) and isinstance(inner.value, int)


def _is_returned_in(module: Module, node: ast.expr) -> bool:
    """Whether a value is returned in a list, a tuple or a dict that is written out."""
    inner: ast.AST = node
    for outer in module.ancestors(node):
        if isinstance(outer, ast.Return):
            return True
        is_part = isinstance(outer, (ast.List, ast.Tuple)) or (isinstance(outer, ast.Dict) and inner in outer.values)
        if not is_part:
            return False
        inner = outer
    return False
