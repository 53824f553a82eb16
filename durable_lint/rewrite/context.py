"""The context in scope: by what name a body's code can start an operation at some place."""

from __future__ import annotations

import ast

from durable_lint.model.body import Body
from durable_lint.model.scope import stored_names
from durable_lint.model.values import Context
from durable_lint.rewrite.edits import source_of


def context_at(body: Body, node: ast.AST) -> str | None:
    """The expression for the body's own context at a node of it; ``None`` when there is none that surely means it."""
    text = body.context_parameter or _receiver(body)
    if text is None or not body.is_replayed:
        return None
    inner = [body.node.body] if isinstance(body.node, ast.Lambda) else body.node.body
    if text.partition(".")[0] in stored_names(inner):
        return None
    for outer in body.module.ancestors(node):
        if outer is body.node:
            return text
        if isinstance(outer, (ast.Lambda, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            return None
    return None


def _receiver(body: Body) -> str | None:
    """What a body without a context of its own starts its operations on: a closure's variable, an attribute."""
    texts = {
        source_of(operation.site.module, operation.call.func.value)
        for operation in body.own_operations
        if isinstance(operation.call.func, ast.Attribute) and isinstance(operation.context, Context)
    }
    if len(texts) != 1:
        return None
    text = texts.pop()
    return text if all(part.isidentifier() for part in text.split(".")) else None
