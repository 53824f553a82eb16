"""Sorts a delivery of parcels: scan, weigh, label, route, report."""

from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import Duration

from sorting import registry
from sorting.steps import file_report, jam, print_label, route, scan
from sorting.tally import Tally


class Line:
    """One sorting line; its state is rebuilt on each replay from what the steps return, but for the jams."""

    def __init__(self, context: DurableContext, centre: str):
        self.context = context
        self.centre = centre
        self.jams = 0
        self.labels = []

    def label(self, parcel):
        label = self.context.step(print_label(parcel), name=f"print_label_{parcel['id']}")
        self.labels.append(label)
        return parcel["history"]

    def clear(self):
        def clear_jam(step_context):
            self.jams += 1  # expect: DUR501[E]
            return "cleared"

        return self.context.step(clear_jam, name="clear_jam")


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    registry.begin(event["shift"])  # expect: DUR504[E]
    tally = Tally()
    line = Line(context, event["centre"])
    scanned = []
    for parcel in event["parcels"]:
        found = context.step(scan(parcel), name=f"scan_{parcel['id']}")
        scanned.append(found)
        tally.weigh(found["grams"])
        if found["grams"] > 30_000:
            context.step(lambda _, p=parcel: tally.refuse(p, "heavy"), name=f"refuse_{parcel['id']}")  # expect: DUR501[E]
    histories = [line.label(parcel) for parcel in event["parcels"]]
    line.clear()
    context.wait(Duration.from_minutes(30), name="belt_wait")

    plan = {"id": event["id"], "state": "planned"}
    routes = context.step(route(scanned))
    plan["routes"] = routes
    context.step(file_report(plan), name="file_plan")
    plan["state"] = "running"  # expect: DUR503[W]
    context.step(file_report(plan), name="file_running_plan")

    gates = []
    drives = []
    for centre in routes:
        drives.append(lambda ctx: ctx.step(jam(centre), name=f"drive_{centre}"))  # expect: DUR505[E]

    def drive(ctx: DurableContext, centre: str, index: int, centres: list) -> str:
        gate = ctx.step(jam(centre), name=f"jam_{index}")
        gates.append(gate)  # expect: DUR506[E]
        return gate

    driven = context.parallel(drives, name="drive_all")
    driven.throw_if_error()
    opened = context.map(list(routes), drive, name="open_gates")
    opened.throw_if_error()
    if len(registry.closed_gates) > 3:
        context.wait(Duration.from_hours(1), name="gates_wait")
    return {
        "shift": registry.shift,
        "tally": tally.summary(),
        "jams": line.jams,
        "labels": line.labels,
        "histories": histories,
        "gates": gates,
    }
