"""Polling: loops that ask in a step whether something is done, and wait before they ask again."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from durable_lint.dataclasses import dataclass
from durable_lint.model.body import Body
from durable_lint.model.module import target_names
from durable_lint.model.operations import Operation, OperationKind
from durable_lint.model.scope import walk_body
from durable_lint.source.walk import walk

Loop = ast.While | ast.For


@dataclass(frozen=True, slots=True)
class Poll:
    """A loop whose ``question`` (a step) decides whether it goes on, with the ``pause`` between two rounds."""

    loop: Loop
    question: Operation
    pause: Operation


def polls(body: Body) -> Iterator[Poll]:
    """The loops of a replayed body that poll: one step and waits, no other operation, and an end that the step brings.

    Helpers that the loop calls count with it.
    """
    loops = dict.fromkeys(
        operation.loops[-1 - operation.inner_loops]
        for operation in body.operations.values()
        if operation.kind is OperationKind.WAIT and len(operation.loops) > operation.inner_loops
    )
    for loop in loops:
        if isinstance(loop, (ast.While, ast.For)) and loop in set(walk_body(_statements(body))):
            poll = _poll(body, loop)
            if poll is not None:
                yield poll


def _statements(body: Body) -> list[ast.stmt]:
    return [] if isinstance(body.node, ast.Lambda) else body.node.body


def _poll(body: Body, loop: Loop) -> Poll | None:
    inside = [operation for operation in body.operations.values() if loop in operation.loops]
    steps = [operation for operation in inside if operation.kind is OperationKind.STEP]
    waits = [operation for operation in inside if operation.kind is OperationKind.WAIT]
    if len(steps) != 1 or not waits or len(steps) + len(waits) != len(inside):
        return None
    question = steps[0]
    if isinstance(loop, ast.For) and _is_about_items(loop, question):
        return None
    return Poll(loop, question, waits[-1]) if _decides(loop, question.place.node) else None


def _is_about_items(loop: ast.For, question: Operation) -> bool:
    """Whether each round asks about another item: the loop goes through something instead of counting attempts."""
    is_count = isinstance(loop.iter, ast.Call) and getattr(loop.iter.func, "id", "") in ("range", "count", "repeat")
    return not is_count


def _decides(loop: Loop, question: ast.AST) -> bool:
    """Whether the answer decides that the loop ends: in its condition, or in a test that leads out of it."""
    answers = _answers(loop, question)
    if isinstance(loop, ast.While) and _uses(loop.test, question, answers):
        return True
    return any(
        _uses(test, question, answers) and any(isinstance(inner, (ast.Break, ast.Return)) for inner in walk_body(block))
        for node in walk_body(loop.body)
        for test, block in _tests(node)
    )


def _tests(node: ast.AST) -> Iterator[tuple[ast.expr, list[ast.AST]]]:
    match node:
        case ast.If():
            yield node.test, [*node.body, *node.orelse]
        case ast.Match():
            yield node.subject, [statement for case in node.cases for statement in case.body]


def _answers(loop: Loop, question: ast.AST) -> set[str]:
    """The names that hold the answer, or something made of it."""
    names: set[str] = set()
    assignments = [
        node for node in walk_body(loop.body) if isinstance(node, (ast.Assign, ast.AnnAssign, ast.NamedExpr))
    ]
    if isinstance(loop, ast.While):
        assignments += [node for node in walk([loop.test]) if isinstance(node, ast.NamedExpr)]
    for _ in range(3):
        for node in assignments:
            if node.value is not None and _uses(node.value, question, names):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                names.update(name for target in targets for name in target_names(target))
    return names


def _uses(expression: ast.expr, question: ast.AST, names: set[str]) -> bool:
    return any(
        node is question or (isinstance(node, ast.Name) and node.id in names and isinstance(node.ctx, ast.Load))
        for node in walk([expression])
    )
