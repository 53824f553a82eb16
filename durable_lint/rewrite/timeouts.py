"""Timeouts: the one that a file uses itself, for calls that have none."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from durable_lint.finding import Fix, Safety
from durable_lint.model.effects import Site
from durable_lint.model.module import Module
from durable_lint.rewrite.arguments import keyword_added
from durable_lint.rewrite.bindings import home_of, runs_at_import
from durable_lint.rewrite.edits import source_of
from durable_lint.source.walk import walk

_NAME = re.compile(r"_?([A-Z0-9]+_)*TIMEOUT(_[A-Z0-9]+)*")
_OTHER_UNITS = re.compile(r"MS$|MILLI|MINUTES|HOURS|DAYS|CALLBACK|HEARTBEAT|EXECUTION|WAIT")


def limited(site: Site) -> Fix | None:
    """Give an HTTP call the timeout that its file gives to others, or has a constant for.

    How long an answer may take is for those to say who know the service: where the file says nothing of it, or
    several things, there is no fix.
    """
    module, call = site.module, site.node
    if not isinstance(call, ast.Call) or runs_at_import(module, call):
        return None
    texts = set(_given(module, call)) or set(_constants(module, call))
    edits = keyword_added(module, call, "timeout", texts.pop()) if len(texts) == 1 else None
    return None if edits is None else Fix("Wait no longer than for the file's other calls", Safety.UNSAFE, edits)


def _given(module: Module, call: ast.Call) -> Iterator[str]:
    """What other calls of the same library in the file are given."""
    for node in walk([module.tree]):
        if isinstance(node, ast.Call) and _root(node) == _root(call):
            for keyword in node.keywords:
                if keyword.arg == "timeout" and _means_the_same(module, keyword.value, call):
                    yield source_of(module, keyword.value)


def _constants(module: Module, call: ast.Call) -> Iterator[str]:
    """The file's constants that are called a timeout and hold a number, or a pair of them."""
    for statement in module.tree.body:
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ):
                is_called_so = _NAME.fullmatch(name) and not _OTHER_UNITS.search(name)
                if is_called_so and _is_number(value) and home_of(module, call, name) is module.tree:
                    yield name


def _means_the_same(module: Module, value: ast.expr, call: ast.Call) -> bool:
    if _is_number(value):
        return True
    return isinstance(value, ast.Name) and value.id.isupper() and home_of(module, call, value.id) is module.tree


def _is_number(value: ast.expr) -> bool:
    if isinstance(value, ast.Tuple):
        return bool(value.elts) and all(_is_number(item) for item in value.elts)
    return isinstance(value, ast.Constant) and type(value.value) in (int, float)


def _root(call: ast.Call) -> str:
    node: ast.expr = call.func
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
