"""What the SDK wants beyond its signatures: kinds of arguments, values that it refuses, what its callbacks must return.

Names are canonical: ``DurableContext.step``, ``StepConfig``, ``Duration.from_seconds``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from durable_lint.knowledge.sdk import LINES, Line, SdkFacts, facts, spoken_line
from durable_lint.knowledge.tables import block_lines, read_table


class Demand(NamedTuple):
    """A demand on a number or text: ``at_least``, ``within``, ``not_negative`` or ``sub_type``, and its bounds."""

    test: str
    bounds: tuple[float, ...]


class Maker(NamedTuple):
    """A function of the SDK that makes a callable, and the field that the callable is for."""

    function: str
    field: str


class Contract:
    """The table of one line of the SDK."""

    def __init__(self, line: Line) -> None:
        table = read_table("sdk-contract")
        self._kinds = {
            left[0]: {name: kind for name, _, kind in (word.partition("=") for word in right)}
            for left, right in block_lines(table["kinds"])
        }
        self._makers = {left[0]: Maker(*right) for left, right in block_lines(table["makers"])}
        self._words = {
            title: {left[0]: right[0] for left, right in block_lines(table[title])} for title in ("made", "returned")
        }
        self._refused = {
            left[0]: Demand(right[0], tuple(float(bound) for bound in right[1:]))
            for left, right in block_lines(table["refused"])
            if line in left[1:]
        }
        self._exclusive = {left[0]: tuple(right) for left, right in block_lines(table["exclusive"]) if line in left[1:]}
        self._counted = {left[0]: right[0] for left, right in block_lines(table["counted"]) if line in left[1:]}

    def kinds(self, call: str) -> dict[str, str]:
        """The kind of thing that each parameter of a call wants; parameters that take anything are left out."""
        return self._kinds.get(call, {})

    def maker(self, config: str) -> Maker | None:
        """What makes the callable that is wanted of a configuration."""
        return self._makers.get(config)

    def made(self, call: str) -> str | None:
        """The kind of thing that a function of the SDK gives."""
        return self._words["made"].get(call)

    @property
    def called_back(self) -> dict[str, str]:
        """The fields of configurations that hold functions, and the kind of thing that each must give back."""
        return self._words["returned"]

    def demand(self, call: str, parameter: str) -> Demand | None:
        """What a literal value has to satisfy; ``None`` when this line takes every one."""
        return self._refused.get(f"{call}.{parameter}")

    def excluded(self, call: str, parameter: str) -> tuple[str, ...]:
        """The parameters that cannot be given together with one."""
        return self._exclusive.get(f"{call}.{parameter}", ())

    def counted(self, operation: str) -> str | None:
        """The parameter whose length bounds how many branches can succeed, where this line compares the two."""
        return self._counted.get(operation)


@cache
def contract(line: Line) -> Contract:
    """The contract of one line of the SDK; loaded at the first call."""
    return Contract(spoken_line(line))


def history(line: Line, has: Callable[[SdkFacts], bool]) -> str:
    """Since or until when other lines have something that this one lacks: ``was removed in 2.0``, ``came with 3.0``.

    Empty when no line has it.
    """
    line = spoken_line(line)
    having = [other for other in LINES if has(facts(other))]
    if line in having:
        return ""
    older = [other for other in having if other < line]
    if older:
        return f"was removed in {int(older[-1]) + 1}.0"
    return f"came with {having[0]}.0" if having else ""
