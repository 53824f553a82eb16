"""Logs: lines that go through the context's logger, which is silent while replaying."""

from __future__ import annotations

import ast

from durable_lint.finding import Edit, Fix, Safety
from durable_lint.knowledge.sdk import NEWEST_LINE, facts
from durable_lint.model.body import Body
from durable_lint.model.effects import Effect
from durable_lint.rewrite.context import context_at
from durable_lint.rewrite.edits import inserted_before, is_bare_argument, replaced, source_of

_LOGGERS = ("logging", "logging.Logger")
_PRINT = "print"


def logged_by_context(body: Body, effect: Effect) -> Fix | None:
    """``print(x)`` or ``log.warning(x)`` as ``context.logger.info(x)`` or ``context.logger.warning(x)``.

    There is no fix for lines that a helper writes, for output that goes elsewhere or is put together in another way
    (``sep``, ``end``, ``file``, ``flush``) or that the code takes itself, and for methods and arguments that the SDK's
    logger does not have.
    """
    call = effect.site.node
    if not isinstance(call, ast.Call) or effect.through_helper or not isinstance(body.module.parent(call), ast.Expr):
        return None
    context = context_at(body, call)
    method = _method(body, effect, call)
    if context is None or method is None or _is_redirected(body, call):
        return None
    edits: list[Edit] = [replaced(body.module, call.func, f"{context}.logger.{method}")]
    if effect.source == _PRINT and len(call.args) > 1:
        if not is_bare_argument(body.module, call, call.args[0]):
            return None
        edits.append(inserted_before(body.module, call.args[0], f'"{" ".join(["%s"] * len(call.args))}", '))
    return Fix(f"Log with `{context}.logger.{method}`", Safety.SAFE, tuple(edits))


def _is_redirected(body: Body, call: ast.Call) -> bool:
    """Whether a ``with`` round a call takes what is printed."""
    return any(
        "redirect_std" in source_of(body.module, item.context_expr)
        for outer in body.module.ancestors(call)
        if isinstance(outer, (ast.With, ast.AsyncWith))
        for item in outer.items
    )


def _method(body: Body, effect: Effect, call: ast.Call) -> str | None:
    """The method of the context's logger that takes the very arguments of a call."""
    if effect.source == _PRINT:
        has_stars = any(isinstance(argument, ast.Starred) for argument in call.args)
        return "info" if call.args and not call.keywords and not has_stars else None
    logger, _, name = effect.source.rpartition(".")
    line = NEWEST_LINE if body.interpreter is None else body.interpreter.sdk_line
    parameters = facts(line).parameters(f"Logger.{name}") if logger in _LOGGERS else None
    if parameters is None or not (call.args or any(keyword.arg == "msg" for keyword in call.keywords)):
        return None
    known = {parameter.name for parameter in parameters}
    return name if all(keyword.arg in known for keyword in call.keywords) else None
