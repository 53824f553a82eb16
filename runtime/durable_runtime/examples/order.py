"""An order: stock is reserved, the customer gets a minute to change their mind, then every line is packed and posted.

``durable-run run durable_runtime.examples.order:handler --event -`` takes an event such as
``{"order": "A-17", "lines": [{"sku": "cup", "count": 2}]}``; without one it packs two lines of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict

from durable_runtime import DurableContext, StepContext, durable_execution, durable_step
from durable_runtime.config import Duration, MapConfig, StepConfig, StepSemantics
from durable_runtime.retries import RetryPresets


class Line(TypedDict):
    """One line of an order: what, and how many."""

    sku: str
    count: int


LINES: list[Line] = [{"sku": "teapot", "count": 1}, {"sku": "cup", "count": 4}]
ONCE = StepConfig(retry_strategy=RetryPresets.none(), step_semantics=StepSemantics.AT_MOST_ONCE_PER_RETRY)


@durable_step
def reserve_stock(step_context: StepContext, order: str, lines: Sequence[Line]) -> str:
    """Keep what was ordered; the reservation's number comes back."""
    step_context.logger.info("reserving %d lines", len(lines))
    return f"{order}-{sum(line['count'] for line in lines)}"


@durable_step
def pack_line(_step_context: StepContext, line: Line) -> str:
    """Pack one line; the parcel's label comes back."""
    return f"{line['count']} x {line['sku']}"


@durable_step
def post_parcels(_step_context: StepContext, reservation: str, parcels: Sequence[str]) -> str:
    """Hand the parcels over to the carrier, never twice."""
    return f"{reservation}/{len(parcels)}"


def _pack(context: DurableContext, line: Line, _index: int, _lines: Sequence[Line]) -> str:
    return context.step(pack_line(line))


@durable_execution
def handler(event: dict[str, Any], context: DurableContext) -> dict[str, Any]:
    """Carry an order from its reservation to its posting."""
    lines: list[Line] = event.get("lines") or LINES
    reservation = context.step(reserve_stock(event.get("order", "A-17"), lines))
    context.wait(Duration.from_minutes(1), name="second_thoughts_wait")
    packed = context.map(lines, _pack, name="pack_lines", config=MapConfig(max_concurrency=4))
    packed.throw_if_error()
    parcels = packed.get_results()
    tracking = context.step(post_parcels(reservation, parcels), config=ONCE)
    return {"tracking": tracking, "parcels": parcels}
