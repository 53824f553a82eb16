"""The enumerations of plugin infos."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from durable_runtime.lambda_service import ErrorObject


class InvocationStatus(Enum):
    """How one invocation ended. RETRY: it raised, and Lambda will invoke again."""

    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    PENDING = "PENDING"
    RETRY = "RETRY"


class OperationType(Enum):
    """The kinds of operations, with the service's names."""

    EXECUTION = "EXECUTION"
    CONTEXT = "CONTEXT"
    STEP = "STEP"
    WAIT = "WAIT"
    CALLBACK = "CALLBACK"
    CHAINED_INVOKE = "CHAINED_INVOKE"


class UserFunctionOutcome(Enum):
    """How one run of a user's function ended. INCOMPLETE: it suspended, or was told to stop."""

    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    INCOMPLETE = "INCOMPLETE"

    @classmethod
    def from_error(cls, error: ErrorObject | None) -> UserFunctionOutcome:
        """SUCCEEDED without an error, FAILED with one."""
        return cls.SUCCEEDED if error is None else cls.FAILED
