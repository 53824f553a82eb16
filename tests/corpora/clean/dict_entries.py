"""Entries that are replaced, taken out or picked before a dict is recorded."""

import datetime as dt
from aws_durable_execution_sdk_python import DurableContext, durable_execution, durable_step

DEFAULTS = {"at": dt.timedelta(days=1), "tags": {"a"}, "n": 1}


@durable_step
def load(step) -> dict:
    row = {"at": dt.datetime.now(), "tags": {"b"}, "id": 1}
    return {**row, "at": row["at"].isoformat(), "tags": sorted(row["tags"])}


@durable_step
def settings(step) -> dict:
    merged = {**DEFAULTS, **{"at": 86400, "tags": []}}
    return merged


@durable_step
def updated(step) -> dict:
    row = dict(DEFAULTS)
    row["at"] = row["at"].total_seconds()
    row["tags"] = list(sorted(row["tags"]))
    return row


@durable_step
def popped(step) -> dict:
    row = dict(DEFAULTS, extra=1)
    del row["at"]
    row.pop("tags")
    return row


@durable_step
def joined(step) -> dict:
    return DEFAULTS | {"at": 1, "tags": ["x"]}


@durable_step
def updated_in_place(step) -> dict:
    row = {"at": dt.datetime.now()}
    row.update(at=row["at"].isoformat())
    row |= {"b": 1}
    return row


@durable_step
def filtered(step) -> dict:
    return {k: v for k, v in DEFAULTS.items() if k == "n"}


@durable_execution
def handler(event, context: DurableContext):
    a = context.step(load())
    b = context.step(settings())
    c = context.step(updated())
    d = context.step(popped())
    e = context.step(joined())
    f = context.step(updated_in_place())
    g = context.step(filtered())
    result = {"when": dt.datetime.fromisoformat(a["at"])}
    result["when"] = result["when"].isoformat()
    return {**result, "b": b, "c": c, "d": d, "e": e, "f": f, "g": g}
