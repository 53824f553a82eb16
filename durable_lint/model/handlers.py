"""Handlers without a decorator: functions that Lambda would call with its own context instead of a DurableContext."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from durable_lint.model import declared
from durable_lint.model.scope import loaded_names, walk_body
from durable_lint.model.sdk import is_sdk
from durable_lint.model.things import External, Typed

if TYPE_CHECKING:
    from durable_lint.model.frame import Frame
    from durable_lint.model.module import Module

_HANDLER = re.compile(r"(lambda_)?handler|\w+_handler")
_CERTAIN = frozenset({"handler", "lambda_handler"})
_OPERATIONS = frozenset(
    {"step", "run_in_child_context", "parallel", "create_callback", "wait_for_callback", "wait_for_condition"}
)


def bare_handlers(frame: Frame, module: Module) -> Iterator[ast.FunctionDef]:
    """The handlers of a module that use a DurableContext and that nothing here decorates, wraps or calls."""
    candidates = [node for node in module.tree.body if isinstance(node, ast.FunctionDef) and _has_shape(node)]
    if not candidates:
        return
    used = loaded_names(module.tree)
    for node in candidates:
        if node.name in used or not _is_deployed(frame, module, node):
            continue
        context = [*node.args.posonlyargs, *node.args.args][1]
        is_typed = declared.declares_context(frame, context.annotation)
        uses_context = context.annotation is None and _imports_sdk(module) and _orchestrates(node, context.arg)
        if not (is_typed or uses_context):
            continue
        if not all(keeps_plain(frame, decorator) for decorator in node.decorator_list):
            continue
        if not _is_decorated_elsewhere(frame, module, node):  # reads the files around: asked last, and seldom
            yield node


def _has_shape(node: ast.FunctionDef) -> bool:
    arguments = node.args
    others = (arguments.vararg, arguments.kwarg, *arguments.kwonlyargs, *arguments.defaults)
    return (
        _HANDLER.fullmatch(node.name) is not None
        and len(arguments.posonlyargs) + len(arguments.args) == 2
        and not any(others)
    )


def _is_deployed(frame: Frame, module: Module, node: ast.FunctionDef) -> bool:
    """Whether its name is a handler's for certain, or the module has the decorator at hand and forgot it."""
    if node.name in _CERTAIN:
        return True
    bound = frame.interpreter.module_value(module, "durable_execution")
    return bound is not None and any(isinstance(thing, External) and is_sdk(thing.name) for thing in bound.things)


def _is_decorated_elsewhere(frame: Frame, module: Module, node: ast.FunctionDef) -> bool:
    """Whether another file imports it and has the decorator at hand."""
    home, name = re.escape(module.name.rpartition(".")[2]), re.escape(node.name)
    imported = rf"\bfrom\s+[\w.]*\b{home}\s+import\s+(\([^)]*|[^\n(]*)\b{name}\b|\b{home}\.{name}\b"
    return frame.interpreter.project.matches_elsewhere(module, imported, r"\bdurable_execution\b")


def keeps_plain(frame: Frame, decorator: ast.expr) -> bool:
    """Whether a decorator is a library's, which makes nothing durable; the project's own may do anything."""
    root = decorator.func if isinstance(decorator, ast.Call) else decorator
    while isinstance(root, ast.Attribute):
        root = root.value
    value = frame.evaluate(root)
    if not value.things:
        return bool(value.maker) and not is_sdk(value.maker)
    is_library = (isinstance(thing, (External, Typed)) and not is_sdk(thing.name) for thing in value.things)
    return not value.partial and all(is_library)


def _imports_sdk(module: Module) -> bool:
    return any(
        is_sdk(node.module or "") if isinstance(node, ast.ImportFrom) else any(is_sdk(a.name) for a in node.names)
        for node in module.tree.body
        if isinstance(node, (ast.Import, ast.ImportFrom))
    )


def _orchestrates(node: ast.FunctionDef, context: str) -> bool:
    return any(
        isinstance(inner, ast.Call)
        and isinstance(inner.func, ast.Attribute)
        and inner.func.attr in _OPERATIONS
        and isinstance(inner.func.value, ast.Name)
        and inner.func.value.id == context
        for inner in walk_body(node.body)
    )
