"""Where audit entries end up: one table, one writer."""

import store


def append(entry: dict) -> None:
    store.put("audit", entry)


def entries(order_id: str) -> list[dict]:
    return store.find("audit", order_id)
