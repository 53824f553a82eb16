"""Configurations of the SDK that hold the wrong kind of thing, and functions in them that give back the wrong kind."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint.dataclasses import dataclass
from durable_lint.model.body import Body, BodyKind
from durable_lint.model.contract import Given, SdkCall, Terms, version_dependent
from durable_lint.model.effects import Site
from durable_lint.model.mismatch import is_misplaced
from durable_lint.model.operations import Operation
from durable_lint.model.things import Record
from durable_lint.model.values import Value

_ELSEWHERE = frozenset({"text", "items", "Duration"})  # names, what operations go through, durations: other questions
_CALLED_ONLY = frozenset({"func", "check", "submitter", "context"})


@dataclass(frozen=True, slots=True)
class WrongType:
    """An argument that is of another kind than its parameter wants; ``kind`` is what it is."""

    call: SdkCall
    given: Given
    wanted: str
    kind: str

    @property
    def site(self) -> Site:
        """The argument where the call holds it, else the call."""
        return Site(self.call.site.module, self.given.node or self.call.node)


@dataclass(frozen=True, slots=True)
class WrongReturn:
    """A function that the SDK calls back (``field`` of a configuration) gives back another kind than it must."""

    site: Site
    field: str
    wanted: str
    value: Value


def wrong_types(body: Body, terms: Terms) -> Iterator[WrongType]:
    """Arguments of configurations and of operations' configurations that can never work."""
    for call in body.sdk_calls.values():
        match = terms.match(call)
        if match is None or version_dependent(call.site.module, call.node):
            continue
        for given in match.given:
            wanted = terms.wanted(call.name, given.parameter.name)
            if wanted is None or wanted in _ELSEWHERE or given.parameter.name in _CALLED_ONLY:
                continue
            kind = _wrong_kind(terms, wanted, given.value)
            if kind is not None and not is_misplaced(terms, match, given):
                yield WrongType(call, given, wanted, kind)


def _wrong_kind(terms: Terms, wanted: str, value: Value) -> str | None:
    kinds = terms.kinds(value)
    if kinds is None or any(_is_right(terms, wanted, kind) for kind in kinds):
        return None
    return min(kinds)


def _is_right(terms: Terms, wanted: str, kind: str) -> bool:
    if wanted == "SerDes" and kind == "class":
        return True  # its functions may need no object
    return terms.fits(wanted, kind) and not (wanted == "callable" and kind.startswith("uncalled "))


def wrong_returns(body: Body, terms: Terms) -> Iterator[WrongReturn]:
    """What strategies and the like in the configurations of a body's operations give back that the SDK cannot use."""
    for operation in body.own_operations:
        for field, wanted in terms.contract.called_back.items():
            value = _field(operation, field)
            for called in operation.called if value is not None else ():
                if called.value is not value:
                    continue
                for inner in called.bodies:
                    if inner.kind is BodyKind.CALLED_BACK:
                        yield from _wrongly_returned(inner, terms, field, wanted)


def _wrongly_returned(body: Body, terms: Terms, field: str, wanted: str) -> Iterator[WrongReturn]:
    if body.is_generator or body.is_async:
        return
    for returned in body.returned.values():
        kinds = terms.kinds(returned.value)
        if kinds is not None and not any(_can_return(terms, wanted, kind) for kind in kinds):
            yield WrongReturn(returned.site, field, wanted, returned.value)


def _can_return(terms: Terms, wanted: str, kind: str) -> bool:
    """Whether a kind of thing will do; nothing at all does for a name or a summary, but is no decision."""
    return terms.fits(wanted, kind) and (kind != "None" or wanted == "text")


def _field(operation: Operation, name: str) -> Value | None:
    """A field of an operation's configuration, or of the completion configuration in it."""
    value = operation.config_field(name)
    completion = operation.config_field("completion_config")
    if value is None and completion is not None:
        record = next((thing for thing in completion.things if isinstance(thing, Record)), None)
        value = None if record is None else record.get(name)
    return value
