"""Has another function write the bills of customers."""

from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import InvokeConfig
from ledger import saw


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    customers = {"ada", "grace", "edsger"}
    billed = context.invoke("billing", {"customers": customers}, name="write_bills", config=InvokeConfig())
    saw("billed", billed)
    return {"billed": billed}
