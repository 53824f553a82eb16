"""Carriers and labels."""

import requests
from aws_durable_execution_sdk_python import StepContext, durable_step

CARRIERS = ("northline", "pelican")


def _quote(carrier: str, grams: int) -> int:
    answer = requests.get(f"https://{carrier}.example.org/quote", params={"grams": grams}, timeout=5)
    return answer.json()["cents"]


def cheapest_carrier(items: list[dict]) -> str:
    grams = sum(item.get("grams", 500) for item in items)
    return min(CARRIERS, key=lambda carrier: _quote(carrier, grams))


@durable_step
def book_shipment(step_context: StepContext, order_id: str, carrier: str) -> dict:
    answer = requests.post(f"https://{carrier}.example.org/book", json={"order": order_id}, timeout=5)
    return answer.json()


@durable_step
def print_label(step_context: StepContext, parcel: dict) -> str:
    return f"label-{parcel['number']}"
