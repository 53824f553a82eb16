"""Strategies: configurations of steps that are not tried again."""

from __future__ import annotations

import ast

from durable_lint.finding import Edit, Fix, Safety
from durable_lint.model.contract import Match
from durable_lint.model.module import Module
from durable_lint.model.operations import Operation
from durable_lint.model.things import Literal
from durable_lint.rewrite.arguments import keyword_added
from durable_lint.rewrite.edits import is_exact, joined, replaced
from durable_lint.rewrite.import_block import together
from durable_lint.rewrite.imports import bring
from durable_lint.rewrite.readers import written_of


def without_retries(match: Match) -> Fix | None:
    """A configuration that names no strategy, or ``None``, gets the one that never retries."""
    module, call = match.call.site.module, match.call.node
    none = bring(module, "sdk.RetryPresets", call)
    given = match.of("retry_strategy")
    if none is None or not is_exact(module, call):
        return None
    text = f"{none.expression}.none()"
    edits: tuple[Edit, ...] | None
    if given is None:
        edits = keyword_added(module, call, "retry_strategy", text)
    elif given.node is not None and given.value.things == (Literal.of(None),) and isinstance(given.node, ast.Constant):
        edits = (replaced(module, given.node, text),)
    else:
        return None
    return None if edits is None else Fix("Never try the step again", Safety.SAFE, joined((*none.edits, *edits)))


def at_most_once(operation: Operation) -> Fix | None:
    """A step that is started once, and not again: in its configuration where that is written in the call, or is a
    variable that is read only there, else in one of its own.
    """
    module, call = operation.site.module, operation.call
    semantics, none = bring(module, "sdk.StepSemantics", call), bring(module, "sdk.RetryPresets", call)
    if semantics is None or none is None or operation.open_arguments or not is_exact(module, call):
        return None
    once, never = f"{semantics.expression}.AT_MOST_ONCE_PER_RETRY", f"{none.expression}.none()"
    given = _argument(operation, "config")
    edits: tuple[Edit, ...] | None
    if given is None:
        config = bring(module, "sdk.StepConfig", call)
        if config is None:
            return None
        text = f"{config.expression}(step_semantics={once}, retry_strategy={never})"
        edits = keyword_added(module, call, "config", text)
        edits = None if edits is None else (*config.edits, *edits)
    else:
        edits = _configured(module, given, f"{once}, retry_strategy={never}")
    if edits is None:
        return None
    return Fix("Run the step once at most", Safety.UNSAFE, together((*semantics.edits, *none.edits, *edits)))


def _argument(operation: Operation, name: str) -> ast.expr | None:
    position = operation.shape.position(name)
    given = next((item.value for item in operation.call.keywords if item.arg == name), None)
    if given is None and position is not None and position < len(operation.call.args):
        given = operation.call.args[position]
    return given


def _configured(module: Module, given: ast.expr, text: str) -> tuple[Edit, ...] | None:
    """More fields for a configuration that says nothing of retries or semantics."""
    made = written_of(module, given) or given
    if not isinstance(made, ast.Call) or made.args or "StepConfig" not in ast.unparse(made.func):
        return None
    if any(item.arg in (None, "retry_strategy", "step_semantics") for item in made.keywords):
        return None
    return keyword_added(module, made, "step_semantics", text)
