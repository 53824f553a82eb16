"""Arithmetic: the same every time."""

VOUCHERS = {"SPRING": 0.9, "STAFF": 0.7}


def total_cents(items: list[dict], voucher: str | None) -> int:
    total = sum(item["cents"] * item.get("count", 1) for item in items)
    return round(total * VOUCHERS.get(voucher or "", 1.0))
