"""Steps on the payment provider; the HTTP session is built once for each environment."""

import requests
from aws_durable_execution_sdk_python import StepContext, durable_step

session = requests.Session()
session.headers["Accept"] = "application/json"


def _call(path: str, body: dict) -> dict:
    answer = session.post(f"https://pay.example.org/{path}", json=body, timeout=10)
    answer.raise_for_status()
    return answer.json()


@durable_step
def charge(step_context: StepContext, order_id: str, cents: int) -> dict:
    return _call("charges", {"order": order_id, "cents": cents, "idempotency": order_id})


@durable_step
def refund(step_context: StepContext, order_id: str, parcels: int) -> dict:
    return _call("refunds", {"order": order_id, "parcels": parcels})


@durable_step
def refund_by_voucher(step_context: StepContext, order_id: str, parcels: int) -> dict:
    return _call("vouchers", {"order": order_id, "parcels": parcels})
