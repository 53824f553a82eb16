"""The application service: it is given its repository and its credit bureau."""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3

from .adapters import CreditBureau, LoanRepository, mailer

if TYPE_CHECKING:
    from collections.abc import Mapping


class LoanService:
    """What the workflow asks for."""

    def __init__(self, repository: LoanRepository, bureau: CreditBureau) -> None:
        self._repository = repository
        self._bureau = bureau

    def remember(self, loan_id: str, state: str) -> None:
        self._repository.save({"loan_id": loan_id, "state": state})

    def store_offer(self, loan_id: str, offer: Mapping[str, object]) -> None:
        self._repository.save({"loan_id": loan_id, "state": "offered", "offer": dict(offer)})

    def previous_loans(self, person: str) -> int:
        return len(self._repository.of_person(person))

    def credit_report(self, person: str) -> dict:
        return self._bureau.report(person)

    def send_for_signature(self, loan_id: str, callback_id: str) -> None:
        mailer.send("signatures@example.org", f"{loan_id} {callback_id}")


def build_service() -> LoanService:
    """The service as it runs in Lambda."""
    table = boto3.resource("dynamodb").Table("loans")
    return LoanService(LoanRepository(table), CreditBureau("https://bureau.example.org"))
