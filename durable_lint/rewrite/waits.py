"""Waits: a sleep of known length becomes a suspension of the execution."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from durable_lint.finding import Fix, Safety
from durable_lint.model.body import Body, BodyKind
from durable_lint.model.effects import Effect, Kind
from durable_lint.model.module import Module
from durable_lint.rewrite.bindings import binders, scope_of
from durable_lint.rewrite.context import context_at
from durable_lint.rewrite.edits import is_bare_argument, replaced, source_of
from durable_lint.rewrite.imports import bring
from durable_lint.rewrite.naming import name_for, varying_parts
from durable_lint.source.walk import walk

_LONGEST = 365 * 24 * 60 * 60  # a year in seconds: what a wait may last
_CATCHES_SUSPENSION = frozenset({"BaseException", "SuspendExecution", "TimedSuspendExecution"})


def waiting(body: Body, effect: Effect) -> Fix | None:
    """``time.sleep(60)`` as ``context.wait(Duration.from_seconds(60))``.

    There is no fix for a pause of unknown length, of less than a second or of a fraction, and none where a suspension
    would be noticed that has not been there before: in a coroutine or a generator, under a manager, a ``finally`` or a
    clause that catches it, in a helper that loops may call.
    """
    call = effect.site.node
    match call:
        case ast.Call(args=[length], keywords=[]) if effect.source == "time.sleep" and not effect.through_helper:
            pass
        case _:
            return None
    if not _has_whole_seconds(effect) or not _is_constant(body.module, length) or not _can_suspend(body, effect):
        return None
    parts = varying_parts(body, call)
    context = context_at(body, call)
    duration = bring(body.module, "sdk.Duration", call)
    if context is None or duration is None or parts is None:
        return None
    if parts and not is_bare_argument(body.module, call, length):
        return None
    name = f", name={name_for(body, call, 'pause')}" if parts else ""
    arguments = f"{duration.expression}.from_seconds({source_of(body.module, length)}){name}"
    edits = (
        *duration.edits,
        replaced(body.module, call.func, f"{context}.wait"),
        replaced(body.module, length, arguments),
    )
    return Fix(f"Suspend with `{context}.wait`", Safety.SAFE, edits, changes_operations=True)


def _has_whole_seconds(effect: Effect) -> bool:
    return effect.seconds is not None and effect.seconds.is_integer() and 1 <= effect.seconds <= _LONGEST


def _is_constant(module: Module, node: ast.expr) -> bool:
    """Whether an expression has the same value wherever the file uses it: numbers, and names bound once at its top."""
    for inner in walk([node]):
        match inner:
            case ast.Constant() | ast.BinOp() | ast.UnaryOp():
                pass
            case ast.Name(id=name):
                found = binders(module, name)
                if len(found) != 1 or scope_of(module, found[0]) is not module.tree:
                    return False
            case _:
                return False
    return True


def _can_suspend(body: Body, effect: Effect) -> bool:
    """Whether an operation can stand where the sleep stands, as a statement of its own."""
    if body.context_parameter is None or body.kind is BodyKind.PLAIN or body.is_async or body.is_generator:
        return False
    if body.is_one_checkpoint and any(other.kind is not Kind.SLEEP for other in body.effects.values()):
        return False  # all of it is recorded as one; with an operation inside, the rest would run again
    if not isinstance(body.module.parent(effect.site.node), ast.Expr) or effect.in_cleanup:
        return False
    return not any(_notices_suspension(outer) or _is_broad(body, outer) for outer in _round(body, effect))


def _round(body: Body, effect: Effect) -> Iterator[ast.AST]:
    for outer in body.module.ancestors(effect.site.node):
        if outer is body.node:
            return
        yield outer


def _notices_suspension(outer: ast.AST) -> bool:
    """Whether a statement runs code, or catches, when an operation inside suspends the execution."""
    if isinstance(outer, (ast.With, ast.AsyncWith)):
        return True
    if isinstance(outer, (ast.Try, ast.TryStar)):
        return bool(outer.finalbody) or any(_catches_suspension(handler) for handler in outer.handlers)
    return isinstance(outer, ast.ExceptHandler) and _catches_suspension(outer)


def _is_broad(body: Body, outer: ast.AST) -> bool:
    """Whether a ``try`` without an operation catches all errors: a broken replay would look like one of them."""
    if not isinstance(outer, (ast.Try, ast.TryStar)):
        return False
    inside = set(walk(outer.body))
    if any(operation.place.node in inside for operation in body.operations.values()):
        return False
    return any("Exception" in _names_in(handler) for handler in outer.handlers)


def _catches_suspension(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or bool(_names_in(handler) & _CATCHES_SUSPENSION)


def _names_in(handler: ast.ExceptHandler) -> set[str]:
    return {
        node.id if isinstance(node, ast.Name) else node.attr
        for node in walk([handler.type] if handler.type is not None else [])
        if isinstance(node, (ast.Name, ast.Attribute))
    }
