"""Chained invokes: calls of plain functions, and the ends of child executions."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import cast

from durable_runtime.service.arn import ExecutionArn
from durable_runtime.service.errors import ResourceNotFoundException, ServiceException
from durable_runtime.service.functions import Function, Functions
from durable_runtime.service.hosts.protocol import Invocation, Outcome, Returned, crash
from durable_runtime.service.invocations import Running
from durable_runtime.service.ledger import InvokeOutcome
from durable_runtime.service.ledgers import Ledgers, new_id
from durable_runtime.service.limits import OPERATION_PAYLOAD
from durable_runtime.service.store.protocol import Call, Store
from durable_runtime.service.wire import ErrorObject

_SETTLED_AT_ONCE = 64


class Chained:
    """Does for chained invokes what is left to do once the checkpoint that asked for them is stored."""

    def __init__(
        self, ledgers: Ledgers, store: Store, functions: Functions, running: Running, *, timeout: float
    ) -> None:
        self._ledgers = ledgers
        self._store = store
        self._functions = functions
        self._running = running
        self._timeout = timeout

    def settle(self) -> bool:
        """Tell the ends of executions to their parents and children; False if there was nothing to tell.

        A process may die between the end and this, or in the middle of this: it is done again then, to no effect on
        those who know already.
        """
        arns = self._store.unsettled(_SETTLED_AT_ONCE)
        for arn in arns:
            self._settle(arn)
        return bool(arns)

    def call(self, call: Call) -> None:
        """Call the plain function of a chained invoke, if nobody else does."""
        if self._store.claim(call):
            function = self._functions.find(call.function, call.qualifier)
            assert function is not None, f"{call.function} is served by this engine"
            parts = ExecutionArn.parse(call.parent_arn)
            arn = f"arn:{parts.partition}:lambda:{parts.region}:{parts.account}:function:{call.function}"
            if call.qualifier:
                arn += f":{call.qualifier}"
            self.call_later(function, arn, call.payload, call.tenant_id, lambda outcome: self._called(call, outcome))

    def call_now(self, function: Function, function_arn: str, payload: str | None, tenant_id: str | None) -> Outcome:
        """Call a plain function and wait for its outcome.

        Raises:
            ServiceException: the engine was closed meanwhile.
        """
        ended = threading.Event()
        outcomes: list[Outcome] = []

        def finish(outcome: Outcome) -> None:
            outcomes.append(outcome)
            ended.set()

        self.call_later(function, function_arn, payload, tenant_id, finish, ended.set)
        while not ended.wait(self._timeout):
            self._running.expire()
        if not outcomes:
            raise ServiceException("The engine has been closed")
        return outcomes[0]

    def call_later(
        self,
        function: Function,
        arn: str,
        payload: str | None,
        tenant_id: str | None,
        finish: Callable[[Outcome], None],
        forget: Callable[[], None] = lambda: None,
    ) -> None:
        """Call a plain function; `finish` is called once with its outcome, on any thread.

        If the engine is closed before, `forget` is called instead.
        """
        try:
            event = json.loads(payload or "{}")
        except ValueError as error:
            message = f"Could not parse request body into json: {error}"
            finish(crash("InvalidRequestContentException", message))
            return
        invocation = Invocation(new_id(), function, event, arn, self._timeout, tenant_id)
        self._running.start(invocation, finish, forget)

    def _called(self, call: Call, outcome: Outcome) -> None:
        try:
            _, changes = self._ledgers.change(
                call.parent_arn,
                lambda ledger, now: ledger.invoke_finished(call.operation_id, _outcome(outcome), now),
                called=call.operation_id,
            )
        except ResourceNotFoundException:
            changes = None
        if changes is None:
            self._store.drop(call)

    def _settle(self, arn: str) -> None:
        with self._ledgers.open(arn) as entry:
            execution = entry.ledger.execution
            children = [
                operation["_"]["ChildArn"]
                for operation in entry.ledger.operations.values()
                if operation["Type"] == "CHAINED_INVOKE"
                and operation["Status"] == "STOPPED"
                and "ChildArn" in operation["_"]
            ]
        for child in children:
            with suppress(ResourceNotFoundException):
                self._ledgers.change(child, lambda ledger, now: ledger.stop(execution.error, now))
        parent = execution.start.parent
        if parent is not None:
            with suppress(ResourceNotFoundException):
                self._ledgers.change(
                    parent.arn,
                    lambda ledger, now: ledger.invoke_finished(parent.operation_id, InvokeOutcome.of(execution), now),
                )
        self._store.settled(arn)


def _outcome(outcome: Outcome) -> InvokeOutcome:
    """What the outcome of one call means for the operation that asked for it."""
    if not isinstance(outcome, Returned):
        return InvokeOutcome("FAILED", error=cast(ErrorObject, outcome.error))
    if len(outcome.payload.encode()) > OPERATION_PAYLOAD:
        message = f"CHAINED_INVOKE output payload size must be less than or equal to {OPERATION_PAYLOAD} bytes."
        return InvokeOutcome("FAILED", error={"ErrorMessage": message})
    return InvokeOutcome("SUCCEEDED", result=outcome.payload)
