"""Loops: which of them repeat a node, what their rounds change, and what they surely read."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from durable_lint.dataclasses import dataclass
from durable_lint.model.body import Body
from durable_lint.model.module import Module
from durable_lint.model.scope import facts_of, stored_names, walk_body
from durable_lint.model.things import FunctionNode
from durable_lint.source.walk import children, kept, walk

Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
LOOPS = (ast.For, ast.AsyncFor, ast.While, *COMPREHENSIONS)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_NOT_CERTAIN = (
    *COMPREHENSIONS,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.Lambda,
    ast.ClassDef,
    ast.ExceptHandler,
    ast.match_case,
)
_COMPOUND = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.Match)


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop that repeats a node: a statement, or one ``for`` of a comprehension.

    ``rounds`` is what runs in each round; ``head`` holds the target and what is iterated, ``None`` for ``while``.
    """

    node: ast.For | ast.AsyncFor | ast.While | Comprehension
    head: ast.For | ast.AsyncFor | ast.comprehension | None
    rounds: tuple[ast.AST, ...]


def loops_round(body: Body, node: ast.AST) -> list[Loop]:
    """The loops of the body that repeat a node, the outermost first."""
    found: list[Loop] = []
    inner = node
    for outer in body.module.ancestors(node):
        if isinstance(outer, FUNCTIONS):
            break
        if isinstance(outer, (ast.For, ast.AsyncFor)) and inner in outer.body:
            found.append(Loop(outer, outer, tuple(outer.body)))
        elif isinstance(outer, ast.While) and (inner in outer.body or inner is outer.test):
            found.append(Loop(outer, None, tuple(outer.body)))
        elif isinstance(outer, COMPREHENSIONS):
            found.extend(reversed(list(_generators_round(body.module, outer, node))))
        inner = outer
    return found[::-1]


def _generators_round(module: Module, comprehension: Comprehension, node: ast.AST) -> Iterator[Loop]:
    """The ``for`` clauses of a comprehension that stand in front of a node, in the order in which they nest."""
    around = [node, *module.ancestors(node)]
    if isinstance(comprehension, ast.DictComp):
        results: tuple[ast.AST, ...] = (comprehension.key, comprehension.value)
    else:
        results = (comprehension.elt,)
    for generator in comprehension.generators:
        if generator.iter in around:
            return
        yield Loop(comprehension, generator, (*results, *generator.ifs))
        if generator in around:
            return


def changed_names(rounds: tuple[ast.AST, ...]) -> set[str]:
    """The names that a round of a loop binds, deletes or changes in place."""
    names = stored_names(rounds)
    for node in walk_body(rounds):
        match node:
            case ast.Name(ctx=ast.Del()):
                names.add(node.id)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                names.add(node.name)
            case ast.Import() | ast.ImportFrom():
                names.update(alias.asname or alias.name.partition(".")[0] for alias in node.names)
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                names.add(name)
            case ast.MatchMapping(rest=str(name)):
                names.add(name)
    return names


@kept
def names_changed_in(function: FunctionNode) -> frozenset[str]:
    """The names that a function binds, deletes or changes in place, besides its parameters."""
    return frozenset(changed_names((function.body,) if isinstance(function, ast.Lambda) else tuple(function.body)))


def certain_reads(loop: Loop, node: ast.AST) -> Iterator[ast.AST]:
    """What every round that comes to a node evaluates before it or with it, in source order."""
    if not isinstance(loop.node, (ast.For, ast.AsyncFor)):
        yield from surely_evaluated(loop.rounds, node)
        return
    block: list[ast.stmt] = loop.node.body
    while block:
        inner: list[ast.stmt] = []
        for statement in block:
            blocks = list(_blocks(statement)) if isinstance(statement, _COMPOUND) else []
            nested = [child for block in blocks for child in block]
            yield from surely_evaluated([child for child in children(statement) if child not in nested], node)
            if any(child is node for child in walk([statement])):
                inner = next((block for block in blocks if any(child is node for child in walk(block))), [])
                break
        block = inner


def _blocks(statement: ast.AST) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        yield getattr(statement, name, [])
    for clause in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
        yield clause.body


def surely_evaluated(roots: Iterable[ast.AST], operation: ast.AST | None = None) -> Iterator[ast.AST]:
    """Every node below the roots but those that may be left out: alternatives, other clauses and functions.

    The lambdas that an operation is given do run.
    """
    for root in roots:
        if isinstance(root, (ast.IfExp, ast.BoolOp)):
            yield from surely_evaluated([root.test if isinstance(root, ast.IfExp) else root.values[0]], operation)
        elif root is operation:
            yield root
            parts = (part.body if isinstance(part, ast.Lambda) else part for part in children(root))
            yield from surely_evaluated(parts)
        elif not isinstance(root, _NOT_CERTAIN):
            yield root
            yield from surely_evaluated(children(root), operation)


def counter_of(body: Body, loop: ast.While) -> str | None:
    """A number that every round of a ``while`` loop counts up, and that is set before."""
    function = body.node
    if isinstance(function, ast.Lambda) or loop not in walk_body(function.body):
        return None
    setters = [body.module.parent(node) for node in walk_body(function.body) if _is_stored(node)]
    inside = list(walk_body(loop.body))
    for position, statement in enumerate(loop.body):
        name = _counted(statement)
        if name is None or name in facts_of(function).redirected:
            continue
        own = [setter for setter in setters if name in _set_by(setter)]
        may_be_skipped = any(isinstance(node, ast.Continue) for node in walk_body(loop.body[:position]))
        if may_be_skipped or [setter for setter in own if setter in inside] != [statement]:
            continue
        if all(_sets_number(setter) for setter in own) and _is_set_before(body.module, loop, name):
            return name
    return None


def _is_stored(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del))


def _set_by(setter: ast.AST | None) -> set[str]:
    return {node.id for node in walk([setter]) if isinstance(node, ast.Name) and _is_stored(node)} if setter else set()


def _counted(statement: ast.AST | None) -> str | None:
    """The name to which a statement adds a number."""
    match statement:
        case ast.AugAssign(target=ast.Name(id=name), op=ast.Add(), value=ast.Constant(value=int(step))) if step > 0:
            return name
        case ast.Assign(
            targets=[ast.Name(id=name)],
            value=ast.BinOp(left=ast.Name(id=old), op=ast.Add(), right=ast.Constant(value=int(step))),
        ) if step > 0 and name == old:
            return name
    return None


def _sets_number(setter: ast.AST | None) -> bool:
    match setter:
        case ast.Assign(targets=[ast.Name()], value=ast.Constant(value=int())):
            return True
        case ast.AnnAssign(target=ast.Name(), value=ast.Constant(value=int())):
            return True
    return _counted(setter) is not None


def _is_set_before(module: Module, loop: ast.While, name: str) -> bool:
    """Whether a statement that surely runs before the loop sets the name."""
    inner: ast.AST = loop
    for outer in module.ancestors(loop):
        for block in _blocks(outer):
            earlier = block[: block.index(inner)] if isinstance(inner, ast.stmt) and inner in block else []
            if any(_sets_number(setter) and name in _set_by(setter) for setter in earlier):
                return True
        if isinstance(outer, FUNCTIONS):
            return False
        inner = outer
    return False
