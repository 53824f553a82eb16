"""Sets are harmless where their order does not show; dicts keep theirs."""

import glob
import os

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step

KNOWN = frozenset({"a", "b", "c"})


@durable_step
def list_files(step_context: StepContext) -> list[str]:
    return sorted(os.listdir("/opt")) + sorted(glob.glob("/opt/*.txt"))


@durable_step
def use(step_context: StepContext, value: object) -> int:
    return len(str(value))


@durable_execution
def membership(event: dict, context: DurableContext) -> dict:
    allowed = {"x", "y", *event["more"]}
    if event["kind"] not in allowed or event["kind"] in KNOWN:
        return {"ok": False}
    context.step(use(event["kind"]))
    return {"ok": True}


@durable_execution
def truth_and_size(event: dict, context: DurableContext) -> dict:
    missing = set(event["wanted"]) - set(event["found"])
    if missing:
        context.step(use(len(missing)), name="use_missing")
    if set(event["wanted"]) == set(event["found"]) or missing.isdisjoint(KNOWN):
        context.step(use(bool(missing)), name="use_truth")
    return {"missing": len(missing), "any": bool(missing)}


@durable_execution
def sorted_first(event: dict, context: DurableContext) -> dict:
    for name in sorted({item["name"] for item in event["items"]}):
        context.step(use(name), name=f"use_{name}")
    batch = context.map(
        sorted(set(event["ids"])),
        lambda ctx, item, index, items: ctx.step(use(item)),
        name="use_ids",
    )
    batch.throw_if_error()
    return {"smallest": min(set(event["ids"])), "largest": max({*event["ids"]}), "sum": sum(set(event["ids"]))}


@durable_execution
def dicts(event: dict, context: DurableContext) -> dict:
    counts: dict[str, int] = {}
    for item in event["items"]:
        counts[item["name"]] = counts.get(item["name"], 0) + 1
    for name, count in counts.items():
        context.step(use(count), name=f"use_{name}")
    for number, key in enumerate(counts):
        context.step(use(key), name=f"use_key_{number}")
    unique = list(dict.fromkeys(event["ids"]))
    context.step(use(unique), name="use_unique")
    return counts


@durable_execution
def files_from_a_step(event: dict, context: DurableContext) -> dict:
    for name in context.step(list_files()):
        context.step(use(name), name=f"use_{name}")
    return {"set_again": len({name.upper() for name in {"a", "b"}})}
