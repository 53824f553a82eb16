"""Loops: their bodies are run until what flows round them has settled."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from durable_lint.model import paths
from durable_lint.model.displays import deciding_taints, iterate
from durable_lint.model.effects import Sink
from durable_lint.model.frame import decisive
from durable_lint.model.module import nested_statements
from durable_lint.model.scope import assigned_names
from durable_lint.model.targets import bind_target
from durable_lint.model.things import Literal, Typed
from durable_lint.model.values import Value

if TYPE_CHECKING:
    from durable_lint.model.frame import Frame

_MAX_DOUBLE_PASS = 2


def run_for(frame: Frame, node: ast.For | ast.AsyncFor) -> bool:
    """Run a ``for`` loop; control always gets behind it."""
    source = frame.evaluate(node.iter)
    element = iterate(frame, node.iter, source, ordered=True)

    def enter() -> None:
        bind_target(frame, node.target, element.tainted(frozenset(), frozenset({node})))

    _loop(frame, node, element.tainted(deciding_taints(source)), enter)
    frame.interpreter.run(frame, node.orelse)
    return False


def run_while(frame: Frame, node: ast.While) -> bool:
    """Run a ``while`` loop; whether control never gets behind it."""
    test = frame.evaluate(node.test)
    frame.note_unrun(node.test, test, "truth")

    def enter() -> None:
        frame.evaluate(node.test)

    _loop(frame, node, test, enter)
    frame.interpreter.run(frame, node.orelse)
    endless = isinstance(node.test, ast.Constant) and bool(node.test.value)
    return endless and not any(isinstance(inner, ast.Break) for inner in _own_statements(node.body))


def _own_statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a loop's body that a ``break`` in them would leave."""
    for statement in body:
        yield statement
        if isinstance(
            statement, (ast.For, ast.While, ast.AsyncFor, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        ):
            continue
        yield from _own_statements(nested_statements(statement))


def _loop(frame: Frame, node: ast.For | ast.AsyncFor | ast.While, deciding: Value, enter: Callable[[], None]) -> None:
    """Run a loop's body until what flows around it has settled: twice, the outer passes of deep nests once."""
    control, loops, path = dict(frame.control), frame.loops, frame.path
    outer_left, frame.left_loop = frame.left_loop, {}
    frame.loops = (*loops, node)
    frame.path = (*path, (node, "loop"))
    sink = Sink.LOOP
    frame.control_by(deciding.taints, sink, node.iter if not isinstance(node, ast.While) else node.test)
    _blur(frame, node)
    before = dict(frame.scope.names)
    for _ in range(2 if len(loops) < _MAX_DOUBLE_PASS else 1):
        enter()
        left = frame.interpreter.run(frame, node.body)
        if not left and not isinstance(node, ast.While):
            before = _or_empty(frame, node.iter, before)
        paths.merge(frame, [before], left)
    paths.imply(frame, decisive([*deciding.taints, *frame.left_loop]), before, node.body)
    frame.left_loop = outer_left
    frame.control, frame.loops, frame.path = control, loops, path


def _or_empty(frame: Frame, iterated: ast.expr, before: dict[str, Value]) -> dict[str, Value]:
    """The names as they were, but what is iterated as the body leaves it: where the body never runs, it holds
    nothing.
    """
    iterated_names = {inner.id for inner in ast.walk(iterated) if isinstance(inner, ast.Name)}
    return {
        name: frame.scope.names.get(name, value) if name in iterated_names else value for name, value in before.items()
    }


def _blur(frame: Frame, node: ast.For | ast.AsyncFor | ast.While) -> None:
    """What the body changes is no longer the constant it was before the loop, and varies in it."""
    roots: list[ast.AST] = [*node.body, node.test] if isinstance(node, ast.While) else list(node.body)
    marks = frozenset({node})
    for name in assigned_names(roots):
        found = frame.scope.find(name)
        if found is None:
            continue
        scope, value = found
        things = tuple(Typed(t.typename) if isinstance(t, Literal) and t.value is not None else t for t in value.things)
        scope.bind(name, value.having(tuple(dict.fromkeys(things))).tainted(loops=marks))
