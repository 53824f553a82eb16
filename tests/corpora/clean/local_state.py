"""Local state that is rebuilt from recorded results on every replay."""

from collections import defaultdict

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def load(step_context: StepContext, key: str) -> dict:
    return {"key": key, "size": len(key)}


@durable_execution
def collects(event: dict, context: DurableContext) -> dict:
    loaded = []
    sizes: dict[str, int] = {}
    by_size = defaultdict(list)
    total = 0
    for key in event["keys"]:
        item = context.step(load(key), name=f"load_{key}")
        loaded.append(item)
        sizes[key] = item["size"]
        by_size[item["size"]].append(key)
        total += item["size"]
    loaded.sort(key=lambda item: item["size"])
    return {"loaded": loaded, "sizes": sizes, "total": total, "groups": len(by_size)}


@durable_execution
def takes_the_event_apart(event: dict, context: DurableContext) -> dict:
    key = event.pop("key", "default")
    event.setdefault("limit", 10)
    options = {**event, "key": key}
    item = context.step(load(options["key"]))
    item.update(limit=event["limit"])
    return item


@durable_execution
def comprehension(event: dict, context: DurableContext) -> dict:
    items = [context.step(load(key), name=f"load_{number}") for number, key in enumerate(event["keys"])]
    by_key = {item["key"]: item for item in items if item["size"] > 1}
    return {"big": list(by_key)}


@durable_execution
def early_returns(event: dict, context: DurableContext) -> dict | None:
    if not event:
        return None
    while event["keys"]:
        key = event["keys"].pop()
        if context.step(load(key), name=f"load_{key}")["size"] > 3:
            return {"key": key}
    return {}
