"""Which payment belongs to which invoice: no effects."""

from __future__ import annotations

from collections import namedtuple

MatchKey = namedtuple("MatchKey", ["debtor", "reference"])


def match_all(invoices: list[dict], payments: list[dict]) -> list[dict]:
    paid = {payment["reference"]: payment for payment in payments}
    return [
        {"invoice": invoice["id"], "payment": paid[invoice["reference"]]["reference"]}
        for invoice in invoices
        if invoice["reference"] in paid
    ]


def unmatched(invoices: list[dict], payments: list[dict]) -> list[dict]:
    references = {payment["reference"] for payment in payments}
    return [invoice for invoice in invoices if invoice["reference"] not in references]
