"""Names that an object counts up, in loops that do not show the counter."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


class Namer:
    def __init__(self) -> None:
        self.given = 0

    def __call__(self, base: str) -> str:
        self.given += 1
        return f"{base}_{self.given}"


@durable_step
def weigh_parcel(step_context: StepContext, parcel: dict) -> int:
    return parcel["grams"]


@durable_execution
def handler(event: dict, context: DurableContext) -> list[int]:
    name = Namer()
    return [context.step(weigh_parcel(parcel), name=name("weigh_parcel")) for parcel in event["parcels"]]
