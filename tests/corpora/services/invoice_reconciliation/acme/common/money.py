"""Amounts as text."""

from decimal import ROUND_HALF_EVEN, Decimal

CENT = Decimal("0.01")


def text(amount: Decimal) -> str:
    return str(amount.quantize(CENT, rounding=ROUND_HALF_EVEN))
