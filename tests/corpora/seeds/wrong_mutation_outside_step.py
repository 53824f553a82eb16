"""The counter moves outside the step, so replay and step disagree about it."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def punch_card(step_context: StepContext, card: dict) -> dict:
    return {"holes": card["holes"] + 1}


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> dict:
    card = {"holes": 0}
    context.step(punch_card(card))
    card["holes"] += 1  # expect: DUR503[W]
    return card
