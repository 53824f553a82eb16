"""The context in scope: by what name a body's code can start an operation at some place."""

from __future__ import annotations

import ast

from durable_lint.model.body import Body, BodyKind
from durable_lint.model.scope import all_arguments
from durable_lint.model.things import Context
from durable_lint.rewrite.edits import source_of
from durable_lint.rewrite.loops import names_changed_in
from durable_lint.rewrite.varying import evaluations_of


def context_at(body: Body, node: ast.AST) -> str | None:
    """The expression for the body's own context at a node of it; ``None`` when there is none that surely means it."""
    text = body.context_parameter or _receiver(body)
    if text is None or not body.is_replayed:
        return None
    if text.partition(".")[0] in names_changed_in(body.node) or not _is_always_given(body):
        return None
    for outer in body.module.ancestors(node):
        if outer is body.node:
            return text
        if isinstance(outer, (ast.Lambda, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            return None
    return None


def _is_always_given(body: Body) -> bool:
    """Whether every call of the body's function, also from files that are not known, hands it a context."""
    if any(not one.is_replayed or one.context_parameter != body.context_parameter for one in evaluations_of(body)):
        return False
    if body.kind is not BodyKind.PLAIN or body.context_parameter is None or isinstance(body.node, ast.Lambda):
        return True
    if any(operation.context is not None for operation in body.own_operations) or _is_declared(body):
        return True
    assert body.interpreter is not None
    return not body.interpreter.project.matches_elsewhere(body.module, rf"\b{body.node.name}\b")


def _is_declared(body: Body) -> bool:
    """Whether the parameter is annotated as a context, and nothing else."""
    assert not isinstance(body.node, ast.Lambda)
    for argument in all_arguments(body.node.args):
        if argument.arg == body.context_parameter and argument.annotation is not None:
            text = ast.unparse(argument.annotation).strip("'\"")
            return text.rpartition(".")[2] == "DurableContext"
    return False


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
