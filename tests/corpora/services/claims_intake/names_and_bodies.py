# expect-info
"""More advice: bodies without operations, loggers in helpers, callbacks by other names."""

import platform

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration
from style import logger, sum_up


@durable_step
def print_letter(step_context: StepContext, claim_id: str) -> None:
    logger.info("printing %s", claim_id)


def note(text: str) -> None:
    logger.warning("note: %s", text)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    note(event["claim_id"])  # expect: DUR113[I]
    context.step(print_letter(event["claim_id"]), name="print_letter")
    system = platform.node()  # expect: DUR104[I]
    context.logger.info("printed", extra={"system": system})

    batch = context.map(  # expect: DUR808[I]
        event["claims"],
        lambda ctx, claim, index, claims: claim["count"] + 1,  # expect: DUR212[I]
        name="count_items",
    )
    batch.throw_if_error()
    context.wait(Duration.from_hours(1), name="pause")  # expect: DUR405[I]
    total = context.step(lambda _: sum_up(event), name="sum_up_event")  # expect: DUR406[I]
    return {"items": sum(batch.get_results()), "total": total}
