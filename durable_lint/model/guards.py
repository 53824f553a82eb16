"""Guards: ``try``, ``with`` and what they do to a suspension that passes through them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from durable_lint.dataclasses import dataclass
from durable_lint.model import classes, clauses, errors
from durable_lint.model.body import Guard
from durable_lint.model.errors import ErrorClass
from durable_lint.model.operations import Operation, Outcome
from durable_lint.model.scope import walk_body
from durable_lint.model.things import External, Function, Instance, Sequence
from durable_lint.model.values import UNKNOWN, Arguments, Value

if TYPE_CHECKING:
    from durable_lint.model.frame import Frame

EXIT_STACK = "contextlib.ExitStack"
_SUPPRESS = "contextlib.suppress"
Merge = Callable[["Frame", list[dict[str, Value]], bool], None]


@dataclass(frozen=True, slots=True)
class _Guarded:
    """What a guarded block reaches: its statements, the operations it starts and the outcomes it asks for."""

    statements: list[ast.stmt]
    operations: tuple[Operation, ...]
    outcomes: tuple[Outcome, ...]

    @property
    def can_suspend(self) -> bool:
        return bool(self.operations or self.outcomes)


def run_try(
    frame: Frame, node: ast.Try | ast.TryStar, run: Callable[[Frame, list[ast.stmt]], bool], merge: Merge
) -> bool:
    """Run a ``try`` statement and record a guard for each clause round operations."""
    before, path = dict(frame.scope.names), frame.path
    frame.path = (*path, (node, "try"))
    left = run(frame, node.body)
    guarded = _guarded(frame, node.body)
    if not left:
        left = run(frame, node.orelse)
    states = [] if left else [frame.scope.names]
    after = dict(frame.scope.names)
    earlier: list[ErrorClass | None] = []
    for handler in node.handlers:
        frame.scope.replace(_either(before, after))
        caught = _caught(frame, handler.type)
        if handler.name:
            frame.scope.bind(handler.name, UNKNOWN)
        frame.path = path
        around_suspension = guarded.can_suspend or _holds_with_block(frame, node)
        with _cleanup(frame, around_suspension and _runs_at_suspension(frame, handler, caught, earlier)):
            if not run(frame, handler.body):
                states.append(frame.scope.names)
        if guarded.can_suspend:
            frame.body.guards[id(handler)] = _of_clause(frame, handler, caught, tuple(earlier), guarded)
            _note_caught(frame, caught, guarded)
        earlier.extend(caught)
    merge(frame, states, True)
    all_left = not states
    if all_left:
        frame.scope.replace(_either(before, after))
    frame.path = path
    return _run_finally(frame, node, run) or all_left


def _runs_at_suspension(
    frame: Frame,
    handler: ast.ExceptHandler,
    caught: tuple[ErrorClass | None, ...],
    earlier: list[ErrorClass | None],
) -> bool:
    """Whether suspensions run a clause and are let out by it: then it is cleanup, as ``finally`` is.

    What happens in a clause that asks which error it has caught may be meant for others.
    """
    return (
        errors.catches_suspension(frame, caught)
        and not errors.catches_suspension(frame, tuple(earlier))
        and clauses.reraises(handler.body, handler.name)
        and not clauses.asks_which(handler.body, handler.name)
    )


def _run_finally(frame: Frame, node: ast.Try | ast.TryStar, run: Callable[[Frame, list[ast.stmt]], bool]) -> bool:
    if not node.finalbody:
        return False
    handled = [statement for handler in node.handlers for statement in handler.body]
    suspends = _guarded(frame, [*node.body, *node.orelse, *handled]).can_suspend
    with _cleanup(frame, suspends or _holds_with_block(frame, node)):
        return run(frame, node.finalbody)


@contextmanager
def _cleanup(frame: Frame, is_cleanup: bool) -> Iterator[None]:
    """What runs within is cleanup, if it is; in cleanup everything is."""
    outer = frame.cleanup
    frame.cleanup = outer or is_cleanup
    yield
    frame.cleanup = outer


def _holds_with_block(frame: Frame, node: ast.Try | ast.TryStar) -> bool:
    """Whether the guarded ``yield`` of a ``@contextmanager`` stands for the block of a ``with``."""
    function = frame.body.node
    if isinstance(function, ast.Lambda) or not frame.facts.yields:
        return False
    is_manager = any("contextmanager" in ast.unparse(decorator) for decorator in function.decorator_list)
    return is_manager and any(isinstance(inner, ast.Yield) for inner in walk_body(node.body))


def _guarded(frame: Frame, body: list[ast.stmt]) -> _Guarded:
    """What the statements of a block have reached."""
    operations = tuple(op for op in frame.body.operations.values() if _encloses(body, op.place.node))
    outcomes = tuple(outcome for outcome in frame.body.outcomes.values() if _encloses(body, outcome.site.node))
    return _Guarded(body, operations, outcomes)


def _encloses(body: list[ast.stmt], node: ast.AST) -> bool:
    place = (getattr(node, "lineno", 0), getattr(node, "col_offset", 0))
    return any(
        (statement.lineno, statement.col_offset) <= place <= (statement.end_lineno or 0, statement.end_col_offset or 0)
        for statement in body
    )


def _either(first: dict[str, Value], second: dict[str, Value]) -> dict[str, Value]:
    joined = dict(first)
    for name, value in second.items():
        joined[name] = joined[name] | value if name in joined else value
    return joined


def _caught(frame: Frame, node: ast.expr | None) -> tuple[ErrorClass | None, ...]:
    """The classes that a clause names; a bare ``except`` catches ``BaseException``."""
    if node is None:
        return (ErrorClass("BaseException", frozenset()),)
    if isinstance(node, ast.Tuple):
        return tuple(errors.class_named(frame, item) for item in node.elts)
    value = frame.evaluate(node)
    if value.sole is not None and isinstance(value.things[0], Sequence) and value.things[0].items is not None:
        return tuple(errors.class_of(frame, item) for item in value.things[0].items)
    return (errors.class_named(frame, node),)


def _of_clause(
    frame: Frame,
    handler: ast.ExceptHandler,
    caught: tuple[ErrorClass | None, ...],
    earlier: tuple[ErrorClass | None, ...],
    guarded: _Guarded,
) -> Guard:
    tests = list(clauses.tests_before_raising(handler.body, handler.name))
    suspension = (
        errors.catches_suspension(frame, caught)
        and not errors.catches_suspension(frame, earlier)
        and not clauses.reraises(handler.body, handler.name)
        and not any(_lets_pass(frame, test, when, errors.catches_suspension) for test, when in tests)
    )
    broken_replay = (
        errors.catches_everything(caught)
        and not errors.catches_broken_replay(frame, earlier)
        and not clauses.always_raises(handler.body)
        and not any(_lets_pass(frame, test, when, errors.catches_broken_replay) for test, when in tests)
    )
    return Guard(
        frame.site(handler),
        f"except {ast.unparse(handler.type)}" if handler.type is not None else "except:",
        suspension,
        broken_replay,
        errors.raised_instead(frame, caught, guarded.statements, guarded.operations, guarded.outcomes),
    )


def _note_caught(frame: Frame, caught: tuple[ErrorClass | None, ...], guarded: _Guarded) -> None:
    """Remember where a callback that nobody answers does not end the execution."""
    waiting = [(outcome.source, outcome.site.node) for outcome in guarded.outcomes]
    waiting += [(operation.kind.value, operation.place.node) for operation in guarded.operations]
    for source, node in waiting:
        if errors.catches_timeout(frame, caught, source):
            frame.body.caught.add(node)


def _lets_pass(
    frame: Frame,
    test: ast.expr | None,
    when: bool,
    matches: Callable[[Frame, tuple[ErrorClass | None, ...]], bool],
) -> bool:
    """Whether a test that decides to raise again lets the errors through that ``matches`` knows."""
    if test is None:
        return True
    tested = _caught(frame, test)
    if None in tested:
        return True
    return matches(frame, tested) if when else not matches(frame, tested)


def run_with(
    frame: Frame, node: ast.With | ast.AsyncWith, managers: list[tuple[ast.withitem, Value]], body: Callable[[], bool]
) -> bool:
    """Run a ``with`` block and what its managers do at the end; one that swallows errors is a guard."""
    left = body()
    guarded = _guarded(frame, node.body)
    swallowed = False
    if not guarded.can_suspend:
        _forget_cleanup(frame, [node])
    for item, value in reversed(managers):
        caught = _suppressed(frame, item.context_expr, value)
        if caught:
            swallowed = True
            if guarded.can_suspend:
                frame.body.guards[id(item.context_expr)] = _of_manager(frame, item.context_expr, caught)
                _note_caught(frame, caught, guarded)
        _leave(frame, item.context_expr, value, guarded.can_suspend)
    return left and not swallowed


def _forget_cleanup(frame: Frame, block: list[ast.stmt]) -> None:
    """A block in which nothing suspends is left once, at its end: what runs then is no cleanup at a suspension."""
    for effect in frame.body.effects.values():
        if _encloses(block, effect.site.node):
            effect.in_cleanup = frame.cleanup
    for operation in frame.body.operations.values():
        if _encloses(block, operation.place.node):
            operation.in_cleanup = frame.cleanup


def _of_manager(frame: Frame, node: ast.expr, caught: tuple[ErrorClass | None, ...]) -> Guard:
    suspension = errors.catches_suspension(frame, caught)
    return Guard(frame.site(node), ast.unparse(node), suspension, errors.catches_everything(caught), ())


def _suppressed(frame: Frame, node: ast.expr, manager: Value) -> tuple[ErrorClass | None, ...]:
    """The classes that a manager does not let out of its block."""
    if isinstance(node, ast.Call):
        for thing in frame.evaluate(node.func).things:
            if thing == External(_SUPPRESS):
                return tuple(error for argument in node.args for error in _caught(frame, argument))
            if isinstance(thing, Function):
                return tuple(_swallowed_at_yield(frame, thing))
    for thing in manager.things:
        if isinstance(thing, Instance):
            found = classes.member(frame, thing.cls, "__exit__")
            if isinstance(found, tuple) and isinstance(found[1], ast.FunctionDef) and _always_true(found[1]):
                return (ErrorClass("BaseException", frozenset()),)
    return ()


def _swallowed_at_yield(frame: Frame, function: Function) -> Iterator[ErrorClass | None]:
    """What a generator under ``@contextmanager`` catches round its ``yield`` and does not raise again."""
    if isinstance(function.node, ast.Lambda):
        return
    inner = frame.interpreter.module_frame(function.module)
    for node in walk_body(function.node.body):
        if isinstance(node, ast.Try) and any(isinstance(part, ast.Yield) for part in walk_body(node.body)):
            for handler in node.handlers:
                if not clauses.always_raises(handler.body):
                    yield from _caught(inner, handler.type)


def _always_true(function: ast.FunctionDef) -> bool:
    returned = [node for node in walk_body(function.body) if isinstance(node, ast.Return)]
    return (
        bool(returned)
        and returned[-1] in function.body
        and all(isinstance(node.value, ast.Constant) and node.value.value is True for node in returned)
    )


def run_at_exit(frame: Frame, how: str, arguments: Arguments, node: ast.Call) -> Value:
    """What runs when a block is left: ``stack.callback(f)``, ``stack.enter_context(m)``, ``atexit.register(f)``."""
    from durable_lint.model import calls

    if not arguments.positional:
        return UNKNOWN
    first, *rest = arguments.positional
    if how == "enter_context":
        entered = calls.enter_context(frame, node, first)
        _leave(frame, node, first, suspends=True)
        return entered
    if how == "callback":
        given = Arguments(tuple(rest), arguments.keywords, arguments.open)
        with _cleanup(frame, True):
            for thing in first.things:
                calls.call_thing(frame, thing, given, node)
    return first


def _leave(frame: Frame, node: ast.expr, manager: Value, suspends: bool) -> None:
    """What managers of the project do when their block is left, which happens at every suspension in it."""
    from durable_lint.model import calls

    for thing in manager.things:
        method = classes.bound_method(frame, thing, "__exit__") if isinstance(thing, Instance) else None
        if method is not None:
            with _cleanup(frame, suspends):
                calls.call_function(frame, method, Arguments((UNKNOWN, UNKNOWN, UNKNOWN)), node)
