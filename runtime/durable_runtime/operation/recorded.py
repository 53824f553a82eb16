"""Reading recorded operations."""

from __future__ import annotations

from typing import NoReturn

from durable_runtime.exceptions import DurableOperationError
from durable_runtime.lambda_service import (
    CallbackDetails,
    ChainedInvokeDetails,
    ContextDetails,
    ErrorObject,
    Operation,
    OperationStatus,
    StepDetails,
)

# What an operation in one of these has become, it stays. A tuple: members of an enum compare faster than they hash.
TERMINAL_STATUSES = (
    OperationStatus.SUCCEEDED,
    OperationStatus.FAILED,
    OperationStatus.CANCELLED,
    OperationStatus.TIMED_OUT,
    OperationStatus.STOPPED,
)


def result_of(operation: Operation) -> str | None:
    """Return the recorded payload."""
    details = _outcome(operation)
    return details.result if details is not None else None


def error_of(operation: Operation) -> ErrorObject | None:
    """Return the recorded error."""
    details = _outcome(operation)
    return details.error if details is not None else None


def _outcome(operation: Operation) -> StepDetails | ContextDetails | ChainedInvokeDetails | CallbackDetails | None:
    # Steps first: there are more of them than of all others.
    return (
        operation.step_details
        or operation.context_details
        or operation.chained_invoke_details
        or operation.callback_details
    )


def attempts_of(operation: Operation | None) -> int:
    """Return how many attempts of a step have ended."""
    return operation.step_details.attempt if operation is not None and operation.step_details else 0


def replays_children(operation: Operation | None) -> bool:
    """Tell whether a context's result was too large to record, so that its body has to run again."""
    return bool(operation is not None and operation.context_details and operation.context_details.replay_children)


def raise_recorded(operation: Operation, error_class: type[DurableOperationError]) -> NoReturn:
    """Raise the recorded error as the first run did."""
    error = error_of(operation)
    if error is None:
        raise error_class(message="Unknown error. No ErrorObject exists on the Checkpoint Operation.")
    error.raise_as_operation_error(error_class)
