"""The audit trail. ``record`` writes at once, ``record_step`` belongs into ``context.step``."""

import ledger
from aws_durable_execution_sdk_python import StepContext, durable_step


def record(order_id: str, state: str) -> None:
    ledger.append({"order_id": order_id, "state": state, "source": "fulfilment"})


@durable_step
def record_step(step_context: StepContext, order_id: str, state: str) -> None:
    record(order_id, state)
