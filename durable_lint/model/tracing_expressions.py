"""Tracing of expressions: what they hold, what they read and change."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import TYPE_CHECKING

from durable_lint.model.module import target_names
from durable_lint.model.records import Manner, Touched
from durable_lint.model.references import ANY, NOTHING, Bound, Held, Origin, Reference, Source, either, key_of
from durable_lint.model.things import FunctionNode, Partial, Prepared
from durable_lint.model.tracing_operations import run_called, run_operation
from durable_lint.source.walk import children, walk

if TYPE_CHECKING:
    from durable_lint.model.tracing import Tracer

_READERS = frozenset({"get", "setdefault"})
_VIEWS = frozenset({"items", "values", "copy"})
_COPIES = frozenset(
    {"list", "tuple", "dict", "set", "sorted", "reversed", "enumerate", "zip", "iter", "filter", "copy", "OrderedDict"}
)
_ADDITIONS = frozenset({"append", "extend", "insert", "add", "appendleft", "extendleft", "setdefault"})
_DISPLAYS = (ast.List, ast.ListComp, ast.Dict, ast.DictComp, ast.Set, ast.SetComp)
_CHANGING_FUNCTIONS = frozenset(
    {"setattr", "delattr", "setitem", "delitem", "shuffle", "insort", "insort_left", "insort_right"}
    | {"heappush", "heappop", "heappushpop", "heapify", "heapreplace"}
)


def visit(tracer: Tracer, node: ast.AST, is_dropped: bool = False) -> Held:
    """Evaluate an expression whose value is used; what it holds."""
    held = reach(tracer, node, is_dropped)
    if isinstance(node, (ast.Name, ast.Attribute, ast.Subscript, ast.Call)):
        tracer.read(held, node)
    return held


def reach(tracer: Tracer, node: ast.AST, is_dropped: bool = False) -> Held:
    """What an expression holds, after all that evaluating it does besides using the object itself."""
    match node:
        case ast.Name(id=name):
            return tracer.of_name(name)
        case ast.Attribute(value=value, attr=attr):
            return _attribute(tracer, node, value, attr)
        case ast.Subscript(value=value, slice=index):
            held = reach(tracer, value)
            visit(tracer, index)
            return held.copied() if isinstance(index, ast.Slice) else held.at((key_of(index),))
        case ast.Call():
            return _call(tracer, node, is_dropped)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            decided = visit(tracer, test).is_recorded
            both = visit(tracer, body) | visit(tracer, orelse)
            return Held(both.references, both.marks, both.is_recorded or decided)
        case ast.BoolOp(values=values):
            return either([visit(tracer, value) for value in values])
        case ast.NamedExpr(target=target, value=value):
            held = visit(tracer, value)
            tracer.assign(target.id, held, value, target)
            return tracer.of_name(target.id)
        case ast.Starred(value=value) | ast.Await(value=value):
            return visit(tracer, value)
        case ast.Lambda():
            _lambda(tracer, node)
            return NOTHING
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
            return _comprehension(tracer, node)
        case ast.Dict(keys=keys, values=values):
            spread = [visit(tracer, value) for key, value in zip(keys, values, strict=True) if key is None]
            others = [visit(tracer, part) for part in (*keys, *values) if part is not None]
            return _made(either(spread).copied(), others)
        case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
            parts = [visit(tracer, element) for element in elements]
            spread = [part for part, e in zip(parts, elements, strict=True) if isinstance(e, ast.Starred)]
            return _made(either(spread).copied(), parts)
    return _made(NOTHING, [visit(tracer, part) for part in children(node)])


def _made(held: Held, parts: Iterable[Held]) -> Held:
    return Held(held.references, held.marks, any(part.is_recorded for part in parts))


def _attribute(tracer: Tracer, node: ast.Attribute, value: ast.expr, attr: str) -> Held:
    if isinstance(value, ast.Name):
        source = tracer.mutations.source_of_attribute(tracer.body, value.id, attr)
        if source is not None:
            return tracer.of_source(source)
    base = reach(tracer, value)
    for callee, function in tracer.body.calls.get(node, {}).items():  # a property
        run_called(tracer, callee, function, Bound(base, (), {}), node)
    return base.at((f".{attr}",))


def _lambda(tracer: Tracer, node: ast.Lambda) -> None:
    remember_defaults(tracer, node)
    if tracer.running:
        return  # the operation runs it, and its own trace tells what it reads
    for inner in walk([node.body]):
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load):
            tracer.read(tracer.of_name(inner.id), inner)


def remember_defaults(tracer: Tracer, node: FunctionNode) -> None:
    """What the parameters of a nested function hold where nothing is passed."""
    positional = [*node.args.posonlyargs, *node.args.args]
    pairs = list(zip(positional[len(positional) - len(node.args.defaults) :], node.args.defaults, strict=True))
    pairs += [(p, d) for p, d in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True) if d is not None]
    if pairs:
        tracer.defaults[node] = {parameter.arg: reach(tracer, default) for parameter, default in pairs}


def _comprehension(tracer: Tracer, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> Held:
    sources: list[Held] = []
    for generator in node.generators:
        sources.append(visit(tracer, generator.iter))
        bind_element(tracer, generator.target, sources[-1], generator.iter)
        for condition in generator.ifs:
            visit(tracer, condition)
    parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
    held = [visit(tracer, part) for part in parts]
    return _made(_container_of(node, sources), [*sources, *held])


def _container_of(node: ast.AST, sources: list[Held]) -> Held:
    """``[order for order in orders if …]`` holds the same parts as ``orders``."""
    match node:
        case ast.ListComp(elt=ast.Name(id=name), generators=[generator]) if name in target_names(generator.target):
            return sources[0].copied()
    return NOTHING


def bind(tracer: Tracer, target: ast.expr, held: Held, value: ast.expr) -> None:
    """Assign to a target of any shape."""
    match target:
        case ast.Name(id=name):
            tracer.assign(name, held, value, target)
        case ast.Starred(value=inner):
            bind(tracer, inner, held.copied(), value)
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            shown = value.elts if isinstance(value, (ast.Tuple, ast.List)) else []
            for index, element in enumerate(elements):
                if len(shown) == len(elements) and not isinstance(element, ast.Starred):
                    bind(tracer, element, reach(tracer, shown[index]), shown[index])
                else:
                    bind(tracer, element, held.at((ANY,)), value)
        case ast.Attribute(value=base) | ast.Subscript(value=base):
            part = _target(tracer, target)
            if target in tracer.body.calls:
                _run_special(tracer, target, base)
                return
            tracer.change(target, ast.unparse(target), part, Manner(held.is_recorded, is_update=_reads(value, target)))


def _run_special(tracer: Tracer, target: ast.expr, base: ast.expr) -> None:
    """``store[key] = value`` of a class with a method for it."""
    for callee, function in tracer.body.calls[target].items():
        run_called(tracer, callee, function, Bound(reach(tracer, base), (), {}), target)


def _reads(value: ast.expr, target: ast.Attribute | ast.Subscript) -> bool:
    """Whether a new value is made from the old one."""
    text = ast.unparse(target)
    parts = (part for part in walk([value]) if part.__class__ is target.__class__)
    return any(ast.unparse(part) == text for part in parts)


def _target(tracer: Tracer, target: ast.expr) -> Held:
    """The part of an object that an assignment or ``del`` changes; a new container is nobody else's."""
    match target:
        case ast.Attribute(value=base, attr=attr):
            if isinstance(base, ast.Name):
                source = tracer.mutations.source_of_attribute(tracer.body, base.id, attr)
                if source is not None:
                    return tracer.of_source(source)
            return _own_part(reach(tracer, base), f".{attr}")
        case ast.Subscript(value=base, slice=index):
            held = reach(tracer, base)
            visit(tracer, index)
            return _own_part(held, key_of(index))
    return NOTHING


def _own_part(held: Held, key: str) -> Held:
    own = frozenset(reference for reference in held.references if not reference.is_copy)
    return Held(own, held.marks, held.is_recorded).at((key,))


def bind_element(tracer: Tracer, target: ast.expr, iterated: Held, node: ast.expr) -> None:
    """Bind what a loop goes through: each round another part, of which nothing has been handed on yet."""
    marks = frozenset(mark for mark in iterated.marks if isinstance(mark, Touched))
    element = Held(iterated.references, marks, iterated.is_recorded).at((ANY,))
    names = list(target_names(target))
    for name in names:
        tracer.names[name] = (
            element
            if element.references
            else Held(frozenset({Reference(Source(Origin.MADE, target, name))}), frozenset(), element.is_recorded)
        )
    if not names:
        bind(tracer, target, element, node)


def update(tracer: Tracer, node: ast.AugAssign) -> None:
    """``target += value``: an item or attribute changes; a name is bound again, unless a container is added."""
    held = visit(tracer, node.value)
    match node.target:
        case ast.Name(id=name):
            known = tracer.of_name(name)
            if name in tracer.facts.redirected:
                tracer.assign(name, held, node, node)
            elif isinstance(node.value, _DISPLAYS):
                adds = not isinstance(node.value, (ast.Dict, ast.DictComp))
                tracer.change(node, name, known, Manner(held.is_recorded, is_addition=adds))
            else:
                tracer.assign(name, Held(is_recorded=held.is_recorded or known.is_recorded), node, node)
        case ast.Subscript(value=base) as target if target in tracer.body.calls:
            _run_special(tracer, target, base)
        case target:
            part = _target(tracer, target)
            tracer.change(node, ast.unparse(target), part, Manner(held.is_recorded, is_update=True))


def delete(tracer: Tracer, target: ast.expr) -> None:
    """``del order["note"]`` changes the dict; ``del order`` only the name."""
    match target:
        case ast.Name(id=name):
            tracer.names.pop(name, None)
        case ast.Attribute() | ast.Subscript():
            tracer.change(target, ast.unparse(target), _target(tracer, target))


def sources_of(tracer: Tracer, expressions: Iterable[ast.expr]) -> frozenset[Source]:
    """The objects that expressions look into."""
    held = either([reach(tracer, expression) for expression in expressions])
    return frozenset(reference.source for reference in held.references)


def _call(tracer: Tracer, node: ast.Call, is_dropped: bool) -> Held:
    operation = tracer.mutations.operation_at(tracer.body, node)
    if operation is not None:
        return run_operation(tracer, operation, node)
    function = node.func
    receiver = reach(tracer, function.value) if isinstance(function, ast.Attribute) else NOTHING
    if not isinstance(function, (ast.Attribute, ast.Name)):
        visit(tracer, function)
    value = tracer.body.values.get(node)
    called = tracer.body.calls.get(node, {})
    follows = bool(called) or (value is not None and any(isinstance(t, (Prepared, Partial)) for t in value.things))
    take = reach if follows else visit
    positional = tuple(take(tracer, argument) for argument in node.args)
    keywords = {keyword.arg or "**": take(tracer, keyword.value) for keyword in node.keywords}
    given = [*positional, *keywords.values()]
    is_recorded = receiver.is_recorded or any(held.is_recorded for held in given)
    if follows:
        bound = tracer.bound[node] = Bound(receiver, positional, keywords)
        for callee, callee_function in called.items():
            run_called(tracer, callee, callee_function, bound, node)
        return Held(is_recorded=is_recorded)
    if isinstance(function, ast.Attribute):
        return _method(tracer, node, function, receiver, given, is_dropped)
    if isinstance(function, ast.Name):
        return _plain(tracer, node, function.id, positional, is_recorded)
    return Held(is_recorded=is_recorded)


def _method(
    tracer: Tracer, node: ast.Call, function: ast.Attribute, receiver: Held, given: list[Held], is_dropped: bool
) -> Held:
    name = function.attr
    is_recorded = any(held.is_recorded for held in given)
    if name in _CHANGING_FUNCTIONS and given:
        tracer.change(node, ast.unparse(node.args[0]) if node.args else name, given[0], Manner(is_recorded))
    if node in tracer.body.container_changes:
        own = Held(frozenset(r for r in receiver.references if not r.is_copy), receiver.marks, receiver.is_recorded)
        if name == "setdefault" and node.args:
            own = own.at((key_of(node.args[0]),))
        if name == "clear":
            tracer.clear(node, ast.unparse(function.value), own)
        else:
            manner = Manner(is_recorded, is_addition=name in _ADDITIONS, is_lazy=name == "setdefault")
            tracer.change(node, ast.unparse(function.value), own, manner)
        if not is_dropped and name != "setdefault":
            tracer.read(receiver, node)
    if name in _READERS:
        return receiver.at((key_of(node.args[0]) if node.args else ANY,))
    if name in _VIEWS:
        return receiver.copied()
    if node not in tracer.body.container_changes:
        tracer.read(receiver, node)
    return Held(is_recorded=is_recorded or receiver.is_recorded)


def _plain(tracer: Tracer, node: ast.Call, name: str, positional: tuple[Held, ...], is_recorded: bool) -> Held:
    if name in _CHANGING_FUNCTIONS and positional:
        tracer.change(node, ast.unparse(node.args[0]), positional[0], Manner(is_recorded))
    if name in _COPIES:
        return either(positional).copied()
    if name == "next" and positional:
        return positional[0].at((ANY,))
    return Held(is_recorded=is_recorded)
