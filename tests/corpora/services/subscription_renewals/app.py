"""Subscriptions are renewed: powertools decorators, helpers that take the context."""

from __future__ import annotations

import os
import time
from datetime import datetime, timezone
from decimal import Decimal

from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import Duration
from aws_durable_execution_sdk_python.exceptions import InvokeError
from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from billing import plans, steps
from billing.dunning import dun
from billing.mailing import send_reminder
from billing.periods import next_period, periods_between

logger = Logger()
metrics = Metrics(namespace="renewals")
tracer = Tracer()
BILLING_FUNCTION = os.environ.get("BILLING_FUNCTION", "billing:live")


@logger.inject_lambda_context
@tracer.capture_lambda_handler
@metrics.log_metrics(capture_cold_start_metric=True)
@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> dict:
    """As it should be, except for one message."""
    subscription = context.step(steps.load_subscription(event["subscription"]))
    plan = plans.by_name(subscription["plan"])
    logger.append_keys(subscription=subscription["id"])
    metrics.add_metric(name="RenewalStarted", unit=MetricUnit.Count, value=1)
    tracer.put_annotation(key="plan", value=plan["name"])

    period = next_period(subscription["paid_until"])
    try:
        invoice = context.invoke(
            BILLING_FUNCTION,
            {"subscription": subscription["id"], "cents": plan["cents"], "period": period},
            name="create_invoice",
        )
    except InvokeError as error:
        context.logger.error("billing failed", extra={"why": error.message})
        return {"subscription": subscription["id"], "state": "failed"}

    paid = dun(context, subscription, invoice)
    if not paid:
        context.step(steps.suspend(subscription["id"]))
        metrics.add_metric(name="Suspended", unit=MetricUnit.Count, value=1)
        send_reminder(subscription["mail"], "suspended")  # expect: DUR105[E]
        return {"subscription": subscription["id"], "state": "suspended"}

    for index, missed in enumerate(periods_between(subscription["paid_until"], period)):
        context.step(steps.credit(subscription["id"], missed), name=f"credit_{index}_{missed}")
    context.step(steps.extend(subscription["id"], period))
    return {"subscription": subscription["id"], "state": "renewed", "until": period}


@tracer.capture_lambda_handler
@durable_execution
def trial_handler(event: dict, context: DurableContext) -> dict:
    """The end of a trial."""
    subscription = context.step(steps.load_subscription(event["subscription"]), name="läden")  # expect: DUR407[E]
    steps.check_plan(subscription["plan"])  # expect: DUR204[E]
    started = time.perf_counter()
    context.step(steps.credit(subscription["id"], "trial"), name="step_2")  # expect: DUR403[W]
    logger.info("credited after %s", time.perf_counter() - started)

    ends = datetime.now(timezone.utc)  # expect: DUR101[E]
    context.step(steps.extend(subscription["id"], ends.isoformat()))
    if context.is_replaying():  # expect: DUR114[W]
        context.wait(Duration.from_minutes(5), name="settle_wait")
    amount = Decimal(plans.by_name(subscription["plan"])["cents"]) / 100
    bill = {"subscription": subscription["id"], "amount": amount}
    context.invoke(BILLING_FUNCTION, bill, name="bill_trial")  # expect: DUR304[E]
    return {"subscription": subscription["id"], "ended": datetime.now(timezone.utc).isoformat()}  # expect: DUR101[W]


@durable_execution
def migrate_handler(event: dict, context: DurableContext) -> dict:
    """Moves subscriptions to a new plan."""
    check = steps.check_plan(event["plan"])
    if not context.step(check):
        return {"moved": 0}
    moved = 0
    for number, subscription in enumerate(event["subscriptions"]):
        pending = steps.move(subscription, event["plan"])
        if context.step(pending, name=f"move_{number}"):
            moved += 1
    valid = steps.check_plan(event["old_plan"])  # expect: DUR204[E]
    if valid:
        context.step(steps.retire(event["old_plan"]))
    if not context.is_replaying():
        context.logger.info("moved %s", moved)
    return {"moved": moved}
