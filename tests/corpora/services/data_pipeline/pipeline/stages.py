"""Stages: each takes rows and returns rows."""

from collections.abc import Callable


def drop_empty(rows: list[dict]) -> list[dict]:
    return [row for row in rows if any(row.values())]


def keep(*columns: str) -> Callable[[list[dict]], list[dict]]:
    """A stage that keeps some columns."""

    def stage(rows: list[dict]) -> list[dict]:
        return [{column: row.get(column) for column in columns} for row in rows]

    return stage


DEFAULT = (drop_empty, keep("id", "amount", "currency"))
