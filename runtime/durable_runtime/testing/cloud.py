"""Runs a function that is deployed on Lambda, with the interface of the local runner."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

from durable_runtime.lambda_service import ErrorObject
from durable_runtime.testing.callbacks import waiting_callback
from durable_runtime.testing.exceptions import DurableFunctionsTestError
from durable_runtime.testing.folding import operations_of
from durable_runtime.testing.results import DurableFunctionTestResult, result_of
from durable_runtime.testing.vocabulary import vocabulary_of

_ENDED = ("SUCCEEDED", "FAILED", "TIMED_OUT", "STOPPED")


class DurableFunctionCloudTestRunner:
    """Invokes a deployed function and waits for its executions.

    Args:
        function_name: name or ARN, with a version or alias.
        region: AWS region.
        lambda_endpoint: another endpoint than the region's.
        poll_interval: seconds between two looks at an execution.
    """

    def __init__(
        self,
        function_name: str,
        region: str = "us-west-2",
        lambda_endpoint: str | None = None,
        poll_interval: float = 1.0,
    ) -> None:
        import boto3
        from botocore.config import Config

        self.function_name = function_name
        self.region = region
        self.lambda_endpoint = lambda_endpoint
        self.poll_interval = poll_interval
        self.lambda_client: Any = boto3.client(
            "lambda", endpoint_url=lambda_endpoint, region_name=region, config=Config(parameter_validation=False)
        )

    def __enter__(self) -> DurableFunctionCloudTestRunner:
        return self

    def __exit__(self, *exception: object) -> None:
        """Nothing is held open."""

    def run(self, input: Any = None, timeout: int = 60) -> DurableFunctionTestResult:
        """Invoke the function and wait for the execution's end, at most `timeout` seconds.

        Args:
            input: the event; any value that JSON knows.
        """
        return self.wait_for_result(self._invoke(input, "RequestResponse", 200), timeout)

    def run_async(self, input: Any = None, timeout: int = 60) -> str:
        """Invoke the function and return the ARN of the execution at once."""
        return self._invoke(input, "Event", 202)

    def wait_for_result(self, execution_arn: str, timeout: int = 60) -> DurableFunctionTestResult:
        """The outcome of an execution.

        Raises:
            TimeoutError: it has not ended after `timeout` seconds.
        """
        execution: dict[str, Any] | None = None
        for _ in self._looks(timeout):
            execution = self._asked("get_durable_execution", DurableExecutionArn=execution_arn)
            if execution is not None and execution["Status"] in _ENDED:
                operations = operations_of(self._history(execution_arn))
                return result_of(execution, operations, vocabulary_of("durable_runtime"))
        status = execution["Status"] if execution else "not there yet"
        raise TimeoutError(f"Execution did not complete within {timeout}s (last status: {status})")

    def wait_for_callback(self, execution_arn: str, name: str | None = None, timeout: int = 60) -> str:
        """The id of a callback that the execution waits for, by default the one created last.

        Raises:
            TimeoutError: there is none after `timeout` seconds.
        """
        for _ in self._looks(timeout):
            if (callback_id := waiting_callback(self._history(execution_arn), name)) is not None:
                return callback_id
        raise TimeoutError(f"Callback did not become available within {timeout}s.")

    def send_callback_success(self, callback_id: str, result: bytes | None = None) -> None:
        """Complete a callback."""
        self._call("send_durable_execution_callback_success", CallbackId=callback_id, Result=result)

    def send_callback_failure(self, callback_id: str, error: ErrorObject | None = None) -> None:
        """Complete a callback with an error."""
        wire = error.to_dict() if error else None
        self._call("send_durable_execution_callback_failure", CallbackId=callback_id, Error=wire)

    def send_callback_heartbeat(self, callback_id: str) -> None:
        """Restart a callback's heartbeat timeout."""
        self._call("send_durable_execution_callback_heartbeat", CallbackId=callback_id)

    def pause_execution(self, execution_arn: str, timeout: float = 60) -> None:
        """Pause an execution."""
        self._call("pause_durable_execution", DurableExecutionArn=execution_arn)

    def resume_execution(self, execution_arn: str) -> None:
        """Resume an execution."""
        self._call("resume_durable_execution", DurableExecutionArn=execution_arn)

    def _invoke(self, input: Any, invocation_type: str, expected: int) -> str:
        answer = self._call(
            "invoke", FunctionName=self.function_name, InvocationType=invocation_type, Payload=json.dumps(input)
        )
        if answer["StatusCode"] != expected:
            raise DurableFunctionsTestError(
                f"Lambda invocation failed with status {answer['StatusCode']}: {answer['Payload'].read().decode()}"
            )
        if not answer.get("DurableExecutionArn"):
            raise DurableFunctionsTestError(
                f"No DurableExecutionArn in response for function {self.function_name}: is it a durable function?"
            )
        return str(answer["DurableExecutionArn"])

    def _looks(self, timeout: float) -> Iterator[None]:
        deadline = time.monotonic() + timeout
        while True:
            yield
            if time.monotonic() >= deadline:
                return
            time.sleep(self.poll_interval)

    def _history(self, execution_arn: str) -> list[dict[str, Any]]:
        """All events; none while Lambda has yet to show the execution."""
        events: list[dict[str, Any]] = []
        marker: dict[str, str] = {}
        while True:
            page = self._asked(
                "get_durable_execution_history", DurableExecutionArn=execution_arn, IncludeExecutionData=True, **marker
            )
            events += page["Events"] if page else []
            if not page or not page.get("NextMarker"):
                return events
            marker = {"Marker": page["NextMarker"]}

    def _asked(self, operation: str, **parameters: Any) -> dict[str, Any] | None:
        """What the API answers; None if it does not know the execution yet, as for a moment after its start."""
        try:
            return self._call(operation, **parameters)
        except DurableFunctionsTestError as error:
            if getattr(error.__cause__, "response", {}).get("Error", {}).get("Code") == "ResourceNotFoundException":
                return None
            raise

    def _call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        given = {name: value for name, value in parameters.items() if value is not None}
        try:
            answer: dict[str, Any] = getattr(self.lambda_client, operation)(**given)
        except Exception as error:
            raise DurableFunctionsTestError(f"{operation} failed for {self.function_name}: {error}") from error
        return answer
