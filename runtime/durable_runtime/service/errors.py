"""The errors of Lambda's durable API, as one family.

Names and HTTP statuses are those of botocore's model of Lambda (2015-03-31). The message is what a caller of the API
reads.
"""

from __future__ import annotations

from typing import ClassVar


class ServiceError(Exception):
    """A request that the service refuses. Each subclass is named as the API names the error."""

    status: ClassVar[int]
    """The HTTP status of the response."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    @property
    def code(self) -> str:
        """The error's name in the API, e.g. ``InvalidParameterValueException``."""
        return type(self).__name__

    @property
    def response(self) -> dict[str, dict[str, object]]:
        """The error as botocore's ``ClientError.response`` shows it; SDKs tell by it whether a retry helps."""
        return {
            "Error": {"Code": self.code, "Message": self.message},
            "ResponseMetadata": {"HTTPStatusCode": self.status},
        }


class InvalidParameterValueException(ServiceError):
    """A parameter is malformed, too large, or does not fit the state of the execution."""

    status = 400


class CallbackTimeoutException(ServiceError):
    """The callback has been completed, has timed out, or belongs to an execution that is over."""

    status = 400


class ResourceNotFoundException(ServiceError):
    """There is no such execution, callback or function."""

    status = 404


class ResourceConflictException(ServiceError):
    """The execution is in a state that does not permit the request, e.g. deleting one that still runs."""

    status = 409


class DurableExecutionAlreadyStartedException(ServiceError):
    """An execution of that name has been started with another payload."""

    status = 409


class RequestTooLargeException(ServiceError):
    """The input of an execution is larger than an invocation may carry."""

    status = 413


class TooManyRequestsException(ServiceError):
    """A rate or concurrency limit has been reached; the same request may succeed later."""

    status = 429


class ServiceException(ServiceError):
    """The service itself failed; the same request may succeed later."""

    status = 500
