"""Members: what the text of a class says before anything is evaluated."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from durable_lint.dataclasses import dataclass
from durable_lint.model.scope import walk_body
from durable_lint.source.walk import kept


@dataclass(frozen=True, slots=True)
class ClassFacts:
    """The statement that defines each member, and the methods that assign each attribute of their object.

    Of several definitions the last counts, as in Python, but a property's setter does not hide its getter.
    """

    members: dict[str, ast.stmt]
    assigning: dict[str, tuple[ast.FunctionDef, ...]]


@kept
def facts_of(node: ast.ClassDef) -> ClassFacts:
    """What one walk of a class body tells."""
    members: dict[str, ast.stmt] = {}
    assigning: dict[str, tuple[ast.FunctionDef, ...]] = {}
    for statement in _statements(node.body):
        for name in _defined(statement):
            if not (name in members and _is_accessor(statement)):
                members[name] = statement
        if isinstance(statement, ast.FunctionDef) and statement.name != "__init__" and statement.args.args:
            for name in _assigned_to(statement.args.args[0].arg, statement):
                assigning[name] = (*assigning.get(name, ()), statement)
    return ClassFacts(members, assigning)


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        yield statement
        if isinstance(statement, (ast.If, ast.Try)):
            yield from _statements(statement.body)
            yield from _statements(statement.orelse)


def _defined(statement: ast.stmt) -> list[str]:
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return [statement.name]
        case ast.Assign():
            return [target.id for target in statement.targets if isinstance(target, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
    return []


def _is_accessor(statement: ast.stmt) -> bool:
    """Whether a method is the setter or deleter of a property."""
    return isinstance(statement, ast.FunctionDef) and any(
        isinstance(decorator, ast.Attribute) and decorator.attr in ("setter", "deleter")
        for decorator in statement.decorator_list
    )


def _assigned_to(receiver: str, method: ast.FunctionDef) -> set[str]:
    return {
        node.attr
        for node in walk_body(method.body)
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id == receiver
    }
