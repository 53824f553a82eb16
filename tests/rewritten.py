"""Rewrites the imports of a program so that it means the same: for tests that the spelling does not matter.

Rows stay as they are, so that findings can be compared. A name is left alone wherever the rewriting would need more
than a look at the syntax: when it is bound twice, stands in a quoted annotation, or is imported from here by others.
"""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

_Edit = tuple[int, int, int, int, str]
"""Start row and byte column, end row and byte column, new text."""


@dataclass(frozen=True, slots=True)
class _Module:
    path: Path
    tree: ast.Module
    lines: list[bytes]
    foreign: frozenset[str]
    """Names that other modules of the program import from this one."""

    def text(self, node: ast.expr) -> str:
        if node.lineno != node.end_lineno:
            return ""
        return self.lines[node.lineno - 1][node.col_offset : node.end_col_offset].decode()


def aliased(root: Path) -> int:
    """Give every imported name another one: ``import time`` becomes ``import time as time_`` and so on."""
    return _rewrite(root, _alias_edits)


def qualified(root: Path) -> int:
    """Import modules instead of names: ``from time import sleep`` becomes ``import time as time_``."""
    return _rewrite(root, _module_edits)


def _rewrite(root: Path, edits_of: Callable[[_Module, frozenset[str]], list[_Edit]]) -> int:
    """Rewrite each module below a folder; how many changed."""
    paths = sorted(root.rglob("*.py"))
    own = frozenset({path.stem for path in paths} | {path.name for path in root.rglob("*") if path.is_dir()})
    trees = {path: ast.parse(path.read_bytes()) for path in paths}
    changed = 0
    for path in paths:
        foreign = frozenset(_imported_from(path.stem, (tree for other, tree in trees.items() if other != path)))
        if path.name == "__init__.py" or "*" in foreign:
            continue
        module = _Module(path, trees[path], path.read_bytes().split(b"\n"), foreign)
        edits = edits_of(module, own)
        if edits:
            path.write_bytes(_apply(module.lines, edits))
            ast.parse(path.read_bytes())
            changed += 1
    return changed


def _imported_from(stem: str, trees: Iterator[ast.Module]) -> Iterator[str]:
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").rpartition(".")[2] == stem:
                yield from (alias.name for alias in node.names)


def _alias_edits(module: _Module, own: frozenset[str]) -> list[_Edit]:
    edits: list[_Edit] = []
    for statement in _imports(module.tree):
        for alias in statement.names:
            name = alias.asname or alias.name
            if isinstance(statement, ast.Import) and "." in name:
                continue  # binds the top package: ``import os.path``
            uses = _uses(module, name)
            if uses is None:
                continue
            edits.append(_at(alias, f"{alias.name} as {name}_"))
            edits += [_at(use, f"{name}_") for use in uses]
    return edits


def _module_edits(module: _Module, own: frozenset[str]) -> list[_Edit]:
    edits: list[_Edit] = []
    for statement in _imports(module.tree):
        if not isinstance(statement, ast.ImportFrom) or statement.level or not statement.module:
            continue
        top = statement.module.partition(".")[0]
        if top in own or top not in sys.stdlib_module_names | {"aws_durable_execution_sdk_python", "requests"}:
            continue
        found = [(alias, _uses(module, alias.asname or alias.name)) for alias in statement.names]
        if any(uses is None for _, uses in found):
            continue
        name = statement.module.replace(".", "_") + "_"
        rows = (statement.end_lineno or statement.lineno) - statement.lineno
        edits.append(_at(statement, f"import {statement.module} as {name}" + "\n" * rows))
        edits += [_at(use, f"{name}.{alias.name}") for alias, uses in found for use in uses or ()]
    return edits


def _imports(tree: ast.Module) -> Iterator[ast.Import | ast.ImportFrom]:
    """The imports at the top of a module that bind names one can list."""
    for node in tree.body:
        is_list = isinstance(node, ast.ImportFrom) and node.module != "__future__" and node.names[0].name != "*"
        if isinstance(node, ast.Import) or is_list:
            yield node


def _uses(module: _Module, name: str) -> list[ast.Name] | None:
    """Where an imported name is read, ``None`` when it must keep its name."""
    bound, quoted = _bindings(module.tree), _quoted(module.tree)
    if bound[name] != 1 or name in quoted or name in module.foreign or bound["__all__"]:
        return None
    uses = [node for node in ast.walk(module.tree) if isinstance(node, ast.Name) and node.id == name]
    if any(module.text(use) != name for use in uses):
        return None  # Python 3.11 does not know where in an f-string a name stands
    return uses


def _bindings(tree: ast.Module) -> Counter[str]:
    """How often each name is bound, in whatever scope."""
    bound: Counter[str] = Counter()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            bound[node.id] += 1
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            bound[node.name] += 1
        elif isinstance(node, ast.arg):
            bound[node.arg] += 1
        elif isinstance(node, ast.ExceptHandler) and node.name:
            bound[node.name] += 1
        elif isinstance(node, ast.alias):
            bound[node.asname or node.name.partition(".")[0]] += 1
        elif isinstance(node, ast.Global | ast.Nonlocal):
            bound.update(node.names)
    return bound


def _quoted(tree: ast.Module) -> set[str]:
    """Names inside quoted annotations."""
    names: set[str] = set()
    for node in ast.walk(tree):
        annotation = getattr(node, "annotation", None) or getattr(node, "returns", None)
        for part in ast.walk(annotation) if isinstance(annotation, ast.AST) else ():
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                names |= {inner.id for inner in ast.walk(ast.parse(part.value)) if isinstance(inner, ast.Name)}
    return names


def _at(node: ast.alias | ast.expr | ast.stmt, text: str) -> _Edit:
    return (node.lineno, node.col_offset, node.end_lineno or node.lineno, node.end_col_offset or 0, text)


def _apply(lines: list[bytes], edits: list[_Edit]) -> bytes:
    result = list(lines)
    for row, column, end_row, end_column, text in sorted(edits, reverse=True):
        tail = result[end_row - 1][end_column:]
        result[row - 1 : end_row] = (result[row - 1][:column] + text.encode() + tail).split(b"\n")
    return b"\n".join(result)
