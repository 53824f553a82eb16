"""Reads of attributes: where a project reads attributes of a name, whatever objects they are of."""

from __future__ import annotations

import ast
from typing import NamedTuple

from durable_lint.model.module import Module
from durable_lint.model.project import Project
from durable_lint.source.walk import walk

_REFLECTION = frozenset({"getattr", "vars", "__dict__", "asdict", "astuple", "attrgetter"})


class Read(NamedTuple):
    """An attribute that is read in a module."""

    module: Module
    node: ast.Attribute


def reads_of(project: Project, module: Module, name: str) -> list[Read] | None:
    """Every read of an attribute of a name in the whole project.

    ``None`` where more may read it: by its name as text, with all of an object's attributes, or in a file out of sight.
    """
    others = project.mentioning(module, name)
    if others is None:
        return None
    found: list[Read] = []
    for one in (module, *others):
        for node in walk([one.tree]):
            if _names_by_text(node, name):
                return None
            if isinstance(node, ast.Attribute) and node.attr == name and isinstance(node.ctx, ast.Load):
                found.append(Read(one, node))
    return found


def _names_by_text(node: ast.AST, attribute: str) -> bool:
    """Whether code may read an attribute whose name it has as text, or all attributes of an object."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in _REFLECTION
        case ast.Constant(value=text):
            return text == attribute
    return False
