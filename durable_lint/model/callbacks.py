"""Callbacks: how long they wait, and whether somebody minds that they end without an answer."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from durable_lint.dataclasses import dataclass
from durable_lint.model.body import Body
from durable_lint.model.durations import written_lengths
from durable_lint.model.effects import Site
from durable_lint.model.module import Module
from durable_lint.model.operations import Operation, OperationKind
from durable_lint.model.things import Record
from durable_lint.source.walk import walk

CALLBACKS = frozenset({OperationKind.CREATE_CALLBACK, OperationKind.WAIT_FOR_CALLBACK})
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long one callback waits, in whole seconds: ``timeout`` and ``heartbeat``, 0 for none, ``None`` if unknown."""

    timeout: int | None
    heartbeat: int | None

    @property
    def is_unlimited(self) -> bool:
        """Whether nothing ever ends the wait."""
        return self.timeout == 0 and self.heartbeat == 0


def limits_of(operation: Operation) -> tuple[Limits, ...] | None:
    """The limits of a callback under each configuration that it may have; ``None`` when one cannot be seen."""
    configs = operation.configs
    if operation.kind not in CALLBACKS or configs is None:
        return None
    return tuple(limits_in(config) for config in configs)


def limits_in(config: Record | None) -> Limits:
    """The limits that a configuration sets, or the default."""
    return Limits(_seconds(config, "timeout"), _seconds(config, "heartbeat_timeout"))


def _seconds(config: Record | None, field: str) -> int | None:
    given = None if config is None else config.get(field)
    if given is None:
        return 0
    written = written_lengths(given)
    if written is None or len(set(written)) > 1 or 0 < written[0] < 1:
        return None  # what is cut off to none was not meant to be none
    return int(written[0])


def unhandled(body: Body) -> Iterator[Site]:
    """The places where the end of a callback is waited for, and a timeout would end the execution.

    Also in helpers and child contexts that a body runs, unless a clause round the call is for it.
    """
    yield from _unhandled(body, set())


def _unhandled(body: Body, seen: set[Body]) -> Iterator[Site]:
    if body in seen:
        return
    seen.add(body)
    for key, outcome in body.outcomes.items():
        if len(key) == 1 and outcome.source == "Callback.result" and outcome.site.node not in body.caught:
            yield outcome.site
    for operation in body.own_operations:
        if operation.site.node in body.caught:
            continue
        if operation.kind is OperationKind.WAIT_FOR_CALLBACK:
            yield operation.site
        elif operation.kind in (OperationKind.CHILD, OperationKind.WITH_RETRY):
            for called in operation.called:
                for run in called.bodies:
                    yield from _unhandled(run, seen)
    for call, ran in body.calls.items():
        for run in () if call in body.caught else ran:
            yield from _unhandled(run, seen)


def is_tested(site: Site) -> bool:
    """Whether a result is looked at for being there at all: compared with ``None``, or in a test of its truth."""
    module, node = site.module, site.node
    outer = module.parent(node)
    match outer:
        case ast.NamedExpr(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
            function = next((around for around in module.ancestors(node) if isinstance(around, _FUNCTIONS)), None)
            loads = walk([function]) if function is not None else ()
            if isinstance(outer, ast.NamedExpr) and _tests(module, outer):
                return True
            return any(isinstance(load, ast.Name) and load.id == name and _tests(module, load) for load in loads)
    return _tests(module, node)


def _tests(module: Module, node: ast.AST) -> bool:
    outer = module.parent(node)
    match outer:
        case ast.Compare(left=left, comparators=[ast.Constant(value=None)]):
            return left is node
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test) | ast.Assert(test=test):
            return test is node
    return isinstance(outer, (ast.BoolOp, ast.UnaryOp))
