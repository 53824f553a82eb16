"""Imports: how a name of a module can be written in a file, and what has to be imported for that."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from durable_lint.finding import Edit
from durable_lint.model.module import Module


@dataclass(frozen=True, slots=True)
class Brought:
    """How a thing is written where it is needed (``Duration``, ``config.Duration``), and the edits that import it."""

    expression: str
    edits: tuple[Edit, ...] = ()


def bring(module: Module, dotted: str, at: ast.AST) -> Brought | None:
    """A library's module-level thing by its dotted name, to be used at a node of a module.

    ``sdk.NAME`` is a name of the SDK, under whatever name and from whichever of its modules the file imports it.
    An import that is there is reused; else one is added where isort would put it. ``None`` when the name means
    something else at that place, or an import could not be added without a doubt.
    """
    for statement in module.tree.body:
        if isinstance(statement, ast.ImportFrom) and not statement.level:
            for alias in statement.names:
                if f"{statement.module}.{alias.name}" == dotted:
                    return Brought(alias.asname or alias.name)
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                if dotted.startswith(f"{alias.name}.") and "." not in dotted.removeprefix(f"{alias.name}."):
                    return Brought(f"{alias.asname or alias.name}.{dotted.rpartition('.')[2]}")
    return None
