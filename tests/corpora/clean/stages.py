"""Loops over stages and dispatch tables: each round runs another function, and its operation bears that one's name."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def work(step_context: StepContext, rows: list) -> list:
    return rows


def extract(context: DurableContext, rows: list) -> list:
    return context.step(work(rows), name="extract_rows")


def transform(context: DurableContext, rows: list) -> list:
    return context.step(work(rows), name="transform_rows")


class Stage:
    def run(self, context: DurableContext, rows: list) -> list:
        raise NotImplementedError


class Validate(Stage):
    def run(self, context: DurableContext, rows: list) -> list:
        return context.step(work(rows), name="validate_rows")


class Load(Stage):
    def run(self, context: DurableContext, rows: list) -> list:
        return context.step(work(rows), name="load_rows")


class Machine:
    def __init__(self, context: DurableContext) -> None:
        self.context = context
        self.states = {"new": self.accept, "accepted": self.ship}

    def run(self, state: str) -> str:
        while state != "done":
            state = self.states[state](state)
        return state

    def accept(self, state: str) -> str:
        self.context.step(work([state]), name="accept_order")
        return "accepted"

    def ship(self, state: str) -> str:
        self.context.step(work([state]), name="ship_order")
        return "done"


STAGES = [("extract", extract), ("transform", transform)]


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    rows = event["rows"]
    for stage in (extract, transform):
        rows = stage(context, rows)
    for name, function in STAGES:
        context.logger.info(name)
        rows = function(context, rows)
    for part in [Validate(), Load()]:
        rows = part.run(context, rows)
    return {"rows": rows, "state": Machine(context).run("new")}
