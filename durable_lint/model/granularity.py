"""Granularity: steps that are too small, steps that go one by one over many items, waits that delay nothing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from durable_lint.dataclasses import dataclass
from durable_lint.model import sizes
from durable_lint.model.body import Body, BodyKind
from durable_lint.model.dependence import is_logging
from durable_lint.model.durations import lengths
from durable_lint.model.effects import OUTSIDE_KINDS
from durable_lint.model.module import target_names
from durable_lint.model.operations import Operation, OperationKind
from durable_lint.model.scope import stored_names, walk_body
from durable_lint.model.things import Sequence

_FEW = 10
_LONG = 60
_MINUTE = 60
_BATCH = re.compile(r"batch|chunk|page|group|window|slice|bucket|shard|block|segment|partition", re.IGNORECASE)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def trivial(body: Body) -> Iterator[tuple[Operation, str]]:
    """The steps of this body that do nothing which could fail or take time, each with what it does instead.

    A function that somebody has named and decorated may compute: it can be tested. Reading alone is trivial in it too.
    """
    for operation in body.own_operations:
        runs = [run for called in operation.called for run in called.bodies]
        if operation.kind is not OperationKind.STEP or len(runs) != 1:
            continue
        run = runs[0]
        if run.effects or run.operations or run.callees or any(r.value.taints for r in run.returned.values()):
            continue
        does = _does(run)
        if does:
            yield operation, does


def _does(run: Body) -> str:
    """What a step's body does, in words; empty when it is not trivial."""
    known = run.module.bindings
    if isinstance(run.node, ast.Lambda):
        node: ast.expr | None = run.node.body
    else:
        statements = [s for s in run.node.body if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))]
        only = statements[0] if len(statements) == 1 else None
        node = only.value if isinstance(only, ast.Return) else None
        if not isinstance(node, (ast.Subscript, ast.Call)):
            return ""
    named = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)} if node is not None else set()
    if node is None or not named or not named.isdisjoint(known):
        return ""
    if len(list(ast.walk(node))) > _LONG:
        return ""
    if _reads(node):
        return "reads what is already there"
    return "computes with what is already there" if isinstance(run.node, ast.Lambda) and _computes(node) else ""


def _reads(node: ast.expr) -> bool:
    """Whether an expression only looks into what the code holds: ``event["a"]``, ``order.get("id", 0)``."""
    match node:
        case ast.Name() | ast.Constant():
            return True
        case ast.Subscript(value=value, slice=ast.Slice()):
            return _reads(value)
        case ast.Subscript(value=value, slice=index):
            return _reads(value) and _reads(index)
        case ast.Call(
            func=ast.Attribute(value=value, attr="get"), args=[ast.Constant(value=str()), *rest], keywords=[]
        ):
            return _reads(value) and all(_reads(part) for part in rest)
    return False


def _computes(node: ast.expr) -> bool:
    match node:
        case ast.BinOp(left=left, right=right):
            return _computes(left) and _computes(right)
        case ast.UnaryOp(operand=operand):
            return _computes(operand)
        case ast.Compare(left=left, comparators=others):
            return all(_computes(part) for part in (left, *others))
        case ast.BoolOp(values=values):
            return all(_computes(part) for part in values)
    return _reads(node)


@dataclass(frozen=True, slots=True)
class PerItem:
    """A step that a loop runs once for each item of ``items``, as it is written."""

    operation: Operation
    items: str


def per_item(body: Body) -> Iterator[PerItem]:
    """The steps of this body that loops run once for each item, where a batch or a map could do it.

    Not where a round needs the one before, ends the loop, or waits; nor for a few known items or for batches. A step
    whose name carries the item is somebody's decision: each item is to be seen in the history.
    """
    seen: set[ast.AST] = set()
    for operation in body.operations.values():
        if operation.kind is not OperationKind.STEP or not operation.loops or operation.inner_loops:
            continue
        loop = operation.loops[-1]
        if loop in seen or not _goes_over_items(body, loop) or _does_more(body, loop):
            continue
        call = operation.place.node
        targets = _targets(loop)
        if _is_fed_back(loop, call) or not _depends(call, targets, loop) or _is_called_from(call, targets):
            continue
        if _is_named_after_item(operation, loop):
            continue
        seen.add(loop)
        yield PerItem(operation, ast.unparse(_iterated(loop)))


def _iterated(loop: ast.AST) -> ast.expr:
    return loop.iter if isinstance(loop, (ast.For, ast.AsyncFor)) else _generators(loop)[-1].iter


def _generators(loop: ast.AST) -> list[ast.comprehension]:
    assert isinstance(loop, _COMPREHENSIONS)
    return loop.generators


def _targets(loop: ast.AST) -> set[str]:
    if isinstance(loop, (ast.For, ast.AsyncFor)):
        return set(target_names(loop.target))
    return {name for part in _generators(loop) for name in target_names(part.target)}


def _is_named_after_item(operation: Operation, loop: ast.AST) -> bool:
    """Whether the name tells the item, and not just its number."""
    if operation.name is None or operation.name_node is None or loop not in operation.name.loops:
        return False
    counter = _counter(loop)
    if operation.via:
        return not counter
    named = {node.id for node in ast.walk(operation.name_node) if isinstance(node, ast.Name)}
    indexed = any(isinstance(node, ast.Subscript) for node in ast.walk(operation.name_node))
    return bool(named - counter) or indexed


def _counter(loop: ast.AST) -> set[str]:
    """The variable of a loop that only counts."""
    iterated = _iterated(loop)
    target = loop.target if isinstance(loop, ast.For) else _generators(loop)[-1].target
    if _is_range(iterated):
        return set(target_names(target))
    if isinstance(iterated, ast.Call) and isinstance(iterated.func, ast.Name) and iterated.func.id == "enumerate":
        return set(target_names(target.elts[0])) if isinstance(target, ast.Tuple) else set()
    return set()


def _goes_over_items(body: Body, loop: ast.AST) -> bool:
    """Whether a loop goes over items of unknown or large number, one by one and in no order that matters."""
    if not isinstance(loop, (ast.For, *_COMPREHENSIONS)) or (isinstance(loop, ast.For) and sizes.leaves_early(loop)):
        return False
    iterated = _iterated(loop)
    known = body.iterated.get(iterated)
    if known is None or _BATCH.search(ast.unparse(iterated)) or any(_BATCH.search(name) for name in _targets(loop)):
        return False
    if _is_backward(iterated) or (_is_range(iterated) and not _counts_items(iterated)):
        return False
    if any(isinstance(thing, Sequence) and thing.type == "builtins.list" for thing in known.element.things):
        return False
    most = sizes.most(known.source)
    return most is None or most > _FEW


def _is_backward(node: ast.expr) -> bool:
    """Whether something is gone through from its end, as when steps are undone: in an order that matters."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "reversed"


def _is_range(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range"


def _counts_items(call: ast.expr) -> bool:
    """Whether ``range(...)`` gives the places of items: ``range(len(items))``."""
    return (
        isinstance(call, ast.Call)
        and len(call.args) < 3
        and any(
            isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "len"
            for node in ast.walk(call)
        )
    )


def _does_more(body: Body, loop: ast.AST) -> bool:
    """Whether the loop runs anything but steps: what waits or asks somebody is no batch."""
    return any(
        loop in operation.loops and operation.kind is not OperationKind.STEP for operation in body.operations.values()
    )


def _depends(call: ast.AST, targets: set[str], loop: ast.AST) -> bool:
    """Whether what a step is given depends on the item; what it is called counts for nothing."""
    stored = targets | (stored_names(loop.body) if isinstance(loop, ast.For) else set())
    return not stored.isdisjoint(_read_by(call))


def _read_by(call: ast.AST) -> set[str]:
    """The names that the arguments of an operation read, but not those of its name."""
    if not isinstance(call, ast.Call):
        return set()
    parts = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg != "name")]
    return {node.id for part in parts for node in ast.walk(part) if isinstance(node, ast.Name)}


def _is_fed_back(loop: ast.AST, call: ast.AST) -> bool:
    """Whether a round uses what the step gave in the round before: stored at or after the step, and read by it."""
    if not isinstance(loop, ast.For):
        return False
    index = next((i for i, s in enumerate(loop.body) if any(node is call for node in ast.walk(s))), len(loop.body))
    before, after = stored_names(loop.body[:index]), stored_names(loop.body[index:])
    return not (after - before - set(target_names(loop.target))).isdisjoint(_read_by(call))


def _is_called_from(call: ast.AST, targets: set[str]) -> bool:
    """Whether the item is what the step runs: each round does something else."""
    given = call.args[0] if isinstance(call, ast.Call) and call.args else None
    while isinstance(given, (ast.Call, ast.Attribute, ast.Subscript)):
        given = given.func if isinstance(given, ast.Call) else given.value
    return isinstance(given, ast.Name) and given.id in targets


def pointless_waits(body: Body) -> Iterator[tuple[Operation, str]]:
    """The waits of a handler that delay nothing, each with the reason."""
    if body.kind is not BodyKind.HANDLER:
        return
    operations = list(body.operations.values())
    asked = any(operation.kind is OperationKind.CREATE_CALLBACK for operation in operations)  # may answer meanwhile
    for index, operation in enumerate(operations):
        if operation.kind is not OperationKind.WAIT or operation.loops or operation.in_cleanup:
            continue
        before = operations[index - 1] if index else None
        if index == len(operations) - 1 and not asked and not _acts_after(body, operation, index):
            yield operation, "nothing comes after it that it could delay"
        elif before is None:
            if _is_short(body, operation) and not _acts_at(body, 0) and not operation.path:
                yield operation, "nothing has been started before that it could wait for"
        elif _is_repeated(before, operation) and not _acts_at(body, index) and not body.unfollowed:
            yield operation, "nothing happens between it and the wait before"


def _is_repeated(before: Operation, operation: Operation) -> bool:
    return before.kind is OperationKind.WAIT and before.path == operation.path and not before.loops


def _acts_at(body: Body, position: int) -> bool:
    """Whether the body does something outside once this many operations have run, and before the next one."""
    return any(effect.kind in OUTSIDE_KINDS and effect.position == position for effect in body.effects.values())


def _acts_after(body: Body, operation: Operation, index: int) -> bool:
    """Whether anything follows the last operation: an effect, a question for a result, a call for the sake of what it
    does.
    """
    row = operation.place.span.end_row
    if isinstance(body.node, ast.Lambda) or _acts_at(body, index + 1):
        return True
    if any(outcome.site.span.row > row for outcome in body.outcomes.values()):
        return True
    return any(
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and node.lineno > row and not is_logging(node)
        for node in walk_body(body.node.body)
    )


def _is_short(body: Body, operation: Operation) -> bool:
    """Whether a wait is known to take less than a minute: who wants to start later waits longer."""
    call = body.sdk_calls.get((id(operation.call), "DurableContext.wait"))
    duration = None if call is None else call.arguments.get(0, "duration")
    known = None if duration is None else lengths(duration)
    return known is not None and max(known) < _MINUTE


def describes_several_duties(body: Body) -> bool:
    """Whether a function says of itself that it does several things and more: by its name, or by the first sentence of
    its docstring when that is an open list of clauses (``Process orders, send emails, write reports...``).
    """
    if isinstance(body.node, ast.Lambda):
        return False
    if "everything" in body.node.name.lower().split("_"):
        return True
    text = " ".join((ast.get_docstring(body.node) or "").split("\n\n")[0].split())
    listed, dots, _ = text.replace("…", "...").replace(", etc.", "...").partition("...")
    clauses = [clause.split() for clause in listed.split(",")]
    return bool(dots) and len(clauses) > 2 and all(len(words) > 1 for words in clauses)
