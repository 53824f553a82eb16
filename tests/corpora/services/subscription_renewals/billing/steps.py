"""Steps on subscriptions."""

from __future__ import annotations

from aws_durable_execution_sdk_python import StepContext, durable_step

from . import plans, tables


@durable_step
def load_subscription(step_context: StepContext, subscription: str) -> dict:
    return tables.subscriptions().get_item(Key={"id": subscription})["Item"]


@durable_step
def suspend(step_context: StepContext, subscription: str) -> None:
    tables.set_state(subscription, "suspended")


@durable_step
def credit(step_context: StepContext, subscription: str, period: str) -> None:
    tables.set_state(subscription, f"credited {period}")


@durable_step
def extend(step_context: StepContext, subscription: str, until: str) -> None:
    tables.set_state(subscription, f"paid until {until}")


@durable_step
def move(step_context: StepContext, subscription: str, plan: str) -> bool:
    tables.set_state(subscription, f"plan {plan}")
    return True


@durable_step
def retire(step_context: StepContext, plan: str) -> None:
    tables.set_state(plan, "retired")


@durable_step
def check_plan(step_context: StepContext, plan: str) -> bool:
    return plan in plans.PLANS
