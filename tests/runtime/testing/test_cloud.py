"""The cloud runner, against a stand-in for Lambda's client: our engine, asked through boto3's method names."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from durable_runtime import DurableContext, durable_execution
from durable_runtime.config import Duration
from durable_runtime.execution import InvocationStatus
from durable_runtime.lambda_service import ErrorObject
from durable_runtime.service.clock import VirtualClock
from durable_runtime.service.engine import Engine
from durable_runtime.service.errors import ServiceError
from durable_runtime.service.functions import Functions
from durable_runtime.service.hosts.in_process import InProcessHost
from durable_runtime.service.store.memory import MemoryStore
from durable_runtime.testing import DurableFunctionCloudTestRunner
from durable_runtime.testing.exceptions import DurableFunctionsTestError
from durable_runtime.testing.results import ExecutionStatus


@durable_execution
def brew(event: Any, context: DurableContext) -> Any:
    context.step(lambda _: {"grams": 18}, name="grind")
    context.wait(Duration.from_minutes(4), name="steep")
    if event == "ask":
        return context.wait_for_callback(lambda callback_id, _: None, name="sugar")
    if event == "fail":
        raise RuntimeError("cold")
    return {"cup": event}


class Lambda:
    """Answers as boto3's client does, and knows a new execution only at the second question."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._asked: set[str] = set()

    def invoke(self, *, FunctionName: str, InvocationType: str, Payload: str) -> dict[str, Any]:
        if FunctionName == "plain":
            return {"StatusCode": 200, "Payload": io.BytesIO(b"8")}
        if FunctionName == "broken":
            return {"StatusCode": 503, "Payload": io.BytesIO(b"try later")}
        arn = self._call("Invoke", self._engine.start, FunctionName, Payload)
        self._asked.discard(arn)
        return {"StatusCode": 202 if InvocationType == "Event" else 200, "DurableExecutionArn": arn}

    def get_durable_execution(self, *, DurableExecutionArn: str) -> dict[str, Any]:
        self._ask(DurableExecutionArn)
        return self._engine.describe(DurableExecutionArn)

    def get_durable_execution_history(
        self, *, DurableExecutionArn: str, IncludeExecutionData: bool, Marker: str | None = None
    ) -> dict[str, Any]:
        self._ask(DurableExecutionArn)
        return self._engine.history(DurableExecutionArn, include_data=IncludeExecutionData, max_items=3, marker=Marker)

    def send_durable_execution_callback_success(self, *, CallbackId: str, Result: bytes | None = None) -> None:
        self._call("Send", self._engine.callback_succeed, CallbackId, Result)

    def send_durable_execution_callback_failure(self, *, CallbackId: str, Error: Any = None) -> None:
        self._call("Send", self._engine.callback_fail, CallbackId, Error)

    def send_durable_execution_callback_heartbeat(self, *, CallbackId: str) -> None:
        self._call("Send", self._engine.callback_heartbeat, CallbackId)

    def pause_durable_execution(self, *, DurableExecutionArn: str) -> None:
        self._call("Pause", self._engine.pause, DurableExecutionArn)

    def resume_durable_execution(self, *, DurableExecutionArn: str) -> None:
        self._call("Resume", self._engine.resume, DurableExecutionArn)

    def _ask(self, arn: str) -> None:
        if arn not in self._asked:
            self._asked.add(arn)
            raise ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "Get")

    def _call(self, operation: str, method: Any, *parameters: Any) -> Any:
        try:
            return method(*parameters)
        except ServiceError as error:
            raise ClientError({"Error": {"Code": error.code, "Message": str(error)}}, operation) from error


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch) -> Iterator[DurableFunctionCloudTestRunner]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "unused")
    functions = Functions()
    functions.register("brew", brew)
    engine = Engine(MemoryStore(), VirtualClock(), functions, InProcessHost())
    driver = threading.Thread(target=engine.serve_forever)
    driver.start()
    with DurableFunctionCloudTestRunner("brew", poll_interval=0.01) as runner:
        runner.lambda_client = Lambda(engine)
        yield runner
    engine.close()
    driver.join()


def test_runs_a_function(runner: DurableFunctionCloudTestRunner) -> None:
    result = runner.run({"size": "small"})
    assert result.status is InvocationStatus.SUCCEEDED
    assert result.execution_status is ExecutionStatus.SUCCEEDED
    assert result.value == {"cup": {"size": "small"}}
    assert result.get_step("grind").result == {"grams": 18}
    steeped = result.get_wait("steep")
    assert steeped.scheduled_end_timestamp is not None
    assert steeped.start_timestamp is not None
    assert (steeped.scheduled_end_timestamp - steeped.start_timestamp).total_seconds() == 240


def test_tells_failures(runner: DurableFunctionCloudTestRunner) -> None:
    result = runner.run("fail")
    assert result.status is InvocationStatus.FAILED
    assert result.error == ErrorObject("cold", "RuntimeError", None, None)


def test_completes_callbacks(runner: DurableFunctionCloudTestRunner) -> None:
    arn = runner.run_async("ask")
    callback_id = runner.wait_for_callback(arn, name="sugar create callback id")
    runner.send_callback_heartbeat(callback_id)
    runner.send_callback_success(callback_id, b"two lumps")
    assert runner.wait_for_result(arn).value == "two lumps"
    with pytest.raises(DurableFunctionsTestError, match="send_durable_execution_callback_success failed for brew"):
        runner.send_callback_success(callback_id)


def test_fails_callbacks(runner: DurableFunctionCloudTestRunner) -> None:
    arn = runner.run_async("ask")
    runner.send_callback_failure(runner.wait_for_callback(arn), ErrorObject.from_message("none left"))
    result = runner.wait_for_result(arn)
    assert result.error is not None
    assert result.error.message == "none left"


def test_pauses_and_resumes(runner: DurableFunctionCloudTestRunner) -> None:
    arn = runner.run_async("ask")
    callback_id = runner.wait_for_callback(arn)
    runner.pause_execution(arn)
    runner.send_callback_success(callback_id, b"one")
    with pytest.raises(TimeoutError, match=r"did not complete within 0s \(last status: PAUSED\)"):
        runner.wait_for_result(arn, timeout=0)
    runner.resume_execution(arn)
    assert runner.wait_for_result(arn).value == "one"


def test_gives_up_on_callbacks(runner: DurableFunctionCloudTestRunner) -> None:
    with pytest.raises(TimeoutError, match="Callback did not become available within 0s"):
        runner.wait_for_callback(runner.run_async({}), timeout=0)


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("plain", "No DurableExecutionArn in response for function plain: is it a durable function?"),
        ("broken", "Lambda invocation failed with status 503: try later"),
        ("nobody", "invoke failed for nobody: .*Function not found"),
    ],
)
def test_functions_that_cannot_be_run(runner: DurableFunctionCloudTestRunner, name: str, complaint: str) -> None:
    runner.function_name = name
    with pytest.raises(DurableFunctionsTestError, match=complaint.replace("?", r"\?")):
        runner.run({})
