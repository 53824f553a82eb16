"""Types that arrive as they left."""

from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from decimal import Decimal
from enum import Enum
from pathlib import Path
from uuid import uuid4

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import ChildConfig, InvokeConfig, StepConfig
from aws_durable_execution_sdk_python.serdes import EXTENDED_TYPES_SERDES, SerDes
from pydantic import BaseModel


class Colour(Enum):
    RED = "red"


@dataclass
class Point:
    x: int
    y: int

    def to_dict(self) -> dict:
        return {"x": self.x, "y": self.y}


class Order(BaseModel):
    id: str
    total: float


class PointSerDes(SerDes):
    def serialize(self, value, serdes_context) -> str:
        return f"{value.x},{value.y}"

    def deserialize(self, data, serdes_context):
        return Point(*map(int, data.split(",")))


WITH_POINTS = StepConfig(serdes=PointSerDes())


@durable_step
def dataclass_as_dict(step_context: StepContext) -> dict:
    return asdict(Point(1, 2))


@durable_step
def own_to_dict(step_context: StepContext) -> dict:
    return {"point": Point(1, 2).to_dict(), "points": [point.to_dict() for point in (Point(1, 1), Point(2, 2))]}


@durable_step
def dumped_model(step_context: StepContext, fields: dict) -> dict:
    return Order(**fields).model_dump(mode="json")


@durable_step
def converted(step_context: StepContext) -> dict:
    return {
        "at": datetime.now(timezone.utc).isoformat(),
        "stamp": datetime.now(timezone.utc).timestamp(),
        "amount": str(Decimal("1.10")),
        "number": float(Decimal("1.10")),
        "id": str(uuid4()),
        "hex": uuid4().hex,
        "path": str(Path("/opt") / "file"),
        "name": Path("/opt/file.txt").name,
        "colour": Colour.RED.value,
        "list": sorted({3, 1, 2}),
        "count": len({3, 1, 2}),
        "text": b"abc".decode(),
        "words": list(map(str.upper, ["a"])),
        "pairs": [[1, 2], [3, 4]],
        "none": None,
    }


@durable_step
def typed_point(step_context: StepContext) -> Point:
    return Point(1, 2)


@durable_step
def unknown(step_context: StepContext, loader) -> object:
    return loader.load()


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    context.step(dataclass_as_dict())
    context.step(own_to_dict())
    context.step(dumped_model(event["order"]))
    plain = context.step(converted())
    context.step(unknown(event["loader"]))
    point = context.step(typed_point(), config=WITH_POINTS)
    other = context.step(lambda _: Point(3, 4), name="make_point", config=StepConfig(serdes=PointSerDes()))
    child = context.run_in_child_context(
        lambda ctx: ctx.step(typed_point(), config=WITH_POINTS),
        name="make_in_child",
        config=ChildConfig(serdes=PointSerDes()),
    )
    context.invoke(
        "other:live",
        {"at": datetime(2031, 1, 1)},
        name="send_typed",
        config=InvokeConfig(serdes_payload=EXTENDED_TYPES_SERDES),
    )
    context.invoke("other:live", {"at": datetime(2031, 1, 1).isoformat(), "pair": [1, 2]}, name="send_plain")
    return {"plain": plain, "x": point.x + other.x + child.x, "at": datetime(2031, 1, 1).isoformat()}
