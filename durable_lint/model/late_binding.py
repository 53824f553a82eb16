"""Late binding: functions made in a loop that look up a variable of the loop only when an operation runs them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from durable_lint.dataclasses import dataclass
from durable_lint.model.body import Body
from durable_lint.model.effects import Site
from durable_lint.model.module import Module, target_names
from durable_lint.model.operation_bodies import callables
from durable_lint.model.operations import Operation
from durable_lint.model.scope import all_arguments, stored_names
from durable_lint.model.things import FunctionNode
from durable_lint.source.walk import walk

Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


@dataclass(frozen=True, slots=True)
class LateBound:
    """A function that an operation runs after the loop it was made in has gone on.

    ``names`` are the loop's variables that it reads, at ``site`` for the first time; ``before`` says that all of them
    are bound in the loop before the function is made.
    """

    site: Site
    function: FunctionNode
    names: tuple[str, ...]
    operation: Operation
    before: bool


def late_bound(body: Body) -> Iterator[LateBound]:
    """Functions of a body's text that its operations run, made in loops which the operations stand outside of."""
    seen: set[ast.AST] = set()
    for operation in body.operations.values():
        for called in operation.called:
            for function, _, _ in callables(called.value):
                if function.module is not body.module or function.node in seen:
                    continue
                found = _in_loops(body.module, function.node, operation)
                if found is not None and _owner(body.module, function.node) is body.node:
                    seen.add(function.node)
                    yield found


def _in_loops(module: Module, node: FunctionNode, operation: Operation) -> LateBound | None:
    """What a function reads of the loops around it that its operation does not stand in."""
    around = set(module.ancestors(operation.call)) if operation.site.module is module else set()
    own = _free_reads(node)
    names: dict[str, ast.Name] = {}
    before = True
    for loop in _loops_around(module, node):
        if loop in around:
            break
        bound = _bound_in(loop)
        for name, read in own.items():
            if name in bound:
                names.setdefault(name, read)
                before = before and _is_bound_before(loop, name, node)
    if not names:
        return None
    first = min(names.values(), key=lambda read: (read.lineno, read.col_offset))
    return LateBound(Site(module, first), node, tuple(names), operation, before)


def _owner(module: Module, node: ast.AST) -> ast.AST | None:
    return next((outer for outer in module.ancestors(node) if isinstance(outer, _FUNCTIONS)), None)


def _loops_around(module: Module, node: ast.AST) -> Iterator[ast.AST]:
    """The loops and comprehensions between a function and the function around it, from the inside out."""
    inner = node
    for outer in module.ancestors(node):
        if isinstance(outer, _FUNCTIONS):
            return
        if isinstance(outer, _COMPREHENSIONS) or (
            isinstance(outer, _LOOPS) and (isinstance(outer, ast.While) or inner is not outer.iter)
        ):
            yield outer
        inner = outer


def _bound_in(loop: ast.AST) -> frozenset[str]:
    """The names that every round of a loop binds again."""
    if isinstance(loop, _COMPREHENSIONS):
        return frozenset(name for generator in loop.generators for name in target_names(generator.target))
    assert isinstance(loop, _LOOPS)
    targets = set() if isinstance(loop, ast.While) else set(target_names(loop.target))
    return frozenset(targets | _assigned(loop.body))


def _assigned(statements: list[ast.stmt]) -> set[str]:
    return {
        node.id for node in _own_nodes(statements) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    } & stored_names(statements)


def _own_nodes(statements: list[ast.stmt]) -> Iterator[ast.AST]:
    """Every node that runs in the statements themselves, comprehensions left out: their names are their own."""
    stack: list[ast.AST] = list(statements)
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, (*_FUNCTIONS, *_COMPREHENSIONS, ast.ClassDef)):
            stack.extend(ast.iter_child_nodes(node))


def _is_bound_before(loop: ast.AST, name: str, node: FunctionNode) -> bool:
    """Whether a round has bound a name for certain, and for good, when it makes a function."""
    if isinstance(loop, _COMPREHENSIONS):
        return True
    assert isinstance(loop, _LOOPS)
    stores = [n for n in _own_nodes(loop.body) if isinstance(n, ast.Name) and n.id == name and _is_store(n)]
    if not isinstance(loop, ast.While) and name in target_names(loop.target):
        return not stores
    firsts = [s for s in loop.body if isinstance(s, ast.Assign) and any(name in target_names(t) for t in s.targets)]
    return len(stores) == 1 and len(firsts) == 1 and (firsts[0].end_lineno or 0) < node.lineno


def _is_store(node: ast.Name) -> bool:
    return not isinstance(node.ctx, ast.Load)


def _free_reads(node: FunctionNode) -> dict[str, ast.Name]:
    """The first read of each name that a function does not bind itself; defaults are evaluated where it is made."""
    own = {argument.arg for argument in all_arguments(node.args)}
    inside = list(walk(node.body if isinstance(node.body, list) else [node.body]))
    declared = {name for inner in inside if isinstance(inner, ast.Nonlocal) for name in inner.names}
    for inner in inside:
        if isinstance(inner, ast.Name) and _is_store(inner):
            own.add(inner.id)
        elif isinstance(inner, _FUNCTIONS):
            own |= {argument.arg for argument in all_arguments(inner.args)} - _defaults_of(inner)
    reads: dict[str, ast.Name] = {}
    for inner in sorted((n for n in inside if isinstance(n, ast.Name)), key=lambda n: (n.lineno, n.col_offset)):
        if not _is_store(inner) and inner.id not in own - declared:
            reads.setdefault(inner.id, inner)
    return reads


def _defaults_of(node: FunctionNode) -> set[str]:
    """Names that the defaults of a nested function read: ``lambda _, order=order: …``."""
    defaults = [*node.args.defaults, *(default for default in node.args.kw_defaults if default is not None)]
    return {inner.id for inner in walk(defaults) if isinstance(inner, ast.Name)}
