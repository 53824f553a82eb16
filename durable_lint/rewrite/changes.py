"""Changes: whether code leaves more behind than its result: a replay takes the result from the record, and no more."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from durable_lint.model.body import Body
from durable_lint.model.effects import Effect
from durable_lint.model.module import target_names
from durable_lint.model.scope import all_arguments
from durable_lint.model.things import Sequence
from durable_lint.source.walk import walk

_FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef
_LOGGING = frozenset({"debug", "info", "warning", "error", "exception", "critical", "log"})
_CHANGING = frozenset(
    {
        "__delitem__",
        "__next__",
        "__setattr__",
        "__setitem__",
        "add",
        "append",
        "appendleft",
        "clear",
        "difference_update",
        "discard",
        "extend",
        "extendleft",
        "fetchall",
        "fetchmany",
        "fetchone",
        "get_nowait",
        "insert",
        "intersection_update",
        "move_to_end",
        "pop",
        "popitem",
        "popleft",
        "put",
        "put_nowait",
        "read",
        "readline",
        "readlines",
        "remove",
        "reverse",
        "rotate",
        "send",
        "setdefault",
        "sort",
        "subtract",
        "symmetric_difference_update",
        "throw",
        "update",
        "write",
        "writelines",
    }
)
_FIRST_ARGUMENT = frozenset(
    {
        "anext",
        "delattr",
        "heapify",
        "heappop",
        "heappush",
        "heappushpop",
        "heapreplace",
        "insort",
        "insort_left",
        "insort_right",
        "next",
        "setattr",
        "shuffle",
    }
)
_OF_THE_PLACE = frozenset({"super", "locals", "vars", "eval", "exec", "globals", "dir"})
_MAKING = frozenset({"__init__", "__post_init__", "__new__"})
_PARTS = frozenset({"get", "setdefault", "values", "items", "keys", "pop", "popitem", "popleft", "iter", "next"})
_USED_UP = frozenset({"builtins.generator"})


def leaves_traces(body: Body, node: ast.expr) -> bool:
    """Whether an expression surely or perhaps changes what other code sees: it takes an item out of something, goes on
    with an iterator, calls a function of the project that does so; or it looks at the scope that it stands in.
    """
    inside = set(walk([node]))
    for inner in inside:
        match inner:
            case ast.Name(id=name, ctx=ast.Load()) if name in _OF_THE_PLACE:
                return True
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
                if name in _FIRST_ARGUMENT or (isinstance(inner.func, ast.Attribute) and name in _CHANGING):
                    return True
            case ast.expr() if _is_iterator(body, inner) and not isinstance(inner, (ast.Call, ast.GeneratorExp)):
                return True
    words = {word for inner in inside for word in _words(inner)}
    links = frozenset(
        link.site.node for effect in body.effects.values() if effect.site.node in inside for link in effect.chain
    )
    return any(_changes_others(function, links) for function in _called(body, words))


def changes_arguments(effects: Iterable[Effect]) -> bool:
    """Whether a function of the project on the way to some effects may change more than what is its own."""
    links = frozenset(link.site.node for effect in effects for link in effect.chain)
    helpers = {helper for effect in effects for helper in _helpers(effect)}
    return any(_changes_others(helper, links) for helper in helpers)


def _words(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            yield name


def _is_iterator(body: Body, node: ast.expr) -> bool:
    """Whether a body goes through something there that can be gone through once only."""
    iterated = body.iterated.get(node)
    things = () if iterated is None else iterated.source.things
    return any(isinstance(thing, Sequence) and thing.type in _USED_UP for thing in things)


def _called(body: Body, words: set[str]) -> Iterator[_FunctionDef]:
    """The functions of the project that an expression with these words in it runs."""
    for callee in body.callees:
        name = getattr(callee.node, "name", "")
        if name in words or (name.startswith("__") and name.endswith("__")):
            for reached in callee.reached():
                if isinstance(reached.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    yield reached.node


def _helpers(effect: Effect) -> Iterator[_FunctionDef]:
    """The functions of the project between the expression and the source."""
    for link in effect.chain[1:]:
        for outer in link.site.module.ancestors(link.site.node):
            if isinstance(outer, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield outer
                break


def _changes_others(function: _FunctionDef, links: frozenset[ast.AST]) -> bool:
    """Whether a function changes anything that it has not made itself; the calls that lead to effects change the world
    instead.
    """
    if any(isinstance(node, (ast.Global, ast.Nonlocal)) for node in walk(function.body)):
        return True
    parameters = [argument.arg for argument in all_arguments(function.args)]
    if function.name in _MAKING:
        parameters = parameters[1:]
        own = {argument.arg for argument in [*function.args.posonlyargs, *function.args.args][:1]}
    else:
        own = set()
    own |= _made(function)
    return any(name not in own for name in _changed(function, links, frozenset(parameters)))


def _changed(function: _FunctionDef, links: frozenset[ast.AST], parameters: frozenset[str]) -> Iterator[str]:
    """Names of what a function changes in place: an item or an attribute of it is assigned, or a method is called that
    changes it, or whose result is dropped.
    """
    for node in walk(function.body):
        match node:
            case ast.Subscript(ctx=ast.Store() | ast.Del()) | ast.Attribute(ctx=ast.Store() | ast.Del()):
                yield from target_names(_base(node))
            case ast.AugAssign(target=ast.Name(id=name), value=value):
                if name in parameters and not isinstance(value, (ast.Constant, ast.JoinedStr)):
                    yield name
            case ast.Call(func=ast.Name(id=called) | ast.Attribute(attr=called), args=[first, *_]) if (
                called in _FIRST_ARGUMENT
            ):
                yield from target_names(_base(first))
            case ast.Call(func=ast.Attribute(attr=called) as method) if called in _CHANGING and node not in links:
                yield from target_names(_base(method))
            case ast.Expr(value=ast.Call(func=ast.Attribute() as method) as call):
                roots = set(target_names(_base(method)))
                if call not in links and method.attr not in _LOGGING:
                    yield from roots & parameters


def _made(function: _FunctionDef) -> set[str]:
    """The local names that only ever mean something new."""
    made: set[str] = set()
    others: set[str] = set()
    for node in walk(function.body):
        match node:
            case ast.Assign(targets=targets, value=value):
                names = {name for target in targets for name in target_names(target)}
                (made if all(isinstance(t, ast.Name) for t in targets) and _is_new(value) else others).update(names)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                (made if _is_new(value) else others).add(name)
            case ast.NamedExpr(target=ast.Name(id=name), value=value):
                (made if _is_new(value) else others).add(name)
            case ast.withitem(optional_vars=ast.Name(id=name)):
                made.add(name)
            case ast.For(target=target) | ast.AsyncFor(target=target) | ast.comprehension(target=target):
                others.update(target_names(target))
    return made - others


def _is_new(value: ast.expr) -> bool:
    """Whether an expression makes what it gives, rather than give what was there, or a part of it."""
    if isinstance(value, ast.Call):
        name = value.func.id if isinstance(value.func, ast.Name) else getattr(value.func, "attr", "")
        return name not in _PARTS
    return not isinstance(
        value, (ast.Name, ast.Attribute, ast.Subscript, ast.BoolOp, ast.IfExp, ast.NamedExpr, ast.Await)
    )


def _base(node: ast.expr) -> ast.expr:
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node
