"""Invoices are matched with payments: namespace packages, star imports, re-exports, Decimal everywhere."""

from decimal import Decimal

from acme.common import close_period, money
from acme.invoices.matching import MatchKey, match_all, unmatched
from acme.ledger.posting import *
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import MapConfig, StepConfig
from aws_durable_execution_sdk_python.serdes import SerDes


class MoneySerDes(SerDes):
    """Carries Decimal amounts as text."""

    def serialize(self, value, serdes_context) -> str:
        return str(value)

    def deserialize(self, data, serdes_context):
        return Decimal(data)


@durable_step
def load_payments(step_context: StepContext, period: str) -> list[dict]:
    return [{"reference": entry["reference"], "amount": str(entry["amount"])} for entry in read_entries(period)]


@durable_step
def open_amount(step_context: StepContext, invoice: dict) -> Decimal:
    return Decimal(invoice["amount"]) - Decimal(invoice["paid"])  # expect: DUR302[W]


@durable_step
def total_amount(step_context: StepContext, invoices: list[dict]) -> Decimal:
    return sum((Decimal(invoice["amount"]) for invoice in invoices), Decimal(0))


@durable_step
def debtors(step_context: StepContext, invoices: list[dict]) -> set[str]:
    return {invoice["debtor"] for invoice in invoices}  # expect: DUR301[E]


@durable_step
def key_of(step_context: StepContext, invoice: dict) -> MatchKey:
    return MatchKey(invoice["debtor"], invoice["reference"])  # expect: DUR305[W]


@durable_step
def by_age(step_context: StepContext, invoices: list[dict]) -> dict[int, int]:
    return {30 * (invoice["age"] // 30): invoice["id"] for invoice in invoices}  # todo: DUR305[W]


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    period = event["period"]
    invoices = event["invoices"]
    payments = context.step(load_payments(period))
    matches = match_all(invoices, payments)

    for number, match in enumerate(matches):
        context.step(post_match(match), name=f"post_match_{number}")

    left = unmatched(invoices, payments)
    post_difference(period, len(left))  # expect: DUR105[E]

    for debtor in {invoice["debtor"] for invoice in left}:  # expect: DUR109[E]
        context.step(remind(debtor), name=f"remind_{debtor}")

    for debtor in sorted({invoice["debtor"] for invoice in invoices}):
        context.step(send_statement(debtor, period), name=f"send_statement_{debtor}")

    total = context.step(total_amount(invoices), config=StepConfig(serdes=MoneySerDes()))
    close_period(period)  # expect: DUR105[E]
    return {"period": period, "total": money.text(total), "open": len(left)}


@durable_execution
def nightly(event: dict, context: DurableContext) -> dict:
    """Invoices that came in since yesterday."""
    new = set(event["received"]) - set(event["known"])
    batch = context.map(
        list(new),  # expect: DUR109[E]
        lambda ctx, invoice, index, invoices: ctx.step(post_match({"invoice": invoice}), name=f"post_{index}"),
        name="post_new_invoices",
        config=MapConfig(max_concurrency=4),
    )
    batch.throw_if_error()
    shard = hash(f"ledger/{event['ledger']}") % 16  # expect: DUR110[E]
    context.step(rebuild_index(shard), name="rebuild_index")
    context.step(key_of(event["newest"]))
    context.step(by_age(event["recent"]))
    owing = context.step(debtors(event["recent"]))
    context.logger.info("debtors", extra={"count": len(owing)})
    amount = context.step(open_amount(event["newest"]))
    return {"posted": batch.success_count, "open": amount}  # expect: DUR303[E]
