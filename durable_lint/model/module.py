"""A module of the project: its text, its tree, and what binds each of its top-level names."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from durable_lint.dataclasses import dataclass, field
from durable_lint.source.walk import children, walk

if TYPE_CHECKING:
    from durable_lint.knowledge.sdk import Line
    from durable_lint.model.body import Body
    from durable_lint.source.text import SourceText

_TEST_FILE = re.compile(r"(test_.*|.*_test|conftest)\.py")
_TEST_NAME = re.compile(r"test_|Test[A-Z]")
_TEST_LIBRARIES = frozenset({"pytest", "unittest"})


@dataclass(frozen=True, slots=True)
class Binding:
    """One statement that binds a name at module level, or a ``global`` assignment inside ``function``."""

    statement: ast.AST
    function: ast.FunctionDef | ast.AsyncFunctionDef | None = None


@dataclass(eq=False, slots=True)
class Module:
    """One parsed file.

    ``name`` is the dotted name under the root that it was found from, ``package`` the dotted name that relative
    imports start from.  ``vouched`` holds the rows of functions that a person marked ``# durable-lint:
    deterministic``, ``bare_handlers`` the handlers that lack the SDK's decorator, ``other_bodies`` what the file
    evaluates besides durable code: its top level, and functions that make things of the SDK, ``sdk_line`` the line of
    the SDK that it was evaluated for (all known once the file has been evaluated).
    """

    path: str
    name: str
    is_package: bool
    text: SourceText
    tree: ast.Module
    vouched: frozenset[int] = frozenset()
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    stars: list[ast.ImportFrom] = field(default_factory=list)
    functions: list[ast.FunctionDef | ast.AsyncFunctionDef] = field(default_factory=list)
    bare_handlers: tuple[ast.FunctionDef, ...] = ()
    other_bodies: tuple[Body, ...] = ()
    sdk_line: Line | None = None
    _parents: dict[ast.AST, ast.AST] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for statement in _top_level(self.tree.body):
            self._bind(statement)
        self._find_functions()

    def __repr__(self) -> str:
        return f"Module({self.path!r})"

    @property
    def package(self) -> str:
        """The package that ``from .`` names."""
        return self.name if self.is_package else self.name.rpartition(".")[0]

    @property
    def is_test(self) -> bool:
        """Whether pytest or unittest would collect the file: by its name, and by tests or fixtures in it."""
        if not _TEST_FILE.fullmatch(os.path.basename(self.path)):
            return False
        return bool(self.bindings.keys() & _TEST_LIBRARIES) or any(_TEST_NAME.match(name) for name in self.bindings)

    def parent(self, node: ast.AST) -> ast.AST | None:
        """The node of this module's tree that a node stands in, ``None`` for the tree itself."""
        if not self._parents:
            for outer in walk([self.tree]):
                for inner in children(outer):
                    self._parents[inner] = outer
        return self._parents.get(node)

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """Everything that a node stands in, from the inside out."""
        outer = self.parent(node)
        while outer is not None:
            yield outer
            outer = self.parent(outer)

    def exported(self) -> list[str]:
        """The names ``from module import *`` brings: ``__all__`` when it is literal, else the public ones."""
        for binding in self.bindings.get("__all__", ()):
            value = getattr(binding.statement, "value", None)
            if isinstance(value, (ast.List, ast.Tuple)):
                return [
                    item.value for item in value.elts if isinstance(item, ast.Constant) and isinstance(item.value, str)
                ]
        return [name for name in self.bindings if not name.startswith("_")]

    def is_vouched(self, node: ast.AST) -> bool:
        """Whether a person vouches for the function (on its ``def`` line, a decorator line, or the line above)."""
        if not self.vouched or not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return False
        first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
        last = node.body[0].lineno if node.body else node.lineno
        return any(first - 1 <= row < max(last, node.lineno + 1) for row in self.vouched)

    def _add(
        self, name: str, statement: ast.AST, function: ast.FunctionDef | ast.AsyncFunctionDef | None = None
    ) -> None:
        self.bindings.setdefault(name, []).append(Binding(statement, function))

    def _bind(self, statement: ast.stmt) -> None:
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                self._add(statement.name, statement)
            case ast.Import():
                for alias in statement.names:
                    self._add(alias.asname or alias.name.partition(".")[0], statement)
            case ast.ImportFrom():
                for alias in statement.names:
                    if alias.name == "*":
                        self.stars.append(statement)
                    else:
                        self._add(alias.asname or alias.name, statement)
            case ast.Assign():
                for target in statement.targets:
                    for name in target_names(target):
                        self._add(name, statement)
            case ast.AnnAssign() | ast.AugAssign():
                for name in target_names(statement.target):
                    self._add(name, statement)
            case ast.For() | ast.AsyncFor():
                for name in target_names(statement.target):
                    self._add(name, statement)
            case ast.With() | ast.AsyncWith():
                for item in statement.items:
                    if item.optional_vars is not None:
                        for name in target_names(item.optional_vars):
                            self._add(name, statement)
        if isinstance(statement, (ast.If, ast.While)):
            for node in walk([statement.test]):
                if isinstance(node, ast.NamedExpr):
                    self._add(node.target.id, node)

    def _find_functions(self) -> None:
        """List every function, and what those that declare ``global`` names assign to them."""
        stack: list[tuple[ast.stmt, ast.FunctionDef | ast.AsyncFunctionDef | None]]
        stack = [(statement, None) for statement in reversed(self.tree.body)]
        declared: dict[ast.AST, set[str]] = {}
        assigned: list[tuple[ast.Assign | ast.AnnAssign, ast.FunctionDef | ast.AsyncFunctionDef]] = []
        while stack:
            node, function = stack.pop()
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self.functions.append(node)
                function = node
            elif function is not None:
                if isinstance(node, ast.Global):
                    declared.setdefault(function, set()).update(node.names)
                elif isinstance(node, (ast.Assign, ast.AnnAssign)):
                    assigned.append((node, function))
            stack.extend((child, function) for child in reversed(nested_statements(node)))
        for statement, function in assigned:
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            for name in (name for target in targets for name in target_names(target)):
                if name in declared.get(function, ()):
                    self._add(name, statement, function)


_BLOCKS = ("body", "handlers", "orelse", "finalbody", "cases")


def nested_statements(node: ast.AST) -> list[ast.stmt]:
    """The statements directly inside a statement's blocks, clauses included, in source order."""
    found: list[ast.stmt] = []
    for block in _BLOCKS:
        for child in getattr(node, block, ()):
            if isinstance(child, ast.stmt):
                found.append(child)
            else:
                found.extend(child.body)
    return found


def _top_level(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run at import, in source order, also those under ``if``, ``try``, ``with`` and loops."""
    stack = list(reversed(body))
    while stack:
        statement = stack.pop()
        yield statement
        if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            stack.extend(reversed(nested_statements(statement)))


def target_names(target: ast.AST) -> Iterator[str]:
    """The names that an assignment target binds."""
    match target:
        case ast.Name():
            yield target.id
        case ast.Tuple() | ast.List():
            for element in target.elts:
                yield from target_names(element)
        case ast.Starred():
            yield from target_names(target.value)
