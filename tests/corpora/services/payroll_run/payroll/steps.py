"""Steps of the payroll."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid5

import boto3
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_step, durable_with_child_context

from .model import Hours, PaySlip, Shift

_times = boto3.resource("dynamodb").Table("times")
_files = boto3.client("s3")
NAMESPACE = UUID("4f2d3c1e-0000-4000-8000-000000000000")
MONTHS = ("01", "02", "03")


def _items(employee: str) -> list[dict]:
    return _times.query(
        KeyConditionExpression="employee = :e",
        ExpressionAttributeValues={":e": employee},
    )["Items"]


@durable_step
def sum_hours(step_context: StepContext, employee: str, month: str) -> float:
    return float(sum(item["hours"] for item in _items(employee) if item["month"] == month))


@durable_step
def load_contract(step_context: StepContext, employee: str) -> dict:
    item = _times.get_item(Key={"employee": employee, "month": "contract"})["Item"]
    return {"employee": employee, "cents_per_hour": int(item["cents"])}


@durable_step
def load_bonus(step_context: StepContext, employee: str) -> int:
    return int(_items(employee)[0].get("bonus", 0))


@durable_step
def count_leave(step_context: StepContext, employee: str) -> int:
    return len([item for item in _items(employee) if item.get("leave")])


@durable_step
def shifts_worked(step_context: StepContext, employee: str) -> list[Shift]:
    worked = [Shift.DAY]
    if any(item.get("night") for item in _items(employee)):
        worked.append(Shift.NIGHT)
    return worked  # expect: DUR301[E]


@durable_step
def payday(step_context: StepContext, month: str) -> date:
    return date.fromisoformat(f"{month}-25")  # expect: DUR302[W]


@durable_step
def gross(step_context: StepContext, employee: str) -> Decimal:
    return Decimal(len(_items(employee)))  # expect: DUR302[W]


@durable_step
def document_id(step_context: StepContext, employee: str) -> UUID:
    return uuid5(NAMESPACE, employee)  # expect: DUR302[W]


@durable_step
def hours_by_week(step_context: StepContext, employee: str) -> dict:
    hours = {1: 0.0, 2: 0.0, 3: 0.0, 4: 0.0}
    for item in _items(employee):
        hours[item["week"]] += item["hours"]
    return hours  # expect: DUR305[W]


@durable_step
def remarks(step_context: StepContext, employee: str) -> Counter:
    return Counter(item["remark"] for item in _items(employee))  # expect: DUR305[W]


@durable_step
def split_hours(step_context: StepContext, employee: str) -> Hours:
    hours = [item["hours"] for item in _items(employee)]
    return Hours(plain=sum(hours), surcharged=0.0)  # expect: DUR305[W]


@durable_step
def first_slip(step_context: StepContext, slips: list[dict]) -> PaySlip:
    return PaySlip(**slips[0])


@durable_step
def write_batch(step_context: StepContext, amounts: list[int]) -> str:
    key = f"batches/{sum(amounts)}"
    _files.put_object(Bucket="payroll", Key=key, Body="\n".join(str(amount) for amount in amounts).encode())
    return key


@durable_step
def seal_month(step_context: StepContext, month: str) -> None:
    _times.put_item(Item={"employee": "all", "month": month, "sealed": True})


@durable_with_child_context
def close_month(ctx: DurableContext, month: str) -> list[str]:
    ctx.step(seal_month(month))
    return [month, "closed"]
