"""Why a comparison in a test failed, where pytest cannot know."""

from __future__ import annotations

from enum import Enum

import pytest

from durable_runtime.testing.payload import Payload

_STATUSES = {
    "InvocationStatus": "the status of a whole execution",
    "OperationStatus": "the status of an operation",
    "ExecutionStatus": "an execution_status",
}


def explained(config: pytest.Config, op: str, left: object, right: object) -> list[str] | None:
    """The lines for pytest's report; None where pytest's own say as much."""
    if isinstance(left, Enum) and isinstance(right, Enum) and op in ("is", "=="):
        return _different_enums(op, left, right)
    if op != "==":
        return None
    if isinstance(left, Payload):
        return _payload(config, left, right)
    if isinstance(right, Payload):
        return _payload(config, right, left)
    return None


def _different_enums(op: str, left: Enum, right: Enum) -> list[str] | None:
    left_type, right_type = type(left), type(right)
    if left_type is right_type or left.name != right.name:
        return None
    if left_type.__name__ == right_type.__name__ in _STATUSES:
        return [
            f"{left!r} {op} {right!r}",
            f"The {left_type.__name__} of {left_type.__module__} is not that of {right_type.__module__}:",
            "the handler and the test import different SDKs.",
        ]
    if left_type.__name__ in _STATUSES and right_type.__name__ in _STATUSES:
        return [
            f"{left!r} {op} {right!r}",
            f"This is {_STATUSES[left_type.__name__]}, and {right_type.__name__} stands for "
            f"{_STATUSES[right_type.__name__]}:",
            f"compare with {left_type.__name__}.{left.name}.",
        ]
    return None


def _payload(config: pytest.Config, payload: Payload, other: object) -> list[str] | None:
    value = payload.value
    if not isinstance(other, str):
        answers = config.hook.pytest_assertrepr_compare(config=config, op="==", left=value, right=other)
        return next((lines for lines in answers if lines), None)
    if value == other:
        return [
            f"{str(payload)!r} == {other!r}",
            "These are the recorded text and a value: compare with the value, `.value`, or with the text as recorded.",
        ]
    return None
