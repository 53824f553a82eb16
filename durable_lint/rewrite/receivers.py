"""Receivers: starting an operation on the context of the body that it stands in."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from durable_lint.finding import Edit, Span
from durable_lint.model.body import Body
from durable_lint.model.operations import Operation, OperationKind
from durable_lint.model.scope import all_arguments
from durable_lint.rewrite.context import context_at
from durable_lint.rewrite.edits import is_exact, replaced
from durable_lint.source.walk import walk

_UNUSED = "_"
_NAMES = ("ctx", "child", "child_context")


def on_own_context(body: Body, operation: Operation) -> tuple[Edit, ...] | None:
    """The edits that move an operation from the context around a body to the body's own, its first argument.

    An operation that a helper starts is moved by handing the helper the other context; a helper that holds one of its
    own, as a closure or in an attribute, cannot be told.
    """
    place, own = operation.place, body.context_parameter
    if own is None or place.module is not body.module or not is_exact(place.module, place.node):
        return None
    given = list(_contexts_given(body, operation))
    if context_at(body, place.node) != own or own in _outer_names(body, operation) or not given:
        return None
    if _repeats_a_name(body, operation):
        return None
    called = worth_a_name(body, own)
    if called is None:
        return None
    name, renaming = called
    return (*(replaced(place.module, node, name) for node in given), *renaming)


def worth_a_name(body: Body, context: str) -> tuple[str, tuple[Edit, ...]] | None:
    """The name of a context that is going to be used, with the edits that give it one: a parameter called ``_``, which
    nothing uses yet, is renamed.
    """
    if context != _UNUSED:
        return context, ()
    used = {node.id for node in walk([body.node]) if isinstance(node, ast.Name)}
    if _UNUSED in used or body.context_parameter != _UNUSED:
        return _UNUSED, ()
    taken = used | {parameter.arg for parameter in all_arguments(body.node.args)}
    name = next((name for name in _NAMES if name not in taken), None)
    return None if name is None else (name, (_renamed(body, name),))


def _repeats_a_name(body: Body, moved: Operation) -> bool:
    """Whether what moves with an operation has the name of one that is on the body's own context already."""
    there = [other for other in body.operations.values() if other.context is not None and other.context.owner is body]
    return any(
        other.call is not moving.call and set(other.name_texts).intersection(moving.name_texts)
        for moving in body.operations.values()
        if moving.place.node is moved.place.node
        for other in there
    )


def _contexts_given(body: Body, operation: Operation) -> Iterator[ast.expr]:
    """The expressions at an operation's place that mean its context."""
    place = operation.place.node
    if not isinstance(place, ast.Call):
        return
    if not operation.via and isinstance(place.func, ast.Attribute) and operation.kind is not OperationKind.WITH_RETRY:
        if isinstance(place.func.value, (ast.Name, ast.Attribute)):
            yield place.func.value
        return
    names = _outer_names(body, operation)
    for argument in (*place.args, *(keyword.value for keyword in place.keywords)):
        if isinstance(argument, ast.Name) and argument.id in names:
            yield argument


def _outer_names(body: Body, operation: Operation) -> set[str]:
    """The names that mean the operation's context in a body: its owner's parameter, and parameters that got it."""
    context = operation.context
    if context is None:
        return set()
    parameters = [*body.node.args.posonlyargs, *body.node.args.args]
    given = dict(body.arguments.keywords)
    given.update((p.arg, value) for p, value in zip(parameters, body.arguments.positional, strict=False))
    names = {name for name, value in given.items() if context in value.things}
    outer = context.owner.context_parameter
    own = {parameter.arg for parameter in all_arguments(body.node.args)}
    if outer is not None and outer not in own and context.owner.node in body.module.ancestors(body.node):
        names.add(outer)
    return names


def _renamed(body: Body, name: str) -> Edit:
    parameter = next(p for p in all_arguments(body.node.args) if p.arg == _UNUSED)
    span = body.module.text.span(parameter)
    return Edit(body.module.path, Span(span.row, span.column, span.row, span.column + len(_UNUSED)), name)
