"""Recording a value: the smallest expression that carries it goes into a step, whose result every replay gets back."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import count

from durable_lint.dataclasses import dataclass
from durable_lint.finding import Fix, Safety
from durable_lint.model.body import Body
from durable_lint.model.effects import Effect, Kind
from durable_lint.model.module import Module, target_names
from durable_lint.model.scope import loaded_names
from durable_lint.rewrite.certainty import is_certain
from durable_lint.rewrite.changes import changes_arguments, leaves_traces
from durable_lint.rewrite.context import context_at
from durable_lint.rewrite.conversions import Conversion, is_plain, json_form
from durable_lint.rewrite.dependencies import names_taken
from durable_lint.rewrite.edits import is_exact, replaced, source_of, statement_of
from durable_lint.rewrite.loops import loops_round
from durable_lint.rewrite.moving import is_guarded
from durable_lint.rewrite.naming import distinct_name
from durable_lint.source.walk import walk

_VERBS = {Kind.CLOCK: "read", Kind.RANDOM: "draw", Kind.ID: "generate"}
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_UNMOVABLE = (ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr)
_OF_ONE_PROCESS = frozenset({"monotonic", "perf_counter", "process_time", "thread_time"})
_TEXT_MAKERS = frozenset({"str", "int", "float", "round", "repr", "format", "abs", "bool"})


def recorded(body: Body, effect: Effect) -> Fix | None:
    """Wrap what gives another value on replay in a step of its own.

    A value that the step could not hand back as it is goes through text and is made again behind the step. There is no
    fix where no context is in scope, where the value is changed in place rather than given back, where a step
    would raise what the code around it does not expect, and for clocks whose readings mean nothing in another process.
    """
    start = _carrier(body, effect)
    if start is None or not _can_move(body, effect, start) or _is_of_one_process(effect):
        return None
    context = context_at(body, start)
    if context is None:
        return None
    form = _form(body, start)
    if form is None or not _can_move(body, effect, form.node):
        return None
    node, conversion = form.node, form.conversion
    named = distinct_name(body, node, _base_name(body, effect, node))
    if named is None:
        return None
    name = named.expression
    text = source_of(body.module, node)
    inside = text if conversion is None else conversion.there
    wrapped = f"{context}.step({_parameters(body, node)}: {inside}, name={name})"
    others = (*named.edits, *(() if conversion is None else conversion.edits))
    outside = wrapped if conversion is None else conversion.back(wrapped)
    title = f"Wrap in a step named {_shown(name)}"
    return Fix(title, form.safety, (*others, replaced(body.module, node, outside)), changes_operations=True)


def _is_of_one_process(effect: Effect) -> bool:
    module, _, name = effect.source.rpartition(".")
    return module == "time" and name.removesuffix("_ns") in _OF_ONE_PROCESS


def _carrier(body: Body, effect: Effect) -> ast.expr | None:
    """The smallest expression with a place of its own that carries the value: no part of an f-string or of a
    comprehension.
    """
    node = effect.site.node
    if effect.site.module is not body.module or not isinstance(node, ast.expr) or effect.in_cleanup:
        return None
    found: ast.expr = node
    for outer in body.module.ancestors(node):
        if outer is body.node or isinstance(outer, ast.stmt):
            break
        if isinstance(outer, (ast.Lambda, ast.arguments)):
            return None
        if isinstance(outer, (ast.JoinedStr, *_COMPREHENSIONS)):
            found = outer
    outer_of_found = body.module.parent(found)
    if isinstance(found, ast.GeneratorExp) and isinstance(outer_of_found, ast.Call):
        found = outer_of_found
    value = body.values.get(found)
    return found if value is not None and effect in value.taints else None


def _can_move(body: Body, effect: Effect, node: ast.expr) -> bool:
    """Whether the expression computes the same in a step: it runs no operation, and what it leaves is its value."""
    statement = statement_of(body.module, node)
    if statement is None or not is_exact(body.module, node):
        return False
    if isinstance(statement, ast.Expr) and statement.value is node:
        return False
    inside = set(walk([node]))
    if any(isinstance(inner, _UNMOVABLE) for inner in inside):
        return False
    if any(operation.place.node in inside for operation in body.operations.values()):
        return False
    if is_guarded(body, node) or changes_arguments([effect]) or leaves_traces(body, node):
        return False
    return names_taken(body.module, (node,)) is not None


@dataclass(frozen=True, slots=True)
class _Form:
    """What is recorded: the value of an expression, or a conversion of it that is undone behind the step."""

    node: ast.expr
    conversion: Conversion | None
    safety: Safety


def _form(body: Body, start: ast.expr) -> _Form | None:
    """The value itself, a conversion of it that the code makes anyway, or one of ours; ``None`` when the value surely
    cannot be recorded.
    """
    is_sure = is_certain(body, start)
    plain = _is_plain(body, start)
    if plain:
        return _Form(start, None, Safety.SAFE if is_sure else Safety.UNSAFE)
    for node in _conversions_of(body.module, start):
        if _is_plain(body, node):
            return _Form(node, None, Safety.SAFE)
    value = body.values[start]
    assert body.interpreter is not None
    text = source_of(body.module, start)
    conversion = json_form(body.interpreter, body.module, start, value, text) if value.things else None
    if conversion is not None and is_sure:
        return _Form(start, conversion, conversion.safety)
    return _Form(start, None, Safety.UNSAFE) if plain is None else None


def _is_plain(body: Body, node: ast.expr) -> bool | None:
    value = body.values.get(node)
    if value is None or body.interpreter is None:
        return None
    return is_plain(body.interpreter, value, body.site)


def _conversions_of(module: Module, node: ast.expr) -> Iterator[ast.expr]:
    """The expressions that only turn a value into another form, from the inside out: ``now.isoformat()``."""
    inner: ast.expr = node
    while True:
        outer = module.parent(inner)
        match outer:
            case ast.Attribute(value=value) if value is inner and isinstance(outer.ctx, ast.Load):
                inner = outer
            case ast.Call(func=func, args=args, keywords=keywords) if func is inner:
                if not all(_is_simple(argument) for argument in (*args, *(item.value for item in keywords))):
                    return
                inner = outer
            case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if argument is inner:
                if name not in _TEXT_MAKERS:
                    return
                inner = outer
            case ast.Subscript(value=value, slice=index) if value is inner and _is_simple(index):
                inner = outer
            case _:
                return
        yield inner


def _is_simple(node: ast.expr) -> bool:
    return isinstance(node, (ast.Constant, ast.Name)) or (
        isinstance(node, (ast.Attribute, ast.Slice, ast.UnaryOp))
        and not any(isinstance(n, ast.Call) for n in walk([node]))
    )


def _parameters(body: Body, node: ast.expr) -> str:
    """``lambda _``, with the variables of loops round it bound at once."""
    own = next(name for name in _fresh("_", "step_context") if name not in loaded_names(node))
    taken = names_taken(body.module, (node,)) or ()
    bound = [name for name in _loop_variables(body, node) if name in taken]
    return f"lambda {', '.join([own, *(f'{name}={name}' for name in bound)])}"


def _fresh(*names: str) -> Iterator[str]:
    """Some names, and then the last of them with numbers."""
    yield from names
    yield from (f"{names[-1]}_{number}" for number in count(2))


def _loop_variables(body: Body, node: ast.expr) -> list[str]:
    heads = (loop.head for loop in loops_round(body, node) if loop.head is not None)
    return list(dict.fromkeys(name for head in heads for name in target_names(head.target)))


def _base_name(body: Body, effect: Effect, node: ast.expr) -> str:
    """What the step does: after a helper that says it in words, the name that gets the value, or what is called."""
    verb = _VERBS.get(effect.kind, "read")
    source = _source_name(effect.site.node)
    if effect.through_helper and "_" in source.strip("_") and not source.isupper():
        return source
    noun = (_receiver(body.module, node) or source).strip("_")
    return noun if noun.startswith(f"{verb}_") else f"{verb}_{noun}"


def _source_name(node: ast.AST) -> str:
    """The name of what is called or read."""
    match node:
        case ast.Call(func=func):
            return _source_name(func)
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return "value"


def _receiver(module: Module, node: ast.expr) -> str | None:
    """The variable, the keyword or the entry of a dict that an expression is given to."""
    inner: ast.AST = node
    for outer in module.ancestors(node):
        if isinstance(outer, ast.Tuple):
            continue
        match outer:
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=given)) if inner in given:
                target = names[given.index(inner)] if len(names) == len(given) else None
                return target.id if isinstance(target, ast.Name) else None
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                return name
            case ast.Assign(targets=[ast.Attribute(attr=name)]):
                return name
            case ast.Assign(targets=[ast.Subscript(slice=ast.Constant(value=str(name)))]):
                return name
            case ast.keyword(arg=str(name)) if name not in ("default", "name", "payload"):
                return name
            case ast.Dict(keys=keys, values=values) if inner in values:
                key = keys[values.index(inner)]
                if isinstance(key, ast.Constant) and isinstance(key.value, str) and key.value.isidentifier():
                    return key.value
                return None
            case ast.Call(func=func) if inner is not func and not _converts(outer, inner):
                return None
            case ast.stmt() | ast.Lambda() | ast.Compare():
                return None
        inner = outer
    return None


def _converts(call: ast.Call, argument: ast.AST) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id in _TEXT_MAKERS and argument in call.args


def _shown(name: str) -> str:
    return f"`{name.removeprefix('f').strip(chr(34))}`"
