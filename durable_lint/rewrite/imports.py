"""Imports: how a name of a module can be written in a file, and what has to be imported for that."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import cache, lru_cache

from durable_lint.dataclasses import dataclass
from durable_lint.finding import Edit
from durable_lint.knowledge.sdk import Line, facts
from durable_lint.model.module import Module
from durable_lint.model.sdk import PACKAGES, is_sdk
from durable_lint.rewrite.bindings import (
    binders,
    is_free,
    runs_at_import,
    scope_of,
    surely_ran,
    visible_scopes,
)
from durable_lint.rewrite.import_block import with_import
from durable_lint.source.walk import walk

_SDK = "sdk"
_AWS = "aws_durable_execution_sdk_python"
_LINES: tuple[Line, ...] = ("1", "2", "3")
_HOMES = ("", ".config", ".exceptions", ".retries", ".waits", ".serdes", ".types", ".context", ".execution")
# What the root package imports in every line: an attribute of it without an import of one's own.
_LOADED_BY_ROOT = (".config", ".context", ".exceptions", ".execution", ".retries", ".serdes", ".types")


@dataclass(frozen=True, slots=True)
class Brought:
    """How a thing is written where it is needed (``Duration``, ``config.Duration``), and the edits that import it."""

    expression: str
    edits: tuple[Edit, ...] = ()


def bring(module: Module, dotted: str, at: ast.AST) -> Brought | None:
    """A library's module-level thing by its dotted name, to be used at a node of a module.

    ``sdk.NAME`` is a name of the SDK, under whatever name and from whichever of its modules the file imports it,
    ``builtins.NAME`` a builtin. An import that is there is reused; else one is added where isort would put it.
    ``None`` when the name means something else at that place, or an import could not be added without a doubt.
    """
    source, _, name = dotted.rpartition(".")
    if source == "builtins":
        return None if _foreign_stars(module, name) or not _is_unbound(module, name, at) else Brought(name)
    reused = _reused(module, source, name, at) or _from_star(module, source, name, at)
    if reused is not None:
        return Brought(reused)
    if _foreign_stars(module, name) or not is_free(module, name):
        return None
    if source == _SDK:
        home = _home(module, name)
        if home is None:
            return None
        source = home
    user = _top_level_statement(module, at) if runs_at_import(module, at) else None
    edits = with_import(module, source, name, user)
    return None if edits is None else Brought(name, edits)


def _is_unbound(module: Module, name: str, at: ast.AST) -> bool:
    visible = visible_scopes(module, at)
    return not any(scope_of(module, binder) in visible for binder in binders(module, name))


def _top_level_statement(module: Module, node: ast.AST) -> ast.stmt | None:
    for outer in (node, *module.ancestors(node)):
        if isinstance(outer, ast.stmt) and module.parent(outer) is module.tree:
            return outer
    return None


def _reused(module: Module, source: str, name: str, at: ast.AST) -> str | None:
    """What the imports that are there call the thing at that place."""
    tried: set[str] = set()
    for statement, alias in _imports(module):
        expression = _written(statement, alias, source, name)
        root = expression.partition(".")[0] if expression is not None else ""
        if expression is None or expression in tried:
            continue
        tried.add(expression)
        if _means(module, root, expression, source, name, at):
            return expression
    return None


@lru_cache(maxsize=4)
def _imports(module: Module) -> Sequence[tuple[ast.Import | ast.ImportFrom, ast.alias]]:
    """Every imported name of a file, in source order."""
    found: list[tuple[ast.Import | ast.ImportFrom, ast.alias]] = [
        (statement, alias)
        for statement in walk([module.tree])
        if isinstance(statement, (ast.Import, ast.ImportFrom))
        for alias in statement.names
    ]
    return sorted(found, key=lambda pair: (pair[1].lineno, pair[1].col_offset))


def _means(module: Module, root: str, expression: str, source: str, name: str, at: ast.AST) -> bool:
    """Whether an expression surely is the thing at that place: its first name is bound by nothing else there."""
    scopes = {binder: scope_of(module, binder) for binder in binders(module, root)}
    for scope in visible_scopes(module, at):
        here = [binder for binder, home in scopes.items() if home is scope]
        if not here:
            continue
        statements: list[ast.stmt] = []
        for binder in here:
            statement = module.parent(binder)
            if not isinstance(binder, ast.alias) or not isinstance(statement, (ast.Import, ast.ImportFrom)):
                return False
            written = _written(statement, binder, source, name)
            if written == expression:
                statements.append(statement)
            elif not _is_same_package(statement, binder, root, source):
                return False
        stars = _foreign_stars(module, root) if scope is module.tree else []
        if any(star.lineno >= statement.lineno for star in stars for statement in statements):
            return False
        return surely_ran(module, statements, scope, at)
    return False


def _from_star(module: Module, source: str, name: str, at: ast.AST) -> str | None:
    """A name of the SDK that ``from sdk import *`` has brought."""
    is_known = source == _SDK and name in _names_of("", name)
    if not is_known or any(star.module not in PACKAGES for star in module.stars) or not _is_unbound(module, name, at):
        return None
    return name if surely_ran(module, module.stars, module.tree, at) else None


def _foreign_stars(module: Module, name: str) -> list[ast.ImportFrom]:
    """The ``from x import *`` that may bind a name; what the SDK's package gives is known."""
    return [star for star in module.stars if star.module not in PACKAGES or name in _given_by_star()]


@cache
def _given_by_star() -> frozenset[str]:
    return frozenset().union(*(facts(line).exports(_AWS) or () for line in _LINES))


def _is_same_package(statement: ast.stmt, alias: ast.alias, root: str, source: str) -> bool:
    """Whether an import binds no more than the package in which the source lies: ``import xml.sax`` binds ``xml``."""
    is_package = isinstance(statement, ast.Import) and alias.asname is None
    return is_package and (root == source.partition(".")[0] or (source == _SDK and is_sdk(root)))


def _written(statement: ast.Import | ast.ImportFrom, alias: ast.alias, source: str, name: str) -> str | None:
    """How an import lets a thing be written, ``None`` when it does not bring it."""
    if isinstance(statement, ast.Import):
        return _through_module(alias.name, alias.asname or alias.name, alias.asname is not None, source, name)
    if statement.level or alias.name == "*":
        return None
    module = statement.module or ""
    bound = alias.asname or alias.name
    if alias.name == name and (module == source or (source == _SDK and is_sdk(module))):
        return bound
    return _through_module(f"{module}.{alias.name}", bound, True, source, name)


def _through_module(imported: str, bound: str, is_renamed: bool, source: str, name: str) -> str | None:
    """``bound.name``, when the imported module is the one that has the name or leads to it."""
    if source == _SDK:
        return _through_sdk(imported, bound, name)
    if imported == source:
        return f"{bound}.{name}"
    if not is_renamed and imported.startswith(f"{source}."):
        return f"{source}.{name}"
    return None


def _through_sdk(imported: str, bound: str, name: str) -> str | None:
    package, dot, below = imported.partition(".")
    if not is_sdk(package):
        return None
    if name in _names_of(f".{below}" if dot else "", name):
        return f"{bound}.{name}"
    if dot:
        return None
    return next((f"{bound}{home}.{name}" for home in _LOADED_BY_ROOT if name in _names_of(home, name)), None)


def _home(module: Module, name: str) -> str | None:
    """The module of the SDK to import a name from: the package that the file uses, or the submodule that has it."""
    packages = set()
    for statement, alias in _imports(module):
        source = alias.name if isinstance(statement, ast.Import) else (statement.module or "")
        if getattr(statement, "level", 0) or not is_sdk(source):
            continue
        if any(isinstance(outer, ast.Try) for outer in module.ancestors(statement)):
            return None
        packages.add(source.partition(".")[0])
    below = next((home for home in _HOMES if name in _names_of(home, name)), None)
    return f"{packages.pop()}{below}" if len(packages) == 1 and below is not None else None


@cache
def _names_of(module: str, name: str) -> frozenset[str]:
    """The names that a module of the SDK (``.config``) has in every line that has ``name`` anywhere that counts."""
    exports = [[facts(line).exports(f"{_AWS}{home}") or frozenset() for home in _HOMES] for line in _LINES]
    having = [line for line, homes in zip(_LINES, exports, strict=True) if any(name in names for names in homes)]
    offered = [facts(line).exports(f"{_AWS}{module}") or frozenset() for line in having]
    return frozenset.intersection(*offered) if offered else frozenset()
