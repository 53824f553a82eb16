"""Names of the SDK under their right spelling, and imports from the module that has the name."""

from __future__ import annotations

import ast
import re

from durable_lint.finding import Edit, Fix, Safety, Span
from durable_lint.model.module import Module
from durable_lint.model.sdk_names import UnknownName
from durable_lint.rewrite.bindings import binders, home_of, is_free
from durable_lint.rewrite.edits import is_exact, replaced, source_of
from durable_lint.rewrite.import_block import with_import
from durable_lint.source.walk import walk

_FROM = re.compile(r"from\s+(?P<source>[\w.]+)\s+import\b")


def corrected(unknown: UnknownName) -> Fix | None:
    """The name that must have been meant in its place; ``None`` where none is certain."""
    module, node = unknown.site.module, unknown.site.node
    match node:
        case ast.alias() if unknown.home is not None:
            edits = _moved(module, node, unknown.home)
            return None if edits is None else Fix(f"Import it from `{unknown.home}`", Safety.SAFE, edits)
        case _ if unknown.meant is None:
            return None
        case ast.alias():
            edits = _renamed_import(module, node, unknown.meant)
        case ast.Attribute():
            edits = _renamed_attribute(module, node, unknown.meant)
        case ast.ImportFrom():
            edits = _from(module, node, (node.module or "").removesuffix(unknown.name) + unknown.meant)
        case _:
            return None
    return None if edits is None else Fix(f"Write `{unknown.meant}`", Safety.SAFE, edits)


def _moved(module: Module, alias: ast.alias, home: str) -> tuple[Edit, ...] | None:
    """``from sdk import Duration`` as ``from sdk.config import Duration``, apart from what else is imported with it."""
    statement = module.parent(alias)
    if not isinstance(statement, ast.ImportFrom):
        return None
    if len(statement.names) == 1:
        return _from(module, statement, home)
    body = module.tree.body
    if alias.asname is not None or statement not in body[:-1]:
        return None
    taken = _taken_out(module, statement, alias)
    added = with_import(module, home, alias.name, body[body.index(statement) + 1])
    return None if taken is None or added is None else (taken, *added)


def _taken_out(module: Module, statement: ast.ImportFrom, alias: ast.alias) -> Edit | None:
    """One name less in an import; ``None`` where a comment would go with it."""
    index = statement.names.index(alias)
    own = module.text.span(alias)
    if index:
        before = module.text.span(statement.names[index - 1])
        gone = Span(before.end_row, before.end_column, own.end_row, own.end_column)
    else:
        after = module.text.span(statement.names[1])
        gone = Span(own.row, own.column, after.row, after.column)
    return None if "#" in module.text.slice(gone) else Edit(module.path, gone, "")


def _from(module: Module, statement: ast.ImportFrom, source: str) -> tuple[Edit, ...] | None:
    """An import from another module."""
    text = source_of(module, statement)
    found = _FROM.match(text)
    if found is None:
        return None
    return (replaced(module, statement, f"{text[: found.start('source')]}{source}{text[found.end('source') :]}"),)


def _renamed_import(module: Module, alias: ast.alias, name: str) -> tuple[Edit, ...] | None:
    """Another name in an import, and wherever the file uses it."""
    if alias.asname is not None:
        return (replaced(module, alias, f"{name} as {alias.asname}"),)
    if len(binders(module, alias.name)) != 1 or not is_free(module, name) or not _is_only_named(module, alias.name):
        return None
    uses = [node for node in walk([module.tree]) if isinstance(node, ast.Name) and node.id == alias.name]
    is_top = isinstance(module.parent(module.parent(alias) or alias), ast.Module)
    if not is_top or not all(is_exact(module, use) and home_of(module, use, alias.name) is module.tree for use in uses):
        return None
    return (replaced(module, alias, name), *(replaced(module, use, name) for use in uses))


def _is_only_named(module: Module, name: str) -> bool:
    """Whether no text of the file holds the name, such as an annotation in quotes or ``__all__``."""
    return not any(
        isinstance(node, ast.Constant) and isinstance(node.value, str) and re.search(rf"\b{name}\b", node.value)
        for node in walk([module.tree])
    )


def _renamed_attribute(module: Module, node: ast.Attribute, name: str) -> tuple[Edit, ...] | None:
    text = source_of(module, node)
    if not is_exact(module, node) or not text.endswith(f".{node.attr}"):
        return None
    return (replaced(module, node, f"{text.removesuffix(node.attr)}{name}"),)
