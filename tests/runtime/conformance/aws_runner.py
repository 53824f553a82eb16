"""The local runner of AWS's testing SDK, as the conformance package's Lambda service."""

from __future__ import annotations

import time
from typing import Any

from aws_durable_execution_sdk_python.lambda_service import ErrorObject
from aws_durable_execution_sdk_python_testing.runner import DurableFunctionTestRunner
from aws_durable_execution_sdk_python_testing.worker.status import InvocationState

from tests.runtime.conformance import process
from tests.runtime.conformance.registry import Entry, Handler, targets

# The runner keeps real time for callbacks. The conformance package's own pauses are shortened by this factor:
# they come before the timeouts that they have to come before, for those are of whole seconds.
PACE = 0.02

# A call that its function did not survive is repeated after this; the runner's own pause is 5 s of real time.
RETRY_SECONDS = 0

# In these suites things happen *during* a wait, so that it has to take its time.
IN_REAL_TIME = frozenset({"callback"})


class AwsRunner:
    """One execution of one handler."""

    def __init__(self, sdk: str, suite: str, identifier: str, entry: Entry) -> None:
        handler = process.remote(sdk, suite, identifier) if entry.dies else entry.handler
        self._runner = DurableFunctionTestRunner(handler, skip_time=suite not in IN_REAL_TIME)
        self._runner._executor.RETRY_BACKOFF_SECONDS = RETRY_SECONDS
        for name, target in targets.items():
            self._runner.register_durable_function(name, self._called_later(target))
        self._identifier = identifier
        self._arn = ""
        self._awaited = 0

    def start(self, payload: str) -> str:
        self._arn = self._runner.run_async(payload, function_name=self._identifier, execution_name=self._identifier)
        return self._arn

    def finish(self, arn: str) -> None:
        self._runner.wait_for_result(arn)

    def sleep(self, seconds: float) -> None:
        """Pause, and then until no handler runs: outside events come between invocations."""
        time.sleep(seconds * PACE)
        self._until_idle()

    def _called_later(self, target: Handler) -> Handler:
        """A target that is run when the invocation that called it has ended, as it is where calls take their time."""

        def handler(event: Any, context: Any) -> Any:
            self._until_idle()
            return target(event, context)

        return handler

    def _until_idle(self) -> None:
        gate = self._runner._executor._invocation_gate
        while gate(self._arn) is InvocationState.INVOKING or self._invocations() < self._awaited:
            time.sleep(PACE)

    def _invocations(self) -> int:
        return sum(event["EventType"] == "InvocationCompleted" for event in self.history(self._arn)["Events"])

    def _wakes(self) -> None:
        """What comes next makes for an invocation, which has to be over before time goes on."""
        self._awaited = self._invocations() + 1

    def time(self) -> float:
        return time.monotonic()

    def history(self, arn: str) -> dict[str, Any]:
        return self._runner.get_execution_history(arn, include_execution_data=True).to_dict()

    def execution(self, arn: str) -> dict[str, Any]:
        return self._runner._executor.get_execution_details(arn).to_dict()

    def succeed(self, callback_id: str, result: bytes | None) -> None:
        self._wakes()
        self._runner.send_callback_success(callback_id, result)

    def fail(self, callback_id: str, error: dict[str, Any]) -> None:
        self._wakes()
        self._runner.send_callback_failure(callback_id, ErrorObject.from_dict(error))

    def heartbeat(self, callback_id: str) -> None:
        self._runner.send_callback_heartbeat(callback_id)

    def close(self) -> None:
        self._runner.close()
