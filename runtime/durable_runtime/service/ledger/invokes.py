"""What becomes of chained invokes. Like the functions of `operations`, these write into a draft."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from durable_runtime.service import limits
from durable_runtime.service.arn import ExecutionArn, FunctionName
from durable_runtime.service.ledger.changes import InvokeOutcome, InvokeRequest, Target
from durable_runtime.service.ledger.draft import Draft
from durable_runtime.service.ledger.events import failure, payload
from durable_runtime.service.ledger.shapes import payload_size
from durable_runtime.service.wire import ChainedInvokeDetails, ErrorObject, EventType, Operation, OperationUpdate

_ENDS: Final[dict[str, EventType]] = {
    "SUCCEEDED": "ChainedInvokeSucceeded",
    "FAILED": "ChainedInvokeFailed",
    "TIMED_OUT": "ChainedInvokeTimedOut",
    "STOPPED": "ChainedInvokeStopped",
}


def start(
    draft: Draft, update: OperationUpdate, resolve: Callable[[str], Target | None], new_id: Callable[[], str]
) -> None:
    """Ask for a chained invoke, or fail it at once if there is no such function."""
    invoke = draft.new(update)
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
        finish(draft, invoke, _not_found(own, FunctionName.parse(function_name)), signalled=False)
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
    trace = options.get("XAmznTraceId")
    if trace is None:
        trace = draft.before.start.trace_header
    draft.invokes.append(InvokeRequest(update["Id"], function_name, target, argument, tenant_id, trace, child))


def finish(draft: Draft, operation: Operation, outcome: InvokeOutcome, *, signalled: bool = True) -> None:
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
    draft.record(_ENDS[status], invoke, shown)


def stop(draft: Draft, operation: Operation, error: ErrorObject) -> None:
    """Stop a chained invoke with the execution that waits for it; its own execution is to be stopped, too."""
    finish(draft, operation, InvokeOutcome("STOPPED", error=error), signalled=False)
    if "ChildArn" in operation["_"]:
        draft.stops.append(operation["_"]["ChildArn"])


def _not_found(own: ExecutionArn, function: FunctionName) -> InvokeOutcome:
    name = f"{function.name}:{function.qualifier}" if function.qualifier else function.name
    arn = f"arn:{own.partition}:lambda:{own.region}:{own.account}:function:{name}"
    return InvokeOutcome(
        "FAILED", error={"ErrorMessage": f"Function not found: {arn}", "ErrorType": "ResourceNotFoundException"}
    )
