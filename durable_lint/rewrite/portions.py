"""Portions: how much code has to move into a step together, so that what is given back can be recorded."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from durable_lint.dataclasses import dataclass
from durable_lint.finding import Edit, Span
from durable_lint.model.body import Body
from durable_lint.model.effects import OUTSIDE_KINDS, Effect, Kind, Site
from durable_lint.model.module import Module, target_names
from durable_lint.model.values import Value
from durable_lint.rewrite.conversions import is_plain
from durable_lint.rewrite.dependencies import names_bound
from durable_lint.rewrite.edits import source_of, statement_of
from durable_lint.rewrite.extraction import Portion, stands_alone
from durable_lint.source.walk import walk

_READERS = frozenset(
    {
        "bool",
        "dict",
        "float",
        "int",
        "json.load",
        "json.loads",
        "len",
        "list",
        "sorted",
        "str",
        "tomllib.load",
        "tomllib.loads",
        "yaml.safe_load",
    }
)
_OF_PLAIN_VALUES = frozenset(name for type_ in (dict, list, str, int, float) for name in dir(type_) if name[0] != "_")
_CONDITIONAL = (ast.BoolOp, ast.IfExp, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_CONSUMERS = (ast.For, ast.withitem, ast.comprehension, ast.Starred, ast.Await, ast.NamedExpr)
_LONGEST_RUN = 6  # statements


@dataclass(frozen=True, slots=True)
class Move:
    """What moves, the stretch that the step's call replaces, what stays in front of the call, and what goes besides."""

    portion: Portion
    place: ast.AST
    stretch: Span
    before: str = ""
    removed: tuple[Edit, ...] = ()
    target: str | None = None
    result: Value | None = None


def move_of(body: Body, effect: Effect) -> Move | None:
    """The smallest portion round an effect that gives back nothing, or something that a checkpoint can hold.

    ``None`` where there is none for certain: what has to be recorded is a response, a file, an iterator.
    """
    node = effect.site.node
    assert isinstance(node, ast.expr)
    block = _manager(body, node)
    if block is not None:
        return _of_block(body, block)
    chain = list(_chain(body.module, node))
    statement = statement_of(body.module, chain[-1])
    if isinstance(statement, ast.Expr) and statement.value is chain[-1]:
        return _of_expression(body, chain[-1], is_used=False)
    for candidate in chain:
        if _verdict(body, candidate) is True:
            return _of_expression(body, candidate)
    is_open = _verdict(body, chain[-1]) is None and _is_taken_whole(body.module, chain[-1])
    if is_open and _has_plain_uses(body, statement, chain[-1]):
        return _of_expression(body, chain[-1])
    return _of_run(body, statement, chain[-1]) if isinstance(statement, ast.Assign) else None


def _manager(body: Body, node: ast.expr) -> ast.With | None:
    """The outermost ``with`` round an expression that opens something outside: a file, a connection."""
    sites = {effect.site.node for effect in body.effects_of(*OUTSIDE_KINDS)}
    found: ast.With | None = None
    for outer in body.module.ancestors(node):
        if outer is body.node:
            break
        if isinstance(outer, ast.With) and any(sites & set(walk([item.context_expr])) for item in outer.items):
            found = outer
    return found


def _chain(module: Module, node: ast.expr) -> Iterator[ast.expr]:
    """An expression, and those round it that only take something out of its value: ``response.json()["rate"]``."""
    yield node
    inner = node
    while True:
        outer = module.parent(inner)
        match outer:
            case ast.Attribute(value=value) if value is inner and isinstance(outer.ctx, ast.Load):
                called = module.parent(outer)
                if not isinstance(called, ast.Call) or called.func is not outer:
                    yield outer
                inner = outer
            case ast.Call(func=func) if func is inner:
                yield outer
                inner = outer
            case ast.Call(args=[argument], keywords=[]) if argument is inner and _reads(module, outer):
                yield outer
                inner = outer
            case ast.Subscript(value=value) if value is inner and isinstance(outer.ctx, ast.Load):
                yield outer
                inner = outer
            case _:
                return


def _reads(module: Module, call: ast.Call) -> bool:
    return isinstance(call.func, (ast.Name, ast.Attribute)) and source_of(module, call.func) in _READERS


def _verdict(body: Body, node: ast.expr) -> bool | None:
    """Whether what an expression gives comes back from a checkpoint; ``None`` when it is not known."""
    value = body.values.get(node)
    if value is None or body.interpreter is None:
        return None
    if any(taint.kind is Kind.SECRET for taint in value.taints):
        return False
    return is_plain(body.interpreter, value, Site(body.module, node))


def _is_taken_whole(module: Module, node: ast.expr) -> bool:
    """Whether a value is used as a value, not gone through or entered, which an unknown one may not survive."""
    outer = module.parent(node)
    return not isinstance(outer, _CONSUMERS) and not (isinstance(outer, ast.Call) and outer.func is node)


def _has_plain_uses(body: Body, statement: ast.stmt | None, node: ast.expr) -> bool:
    """Whether the variables that take an unknown value are used as JSON is: no method or attribute of another type."""
    if not isinstance(statement, (ast.Assign, ast.AnnAssign)) or statement.value is not node:
        return True
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    names: set[str] = set()
    for target in targets:
        if isinstance(target, ast.Attribute):
            return False
        names.update(target_names(target))
    return all(_is_plain_use(body.module, load) for name in names for load in _loads(body, name))


def _is_plain_use(module: Module, load: ast.expr) -> bool:
    inner: ast.AST = load
    for outer in module.ancestors(load):
        if isinstance(outer, ast.Attribute):
            if outer.attr not in _OF_PLAIN_VALUES:
                return False
        elif isinstance(outer, ast.Call):
            return outer.func is not inner or isinstance(inner, ast.Attribute)
        elif not isinstance(outer, ast.Subscript) or outer.value is not inner:
            return not isinstance(outer, (ast.withitem, ast.Await))
        inner = outer
    return True


def _loads(body: Body, name: str) -> list[ast.Name]:
    """Every place in the body's function that reads a name."""
    code = [body.node.body] if isinstance(body.node, ast.Lambda) else body.node.body
    return [
        node for node in walk(code) if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
    ]


def _of_expression(body: Body, node: ast.expr, *, is_used: bool = True) -> Move:
    stretch = body.module.text.span(node)
    target = _target(body.module, node)
    return Move(Portion((), node, is_used), node, stretch, "", (), target, body.values.get(node))


def _target(module: Module, node: ast.expr) -> str | None:
    """The variable, the argument or the entry of a dict that takes a value."""
    match module.parent(node):
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
        case ast.keyword(arg=str(name)):
            return name
        case ast.Dict(keys=keys, values=values) if node in values:
            key = keys[values.index(node)]
            if isinstance(key, ast.Constant) and isinstance(key.value, str) and key.value.isidentifier():
                return key.value
    return None


def _of_block(body: Body, block: ast.With) -> Move | None:
    """A whole ``with``: what it computes last is given back when it is all that is used later."""
    if not stands_alone(body.module, block):
        return None
    stretch = body.module.text.span(block)
    inside = set(walk([block]))
    used = {
        name
        for name in names_bound([block])
        if any(_outlives(body.module, load, block, inside) for load in _loads(body, name))
    }
    if not used:
        return Move(Portion((block,)), block, stretch)
    last: ast.stmt = block
    while isinstance(last, ast.With):
        last = last.body[-1]
    if len(used) > 1 or not isinstance(last, ast.Assign) or not stands_alone(body.module, last):
        return None
    (name,) = used
    stores = [
        node for node in inside if isinstance(node, ast.Name) and node.id == name and node not in _loads(body, name)
    ]
    if stores != last.targets or _verdict(body, last.value) is False or not _has_plain_uses(body, last, last.value):
        return None
    result = body.values.get(last.value)
    return Move(Portion((block,), None, True, last), block, stretch, f"{name} = ", (), name, result)


def _outlives(module: Module, load: ast.Name, block: ast.With, inside: set[ast.AST]) -> bool:
    """Whether a place outside a block may read what the block has bound: no other block binds it anew."""
    if load in inside:
        return False
    for outer in module.ancestors(load):
        match outer:
            case ast.With(items=items):
                targets = [item.optional_vars for item in items if item.optional_vars is not None]
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                targets = [generator.target for generator in outer.generators]
            case ast.For(target=target):
                targets = [target]
            case _:
                continue
        if any(load.id in target_names(target) for target in targets):
            return False
    return True


def _of_run(body: Body, first: ast.Assign, node: ast.expr) -> Move | None:
    """An assignment together with the statements right behind it that take what is needed out of its value."""
    module = body.module
    siblings = _siblings(module, first)
    if first.value is not node or len(first.targets) != 1 or not isinstance(first.targets[0], ast.Name):
        return None
    name = first.targets[0].id
    loads = set(_loads(body, name))
    if not loads or _count_stores(body, name) != 1:
        return None
    run: list[ast.stmt] = [first]
    for statement in siblings[siblings.index(first) + 1 :]:
        found = loads & set(walk([statement]))
        if not found or not stands_alone(module, statement):
            break
        if found == loads and not isinstance(statement, (ast.Expr, ast.Assign)):
            return _ending_in(body, run, statement, found)
        if not isinstance(statement, (ast.Expr, ast.Assign)) or _starts_operation(body, [statement]):
            return _ending_in(body, run, statement, found) if found == loads else None
        run.append(statement)
        loads -= found
        if not loads:
            return _closed(body, run)
    return None


def _closed(body: Body, run: list[ast.stmt]) -> Move | None:
    """A run of simple statements of which only the last leaves something."""
    last = run[-1]
    if len(run) > _LONGEST_RUN or not stands_alone(body.module, run[0]):
        return None
    inside = set(walk(run))
    bound = names_bound(run) - (names_bound([last]) if isinstance(last, ast.Assign) else set())
    if any(load not in inside for name in bound for load in _loads(body, name)):
        return None
    start, end = body.module.text.span(run[0]), body.module.text.span(last)
    stretch = Span(start.row, start.column, end.end_row, end.end_column)
    if isinstance(last, ast.Expr):
        return Move(Portion(tuple(run)), run[0], stretch)
    assert isinstance(last, ast.Assign)
    if _verdict(body, last.value) is False or not _has_plain_uses(body, last, last.value):
        return None
    before = source_of(body.module, last)[: -len(source_of(body.module, last.value))]
    portion = Portion(tuple(run[:-1]), last.value, True)
    target = last.targets[0].id if isinstance(last.targets[0], ast.Name) else None
    return Move(portion, run[0], stretch, before, (), target, body.values.get(last.value))


def _ending_in(body: Body, run: list[ast.stmt], statement: ast.stmt, loads: set[ast.Name]) -> Move | None:
    """A run whose value is used up inside one expression of the next statement."""
    module = body.module
    node = _smallest_round(module, statement, loads)
    if node is None or not stands_alone(module, run[0]) or len(run) >= _LONGEST_RUN:
        return None
    node = list(_chain(module, node))[-1]
    above = list(module.ancestors(node))
    above = above[: above.index(statement)]
    if any(isinstance(outer, _CONDITIONAL) for outer in above) or isinstance(statement, (ast.While, ast.For)):
        return None
    if _starts_operation(body, [node], besides=above, within=statement) or _verdict(body, node) is False:
        return None
    if isinstance(node, ast.Name) or not _is_taken_whole(module, node):
        return None
    if run[-1].end_lineno != statement.lineno - 1:
        return None
    if any(load not in set(walk(run)) for name in names_bound(run[1:]) for load in _loads(body, name)):
        return None
    start, end = module.text.span(run[0]), module.text.span(statement)
    removed = Edit(module.path, Span(start.row, start.column, end.row, end.column), "")
    portion = Portion(tuple(run), node, True)
    return Move(portion, node, module.text.span(node), "", (removed,), _target(module, node), body.values.get(node))


def _smallest_round(module: Module, statement: ast.stmt, loads: set[ast.Name]) -> ast.expr | None:
    """The smallest expression of a statement that holds all these names."""
    first = next(iter(loads))
    for outer in (first, *module.ancestors(first)):
        if outer is statement:
            return None
        if isinstance(outer, ast.expr) and loads <= set(walk([outer])):
            return outer
    return None


def _starts_operation(
    body: Body, code: Sequence[ast.AST], besides: Sequence[ast.AST] = (), within: ast.stmt | None = None
) -> bool:
    """Whether code starts operations; with ``within`` also other code of that statement than what is ``besides``."""
    searched = set(walk(code if within is None else [within])) - set(besides)
    return any(operation.place.node in searched for operation in body.operations.values())


def _siblings(module: Module, statement: ast.stmt) -> list[ast.stmt]:
    """The block that a statement stands in."""
    outer = module.parent(statement)
    for field in ("body", "orelse", "finalbody"):
        block = getattr(outer, field, None)
        if isinstance(block, list) and statement in block:
            return block
    return [statement]


def _count_stores(body: Body, name: str) -> int:
    code = [body.node.body] if isinstance(body.node, ast.Lambda) else body.node.body
    return sum(
        isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load) for node in walk(code)
    )
