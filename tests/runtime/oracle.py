"""Comparison of objects of AWS's package with ours."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Callable
from typing import Any

AWS, OURS = "aws_durable_execution_sdk_python", "durable_runtime"


def plain(value: Any) -> Any:
    """A value as data in which equal objects of the two packages are equal."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return type(value).__name__, {
            field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)
        }
    if isinstance(value, enum.Enum):
        return type(value).__name__, value.name
    if isinstance(value, list | tuple):
        return type(value).__name__, [plain(element) for element in value]
    if isinstance(value, dict):
        return {key: plain(element) for key, element in value.items()}
    if isinstance(value, BaseException):
        return failure(value)
    return value


def failure(error: BaseException) -> tuple[str, str, Any]:
    """An error as data: class, message, and what caused it."""
    return type(error).__name__, str(error), error.__cause__ and failure(error.__cause__)


def outcome(call: Callable[[], Any]) -> Any:
    """What a call returns or raises, as data."""
    try:
        return "returned", plain(call())
    except Exception as error:
        return "raised", failure(error)
