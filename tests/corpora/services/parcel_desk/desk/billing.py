# expect-info
"""Money: one class talks to the bank, steps use it."""

import uuid
from datetime import datetime, timezone

from aws_durable_execution_sdk_python import StepContext, durable_step

from .http import quick_get, tell


class Bank:
    def __init__(self, account: str, patience: float = 8) -> None:
        self.account = account
        self.patience = patience

    def transfer(self, card: str, cents: int) -> str:
        return tell("bank/transfers", {"card": card, "cents": cents}, timeout=self.patience)["transfer"]

    def receipt(self, transfer: str, key: str) -> str:
        return tell("receipts", {"transfer": transfer, "idempotency_key": key}, timeout=self.patience)["receipt"]

    def rate(self, currency: str) -> float:
        return quick_get(f"https://rates.example.com/{currency}").json()["rate"]


bank = Bank("desk")


@durable_step
def charge(step_context: StepContext, card: str, cents: int) -> str:
    return bank.transfer(card, cents)  # expect: DUR605[I]


@durable_step
def make_key(step_context: StepContext) -> str:
    return uuid.uuid4().hex


@durable_step
def print_receipt(step_context: StepContext, transfer: str, key: str) -> str:
    return bank.receipt(transfer, key)


@durable_step
def remind(step_context: StepContext, transfer: str) -> str:
    key = f"reminder-{transfer}-{datetime.now(timezone.utc).isoformat()}"  # expect: DUR609[W]
    try:
        return bank.receipt(transfer, key)
    except ValueError:
        return ""
