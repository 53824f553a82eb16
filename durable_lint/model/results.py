"""Results: the values that bodies hand to the SDK, and what its serializers make of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from durable_lint.dataclasses import dataclass
from durable_lint.model import declared, payloads
from durable_lint.model.body import Body, BodyKind, Returned
from durable_lint.model.effects import Effect, Kind, Site
from durable_lint.model.operations import Operation, OperationKind
from durable_lint.model.payloads import Fate, Trouble
from durable_lint.model.scope import facts_of
from durable_lint.model.things import Content, Literal, Typed
from durable_lint.model.values import UNKNOWN, Value

if TYPE_CHECKING:
    from durable_lint.knowledge.serialization import Serdes

_RECORDED = frozenset({BodyKind.STEP, BodyKind.CHILD, BodyKind.SUBMITTER})


@dataclass(frozen=True, slots=True)
class Recorded:
    """A part of a recorded value that does not travel as it is; ``whole`` says of what: ``the result of step load``.

    ``run`` is the body that gives the value back (``None`` for the initial state of a condition), ``operation`` what
    records it (``None`` where nothing in sight runs the body).
    """

    trouble: Trouble
    whole: str
    run: Body | None = None
    operation: Operation | None = None


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret in a recorded value: where it is handed over, what of (``whole``), and where it comes from."""

    site: Site
    whole: str
    effect: Effect


def secrets(body: Body) -> Iterator[Secret]:
    """The secrets in the results that this body's operations record, or in its own where nothing runs it here."""
    for run, operation in _recording(body):
        for returned in run.returned.values():
            effect = next((taint for taint in returned.value.taints if taint.kind is Kind.SECRET), None)
            if effect is not None:
                yield Secret(returned.site, _whole(run, operation), effect)


@dataclass(frozen=True, slots=True)
class Large:
    """The whole of something big in a recorded value: where it is handed over, what of (``whole``), and what it is."""

    site: Site
    whole: str
    content: Content | Typed


_DATA = frozenset(f"builtins.{name}" for name in ("bytes", "str", "list", "dict"))
_TABLES = frozenset({"pandas.DataFrame", "polars.DataFrame", "pyarrow.Table"})


def large(body: Body) -> Iterator[Large]:
    """Contents of files, downloads and tables in the results that this body's operations record, or in its own where
    nothing runs it here; not where a serdes of the user's may put them elsewhere.
    """
    for run, operation in _recording(body):
        if run.kind is BodyKind.SUBMITTER or (operation is None and _may_have_serdes(body)):
            continue
        if operation is not None and (operation.serdes is None or operation.config_field("item_serdes") is not None):
            continue
        for returned in run.returned.values():
            for thing in returned.value.inside(Typed):
                assert isinstance(thing, Typed)
                if thing.name in _TABLES or (isinstance(thing, Content) and thing.name in _DATA):
                    yield Large(returned.site, _whole(run, operation), thing)
                    break


def _recording(body: Body) -> Iterator[tuple[Body, Operation | None]]:
    """The bodies whose results are recorded, with the operations of this body that record them."""
    for operation in body.own_operations:
        for called in operation.called:
            for run in called.bodies:
                if run.kind is not BodyKind.CALLED_BACK:
                    yield run, operation
    if body.is_entry and body.kind in _RECORDED:
        yield body, None


def recorded(body: Body, *fates: Fate) -> Iterator[Recorded]:
    """What goes wrong with the results that this body's operations record, or with its own where nothing runs it here.

    One for each expression and fate: the first that matters.
    """
    for operation in body.own_operations:
        serdes = operation.serdes
        if serdes is None:
            continue
        for called in operation.called:
            for run in called.bodies:
                if run.kind is not BodyKind.CALLED_BACK:
                    yield from _of_body(run, operation, serdes, fates)
        yield from _of_state(body, operation, serdes, fates)
    if body.is_entry and body.kind in _RECORDED:
        found = list(_of_body(body, None, "extended", fates))
        if found and not _may_have_serdes(body):
            yield from found


def handed_back(body: Body) -> Iterator[Trouble]:
    """What a handler returns that plain JSON refuses."""
    if body.kind is BodyKind.HANDLER and not _is_coroutine_or_generator(body):
        for returned in body.returned.values():
            yield from _first(_troubles(body, returned, "handler"), (Fate.REFUSED,))


def invoked(body: Body) -> Iterator[tuple[Trouble, Operation]]:
    """What the invocations of this body pass on that their serializer refuses."""
    for operation in body.own_operations:
        serdes = operation.payload_serdes
        if operation.kind is not OperationKind.INVOKE or operation.payload is None or serdes is None:
            continue
        site = Site(body.module, operation.payload_node or operation.call)
        assert body.interpreter is not None
        found = payloads.troubles(body.interpreter, operation.payload, serdes, site)
        for trouble in _first(found, (Fate.REFUSED,)):
            yield trouble, operation


def _of_body(body: Body, operation: Operation | None, serdes: Serdes, fates: tuple[Fate, ...]) -> Iterator[Recorded]:
    if _is_coroutine_or_generator(body):
        return
    for returned in body.returned.values():
        for trouble in _first(_troubles(body, returned, serdes), fates):
            yield Recorded(trouble, _whole(body, operation), body, operation)


def _of_state(body: Body, operation: Operation, serdes: Serdes, fates: tuple[Fate, ...]) -> Iterator[Recorded]:
    """The initial state of a condition goes through the serializer before the first check."""
    state = operation.config_field("initial_state") if operation.kind is OperationKind.WAIT_FOR_CONDITION else None
    if state is None or body.interpreter is None:
        return
    site = Site(body.module, operation.field_node("initial_state"))
    for trouble in _first(payloads.troubles(body.interpreter, state, serdes, site), fates):
        yield Recorded(trouble, "the initial state of wait_for_condition")


def _troubles(body: Body, returned: Returned, serdes: Serdes) -> list[Trouble]:
    """The troubles of one returned value; remembered, because several rules ask."""
    interpreter = body.interpreter
    if interpreter is None:
        return []
    key = (body, returned.site.node, serdes)
    known = interpreter.judged.get(key)
    if known is None:
        known = payloads.troubles(interpreter, returned.value, serdes, returned.site)
        if not known and not returned.value.things:
            known = _declared_troubles(body, returned.site, serdes)
        interpreter.judged[key] = known
    return known


def _declared_troubles(body: Body, site: Site, serdes: Serdes) -> list[Trouble]:
    """The troubles of a value of which only the body's annotation is known, when each part of a union has some."""
    assert body.interpreter is not None
    alternatives = [thing for thing in _declared(body).things if thing != Literal.of(None)]
    found = [payloads.troubles(body.interpreter, Value((thing,)), serdes, site) for thing in alternatives]
    return found[0] if found and all(found) else []


def _declared(body: Body) -> Value:
    """What the body says that it returns."""
    if isinstance(body.node, ast.Lambda) or body.interpreter is None:
        return UNKNOWN
    return declared.value_of(body.interpreter.module_frame(body.module), body.node.returns)


def _first(found: list[Trouble], fates: tuple[Fate, ...]) -> Iterator[Trouble]:
    seen: set[tuple[ast.AST, Fate]] = set()
    for trouble in found:
        key = (trouble.site.node, trouble.fate)
        if trouble.fate in fates and key not in seen:
            seen.add(key)
            yield trouble


def _is_coroutine_or_generator(body: Body) -> bool:
    """Whether calling the body gives no value of its own: DUR206 says so once, at the definition."""
    return body.is_async or (facts_of(body.node).yields)


def _whole(body: Body, operation: Operation | None) -> str:
    name = body.name
    if operation is not None:
        name = next(iter(operation.name_texts), operation.implicit_name or name)
    return f"the result of {body.kind.value} {name}" if name != "lambda" else f"the result of this {body.kind.value}"


def _may_have_serdes(body: Body) -> bool:
    """Whether a file of the project names the function beside a serdes, which may be what carries its result."""
    if body.interpreter is None or isinstance(body.node, ast.Lambda):
        return False
    return body.interpreter.project.names_together(body.module, body.node.name, "serdes")
