"""Steps of the sorting line."""

from aws_durable_execution_sdk_python import StepContext, durable_step

from . import registry

_scanned = 0


def _label(parcel):
    parcel["label"] = f"{parcel['id']}-{parcel['centre']}"
    parcel.setdefault("history", []).append("labelled")


@durable_step
def scan(step_context: StepContext, parcel: dict) -> dict:
    global _scanned
    _scanned += 1  # expect: DUR501[W]
    return {"id": parcel["id"], "grams": parcel["grams"], "gates": registry.layout(parcel["centre"])["gates"]}


@durable_step
def print_label(step_context: StepContext, parcel: dict) -> str:
    _label(parcel)  # expect: DUR502[E]
    return parcel["label"]


@durable_step
def route(step_context: StepContext, parcels: list) -> dict:
    routes = {}
    for parcel in parcels:
        routes.setdefault(parcel["centre"], []).append(parcel["id"])
    return routes


@durable_step
def jam(step_context: StepContext, gate: str) -> str:
    registry.close_gate(gate)  # expect: DUR501[E]
    return gate


@durable_step
def file_report(step_context: StepContext, report: dict) -> str:
    report = dict(report)
    report["version"] = 2
    registry.table("reports").put_item(Item=report)
    return report["id"]
