"""Counts: how many operations one execution records, and which loops set no limit to them.

The numbers are Lambda's metering of durable executions: a map or parallel counts one and one for each branch, a
``wait_for_callback`` three (its child context, the callback and the submitter), a ``wait_for_condition`` one and one
for each check.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from math import prod

from durable_lint.dataclasses import dataclass
from durable_lint.model import sizes
from durable_lint.model.body import Body, BodyKind
from durable_lint.model.effects import Site
from durable_lint.model.module import nested_statements
from durable_lint.model.operations import Called, Operation, OperationKind
from durable_lint.model.scope import walk_body

MAX_OPERATIONS = 3_000
"""How many operations one execution may record. Source: the quotas of AWS Lambda; it cannot be raised."""

_COST = {OperationKind.WAIT_FOR_CALLBACK: 3, OperationKind.WAIT_FOR_CONDITION: 2, OperationKind.WITH_RETRY: 0}
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_ORDERINGS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_WITHOUT_END = frozenset({"itertools.count", "itertools.cycle"})
_TAKING = frozenset({"pop", "popleft", "popitem", "get_nowait"})

Conditions = frozenset[tuple[ast.AST, str]]


@dataclass(frozen=True, slots=True)
class Total:
    """Operations that one execution certainly records on some path, and the one that makes up most of them."""

    count: int
    most: Operation
    share: int


@dataclass(frozen=True, slots=True)
class _Part:
    operation: Operation
    count: int
    conditions: Conditions


def total(body: Body) -> Total | None:
    """The most operations that a body certainly records when one of its paths is taken; ``None`` when there are none.

    Conditions, ``break`` and input of unknown size inside a loop make what they decide about uncertain: it counts as
    nothing.
    """
    parts = list(_parts(body, frozenset()))
    best: Total | None = None
    for conditions in {part.conditions for part in parts}:
        together = [part for part in parts if part.conditions <= conditions]
        count = sum(part.count for part in together)
        if best is None or count > best.count:
            largest = max(together, key=lambda part: part.count)
            best = Total(count, largest.operation, largest.count)
    return best


def _parts(body: Body, active: frozenset[Body]) -> Iterator[_Part]:
    for operation in body.operations.values():
        rounds = [count for count in operation.rounds if count is not None]
        conditions = _conditions(operation)
        if conditions is not None and len(rounds) == len(operation.loops):
            yield _Part(operation, prod(rounds) * _cost(operation, active | {body}), conditions)


def _cost(operation: Operation, active: frozenset[Body]) -> int:
    """How many operations one run of an operation records, with those of the bodies that it runs."""
    inner = [_within(called, active) for called in operation.called if not _is_called_back(called)]
    if operation.kind in (OperationKind.CHILD, OperationKind.WITH_RETRY):
        return _COST.get(operation.kind, 1) + sum(inner)
    if operation.kind not in (OperationKind.MAP, OperationKind.PARALLEL):
        return _COST.get(operation.kind, 1)
    branches = None if operation.inputs is None else sizes.fewest(operation.inputs)
    if branches is None or _may_end_early(operation):
        return 1
    if len(inner) != branches:
        inner = [min(inner, default=0)] * branches
    flat = operation.config_field("nesting_type") is not None
    return 1 + sum(inner) + (0 if flat else branches)


def _within(called: Called, active: frozenset[Body]) -> int:
    """The operations that certainly run in a body that an operation calls."""
    counts = [
        sum(part.count for part in _parts(body, active) if not part.conditions)
        for body in called.bodies
        if body not in active
    ]
    return min(counts, default=0)


def _is_called_back(called: Called) -> bool:
    return any(body.kind is BodyKind.CALLED_BACK for body in called.bodies)


def _may_end_early(operation: Operation) -> bool:
    return operation.config_is_hidden or operation.config_field("completion_config") is not None


def _conditions(operation: Operation) -> Conditions | None:
    """The branches that an operation stands in before its first loop; ``None`` when something inside a loop, or an
    expression, decides whether it runs.
    """
    found: list[tuple[ast.AST, str]] = []
    in_loop = False
    for node, arm in operation.path:
        if isinstance(node, _LOOPS):
            in_loop = True
        elif isinstance(node, (ast.If, ast.Match)) and not in_loop:
            found.append((node, arm))
        elif not isinstance(node, (ast.Try, ast.TryStar)):
            return None
    sites = [*(link.site for link in operation.via), operation.site]
    return None if any(_is_optional(site) for site in sites) else frozenset(found)


def _is_optional(site: Site) -> bool:
    """Whether an expression around a call, or an ``except`` clause, decides if the call runs."""
    inner: ast.AST = site.node
    for outer in site.module.ancestors(site.node):
        if isinstance(outer, ast.ExceptHandler) or (isinstance(outer, ast.BoolOp) and inner is not outer.values[0]):
            return True
        if isinstance(outer, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            return False
        inner = outer
    return False


def endless(body: Body) -> Iterator[tuple[Operation, ast.AST]]:
    """The loops of this body that run operations and that nothing limits, each with the first of its operations."""
    seen: set[ast.AST] = set()
    for operation in body.operations.values():
        for loop in operation.loops[: len(operation.loops) - operation.inner_loops]:
            if loop not in seen and _is_endless(body, loop):
                seen.add(loop)
                yield operation, loop


def _is_endless(body: Body, loop: ast.AST) -> bool:
    match loop:
        case ast.While():
            return not (_compares_sizes(loop.test) or _takes_away(loop) or _has_limit(loop.body))
        case ast.For():
            iterated = body.iterated.get(loop.iter)
            return iterated is not None and iterated.source.maker in _WITHOUT_END and not _has_limit(loop.body)
    return False


def _compares_sizes(test: ast.expr) -> bool:
    return any(
        isinstance(node, ast.Compare) and any(isinstance(operator, _ORDERINGS) for operator in node.ops)
        for node in ast.walk(test)
    )


def _takes_away(loop: ast.While) -> bool:
    """Whether the loop takes items out of what its test looks at: a queue, of which there are only so many."""
    looked_at = {ast.unparse(node) for node in ast.walk(loop.test) if isinstance(node, (ast.Name, ast.Attribute))}
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in _TAKING
        and ast.unparse(node.func.value) in looked_at
        for node in walk_body(loop.body)
    )


def _has_limit(block: list[ast.stmt]) -> bool:
    """Whether a statement leaves the loop once a number is reached: ``if attempt > 20: break``."""
    pending = list(block)
    while pending:
        statement = pending.pop()
        if isinstance(statement, sizes.DEFINITIONS):
            continue
        leaves = isinstance(statement, ast.If) and any(
            isinstance(inner, (ast.Break, ast.Return, ast.Raise)) for inner in statement.body
        )
        if isinstance(statement, ast.If) and leaves and _compares_sizes(statement.test):
            return True
        pending.extend(nested_statements(statement))
    return False
