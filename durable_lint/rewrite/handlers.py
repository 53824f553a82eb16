"""Handlers: the decorator that makes one durable."""

from __future__ import annotations

import ast

from durable_lint.finding import Fix, Safety
from durable_lint.model.module import Module
from durable_lint.rewrite.edits import indentation, inserted_before
from durable_lint.rewrite.imports import bring


def decorated(module: Module, handler: ast.FunctionDef) -> Fix | None:
    """``@durable_execution`` on a handler that has no decorator yet."""
    decorator = bring(module, "sdk.durable_execution", handler)
    if decorator is None or handler.decorator_list or indentation(module, handler):
        return None
    line = inserted_before(module, handler, f"@{decorator.expression}\n")
    if any(edit.span == line.span for edit in decorator.edits):
        return None  # the file begins with the handler, and imports the SDK below
    return Fix("Decorate with `@durable_execution`", Safety.SAFE, (*decorator.edits, line))
