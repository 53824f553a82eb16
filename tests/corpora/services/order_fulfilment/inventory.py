"""Steps on the stock."""

import store
from aws_durable_execution_sdk_python import StepContext, durable_step


@durable_step
def reserve(step_context: StepContext, order_id: str, items: list[dict]) -> dict:
    known = {entry["sku"] for entry in store.find("stock", order_id)}
    missing = sorted(item["sku"] for item in items if item["sku"] not in known)
    if missing:
        step_context.logger.warning("not in stock", extra={"skus": missing})
        return {"complete": False, "missing": missing}
    store.put("reservations", {"order_id": order_id, "items": items})
    return {"complete": True, "missing": []}


@durable_step
def release(step_context: StepContext, order_id: str, items: list[dict]) -> int:
    store.put("reservations", {"order_id": order_id, "items": []})
    return len(items)
