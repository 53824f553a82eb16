"""DUR803: operations one after the other that need nothing of each other."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint.finding import Finding, Severity
from durable_lint.model.body import Body
from durable_lint.model.dependence import independent_runs
from durable_lint.rule import Example, Rule


class SequentialIndependent(Rule):
    """Operations that only read run one after the other, although none needs what another gives.

    Together they take as long as all of them; with `context.parallel` they take as long as the slowest one.

    Found are statements in a row, each with one step, invocation or child context whose name or code says that it only
    reads (`fetch_user`, `load_orders`), and of which none uses a variable that an earlier one assigns. Whatever changes
    something outside is left alone, even when no data goes from one to the next: a card is charged before a parcel
    leaves.
    """

    code = "DUR803"
    name = "sequential-independent"
    severity = Severity.INFO
    examples = (
        Example(
            bad="""
import requests
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def fetch_weather(step_context: StepContext, place: str) -> dict:
    return requests.get(f"https://weather.example/{place}", timeout=10).json()


@durable_step
def fetch_traffic(step_context: StepContext, place: str) -> dict:
    return requests.get(f"https://traffic.example/{place}", timeout=10).json()


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    weather = context.step(fetch_weather(event["place"]))  # <- DUR803[I]
    traffic = context.step(fetch_traffic(event["place"]))
    return {"weather": weather, "traffic": traffic}
""",
            good="""
import requests
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def fetch_weather(step_context: StepContext, place: str) -> dict:
    return requests.get(f"https://weather.example/{place}", timeout=10).json()


@durable_step
def fetch_traffic(step_context: StepContext, place: str) -> dict:
    return requests.get(f"https://traffic.example/{place}", timeout=10).json()


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    answers = context.parallel(
        [
            lambda ctx: ctx.step(fetch_weather(event["place"])),
            lambda ctx: ctx.step(fetch_traffic(event["place"])),
        ],
        name="conditions",
    )
    answers.throw_if_error()
    weather, traffic = answers.get_results()
    return {"weather": weather, "traffic": traffic}
""",
        ),
        Example(
            title="what changes something keeps its place",
            files={
                "shop.py": """
from aws_durable_execution_sdk_python import StepContext, durable_step


@durable_step
def load_customer(step_context: StepContext, customer: str) -> dict:
    return {"id": customer}


@durable_step
def load_voucher(step_context: StepContext, voucher: str) -> dict:
    return {"id": voucher}


@durable_step
def charge_card(step_context: StepContext, customer: dict) -> str:
    return f"charged {customer['id']}"


@durable_step
def ship_order(step_context: StepContext, order: str) -> str:
    return f"shipped {order}"
""",
            },
            bad="""
import shop
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    customer = context.step(shop.load_customer(event["customer"]))  # <- DUR803[I]
    context.logger.info("loaded the customer")
    voucher = context.step(shop.load_voucher(event["voucher"]))
    charge = context.step(shop.charge_card(customer))
    parcel = context.step(shop.ship_order(event["order"]))
    return {"voucher": voucher, "charge": charge, "parcel": parcel}
""",
            good="""
import shop
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    customer = context.step(shop.load_customer(event["customer"]))
    voucher = context.step(shop.load_voucher(customer["voucher"]))
    charge = context.step(shop.charge_card(customer))
    parcel = context.step(shop.ship_order(event["order"]))
    return {"voucher": voucher, "charge": charge, "parcel": parcel}
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Runs of independent operations in this body, each reported at its first."""
        for run in independent_runs(body) if body.reports else ():
            last = run[-1].site.span.row
            yield self.finding(
                run[0].site,
                f"the {len(run)} operations from here to line {last} only read and need nothing of each other, "
                "but each waits for the one before",
                help="Run them at the same time: context.parallel([...])",
                chain=tuple(operation.site.hop(operation.label) for operation in run),
            )
