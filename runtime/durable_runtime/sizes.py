"""How large updates are in a request."""

from __future__ import annotations

import json
from collections.abc import Sequence

from durable_runtime.lambda_service import ErrorObject, OperationUpdate

# Id, parent, type, subtype, name, options and the JSON around them, generously.
_BYTES_AROUND_PAYLOAD = 512
_TOLD = 3


def update_size(update: OperationUpdate | None) -> int:
    """Estimate the bytes of an update in a request, from above."""
    if update is None:
        return 0
    size = _BYTES_AROUND_PAYLOAD
    if update.payload is not None:
        size += _json_size(update.payload)
    if update.error is not None:
        size += _error_size(update.error)
    return size


def told_updates(updates: Sequence[OperationUpdate]) -> str:
    """Put the largest of some updates into words: a service that refuses a request does not name the operation."""
    largest = sorted(updates, key=update_size, reverse=True)[:_TOLD]
    told = [
        f"{update.action.value} of {update.operation_type.value} {update.name!r}, about {update_size(update)} bytes"
        for update in largest
    ]
    return "; ".join([*told, f"and {len(updates) - _TOLD} smaller updates"] if len(updates) > _TOLD else told)


def _error_size(error: ErrorObject) -> int:
    texts = (error.message, error.type, error.data, *(error.stack_trace or ()))
    return sum(_json_size(text) for text in texts if isinstance(text, str))


def _json_size(text: str) -> int:
    if text.isascii():
        return len(text) + text.count('"') + text.count("\\")
    return len(json.dumps(text))
