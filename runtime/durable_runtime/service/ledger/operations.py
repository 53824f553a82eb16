"""What becomes of an operation: by a handler's update, a timer, a callback, or the end of a chained invoke.

Every function takes a draft and writes the operation's new state and the event that tells of it. The updates have been
checked by `validation`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from durable_runtime.service import limits
from durable_runtime.service.arn import ExecutionArn, FunctionName
from durable_runtime.service.ledger.changes import InvokeOutcome, InvokeRequest, Target
from durable_runtime.service.ledger.draft import Draft
from durable_runtime.service.ledger.events import failure, payload
from durable_runtime.service.ledger.shapes import error_object, payload_size
from durable_runtime.service.ledger.timers import Kind
from durable_runtime.service.tokens import CallbackId
from durable_runtime.service.wire import (
    CallbackDetails,
    ChainedInvokeDetails,
    ContextDetails,
    ErrorObject,
    EventType,
    Operation,
    OperationUpdate,
    StepDetails,
)

_TIMEOUTS: Final[dict[Kind, ErrorObject]] = {
    "timeout": {"ErrorMessage": "Callback timed out", "ErrorType": "Callback.Timeout"},
    "heartbeat": {"ErrorMessage": "Callback timed out on heartbeat", "ErrorType": "Callback.Heartbeat"},
}
_INVOKE_EVENTS: Final[dict[str, EventType]] = {
    "SUCCEEDED": "ChainedInvokeSucceeded",
    "FAILED": "ChainedInvokeFailed",
    "TIMED_OUT": "ChainedInvokeTimedOut",
    "STOPPED": "ChainedInvokeStopped",
}


def update_step(draft: Draft, update: OperationUpdate) -> None:
    action = update["Action"]
    if action == "START":
        started = draft.find(update["Id"])
        step = _new(draft, update) if started is None else started.copy()
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


def update_context(draft: Draft, update: OperationUpdate) -> None:
    if update["Action"] == "START":
        context = _new(draft, update)
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


def update_wait(draft: Draft, update: OperationUpdate) -> None:
    if update["Action"] == "START":
        wait = _new(draft, update)
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


def start_callback(draft: Draft, update: OperationUpdate) -> None:
    callback = _new(draft, update)
    name = str(CallbackId(draft.before.arn, update["Id"]))
    callback["CallbackDetails"] = {"CallbackId": name}
    details: dict[str, object] = {"CallbackId": name}
    options = update.get("CallbackOptions") or {}
    timeout, heartbeat = options.get("TimeoutSeconds"), options.get("HeartbeatTimeoutSeconds")
    kept = callback["_"] = {}
    if heartbeat:
        details["HeartbeatTimeout"] = heartbeat
        kept["HeartbeatSeconds"] = heartbeat
        kept["HeartbeatTimestamp"] = draft.now + timedelta(seconds=heartbeat)
    if timeout:
        details["Timeout"] = timeout
        kept["TimeoutTimestamp"] = draft.now + timedelta(seconds=timeout)
    draft.put(callback)
    draft.record("CallbackStarted", callback, details)


def start_invoke(
    draft: Draft, update: OperationUpdate, resolve: Callable[[str], Target | None], new_id: Callable[[], str]
) -> None:
    """Ask for a chained invoke, or fail it at once if there is no such function."""
    invoke = _new(draft, update)
    options = update["ChainedInvokeOptions"]
    function_name, tenant_id = options["FunctionName"], options.get("TenantId")
    details: dict[str, object] = {"FunctionName": function_name}
    if tenant_id is not None:
        details["TenantId"] = tenant_id
    own = draft.before.start.parts
    target = resolve(function_name)
    if target is None:
        draft.put(invoke)
        draft.record("ChainedInvokeStarted", invoke, details)
        finish_invoke(draft, invoke, _not_found(own, FunctionName.parse(function_name)), signalled=False)
        return
    argument = update.get("Payload")
    child = None
    if target.durable:
        child = str(
            ExecutionArn(own.region, own.account, target.name, target.version, new_id(), new_id(), own.partition)
        )
        details["DurableExecutionArn"] = child
        invoke["_"] = {"ChildArn": child}
    details["Input"] = payload(argument)
    details["ExecutedVersion"] = target.version
    draft.put(invoke)
    draft.record("ChainedInvokeStarted", invoke, details)
    trace = options.get("XAmznTraceId", draft.before.start.trace_header)
    draft.invokes.append(InvokeRequest(update["Id"], function_name, target, argument, tenant_id, trace, child))


def finish_invoke(draft: Draft, operation: Operation, outcome: InvokeOutcome, *, signalled: bool = True) -> None:
    """End a chained invoke; a result that is too large turns success into failure."""
    status, result, error = outcome.status, outcome.result, outcome.error
    if result is not None and payload_size(result, "result") > limits.OPERATION_PAYLOAD:
        message = f"CHAINED_INVOKE output payload size must be less than or equal to {limits.OPERATION_PAYLOAD} bytes."
        status, result, error = "FAILED", None, {"ErrorMessage": message}
    details: ChainedInvokeDetails = {}
    invoke = operation.copy()
    invoke["Status"] = status
    invoke["EndTimestamp"] = draft.now
    invoke["ChainedInvokeDetails"] = details
    if status == "SUCCEEDED":
        if result is not None:
            details["Result"] = result
        shown = {"Result": payload(result)}
    else:
        if error is not None:
            details["Error"] = error
        shown = {"Error": failure(error)}
    draft.put(invoke, signalled=signalled)
    draft.record(_INVOKE_EVENTS[status], invoke, shown)


def succeed_callback(draft: Draft, operation: Operation, result: str | None) -> None:
    details = operation["CallbackDetails"].copy()
    if result is not None:
        details["Result"] = result
    callback = _close_callback(draft, operation, details)
    callback["Status"] = "SUCCEEDED"
    draft.put(callback, signalled=True)
    draft.record("CallbackSucceeded", callback, {"Result": payload(result)})


def fail_callback(draft: Draft, operation: Operation, error: ErrorObject) -> None:
    callback = _close_callback(draft, operation, {**operation["CallbackDetails"], "Error": error})
    callback["Status"] = "FAILED"
    draft.put(callback, signalled=True)
    draft.record("CallbackFailed", callback, {"Error": failure(error)})


def beat(draft: Draft, operation: Operation) -> None:
    """Restart a callback's heartbeat timeout, if it has one."""
    kept = operation["_"]
    if "HeartbeatSeconds" in kept:
        callback = operation.copy()
        callback["_"] = {**kept, "HeartbeatTimestamp": draft.now + timedelta(seconds=kept["HeartbeatSeconds"])}
        draft.amend(callback)


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
        error = _TIMEOUTS[kind]
        callback = _close_callback(draft, operation, {**operation["CallbackDetails"], "Error": error})
        callback["Status"] = "TIMED_OUT"
        draft.put(callback, signalled=True)
        draft.record("CallbackTimedOut", callback, {"Error": failure(error)})


def stop_open(draft: Draft, operation: Operation, error: ErrorObject) -> None:
    """End what goes on outside of a stopped execution: chained invokes, with their executions, and callbacks."""
    if operation["Type"] == "CHAINED_INVOKE":
        finish_invoke(draft, operation, InvokeOutcome("STOPPED", error=error), signalled=False)
        if "ChildArn" in operation["_"]:
            draft.stops.append(operation["_"]["ChildArn"])
    elif operation["Type"] == "CALLBACK":
        # There is no event for it: history knows no stopped callbacks.
        callback = _close_callback(draft, operation, operation["CallbackDetails"])
        callback["Status"] = "STOPPED"
        draft.put(callback)


def _new(draft: Draft, update: OperationUpdate) -> Operation:
    operation: Operation = {"Id": update["Id"], "Type": update["Type"]}
    if update.get("ParentId") is not None:
        operation["ParentId"] = update["ParentId"]
    if update.get("Name") is not None:
        operation["Name"] = update["Name"]
    if update.get("SubType") is not None:
        operation["SubType"] = update["SubType"]
    operation["StartTimestamp"] = draft.now
    operation["Status"] = "STARTED"
    return operation


def _close_callback(draft: Draft, operation: Operation, details: CallbackDetails) -> Operation:
    callback = operation.copy()
    callback["EndTimestamp"] = draft.now
    callback["CallbackDetails"] = details
    return callback


def _error(update: OperationUpdate) -> ErrorObject | None:
    error = update.get("Error")
    return None if error is None else error_object(error)


def _not_found(own: ExecutionArn, function: FunctionName) -> InvokeOutcome:
    name = f"{function.name}:{function.qualifier}" if function.qualifier else function.name
    arn = f"arn:{own.partition}:lambda:{own.region}:{own.account}:function:{name}"
    return InvokeOutcome(
        "FAILED", error={"ErrorMessage": f"Function not found: {arn}", "ErrorType": "ResourceNotFoundException"}
    )
