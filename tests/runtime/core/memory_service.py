"""A service for one execution in memory, and a driver that invokes a handler until the execution has ended.

It speaks the wire format of either SDK. Its clock stands still during an invocation and jumps to the next timer after
it; callbacks and invokes are answered between invocations, by `answers`.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from tests.runtime.core.sdks import Sdk

ARN = "arn:aws:lambda:eu-central-1:123456789012:function:program:1/durable-execution/name/root"
ROOT = "root"
ENDED = frozenset({"SUCCEEDED", "FAILED", "CANCELLED", "TIMED_OUT", "STOPPED"})
DETAILS = {
    "STEP": "StepDetails",
    "CONTEXT": "ContextDetails",
    "WAIT": "WaitDetails",
    "CALLBACK": "CallbackDetails",
    "CHAINED_INVOKE": "ChainedInvokeDetails",
}

Wire = dict[str, Any]


class MemoryService:
    """The client that a handler gets, and the state behind it.

    Attributes:
        requests: The updates of each checkpoint request.
        before_answer: Called with each request's updates, after they were taken; may raise, or block.
        revoke_after: Withhold the token from this request on.
    """

    def __init__(self, sdk: Sdk, payload: str | None = "{}", page_size: int | None = None) -> None:
        self.sdk = sdk
        self.page_size = page_size
        # Not in the past: a branch whose time is over is resumed at once.
        self.now = datetime.now(UTC)
        self.requests: list[list[Wire]] = []
        self.fetches = 0
        self.before_answer: Callable[[list[Wire]], None] = lambda updates: None
        self.revoke_after: int | None = None
        self.snapshots: list[tuple[dict[str, Wire], datetime]] = []
        self.lock = threading.Lock()
        self._tokens = itertools.count(1)
        self.token = "token-0"
        self.updated: list[str] = []
        self.operations: dict[str, Wire] = {
            ROOT: {
                "Id": ROOT,
                "Type": "EXECUTION",
                "Status": "STARTED",
                "StartTimestamp": self.now,
                "ExecutionDetails": {"InputPayload": payload},
            }
        }

    # The API

    def checkpoint(
        self, durable_execution_arn: str, checkpoint_token: str, updates: list[Any], client_token: str | None
    ) -> Any:
        """Take updates as the service does."""
        with self.lock:
            assert durable_execution_arn == ARN
            assert checkpoint_token == self.token, "two checkpoints at the same time, or one with a spent token"
            wire = [update.to_dict() for update in updates]
            self.requests.append(wire)
            for update in wire:
                self._apply(update)
            self.snapshots.append((dict(self.operations), self.now))
            changed = {
                update["Id"]: self.operations[update["Id"]] for update in wire if update["Id"] in self.operations
            }
            self.token = f"token-{next(self._tokens)}"
        self.before_answer(wire)
        ends = any(update["Type"] == "EXECUTION" for update in wire)
        revoked = self.revoke_after is not None and len(self.requests) >= self.revoke_after
        operations, marker = self._page(list(changed.values()))
        answer: Wire = {"NewExecutionState": {"Operations": operations, "NextMarker": marker}}
        if not ends and not revoked:
            answer["CheckpointToken"] = self.token
        return self.sdk.wire.CheckpointOutput.from_dict(answer)

    def get_execution_state(
        self, durable_execution_arn: str, checkpoint_token: str, next_marker: str, max_items: int = 1000
    ) -> Any:
        """Return a page of operations."""
        with self.lock:
            assert checkpoint_token == self.token
            self.fetches += 1
            operations, marker = self._page(self._pages[int(next_marker)])
            return self.sdk.wire.StateOutput.from_dict({"Operations": operations, "NextMarker": marker})

    def _page(self, operations: list[Wire]) -> tuple[list[Wire], str]:
        if self.page_size is None or len(operations) <= self.page_size:
            return operations, ""
        self._pages = getattr(self, "_pages", [])
        self._pages.append(operations[self.page_size :])
        return operations[: self.page_size], str(len(self._pages) - 1)

    def _apply(self, update: Wire) -> None:
        if update["Type"] == "EXECUTION":
            status = "SUCCEEDED" if update["Action"] == "SUCCEED" else "FAILED"
            self.operations[ROOT] = self.operations[ROOT] | {"Status": status}
            return
        before = self.operations.get(update["Id"]) or (
            {key: update[key] for key in ("Id", "Type", "Name", "SubType", "ParentId") if key in update}
            | {"StartTimestamp": self.now, DETAILS[update["Type"]]: {}}
        )
        assert before.get("Status") not in ENDED, f"{update} comes after the end"
        operation, details = self._replace(before)
        getattr(self, f"_{update['Action'].lower()}")(update, operation, details)

    def _replace(self, before: Wire) -> tuple[Wire, Wire]:
        """Put a copy of an operation in its place, to be changed; snapshots and answers keep the old one."""
        kind = DETAILS[before["Type"]]
        operation = self.operations[before["Id"]] = {**before, kind: dict(before[kind])}
        details: Wire = operation[kind]
        return operation, details

    def _start(self, update: Wire, operation: Wire, details: Wire) -> None:
        operation["Status"] = "STARTED"
        if update["Type"] == "STEP":
            details.setdefault("Attempt", 0)
            details.pop("NextAttemptTimestamp", None)
        elif update["Type"] == "WAIT":
            details["ScheduledEndTimestamp"] = self.now + timedelta(seconds=update["WaitOptions"]["WaitSeconds"])
        elif update["Type"] == "CALLBACK":
            details["CallbackId"] = f"callback-{update['Id'][:8]}"
            operation["_timeout"] = update["CallbackOptions"]["TimeoutSeconds"]
        elif update["Type"] == "CHAINED_INVOKE":
            operation["_invoke"] = (update["ChainedInvokeOptions"], update.get("Payload"))

    def _succeed(self, update: Wire, operation: Wire, details: Wire) -> None:
        operation |= {"Status": "SUCCEEDED", "EndTimestamp": self.now}
        details["Result"] = update.get("Payload")
        details.pop("Error", None)
        if update["Type"] == "STEP":
            details["Attempt"] = details.get("Attempt", 0) + 1
        if update.get("ContextOptions", {}).get("ReplayChildren"):
            details["ReplayChildren"] = True

    def _fail(self, update: Wire, operation: Wire, details: Wire) -> None:
        operation |= {"Status": "FAILED", "EndTimestamp": self.now}
        details["Error"] = update["Error"]
        if update["Type"] == "STEP":
            details["Attempt"] = details.get("Attempt", 0) + 1

    def _retry(self, update: Wire, operation: Wire, details: Wire) -> None:
        operation["Status"] = "PENDING"
        delay = update["StepOptions"]["NextAttemptDelaySeconds"]
        details["Attempt"] = details.get("Attempt", 0) + 1
        details["NextAttemptTimestamp"] = self.now + timedelta(seconds=delay)
        if "Payload" in update:
            details["Result"] = update["Payload"]
        if "Error" in update:
            details["Error"] = update["Error"]

    # What happens between invocations

    def event(self) -> Any:
        """Return the event of the next invocation, in the classes of the SDK."""
        operations, marker = self._page([self._public(operation) for operation in self.operations.values()])
        execution = self.sdk.execution
        state = execution.InitialExecutionState.from_dict({"Operations": operations, "NextMarker": marker})
        updated, self.updated = self.updated, []
        return execution.DurableExecutionInvocationInputWithClient(
            durable_execution_arn=ARN,
            checkpoint_token=self.token,
            initial_execution_state=state,
            updated_operation_ids=updated,
            service_client=self,
        )

    def _public(self, operation: Wire) -> Wire:
        return {key: value for key, value in operation.items() if not key.startswith("_")}

    def let_time_pass(self, answers: Callable[[Wire], Wire | None]) -> bool:
        """Answer callbacks and invokes, then go on to the next timer; return whether anything has happened."""
        happened = False
        for operation in list(self.operations.values()):
            if operation["Type"] in ("CALLBACK", "CHAINED_INVOKE") and operation["Status"] == "STARTED":
                answer = answers(operation)
                if answer is not None:
                    self._settle(operation, answer)
                    happened = True
        timers = sorted({at for operation in self.operations.values() if (at := self._timer(operation)) is not None})
        if happened or not timers:
            return happened
        self.now = max(self.now, timers[0])
        for operation in list(self.operations.values()):
            at = self._timer(operation)
            if at is not None and at <= self.now:
                self._settle(operation, {"Status": "SUCCEEDED" if operation["Type"] == "WAIT" else "READY"})
        return True

    def _timer(self, operation: Wire) -> datetime | None:
        at: datetime | None = None
        if operation["Type"] == "WAIT" and operation["Status"] == "STARTED":
            at = operation["WaitDetails"]["ScheduledEndTimestamp"]
        elif operation["Type"] == "STEP" and operation["Status"] == "PENDING":
            at = operation["StepDetails"]["NextAttemptTimestamp"]
        return at

    def _settle(self, operation: Wire, answer: Wire) -> None:
        operation, details = self._replace(operation)
        self.updated.append(operation["Id"])
        operation["Status"] = answer["Status"]
        if answer["Status"] in ENDED:
            operation["EndTimestamp"] = self.now
        details |= {key: answer[key] for key in ("Result", "Error") if key in answer}

    # What was sent

    def updates(self) -> list[Wire]:
        """Return all updates in the order in which they were sent."""
        return [normalized(update) for request in self.requests for update in request]

    def updates_by_operation(self) -> dict[str, list[Wire]]:
        """Return the updates of each operation in order, whatever other operations did meanwhile."""
        found: dict[str, list[Wire]] = {}
        for update in self.updates():
            found.setdefault(update["Id"], []).append(update)
        return found


def normalized(update: Wire) -> Wire:
    """Take out what depends on the time."""
    return update | {"Id": "execution-result"} if update["Type"] == "EXECUTION" else update


def nobody_answers(operation: Wire) -> Wire | None:
    """Leave callbacks and invokes alone."""
    return None


def everybody_answers(operation: Wire) -> Wire | None:
    """Complete callbacks with text that names them; let invoked functions return their payload."""
    if operation["Type"] == "CALLBACK":
        return {"Status": "SUCCEEDED", "Result": f"for {operation.get('Name')}"}
    return {"Status": "SUCCEEDED", "Result": operation["_invoke"][1]}


class Run:
    """An execution driven to its end.

    Attributes:
        outputs: What each invocation answered, or the exception that it raised.
    """

    def __init__(self, service: MemoryService) -> None:
        self.service = service
        self.outputs: list[Any] = []

    @property
    def output(self) -> Any:
        """What the last invocation answered."""
        return self.outputs[-1]

    @property
    def result(self) -> Any:
        """The handler's result, as JSON text."""
        assert self.output["Status"] == "SUCCEEDED", self.output
        return self.output["Result"]

    @property
    def error(self) -> Wire:
        """The execution's error."""
        assert self.output["Status"] == "FAILED", self.output
        error: Wire = self.output["Error"]
        return error


def drive(
    handler: Callable[[Any, Any], Any],
    service: MemoryService,
    answers: Callable[[Wire], Wire | None] = nobody_answers,
    max_invocations: int = 40,
    raises: tuple[type[BaseException], ...] = (),
) -> Run:
    """Invoke a durable function until its execution has ended, or until nothing can move it.

    Args:
        raises: Exceptions after which Lambda would invoke again.
    """
    run = Run(service)
    context = SimpleNamespace(aws_request_id="request", tenant_id=None)
    for _ in range(max_invocations):
        try:
            run.outputs.append(handler(service.event(), context))
        except raises as error:
            run.outputs.append(error)
            continue
        if run.output["Status"] != "PENDING" or not service.let_time_pass(answers):
            break
    return run


def named(service: MemoryService, name: str) -> Wire:
    """Return the only operation with a name."""
    (found,) = (operation for operation in service.operations.values() if operation.get("Name") == name)
    return found


def statuses(operations: Iterable[Wire]) -> dict[str, str]:
    """Return name and status of operations."""
    return {operation.get("Name", operation["Id"]): operation["Status"] for operation in operations}
