"""Promoting: a lambda that only calls one function becomes a step function, whose arguments are bound when it is
prepared.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache
from itertools import takewhile

from durable_lint.finding import Fix, Safety
from durable_lint.model.body import Body
from durable_lint.model.module import Module
from durable_lint.model.operations import Operation
from durable_lint.model.things import Function, ModuleThing
from durable_lint.rewrite.dependencies import names_taken
from durable_lint.rewrite.edits import is_exact, joined, replaced
from durable_lint.rewrite.extraction import Portion, extraction, free_name
from durable_lint.source.walk import walk

_RECEIVERS = frozenset({"self", "cls"})
_NOTED_TYPES = frozenset({"str", "int", "float", "bool", "list", "dict", "None"})


def promoted(body: Body, operation: Operation, node: ast.Lambda) -> Fix | None:
    """Put the call into a ``@durable_step`` function of its own, under the name that the operation has.

    What the lambda reads is bound when the step is prepared, no longer when it runs. ``None`` where it calls something
    else than a function of the project, or would have to be handed an object of which it is a part.
    """
    module = operation.site.module
    if node not in walk([operation.call]) or not is_exact(module, node) or not isinstance(node.body, ast.Call):
        return None
    callee, receives = _callee(body, module, node.body.func), _receives(node)
    taken = names_taken(module, (node.body,))
    if callee is None or receives is None or taken is None:
        return None
    if {*taken} & {*_RECEIVERS, body.context_parameter, *_names(node.body.func)}:
        return None
    name = _free_name(module, node, operation, callee.name)
    if name is None:
        return None
    portion = Portion(value=node.body, returns=True)
    made = extraction(module, portion, name, receives=receives, annotation=_annotation(callee))
    if made is None:
        return None
    edits = joined((*made.edits, replaced(module, node, made.call)))
    return Fix(f"Extract into a `@durable_step` function named `{name}`", Safety.UNSAFE, edits)


def _callee(body: Body, module: Module, func: ast.expr) -> ast.FunctionDef | None:
    """The function of the project that a name or an attribute of a module means."""
    if body.interpreter is None:
        return None
    match func:
        case ast.Name(id=name):
            value = body.interpreter.module_value(module, name)
        case ast.Attribute(value=ast.Name(id=root), attr=name):
            holder = body.interpreter.module_value(module, root)
            thing = holder.things[0] if holder is not None and holder.sole is not None else None
            if not isinstance(thing, ModuleThing):
                return None
            value = body.interpreter.module_value(thing.module, name)
        case _:
            return None
    match value.things if value is not None else ():
        case (Function(node=ast.FunctionDef() as node),):
            return node
    return None


def _names(code: ast.expr) -> Iterator[str]:
    return (inner.id for inner in walk([code]) if isinstance(inner, ast.Name))


def _receives(node: ast.Lambda) -> str | None:
    """The parameter for the step context; ``None`` when the lambda's others are more than names bound to themselves."""
    given, defaults = node.args, node.args.defaults
    if given.posonlyargs or given.vararg or given.kwonlyargs or given.kwarg or len(given.args) != len(defaults) + 1:
        return None
    first, *bound = (argument.arg for argument in given.args)
    if not all(isinstance(value, ast.Name) and value.id == name for name, value in zip(bound, defaults, strict=True)):
        return None
    return first if first in _names(node.body) else "step_context"


def _free_name(module: Module, node: ast.Lambda, operation: Operation, called: str) -> str | None:
    """A name for the function: the operation's, else that of what it calls."""
    text = operation.name_texts[0] if len(operation.name_texts) == 1 else ""
    base = text if text.isidentifier() and text != called else f"{called.strip('_')}_step"
    claims = _earlier_claims(module, node, {called, text or called})
    return free_name(module, node, base if not claims else f"{base}_{claims + 1}", frozenset())


def _earlier_claims(module: Module, node: ast.Lambda, words: set[str]) -> int:
    """How many definitions in front of a lambda's own may ask for the same name in the same pass."""
    outer = {*module.ancestors(node)}
    earlier = takewhile(lambda entry: entry[0] not in outer, _words_of(module))
    return sum(not words.isdisjoint(used) for _, used in earlier)


@lru_cache(maxsize=4)
def _words_of(module: Module) -> list[tuple[ast.stmt, set[str]]]:
    """The statements of a module with the words that names may be made of."""
    return [
        (statement, {word for node in walk([statement]) if isinstance(node, ast.Call) for word in _words(node)})
        for statement in module.tree.body
    ]


def _words(operation: ast.Call) -> Iterator[str]:
    """The literal texts and the functions called in lambdas among the arguments of a call."""
    for argument in (*operation.args, *(item.value for item in operation.keywords)):
        match argument:
            case ast.Constant(value=str(text)):
                yield text
            case ast.Lambda(body=ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) as called):
                if _RECEIVERS.isdisjoint(_names(called)):
                    yield name


def _annotation(callee: ast.FunctionDef) -> str:
    """What the function says that it returns, where that is a builtin."""
    text = "" if callee.returns is None else ast.unparse(callee.returns)
    return text if text in _NOTED_TYPES else ""
