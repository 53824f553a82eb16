"""Requests that are refused before the engine sees them, and how any refusal is answered."""

from __future__ import annotations

from typing import ClassVar, Final

from durable_runtime.service.errors import ServiceError

_SMALL_MESSAGE: Final = frozenset(
    {
        "InvalidParameterValueException",
        "InvalidRequestContentException",
        "RequestTooLargeException",
        "ResourceConflictException",
        "TooManyRequestsException",
    }
)
"""Errors whose member is called `message` in botocore's model; with all others it is `Message`."""


class InvalidRequestContentException(ServiceError):
    """The request is no HTTP/1.1, or the payload of an Invoke no JSON."""

    status: ClassVar[int] = 400


class AccessDeniedException(ServiceError):
    """The request carries no token or the wrong one, or was made by a web page."""

    status: ClassVar[int] = 403


class UnknownOperationException(ServiceError):
    """The path belongs to no operation."""

    status: ClassVar[int] = 404


class MethodNotAllowedException(ServiceError):
    """The path belongs to operations with other methods."""

    status: ClassVar[int] = 405


class LengthRequiredException(ServiceError):
    """The request does not say how long its body is."""

    status: ClassVar[int] = 411


def members(error: ServiceError) -> dict[str, str]:
    """The body that tells of an error: its fault, and its message."""
    fault = "User" if error.status < 500 else "Service"
    return {"Type": fault, "message" if error.code in _SMALL_MESSAGE else "Message": error.message}
