"""Concurrency: the maps and parallels that may start more threads than there can be."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from durable_lint.model.body import Body
from durable_lint.model.module import target_names
from durable_lint.model.operations import Operation, OperationKind
from durable_lint.model.scope import walk_body
from durable_lint.model.sizes import most
from durable_lint.model.things import Literal, Record, Sequence

MAX_THREADS = 1_024
"""How many threads a Lambda environment runs. Source: the quotas of AWS Lambda."""


def unbounded(body: Body) -> Iterator[Operation]:
    """The maps and parallels of this body that may start more threads than there can be: each branch runs in one of its
    own, and neither ``max_concurrency`` nor what is known of the input sets a limit.
    """
    for operation in body.own_operations:
        configs = operation.configs
        if operation.inputs is None or operation.open_arguments or configs is None:
            continue
        if all(_is_unlimited(config) for config in configs) and _may_be_many(body, operation):
            yield operation


def _is_unlimited(config: Record | None) -> bool:
    limit = None if config is None else config.get("max_concurrency")
    return limit is None or limit.things == (Literal.of(None),)


def _may_be_many(body: Body, operation: Operation) -> bool:
    assert operation.inputs is not None
    count = most(operation.inputs)
    if count is not None:
        return count > MAX_THREADS
    if operation.kind is OperationKind.PARALLEL and not list(operation.inputs.only(Sequence)):
        return False  # branches that come from somewhere else: as a rule they are written out there
    given = operation.call.args[0] if operation.call.args else None
    name = operation.shape.parameters[0]
    node = next((keyword.value for keyword in operation.call.keywords if keyword.arg == name), given)
    return node is not None and not _is_cut(body, node)


def _is_cut(body: Body, node: ast.expr) -> bool:
    """Whether an expression is cut to a number of items: ``items[:50]``, or a name that only such things are given."""
    match node:
        case ast.Subscript(slice=ast.Slice(upper=upper)):
            return upper is not None
        case (
            ast.ListComp(generators=[ast.comprehension(iter=inner)])
            | ast.GeneratorExp(generators=[ast.comprehension(iter=inner)])
        ):
            return _is_cut(body, inner)
        case ast.Call(func=ast.Name(id="list" | "tuple" | "sorted" | "enumerate" | "reversed"), args=[inner, *_]):
            return _is_cut(body, inner)
        case ast.Call(func=ast.Name(id="islice") | ast.Attribute(attr="islice"), args=[_, _, *_]):
            return True
        case ast.Name(id=name) if not isinstance(body.node, ast.Lambda):
            given = [
                part.value
                for part in walk_body(body.node.body)
                if isinstance(part, ast.Assign) and any(name in target_names(target) for target in part.targets)
            ]
            return bool(given) and all(not isinstance(part, ast.Name) and _is_cut(body, part) for part in given)
    return False
