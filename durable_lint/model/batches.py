"""Batches: what becomes of the result of ``map`` and ``parallel``, and whether anybody looks at its failures."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from durable_lint.dataclasses import dataclass
from durable_lint.model.attribute_reads import reads_of
from durable_lint.model.body import Body, BodyKind
from durable_lint.model.effects import Site
from durable_lint.model.handling import is_caught
from durable_lint.model.operations import Operation, constant_of
from durable_lint.model.things import Literal, Record
from durable_lint.model.values import Value

_RESULTS = "get_results"


@dataclass(frozen=True, slots=True)
class Taken:
    """A place where results are taken out of a batch: ``site`` is ``batch.get_results``, in a body."""

    body: Body
    site: Site


def results_only(body: Body, operation: Operation) -> list[Taken] | None:
    """Where the results of a batch are taken, when that is all that anybody does with it.

    ``None`` when its failures are looked at, also by counting the results, and when it goes where it cannot be
    followed.
    """
    assert body.interpreter is not None
    taken: list[Taken] = []
    for other in body.interpreter.memory.values():
        if operation.call in other.batches_gone:
            return None
        for node, origins in other.batches.items():
            if operation.call not in origins:
                continue
            use = _use(other, node)
            if use is None or (use == "returned" and not _comes_back(body, operation, other)):
                return None
            if use == _RESULTS:
                outer = other.module.parent(node)
                assert outer is not None
                if _is_counted(Site(other.module, outer)):
                    return None
                taken.append(Taken(other, Site(other.module, outer)))
    return taken


def _use(body: Body, node: ast.expr) -> str | None:
    """What an expression for a batch is used for; ``None`` where its failures are looked at or it is lost sight of."""
    outer = body.module.parent(node)
    match outer:
        case ast.Attribute(attr=name):
            return _RESULTS if name == _RESULTS else None
        case ast.Assign(targets=[ast.Attribute() as target]):
            return "kept" if _is_followed(body, target) else None
        case ast.Assign(targets=targets):
            return "kept" if all(isinstance(target, ast.Name) for target in targets) else None
        case ast.AnnAssign(target=ast.Name()) | ast.NamedExpr() | ast.IfExp() | ast.BoolOp() | ast.Expr():
            return "kept"
        case ast.Call() | ast.keyword():
            return "handed on"
        case ast.Return():
            return "returned" if body.kind is BodyKind.PLAIN else None
        case ast.Lambda():
            return "returned" if body.kind is BodyKind.PLAIN and outer.body is node else None
    return None


def _is_followed(body: Body, target: ast.Attribute) -> bool:
    """Whether all that reads an attribute of this name, in the whole project, was seen to read a batch."""
    assert body.interpreter is not None
    uses = reads_of(body.interpreter.project, body.module, target.attr)
    seen = {node for other in body.interpreter.memory.values() for node in other.batches}
    return uses is not None and all(use.node in seen for use in uses)


def _comes_back(body: Body, operation: Operation, returning: Body) -> bool:
    """Whether a batch that a function returns is seen at a call of it."""
    assert body.interpreter is not None
    return any(
        isinstance(node, ast.Call) and node is not operation.call and operation.call in origins
        for other in body.interpreter.memory.values()
        if returning in other.callees
        for node, origins in other.batches.items()
    )


def _is_counted(taken: Site) -> bool:
    """Whether the number of results is compared with something, or has to be that of something else."""
    module = taken.module
    call = module.parent(taken.node)
    values = [call] if isinstance(call, ast.expr) else []
    outer = None if call is None else module.parent(call)
    if isinstance(outer, ast.Assign) and isinstance(outer.targets[0], ast.Name):
        name = outer.targets[0].id
        function = next((o for o in module.ancestors(outer) if isinstance(o, (ast.FunctionDef, ast.Lambda))), None)
        values += [n for n in ast.walk(function or module.tree) if isinstance(n, ast.Name) and n.id == name]
    return any(_counts(module.parent(value), Site(module, value)) for value in values)


def _counts(outer: ast.AST | None, value: Site) -> bool:
    match outer:
        case ast.Call(func=ast.Name(id="len")):
            return isinstance(value.module.parent(outer), (ast.Compare, ast.BinOp))
        case ast.Call(func=ast.Name(id="zip"), keywords=keywords):
            return any(keyword.arg == "strict" for keyword in keywords)
        case ast.If() | ast.IfExp() | ast.Assert():
            return outer.test is value.node
        case ast.UnaryOp():
            return True
        case ast.Assign(targets=[ast.Tuple() | ast.List()]):
            return True
    return False


def tolerates_failures(operation: Operation) -> bool:
    """Whether the configuration says that some items may fail, or may do so for all that can be seen."""
    if operation.config_is_hidden:
        return True
    record = None if operation.config is None else next(iter(operation.config.only(Record)), None)
    if isinstance(record, Record) and record.is_open:
        return True
    completion = operation.config_field("completion_config")
    if completion is None or completion.things == (Literal.of(None),):
        return False
    if completion.sole is None:
        return True
    thing = completion.things[0]
    if isinstance(thing, Record):
        return thing.is_open or any(not _is_nothing(value) for _, value in thing.fields)
    return getattr(thing, "name", "") != "sdk.CompletionConfig.all_successful"


def _is_nothing(value: Value) -> bool:
    return value.things == (Literal.of(None),) or constant_of(value) == 0


def cannot_fail(operation: Operation) -> bool:
    """Whether the branches handle the errors of all that they do."""
    bodies = [inner for called in operation.called for inner in called.bodies if inner.kind is not BodyKind.CALLED_BACK]
    return bool(bodies) and all(all(_handled(inner)) for inner in bodies)


def _handled(body: Body) -> Iterator[bool]:
    if not body.operations:
        yield False
    for operation in body.operations.values():
        yield is_caught((operation.place, operation.site))
