"""Errors of the test runner, under the names of AWS's testing SDK."""

from __future__ import annotations

from durable_runtime.service.errors import (
    CallbackTimeoutException,
    InvalidParameterValueException,
    ResourceNotFoundException,
    ServiceError,
    ServiceException,
    TooManyRequestsException,
)
from durable_runtime.service.errors import DurableExecutionAlreadyStartedException as ExecutionAlreadyStartedException

AwsApiException = ServiceError
DurableFunctionsLocalRunnerError = ServiceError


class DurableFunctionsTestError(Exception):
    """A test asks for something that the execution does not have."""


__all__ = [
    "AwsApiException",
    "CallbackTimeoutException",
    "DurableFunctionsLocalRunnerError",
    "DurableFunctionsTestError",
    "ExecutionAlreadyStartedException",
    "InvalidParameterValueException",
    "ResourceNotFoundException",
    "ServiceException",
    "TooManyRequestsException",
]
