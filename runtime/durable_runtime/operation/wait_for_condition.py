"""Conditions: check again and again, with suspensions between the checks, until a strategy is content."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from durable_runtime.arguments import refuse
from durable_runtime.exceptions import InvocationError, WaitForConditionError
from durable_runtime.guards import NestedOperationError, NothingRanError
from durable_runtime.lambda_service import ErrorObject, OperationStatus, OperationUpdate
from durable_runtime.operation.arguments import refuse_unawaited_result
from durable_runtime.operation.base import OperationCall
from durable_runtime.operation.recorded import attempts_of, raise_recorded, result_of
from durable_runtime.suspend import suspend_with_optional_resume_delay, suspend_with_optional_resume_timestamp
from durable_runtime.types import WaitForConditionCheckContext
from durable_runtime.waits import WaitForConditionDecision

if TYPE_CHECKING:
    from durable_runtime.waits import WaitForConditionConfig

logger = logging.getLogger(__name__)

T = TypeVar("T")


def run_wait_for_condition(
    call: OperationCall,
    check: Callable[[T, WaitForConditionCheckContext], T],
    config: WaitForConditionConfig[T],
) -> T:
    """Check a condition once, or return the state with which it was met.

    Raises:
        WaitForConditionError: The check or the strategy raised.
        SuspendExecution: It is not met yet.
    """
    recorded = call.recorded
    if recorded is not None:
        if recorded.status is OperationStatus.SUCCEEDED:
            state: T = call.deserialize(config.serdes, result_of(recorded))
            return state
        if recorded.status is OperationStatus.FAILED:
            raise_recorded(recorded, WaitForConditionError)
        if recorded.status is OperationStatus.PENDING:
            at = recorded.step_details.next_attempt_timestamp if recorded.step_details is not None else None
            name = call.identifier.name or call.operation_id
            suspend_with_optional_resume_timestamp(f"wait_for_condition {name} will retry at timestamp {at}", at)
    if recorded is None or recorded.status is not OperationStatus.STARTED:
        call.record(OperationUpdate.create_wait_for_condition_start(call.identifier), wait=False)
    try:
        return _check_once(call, check, config)
    except (NestedOperationError, NothingRanError):
        raise
    except Exception as error:
        if isinstance(error, InvocationError) and error.is_retryable():
            logger.warning("%s is interrupted and will be repeated: %s", call, error)
            raise
        logger.exception("%s failed", call)
        failure = ErrorObject.from_exception(error)
        call.record(OperationUpdate.create_wait_for_condition_fail(call.identifier, failure))
        failure.raise_as_operation_error(WaitForConditionError)


def _check_once(
    call: OperationCall, check: Callable[[T, WaitForConditionCheckContext], T], config: WaitForConditionConfig[T]
) -> T:
    attempt = attempts_of(call.recorded) + 1
    context = WaitForConditionCheckContext(logger=call.logger(attempt), attempt=attempt)
    state = _present_state(call, config)
    with call.user_code("the check of"):
        new_state = call.run(check, state, context, attempt=attempt)
        refuse_unawaited_result(f"the check of {call}", new_state, generators=config.serdes is None)
        payload = call.serialize(config.serdes, new_state)
        # The strategy gets what replay would give it.
        restored: T = call.deserialize(config.serdes, payload)
    with call.user_code("the wait strategy of"):
        decision = config.wait_strategy(restored, attempt)
    if not isinstance(decision, WaitForConditionDecision):
        refuse(
            f"the wait strategy of {call}: its answer",
            "a WaitForConditionDecision",
            decision,
            "return WaitForConditionDecision.continue_waiting(delay) or .stop_polling()",
        )
    if not decision.should_continue:
        # Anew, in case the strategy has changed the state that it was given.
        final: T = call.deserialize(config.serdes, payload)
        call.record(OperationUpdate.create_wait_for_condition_succeed(call.identifier, payload))
        return final
    delay = decision.delay_seconds
    if delay < 1:
        logger.warning("The delay of %s after check %d is %s s; 1 s is the least", call, attempt, delay)
        delay = 1
    call.record(OperationUpdate.create_wait_for_condition_retry(call.identifier, payload, delay))
    name = call.identifier.name or call.operation_id
    return suspend_with_optional_resume_delay(f"wait_for_condition {name} will retry in {delay} seconds", delay)


def _present_state(call: OperationCall, config: WaitForConditionConfig[T]) -> Any:
    """Return the state of the last check; before the first one, the initial state as if it had been recorded."""
    recorded = call.recorded
    with call.user_code("the serdes of"):
        if recorded is not None and recorded.status in (OperationStatus.STARTED, OperationStatus.READY):
            payload = result_of(recorded)
            if payload:
                return call.deserialize(config.serdes, payload)
        return call.deserialize(config.serdes, call.serialize(config.serdes, config.initial_state))
