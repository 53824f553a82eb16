"""Lets a customer try for a month, then bills; who leaves earlier is not billed."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration
from ledger import did


@durable_step
def act(step_context: StepContext, what: str) -> None:
    did(what)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    context.step(act("open the account"), name="open_account")
    try:
        context.wait(Duration.from_days(30), name="trial_wait")
    except BaseException:
        context.step(act("close the account"), name="close_account")
        return {"state": "closed"}
    context.step(act("bill"), name="bill")
    return {"state": "billed"}
