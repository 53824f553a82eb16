"""What becomes of operations: by a handler's updates and by timers.

Every function takes a draft and writes into it the operation's new state and the event that tells of it. The updates
have been checked by `validation`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from durable_runtime.service.ledger import callbacks, executions, invokes
from durable_runtime.service.ledger.changes import Target
from durable_runtime.service.ledger.draft import Draft
from durable_runtime.service.ledger.events import failure, payload
from durable_runtime.service.ledger.shapes import error_object
from durable_runtime.service.ledger.timers import Kind
from durable_runtime.service.wire import ContextDetails, ErrorObject, Operation, OperationUpdate, StepDetails


def apply(
    draft: Draft, update: OperationUpdate, resolve: Callable[[str], Target | None], new_id: Callable[[], str]
) -> None:
    """Carry out one update of a checkpoint."""
    match update["Type"]:
        case "STEP":
            _update_step(draft, update)
        case "CONTEXT":
            _update_context(draft, update)
        case "WAIT":
            _update_wait(draft, update)
        case "CALLBACK":
            callbacks.start(draft, update)
        case "CHAINED_INVOKE":
            invokes.start(draft, update, resolve, new_id)
        case "EXECUTION" if update["Action"] == "SUCCEED":
            executions.end(draft, "SUCCEEDED", result=update.get("Payload"))
        case "EXECUTION":
            executions.end(draft, "FAILED", error=_error(update) or {})


def fire(draft: Draft, operation: Operation, kind: Kind) -> None:
    """What a timer does to its operation."""
    if kind == "wait":
        wait = operation.copy()
        wait["Status"] = "SUCCEEDED"
        wait["EndTimestamp"] = draft.now
        draft.put(wait, signalled=True)
        draft.record("WaitSucceeded", wait, {"Duration": operation["_"]["Duration"]})
    elif kind == "retry":
        # Nothing in the history tells that an attempt may begin; the StepStarted of the attempt does.
        step = operation.copy()
        step["Status"] = "READY"
        details = step["StepDetails"].copy()
        del details["NextAttemptTimestamp"]
        step["StepDetails"] = details
        draft.put(step, signalled=True)
    else:
        callbacks.time_out(draft, operation, kind)


def stop(draft: Draft, operation: Operation, error: ErrorObject) -> None:
    """End what goes on outside of a stopped execution: chained invokes, with their executions, and callbacks."""
    if operation["Type"] == "CHAINED_INVOKE":
        invokes.stop(draft, operation, error)
    elif operation["Type"] == "CALLBACK":
        callbacks.stop(draft, operation)


def _update_step(draft: Draft, update: OperationUpdate) -> None:
    action = update["Action"]
    if action == "START":
        started = draft.find(update["Id"])
        step = draft.new(update) if started is None else started.copy()
        if started is None:
            step["StepDetails"] = {"Attempt": 0}
        step["Status"] = "STARTED"
        draft.put(step)
        draft.record("StepStarted", step, {})
        return
    step = draft.get(update["Id"]).copy()
    error, result = _error(update), update.get("Payload")
    attempt = step["StepDetails"]["Attempt"] + 1
    details: StepDetails = {"Attempt": attempt}
    retry: dict[str, object] = {"CurrentAttempt": attempt}
    if action == "RETRY":
        delay = update["StepOptions"]["NextAttemptDelaySeconds"]
        details["NextAttemptTimestamp"] = draft.now + timedelta(seconds=delay)
        retry["NextAttemptDelaySeconds"] = delay
        step["Status"] = "PENDING"
    else:
        step["Status"] = "SUCCEEDED" if action == "SUCCEED" else "FAILED"
        step["EndTimestamp"] = draft.now
    if result is not None:
        details["Result"] = result
    if error is not None:
        details["Error"] = error
    step["StepDetails"] = details
    draft.put(step)
    if action == "FAIL" or error is not None:
        draft.record("StepFailed", step, {"Error": failure(error), "RetryDetails": retry})
    else:
        draft.record("StepSucceeded", step, {"Result": payload(result), "RetryDetails": retry})


def _update_context(draft: Draft, update: OperationUpdate) -> None:
    if update["Action"] == "START":
        context = draft.new(update)
        draft.put(context)
        draft.record("ContextStarted", context, {})
        return
    context = draft.get(update["Id"]).copy()
    context["EndTimestamp"] = draft.now
    details: ContextDetails = {}
    replay_children = (update.get("ContextOptions") or {}).get("ReplayChildren")
    if replay_children is not None:
        details["ReplayChildren"] = replay_children
    context["ContextDetails"] = details
    if update["Action"] == "SUCCEED":
        context["Status"] = "SUCCEEDED"
        result = update.get("Payload")
        if result is not None:
            details["Result"] = result
        draft.put(context)
        draft.record("ContextSucceeded", context, {"Result": payload(result)})
    else:
        context["Status"] = "FAILED"
        error = _error(update)
        if error is not None:
            details["Error"] = error
        draft.put(context)
        draft.record("ContextFailed", context, {"Error": failure(error)})


def _update_wait(draft: Draft, update: OperationUpdate) -> None:
    if update["Action"] == "START":
        wait = draft.new(update)
        duration = update["WaitOptions"]["WaitSeconds"]
        end = draft.now + timedelta(seconds=duration)
        wait["WaitDetails"] = {"ScheduledEndTimestamp": end}
        wait["_"] = {"Duration": duration}
        draft.put(wait)
        draft.record("WaitStarted", wait, {"Duration": duration, "ScheduledEndTimestamp": end})
    else:
        wait = draft.get(update["Id"]).copy()
        wait["Status"] = "CANCELLED"
        wait["EndTimestamp"] = draft.now
        draft.put(wait)
        error = _error(update)
        draft.record("WaitCancelled", wait, {} if error is None else {"Error": failure(error)})


def _error(update: OperationUpdate) -> ErrorObject | None:
    error = update.get("Error")
    return None if error is None else error_object(error)
