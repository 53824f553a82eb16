"""Child contexts: operations grouped into one, with a result of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from durable_runtime.constants import CHECKPOINT_SIZE_LIMIT_BYTES
from durable_runtime.exceptions import (
    ChildContextError,
    ExecutionError,
    InvocationError,
    NonDeterministicExecutionError,
)
from durable_runtime.lambda_service import ContextOptions, ErrorObject, Operation, OperationStatus, OperationUpdate
from durable_runtime.operation.arguments import refuse_unawaited_result
from durable_runtime.operation.base import OperationCall
from durable_runtime.operation.recorded import raise_recorded, replays_children, result_of

if TYPE_CHECKING:
    from durable_runtime.config import ChildConfig
    from durable_runtime.context import DurableContext
    from durable_runtime.identifier import OperationIdentifier

logger = logging.getLogger(__name__)

T = TypeVar("T")


def refuse_recorded_virtual(identifier: OperationIdentifier, recorded: Operation | None) -> None:
    """Refuse history at the place of a virtual context, which records nothing of itself.

    Raises:
        NonDeterministicExecutionError: There is some: the context was not virtual when it was recorded.
    """
    if recorded is not None:
        raise NonDeterministicExecutionError(
            f"Non-deterministic child context at id={identifier.operation_id!r}: checkpoint contains a non-virtual "
            "child context but current child context is virtual",
            step_id=identifier.operation_id,
        )


def run_child(call: OperationCall, child: DurableContext, body: Callable[[], T], config: ChildConfig[Any]) -> T:
    """Run the body of a child context, or return what it returned before.

    Args:
        child: The context that the body uses.

    Raises:
        ChildContextError: The body raised, now or before.
        SerDesError: Its result cannot be serialized.
    """
    recorded = call.recorded
    if config.is_virtual:
        refuse_recorded_virtual(call.identifier, recorded)
    if recorded is not None and recorded.status is OperationStatus.SUCCEEDED and not replays_children(recorded):
        result: T = call.deserialize(config.serdes, result_of(recorded))
        return result
    if recorded is not None and recorded.status is OperationStatus.FAILED:
        raise_recorded(recorded, ChildContextError)
    if recorded is None and not config.is_virtual:
        call.record(OperationUpdate.create_context_start(call.identifier), wait=False)
    try:
        return _run_body(call, child, body, config)
    except ExecutionError:
        # It ends the execution as it is; history must not change because of it.
        raise
    except Exception as error:
        if isinstance(error, InvocationError) and error.is_retryable():
            raise
        failure = ErrorObject.from_exception(error)
        if config.is_virtual:
            call.state.report_unrecorded_end(
                call.identifier, OperationStatus.FAILED, error=failure, is_replayed=recorded is not None
            )
        else:
            call.record(OperationUpdate.create_context_fail(call.identifier, failure), closes=child.scope)
        failure.raise_as_operation_error(ChildContextError)


def _run_body(call: OperationCall, child: DurableContext, body: Callable[[], T], config: ChildConfig[Any]) -> T:
    result = call.run(body, attempt=1 if call.recorded is None else None)
    refuse_unawaited_result(f"the body of {call}", result, generators=config.serdes is None)
    with call.user_code("the serdes of"):
        payload = call.serialize(config.serdes, result)
        # The caller gets what replay will give it; and what cannot be read back is not recorded as a success.
        returned: T = call.deserialize(config.serdes, payload)
    if config.is_virtual or replays_children(call.recorded):
        call.state.report_unrecorded_end(
            call.identifier, OperationStatus.SUCCEEDED, is_replayed=call.recorded is not None
        )
        return returned
    is_large = payload is not None and len(payload) > CHECKPOINT_SIZE_LIMIT_BYTES
    if is_large:
        with call.user_code("the summary generator of"):
            payload = config.summary_generator(result) if config.summary_generator is not None else ""
    update = OperationUpdate.create_context_succeed(
        call.identifier, payload, context_options=ContextOptions(replay_children=is_large)
    )
    call.record(update, closes=child.scope)
    return returned
