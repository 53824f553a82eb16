"""Steps: a function that runs once, with retries, and whose result is remembered."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn, TypeVar

from durable_runtime.arguments import refuse
from durable_runtime.config import StepSemantics
from durable_runtime.exceptions import (
    ExecutionError,
    InvalidStateError,
    RetryableSerDesError,
    SerDesError,
    StepError,
    StepInterruptedError,
)
from durable_runtime.lambda_service import ErrorObject, Operation, OperationStatus, OperationUpdate
from durable_runtime.operation.arguments import refuse_unawaited_result
from durable_runtime.operation.base import OperationCall
from durable_runtime.operation.recorded import attempts_of, raise_recorded, result_of
from durable_runtime.retries import RetryDecision, RetryPresets
from durable_runtime.suspend import suspend_with_optional_resume_delay, suspend_with_optional_resume_timestamp
from durable_runtime.types import StepContext

if TYPE_CHECKING:
    from durable_runtime.config import StepConfig

logger = logging.getLogger(__name__)

T = TypeVar("T")

_default_strategy = RetryPresets.default()


def run_step(
    call: OperationCall, func: Callable[[StepContext], T], config: StepConfig, part: str = "the function of"
) -> T:
    """Run a step, or return what it returned before.

    Args:
        part: What the function is to the operation that the user called, for messages.

    Raises:
        StepError: The function raised and is not tried again.
        SerDesError: Its result cannot be serialized.
        SuspendExecution: It will be tried again, later.
    """
    recorded = call.recorded
    at_most_once = config.step_semantics is StepSemantics.AT_MOST_ONCE_PER_RETRY
    if recorded is not None:
        if recorded.status is OperationStatus.SUCCEEDED:
            result: T = call.deserialize(config.serdes, result_of(recorded))
            return result
        if recorded.status is OperationStatus.FAILED:
            raise_recorded(recorded, StepError)
        if recorded.status is OperationStatus.PENDING:
            _await_next_attempt(call, recorded)
        if recorded.status is OperationStatus.STARTED and at_most_once:
            interrupted = StepInterruptedError(
                f"Step operation_id={call.operation_id} name={call.identifier.name} was previously interrupted"
            )
            _retry_or_fail(call, config, interrupted)
    if recorded is None or recorded.status is OperationStatus.READY:
        call.record(OperationUpdate.create_step_start(call.identifier), wait=at_most_once)
        if at_most_once:
            started = call.reload()
            status = started.status if started is not None else None
            if status is not OperationStatus.STARTED:
                raise InvalidStateError(f"Unexpected status after START checkpoint: {status}")
    return _attempt(call, func, config, part)


def _await_next_attempt(call: OperationCall, recorded: Operation) -> NoReturn:
    at = recorded.step_details.next_attempt_timestamp if recorded.step_details is not None else None
    suspend_with_optional_resume_timestamp(
        f"Retry scheduled for {call.identifier.name or call.operation_id} will retry at timestamp {at}", at
    )


def _attempt(call: OperationCall, func: Callable[[StepContext], T], config: StepConfig, part: str) -> T:
    attempt = attempts_of(call.recorded) + 1
    context = StepContext(logger=call.logger(attempt), attempt=attempt)
    try:
        with call.user_code(part):
            result = call.run(func, context, attempt=attempt)
            refuse_unawaited_result(f"the function of {call}", result, generators=config.serdes is None)
            payload = call.serialize(config.serdes, result)
            # The caller gets what replay will give it; and what cannot be read back is not recorded as a success.
            returned: T = call.deserialize(config.serdes, payload)
        call.record(OperationUpdate.create_step_succeed(call.identifier, payload))
        return returned
    except (ExecutionError, RetryableSerDesError):
        # These end the execution or the invocation; the strategy has no say.
        raise
    except SerDesError as error:
        logger.exception("The result of %s cannot be recorded", call)
        failure = ErrorObject.from_exception(error)
        call.record(OperationUpdate.create_step_fail(call.identifier, failure))
        failure.raise_as_operation_error(StepError)
    except Exception as error:
        logger.exception("Attempt %d of %s failed", attempt, call)
        _retry_or_fail(call, config, error)


def _retry_or_fail(call: OperationCall, config: StepConfig, error: Exception) -> NoReturn:
    failure = ErrorObject.from_exception(error)
    attempts = attempts_of(call.recorded) + 1
    with call.user_code("the retry strategy of"):
        decision = (config.retry_strategy or _default_strategy)(error, attempts)
    if not isinstance(decision, RetryDecision):
        refuse(
            f"the retry strategy of {call}: its answer",
            "a RetryDecision",
            decision,
            "return RetryDecision.retry(delay) or RetryDecision.no_retry()",
        )
    if decision.should_retry:
        delay = decision.delay_seconds
        if delay < 1:
            logger.warning("The retry delay of %s after attempt %d is %s s; 1 s is the least", call, attempts, delay)
            delay = 1
        call.record(OperationUpdate.create_step_retry(call.identifier, failure, delay))
        suspend_with_optional_resume_delay(f"Retry scheduled for {call.operation_id} in {delay} seconds", delay)
    call.record(OperationUpdate.create_step_fail(call.identifier, failure))
    failure.raise_as_operation_error(StepError)
