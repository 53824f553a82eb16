"""Arithmetic and text; some names sound like effects."""

import csv
import hashlib
import io
import random
from datetime import date, timedelta


def business_days(day: date) -> int:
    last = day + timedelta(days=7)
    return sum(1 for offset in range((last - day).days) if (day + timedelta(days=offset)).weekday() < 5)


def pick(seed: str, choices: list[str]) -> str:
    return random.Random(seed).choice(choices)


def checksum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def request_path(name: str) -> str:
    return f"/requests/{name}"


def write_csv(rows: list[str]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for row in rows:
        writer.writerow([row])
    return buffer.getvalue()


class Basket:
    """Its methods have the names of database clients."""

    def __init__(self) -> None:
        self._items: dict[str, int] = {}

    def put(self, item: str) -> None:
        self._items[item] = self._items.get(item, 0) + 1

    def delete(self, item: str) -> None:
        self._items.pop(item, None)

    def update(self, more: dict[str, int]) -> None:
        self._items.update(more)

    def items(self) -> list[str]:
        return list(self._items)


def open_amount(basket: Basket) -> int:
    return len(basket.items())
