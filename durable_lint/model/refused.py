"""Literal values in configurations that the SDK refuses: what the tables of its line say, asked of calls."""

from __future__ import annotations

import re
from collections.abc import Iterator

from durable_lint.dataclasses import dataclass
from durable_lint.knowledge.contract import Demand
from durable_lint.model.body import Body
from durable_lint.model.contract import Match, Terms, version_dependent
from durable_lint.model.effects import Site
from durable_lint.model.things import Literal, Record, Sequence
from durable_lint.model.values import Constant, Value

_SUB_TYPE = re.compile(r"[A-Za-z0-9_-]{0,32}")


@dataclass(frozen=True, slots=True)
class Refused:
    """A value that raises when the configuration is made or used: where it stands, and what is wrong with it."""

    site: Site
    problem: str


def refused(body: Body, terms: Terms) -> Iterator[Refused]:
    """What the SDK refuses of the literal values in a body's calls."""
    for call in body.sdk_calls.values():
        match = terms.match(call)
        if match is not None and not version_dependent(call.site.module, call.node):
            yield from _refused_values(match, terms)
            yield from _excluded(match, terms)
            yield from _out_of_reach(match, terms)


def _refused_values(match: Match, terms: Terms) -> Iterator[Refused]:
    for given in match.given:
        demand = terms.contract.demand(match.call.name, given.parameter.name)
        if demand is None:
            continue
        values = [thing.value if isinstance(thing, Literal) else None for thing in given.value.things]
        wrong = [problem for value in values if (problem := _problem(demand, value)) is not None]
        if wrong and len(wrong) == len(values):
            site = Site(match.call.site.module, given.node or match.call.node)
            yield Refused(site, f"`{given.parameter.name}` {wrong[0]}")


def _problem(demand: Demand, value: Constant) -> str | None:
    """What is wrong with a literal, as the rest of a sentence."""
    if demand.test == "sub_type":
        is_wrong = isinstance(value, str) and _SUB_TYPE.fullmatch(value) is None
        return f"is {value!r}, not up to 32 letters, digits, hyphens and underscores" if is_wrong else None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value or abs(value) == float("inf"):
        return None
    match demand.test, demand.bounds:
        case "at_least", (least,) if value < least:
            return f"is {value:g}, less than {least:g}"
        case "within", (least, most) if not least <= value <= most:
            return f"is {value:g}, not between {least:g} and {most:g}"
        case "not_negative", (unit,) if int(value * unit) < 0:
            return f"is {value:g}, less than nothing"
    return None


def _excluded(match: Match, terms: Terms) -> Iterator[Refused]:
    """Fields that cannot be given together."""
    for given in match.given:
        others = terms.contract.excluded(match.call.name, given.parameter.name)
        if not others or not _is_set(given.value):
            continue
        both = [f"`{name}`" for name in others if (other := match.of(name)) is not None and _is_set(other.value)]
        if both:
            site = Site(match.call.site.module, match.call.node)
            yield Refused(site, f"`{given.parameter.name}` cannot be combined with {' and '.join(both)}")


def _is_set(value: Value) -> bool:
    """Whether a value is seen, and is not ``None``."""
    return bool(value.things) and not any(isinstance(thing, Literal) and thing.value is None for thing in value.things)


def _out_of_reach(match: Match, terms: Terms) -> Iterator[Refused]:
    """More successes wanted than there are branches."""
    counted = terms.contract.counted(match.call.name)
    branches, config = match.of(counted or ""), match.of("config")
    if branches is None or config is None:
        return
    count = _length(branches.value)
    wanted = _number(_field(_field(config.value, "completion_config"), "min_successful"))
    if count is not None and wanted is not None and wanted > count:
        site = Site(match.call.site.module, match.call.node)
        yield Refused(site, f"`min_successful` is {wanted:g}, but there are {count} branches")


def _length(value: Value) -> int | None:
    """How many items a list has, when all of them are visible."""
    if value.sole is None or not isinstance(value.things[0], Sequence) or value.things[0].items is None:
        return None
    return len(value.things[0].items) if value.things[0].type in ("builtins.list", "builtins.tuple") else None


def _field(value: Value | None, name: str) -> Value | None:
    if value is None or value.sole is None or not isinstance(value.things[0], Record):
        return None
    return value.things[0].get(name)


def _number(value: Value | None) -> float | None:
    return None if value is None else value.number()
