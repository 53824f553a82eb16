"""DUR110: values that only this process knows."""

from __future__ import annotations

from durable_lint.model.effects import Kind
from durable_lint.rule import Example, ReplayedValueRule


class IdentityValue(ReplayedValueRule):
    """``id()``, ``hash()`` and an object's default text differ in each process, and the replay runs in another.

    ``id`` is a place in memory. ``hash`` of text, bytes and most objects is salted when Python starts. A class without
    ``__str__`` or ``__repr__`` shows its place in memory when it is printed or formatted. Shards, keys and branches
    made of them are others on replay than they were on the first run.

    Use a value that belongs to the data: a key of the event, or a digest from ``hashlib`` or ``zlib.crc32``, which are
    the same everywhere. Hashes of whole numbers are stable and fine.
    """

    code = "DUR110"
    name = "identity-value"
    kinds = (Kind.IDENTITY,)
    remedy = "use a key from the data, or hashlib"
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def write_shard(step_context: StepContext, shard: int, key: str) -> str:
    return f"{key} in shard {shard}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    shard = hash(event["key"]) % 8  # <- DUR110[E]
    return {"written": context.step(write_shard(shard, event["key"]))}
""",
            good="""
import zlib

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def write_shard(step_context: StepContext, shard: int, key: str) -> str:
    return f"{key} in shard {shard}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    shard = zlib.crc32(event["key"].encode()) % 8
    return {"written": context.step(write_shard(shard, event["key"]))}
""",
        ),
        Example(
            title="the default text of an object",
            files={
                "parcels.py": """
from dataclasses import dataclass


class Box:
    def __init__(self, weight: int) -> None:
        self.weight = weight


class Crate(Box):
    def __str__(self) -> str:
        return f"crate of {self.weight} kg"


@dataclass
class Letter:
    stamps: int
""",
            },
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from parcels import Box


@durable_step
def label(step_context: StepContext, text: str) -> str:
    return text.upper()


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    box = Box(event["weight"])
    return {"label": context.step(label(f"contents: {box}"))}  # <- DUR110[E]
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from parcels import Box, Crate, Letter


@durable_step
def label(step_context: StepContext, text: str) -> str:
    return text.upper()


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    crate, letter, box = Crate(event["weight"]), Letter(event["stamps"]), Box(event["weight"])
    return {"label": context.step(label(f"contents: {crate}, {letter!r}, {box.weight} kg"))}
""",
        ),
    )
