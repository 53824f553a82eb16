"""Each step returns the new card."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def punch_card(step_context: StepContext, card: dict) -> dict:
    return {"holes": card["holes"] + 1}


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> dict:
    card = {"holes": 0}
    card = context.step(punch_card(card))
    card = context.step(punch_card(card))
    return card
