"""Steps in a row, an early return between them."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def load_reader(step_context: StepContext, card: str) -> dict:
    """Load the reader of a library card."""
    return {"card": card, "name": "Ada Byron", "mail": "ada@example.org"}


@durable_step
def may_borrow(step_context: StepContext, reader: dict) -> bool:
    """Readers with an address may borrow."""
    return reader.get("mail") is not None


@durable_step
def send_receipt(step_context: StepContext, reader: dict) -> dict:
    """Send the receipt."""
    return {"sent": True, "mail": reader["mail"]}


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    card = event["card"]

    reader = context.step(load_reader(card))

    allowed = context.step(may_borrow(reader))
    if not allowed:
        return {"state": "refused", "reason": "no address"}

    receipt = context.step(send_receipt(reader))

    return {
        "state": "lent",
        "card": card,
        "receipt_sent": receipt["sent"],
    }
