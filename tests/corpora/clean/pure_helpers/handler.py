"""Helpers without effects, methods that read as if they had some."""

import json
import os.path
import re
from datetime import date, datetime, timedelta
from pathlib import PurePosixPath
from random import Random
from uuid import NAMESPACE_URL, uuid5

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration
from pure import Basket, business_days, checksum, open_amount, pick, request_path, write_csv


@durable_step
def use(step_context: StepContext, value: object) -> int:
    return len(str(value))


@durable_execution
def dates_from_arguments(event: dict, context: DurableContext) -> dict:
    day = date.fromisoformat(event["day"])
    moment = datetime.fromtimestamp(event["stamp"])
    parsed = datetime.strptime(event["text"], "%Y-%m-%d") + timedelta(days=business_days(day))
    if parsed > moment and day.weekday() < 5:
        context.wait(Duration.from_days((parsed - moment).days), name="opening_wait")
    context.step(use(parsed.strftime("%d.%m.%Y")))
    return {"day": day.isoformat(), "moment": moment.isoformat()}


@durable_execution
def seeded_chance(event: dict, context: DurableContext) -> dict:
    generator = Random(event["order"])
    chosen = generator.choice(["a", "b", "c"])
    again = Random(42).sample(range(10), 3)
    context.step(use(chosen), name=f"use_{chosen}")
    return {"chosen": chosen, "again": again, "pick": pick(event["order"], ["x", "y"])}


@durable_execution
def stable_ids(event: dict, context: DurableContext) -> dict:
    key = str(uuid5(NAMESPACE_URL, event["url"]))
    context.step(use(key), name=f"use_{key}")
    return {"key": key, "sum": checksum(event["url"])}


@durable_execution
def paths(event: dict, context: DurableContext) -> dict:
    path = PurePosixPath("/data") / event["name"]
    other = os.path.join("/data", os.path.basename(event["name"]))
    root, extension = os.path.splitext(other)
    context.step(use(str(path.with_suffix(".txt"))), name=f"use_{path.stem}")
    return {"path": str(path.parent), "root": root, "extension": extension, "url": request_path(event["name"])}


@durable_execution
def methods_with_loud_names(event: dict, context: DurableContext) -> dict:
    basket = Basket()
    for item in event["items"]:
        basket.put(item)
    basket.delete("nothing")
    basket.update({"tea": 1})
    text = write_csv(basket.items())
    match = re.search(r"\d+", text)
    context.step(use(text), name="use_text")
    return {"open": open_amount(basket), "found": bool(match), "json": json.dumps(basket.items())}
