"""Callers: every place of a project that names a function, so that what it takes can be changed with them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from durable_lint.dataclasses import dataclass
from durable_lint.model.effects import Site
from durable_lint.model.interpreter import Interpreter
from durable_lint.model.module import Module
from durable_lint.model.things import ModuleThing
from durable_lint.rewrite.bindings import binders, home_of, scope_of
from durable_lint.source.walk import walk


@dataclass(frozen=True, slots=True)
class _Target:
    """A top-level name that means the function: its own, or one that a module has imported it under."""

    module: Module
    name: str


class _Unsure(Exception):
    """Something may mean the function, and it cannot be told."""


def references(
    interpreter: Interpreter, module: Module, function: ast.FunctionDef, beside: Iterable[Module] = ()
) -> list[Site] | None:
    """Every expression in the project that means a function, imports left out.

    ``beside`` are modules that are known to use it. ``None`` when it cannot be told for certain: a name that is bound
    twice, an attribute of something unknown, a star import, a dotted name in a text as ``mock.patch`` takes it.
    """
    home = scope_of(module, function)
    try:
        if home is not module.tree:
            return list(_bound_in(module, function.name, home, function))
        return list(_Search(interpreter, module, function, tuple(beside)).found())
    except _Unsure:
        return None


def _bound_in(module: Module, name: str, scope: ast.AST, binder: ast.AST) -> Iterator[Site]:
    """The places that read a name which one node alone binds in a scope."""
    if [node for node in binders(module, name) if scope_of(module, node) is scope] != [binder]:
        raise _Unsure
    for node in walk([scope]):
        match node:
            case ast.Name(ctx=ast.Load()) if node.id == name and home_of(module, node, name) is scope:
                yield Site(module, node)


class _Search:
    """The search for a top-level function through all modules that mention it, or a name it was imported under."""

    def __init__(
        self, interpreter: Interpreter, module: Module, function: ast.FunctionDef, beside: tuple[Module, ...]
    ) -> None:
        self._interpreter = interpreter
        self._function = function
        self._beside = beside
        self._start = module
        self._modules: dict[Module, None] = {module: None}
        self._targets = {_Target(module, function.name): None}
        self._aliases: dict[ast.alias, Module] = {}

    def found(self) -> Iterator[Site]:
        """All places; raises _Unsure."""
        self._follow_imports()
        yield from _bound_in(self._start, self._function.name, self._start.tree, self._function)
        for alias, module in self._aliases.items():
            yield from _bound_in(module, alias.asname or alias.name, scope_of(module, alias), alias)
        names = {target.name for target in self._targets}
        for module in self._modules:
            for node in walk([module.tree]):
                if isinstance(node, ast.Attribute) and node.attr in names and self._means_it(module, node):
                    yield Site(module, node)
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    self._check_text(node.value, names)

    def _follow_imports(self) -> None:
        """Find the modules that mention the function, and the names they import it under, until there are no more."""
        searched: set[str] = set()
        while words := {target.name for target in self._targets} - searched:
            for word in sorted(words):
                others = self._interpreter.project.mentioning(self._start, word, self._beside)
                if others is None:
                    raise _Unsure
                self._modules.update(dict.fromkeys(others))
                searched.add(word)
            before = -1
            while before != len(self._targets):
                before = len(self._targets)
                for module in self._modules:
                    self._read_imports(module)

    def _read_imports(self, module: Module) -> None:
        names = {target.name for target in self._targets}
        for statement in walk([module.tree]):
            if not isinstance(statement, ast.ImportFrom):
                continue
            aliases = [alias for alias in statement.names if alias.name in names or alias.name == "*"]
            source = self._source(module, statement) if aliases else None
            for alias in aliases if source is not None else ():
                if alias.name == "*" and any(target.module is source for target in self._targets):
                    raise _Unsure
                if source is not None and _Target(source, alias.name) in self._targets:
                    self._aliases[alias] = module
                    if scope_of(module, alias) is module.tree:
                        self._targets[_Target(module, alias.asname or alias.name)] = None

    def _source(self, module: Module, statement: ast.ImportFrom) -> Module | None:
        if statement.level:
            return self._interpreter.project.sibling(module, statement.level, statement.module or "")
        return self._interpreter.find(module, statement.module or "")

    def _means_it(self, module: Module, node: ast.Attribute) -> bool:
        """Whether an attribute of the function's name is the function; raises _Unsure where that is not known."""
        root: ast.expr = node.value
        while isinstance(root, ast.Attribute):
            root = root.value
        if not isinstance(root, ast.Name) or home_of(module, root, root.id) is not module.tree:
            raise _Unsure
        things = self._interpreter.module_frame(module).evaluate(node.value).things
        if not things:
            raise _Unsure
        return any(
            isinstance(thing, ModuleThing) and _Target(thing.module, node.attr) in self._targets for thing in things
        )

    def _check_text(self, text: str, names: set[str]) -> None:
        if any(re.fullmatch(rf"[\w.]+\.{re.escape(name)}", text) for name in names):
            raise _Unsure
