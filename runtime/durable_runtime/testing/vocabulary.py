"""The SDK in whose words a result is told: the one that the function under test is written with.

A test compares with `InvocationStatus.SUCCEEDED` as it imported it, and enums of two SDKs are never equal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from durable_runtime.execution import InvocationStatus
    from durable_runtime.lambda_service import ErrorObject, OperationStatus, OperationType


_PACKAGES = ("durable_runtime", "aws_durable_execution_sdk_python")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The classes that results are made of."""

    invocation_status: type[InvocationStatus]
    operation_status: Callable[[str], OperationStatus]
    operation_type: Callable[[str], OperationType]
    error: type[ErrorObject]
    decode: Callable[[str], Any]
    """Reads what the SDK's default serializer for operations wrote; raises when the text is none of its own."""

    def error_of(self, wire: Mapping[str, Any] | None) -> ErrorObject | None:
        """The SDK's error object for one in wire form."""
        return None if wire is None else self.error.from_dict(dict(wire))


@cache
def vocabulary_of(package: str) -> Vocabulary:
    """The words of the SDK with this import name."""
    execution = import_module(f"{package}.execution")
    service = import_module(f"{package}.lambda_service")
    serdes = import_module(f"{package}.serdes")
    nowhere = serdes.SerDesContext("", "")
    return Vocabulary(
        invocation_status=execution.InvocationStatus,
        operation_status=service.OperationStatus,
        operation_type=service.OperationType,
        error=service.ErrorObject,
        decode=lambda text: serdes.EXTENDED_TYPES_SERDES.deserialize(text, nowhere),
    )


def package_of(function: Any) -> str:
    """The SDK that decorated a function; this one if none did."""
    decorated = decorated_in(function)
    return _package(decorated) if decorated is not None else "durable_runtime"


def decorator_of(package: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The `durable_execution` of an SDK."""
    decorator: Callable[[Callable[..., Any]], Callable[..., Any]] = import_module(package).durable_execution
    return decorator


def decorated_in(function: Any) -> Any:
    """What an SDK's decorator made, found behind all other decorators; None if there is no such thing."""
    pending, seen = [function], set[int]()
    while pending:
        inner = pending.pop()
        if inner is None or id(inner) in seen:
            continue
        seen.add(id(inner))
        if _package(inner) in _PACKAGES:
            return inner
        if not hasattr(inner, "__wrapped__"):
            # A decorator that does not tell what it wraps keeps it in a closure.
            pending += [content for content in _closure(inner) if callable(content)]
        pending += [getattr(inner, name, None) for name in ("__func__", "func", "__wrapped__")]
    return None


def _package(function: Any) -> str:
    return str(getattr(function, "__globals__", {}).get("__name__", "")).partition(".")[0]


def _closure(function: Any) -> list[Any]:
    contents = []
    for cell in getattr(function, "__closure__", None) or ():
        with suppress(ValueError):  # an empty cell
            contents.append(cell.cell_contents)
    return contents
