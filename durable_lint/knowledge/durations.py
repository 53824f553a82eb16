"""How long waits, timeouts and delays may be, and which calls of the SDK take and make durations.

The lines of the SDK agree on all of it.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from durable_lint.knowledge.tables import block_lines, read_table


class Place(NamedTuple):
    """A parameter that takes a Duration.

    ``use`` is what it is for: a ``wait``, the ``timeout`` of a callback (0 for none), the ``delay`` before another
    attempt (raised to a second) or the length of an ``invocation``. The bounds are in seconds and included.
    """

    parameter: str
    use: str
    shortest: int
    longest: int
    is_optional: bool


class Durations(NamedTuple):
    """The table. ``longest_execution`` is in seconds, ``units`` are the seconds in one unit of each maker."""

    places: dict[str, tuple[Place, ...]]
    units: dict[str, int]
    longest_execution: int


@cache
def durations() -> Durations:
    """What is known of durations; loaded at the first call."""
    table = read_table("sdk-durations")
    bounds = {left[0]: (int(right[0]), int(right[1])) for left, right in block_lines(table["bounds"])}
    optional = set(table["optional"].split())
    places: dict[str, tuple[Place, ...]] = {}
    for calls, words in block_lines(table["takes"]):
        for call in calls:
            for use, _, parameter in (word.partition("=") for word in words):
                place = Place(parameter, use, *bounds[use], f"{call}.{parameter}" in optional)
                places[call] = (*places.get(call, ()), place)
    units = {left[0]: int(right[0]) for left, right in block_lines(table["makes"])}
    return Durations(places, units, table["longest_execution"])
