"""Sorting: what comes in another order in each process gets the same order everywhere."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from durable_lint.finding import Edit, Fix, Safety
from durable_lint.model.body import Body
from durable_lint.model.effects import Effect, Site
from durable_lint.model.module import Module
from durable_lint.model.scope import all_arguments
from durable_lint.model.things import UNORDERED, Function, Pattern, Prepared, Sequence, Typed
from durable_lint.model.values import Thing, Value
from durable_lint.rewrite.conversions import is_builtin
from durable_lint.rewrite.edits import is_exact, replaced, source_of
from durable_lint.rewrite.loops import COMPREHENSIONS, changed_names, surely_evaluated
from durable_lint.rewrite.varying import evaluations_of
from durable_lint.source.walk import walk

_NUMBERS = frozenset({"builtins.int", "builtins.float", "builtins.bool"})
_LISTS_OF_TEXT = frozenset({"os.listdir", "glob.glob"})
_GENERATORS = frozenset({"glob.iglob", "pathlib.Path.iterdir", "pathlib.Path.glob", "pathlib.Path.rglob"})
_JUMPS = (ast.Continue, ast.Break, ast.Return, ast.Raise, ast.Assert, ast.Try, ast.TryStar)
_SIMPLE = (ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign)
_READERS = frozenset({"list", "tuple", "enumerate", "map", "filter", "zip", "set", "frozenset", "any", "all"})


def sorted_there(body: Body, effect: Effect) -> Fix | None:
    """Put ``sorted(...)`` round what is gone through, where its elements surely have an order.

    A set stays a set: only the place where its order matters changes. A helper's list is sorted at the call.
    """
    node = effect.site.node
    module = body.module
    if effect.site.module is not module or not isinstance(node, ast.expr) or not is_exact(module, node):
        return None
    if isinstance(getattr(node, "ctx", ast.Load()), (ast.Store, ast.Del)) or not is_builtin(module, node, "sorted"):
        return None
    if not _is_sortable(body, node, effect):
        return None
    return Fix("Go through it in sorted order", Safety.SAFE, (_sorting(module, node),))


def _sorting(module: Module, node: ast.expr) -> Edit:
    """``sorted(names)``, in place of ``list(names)`` too."""
    outer = module.parent(node)
    match outer:
        case ast.Call(func=ast.Name(id="list"), args=[only], keywords=[]) if only is node:
            if is_builtin(module, node, "list"):
                return replaced(module, outer.func, "sorted")
    text = source_of(module, node)
    return replaced(module, node, f"sorted({text})")


def _is_sortable(body: Body, node: ast.expr, effect: Effect) -> bool:
    """Whether sorting surely gives what the code works with."""
    if effect.through_helper:
        return _gives_sortable_list(body, node, effect)
    if effect.source in ("set", "frozenset"):
        if _is_joined(body.module, node) or _is_declared(body, node):
            return True
        sets = [other.iterated[node].source for other in evaluations_of(body) if node in other.iterated]
        return bool(sets) and all(_are_sortable(value, UNORDERED) for value in sets)
    if not isinstance(node, ast.Call) or _called(node) != effect.source.rpartition(".")[2]:
        return False
    return effect.source in _LISTS_OF_TEXT or (effect.source in _GENERATORS and _is_read_at_once(body.module, node))


def _called(call: ast.Call) -> str:
    return ast.unparse(call.func).rpartition(".")[2]


def _gives_sortable_list(body: Body, node: ast.expr, effect: Effect) -> bool:
    """Whether a helper's only result is a list of its own making that has no other order than the set's, and no
    operation runs in it.
    """
    if not all(_only_lists(link.site) for link in effect.chain[1:]):
        return False
    if any(operation.via and operation.via[0].site.node is node for operation in body.operations.values()):
        return False
    values = [other.values[node] for other in evaluations_of(body) if node in other.values]
    return bool(values) and all(_are_sortable(value, frozenset({"builtins.list"})) for value in values)


def _only_lists(site: Site) -> bool:
    """Whether all that is returned where a set is gone through is the list of its elements: nothing is put before or
    behind them.
    """
    function = next((o for o in site.module.ancestors(site.node) if isinstance(o, ast.FunctionDef)), None)
    returned = [node.value for node in walk([function]) if isinstance(node, ast.Return)] if function else []
    return bool(returned) and all(_is_only_list(value, site.node) for value in returned)


def _is_only_list(value: ast.expr | None, source: ast.AST) -> bool:
    match value:
        case ast.Call(func=ast.Name(id="list"), args=[only], keywords=[]):
            return only is source or value is source
        case ast.ListComp(generators=[generator]):
            return generator.iter is source
    return value is source


def _is_read_at_once(module: Module, node: ast.expr) -> bool:
    """Whether a generator is gone through where it is made."""
    match module.parent(node):
        case ast.For(iter=iterated) | ast.comprehension(iter=iterated):
            return iterated is node
        case ast.Call(func=ast.Name(id=name)):
            return name in _READERS and is_builtin(module, node, name)
    return False


def _is_joined(module: Module, node: ast.expr) -> bool:
    """Whether the elements are joined to one text, for which each has to be text."""
    match module.parent(node):
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str()), attr="join"), args=[only]):
            return only is node
    return False


def _is_declared(body: Body, node: ast.expr) -> bool:
    """Whether every round hands the element to decorated functions which say that they take text, or numbers."""
    head = body.module.parent(node)
    if not isinstance(head, (ast.For, ast.comprehension)) or head.iter is not node:
        return False
    if not isinstance(head.target, ast.Name):
        return False
    if isinstance(head, ast.For):
        if head.target.id in changed_names(tuple(head.body)):
            return False
        rounds: list[ast.AST] = list(_unconditional(head.body))
    else:
        outer = body.module.parent(head)
        assert isinstance(outer, COMPREHENSIONS)
        if head is not outer.generators[-1] or head.ifs:
            return False
        rounds = [outer.key, outer.value] if isinstance(outer, ast.DictComp) else [outer.elt]
    stated = {
        text
        for call in surely_evaluated(rounds)
        if isinstance(call, ast.Call)
        for text in _types_stated(body, call, head.target.id)
    }
    return stated == {"str"} or (bool(stated) and stated <= {"int", "float"})


def _unconditional(block: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a block that run in every round: none behind a jump, a check that raises, or in a branch."""
    for statement in block:
        if isinstance(statement, (ast.With, ast.AsyncWith)):
            yield from _unconditional(statement.body)
        elif any(isinstance(inner, _JUMPS) for inner in walk([statement])):
            return
        elif isinstance(statement, _SIMPLE):
            yield statement


def _types_stated(body: Body, call: ast.Call, name: str) -> Iterator[str]:
    """The annotations of the parameters that get a variable in a call of a decorated function."""
    value = body.values.get(call)
    for prepared in () if value is None else value.only(Prepared):
        assert isinstance(prepared, Prepared)
        for function in prepared.function.only(Function):
            assert isinstance(function, Function)
            places = [*function.node.args.posonlyargs, *function.node.args.args][1 if function.bound is None else 2 :]
            by_name = {argument.arg: argument for argument in all_arguments(function.node.args)}
            named = [(item.value, by_name[item.arg]) for item in call.keywords if item.arg in by_name]
            for given, parameter in (*zip(call.args, places, strict=False), *named):
                if isinstance(given, ast.Name) and given.id == name:
                    yield "" if parameter.annotation is None else ast.unparse(parameter.annotation)


def _are_sortable(value: Value, types: frozenset[str]) -> bool:
    """Whether a value can only be a collection of the given types whose elements have an order."""
    return bool(value.things) and all(
        isinstance(thing, Sequence) and thing.type in types and _have_order(thing) for thing in value.things
    )


def _have_order(sequence: Sequence) -> bool:
    """Whether all elements are text, or numbers, or tuples of these.

    Where not every element is seen a constant is no proof: it may be the default for what nobody knows.
    """
    if sequence.items is not None:
        elements = [thing for item in sequence.items for thing in item.things]
        if not all(item.things for item in sequence.items):
            return False
    else:
        elements = list(sequence.element.things)
        if not all(isinstance(thing, (Typed, Pattern, Sequence)) for thing in elements):
            return False
    return bool(elements) and _are_alike(elements)


def _are_alike(things: list[Thing]) -> bool:
    names = {thing.plain_type for thing in things}
    if names == {"builtins.str"} or names <= _NUMBERS:
        return True
    if names != {"builtins.tuple"}:
        return False
    tuples = [thing.items for thing in things if isinstance(thing, Sequence)]
    if any(items is None or not all(item.things for item in items) for items in tuples):
        return False
    lengths = {len(items or ()) for items in tuples}
    return len(lengths) == 1 and all(
        _are_alike([thing for item in column for thing in item.things])
        for column in zip(*(items or () for items in tuples), strict=True)
    )
