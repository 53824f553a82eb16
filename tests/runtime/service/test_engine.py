"""What the engine does with executions, in virtual time."""

from __future__ import annotations

import json
import threading
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import aws_durable_execution_sdk_python as aws
import botocore.session
import pytest
from aws_durable_execution_sdk_python.config import Duration as AwsDuration
from durable_runtime import DurableContext, StepContext, durable_execution
from durable_runtime.config import CallbackConfig, Duration, StepConfig
from durable_runtime.exceptions import CallbackError, InvocationError, StepError
from durable_runtime.retries import RetryStrategyConfig, create_retry_strategy
from durable_runtime.service import engine as engine_module
from durable_runtime.service import invocations
from durable_runtime.service.clock import RealClock, VirtualClock
from durable_runtime.service.engine import Engine
from durable_runtime.service.errors import (
    CallbackTimeoutException,
    DurableExecutionAlreadyStartedException,
    InvalidParameterValueException,
    ResourceConflictException,
    ResourceNotFoundException,
    ServiceException,
)
from durable_runtime.service.ledger import Changes
from durable_runtime.service.store.memory import MemoryStore
from durable_runtime.service.store.protocol import Commit
from durable_runtime.service.views import ExecutionView

from tests.runtime.service.engines import PATIENCE, ManualHost, engine, event_types, started, step, wait


@durable_execution
def orders(event: dict[str, Any], context: DurableContext) -> Any:
    paid = context.step(lambda _: event["amount"], name="pay")
    context.wait(Duration.from_hours(1), name="ship")
    return paid


@durable_execution
def noop(event: Any, context: DurableContext) -> Any:
    return event


def approval(timeout: int = 0, heartbeat: int = 0) -> Any:
    @durable_execution
    def approval(event: Any, context: DurableContext) -> Any:
        limits = CallbackConfig(Duration(timeout), Duration(heartbeat))
        try:
            return context.create_callback("approve", limits).result()
        except CallbackError as error:
            return f"{type(error).__name__}: {error}"

    return approval


def callback_of(view: ExecutionView) -> str | None:
    """The id of an execution's callback, once it has one."""
    ids = (operation.get("CallbackDetails", {}).get("CallbackId") for operation in view.operations)
    return next((id for id in ids if id is not None), None)


def waiting_callback(running: Engine, arn: str) -> str:
    """Drive until the execution waits for a callback."""
    view = running.wait_for(arn, lambda view: callback_of(view) is not None, timeout=PATIENCE)
    found = callback_of(view)
    assert found is not None
    return found


# Both SDKs


@aws.durable_execution
def aws_orders(event: dict[str, Any], context: aws.DurableContext) -> Any:
    paid = context.step(lambda _: event["amount"], name="pay")
    context.wait(AwsDuration.from_hours(1), name="ship")
    return paid


@pytest.mark.parametrize("handler", [orders, aws_orders], ids=["ours", "aws"])
def test_runs_an_execution_to_its_end(handler: Any) -> None:
    with engine(handler) as running:
        view = running.run(running.start(handler.__name__, '{"amount": 7}', name="first"), timeout=PATIENCE)
        assert (view.status, view.result, view.error, view.name) == ("SUCCEEDED", "7", None, "first")
        assert [(operation["Type"], operation["Status"]) for operation in view.operations] == [
            ("EXECUTION", "SUCCEEDED"),
            ("STEP", "SUCCEEDED"),
            ("WAIT", "SUCCEEDED"),
        ]
        assert event_types(running, view.arn) == [
            "ExecutionStarted",
            "StepStarted",
            "StepSucceeded",
            "WaitStarted",
            "InvocationCompleted",
            "WaitSucceeded",
            "InvocationCompleted",
            "ExecutionSucceeded",
        ]


def test_both_sdks_leave_the_same_operations() -> None:
    with engine(orders, aws_orders) as running:
        ours, theirs = (
            running.run(running.start(name, '{"amount": 7}', name="first"), timeout=PATIENCE)
            for name in ("orders", "aws_orders")
        )

    def settled(view: ExecutionView) -> list[Any]:
        return [
            {key: value for key, value in operation.items() if not key.endswith("Timestamp") and key != "WaitDetails"}
            for operation in view.operations[1:]
        ]

    assert settled(ours) == settled(theirs)


def test_a_handler_behind_other_wrappers_is_found() -> None:
    class Outer:
        def __init__(self, inner: Any) -> None:
            self.__wrapped__ = inner

        def __call__(self, event: Any, context: Any) -> Any:
            return self.__wrapped__(event, context)

    outer: Any = Outer(noop)
    outer.__name__ = "outer"
    with engine(outer) as running:
        assert running.run(running.start("outer", "1"), timeout=PATIENCE).result == "1"


@pytest.mark.parametrize(
    "wrong",
    [
        lambda event, context: None,
        lambda event, context: event,
        lambda event, context: event["order"],
        lambda event, context: event.get("order"),
        lambda event, context: context.step(lambda _: 1),
    ],
)
@pytest.mark.parametrize("sdks", [1, 2])
def test_a_handler_that_is_not_durable_fails_at_once(wrong: Any, sdks: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def plain(event: Any, context: Any) -> Any:
        return wrong(event, context)

    if sdks == 1:  # then it might be a wrapper around a decorated handler
        monkeypatch.setattr("durable_runtime.service.client._KNOWN", ("durable_runtime.execution",))
    with engine(plain) as running:
        view = running.run(running.start("plain"), timeout=PATIENCE)
        assert view.status == "FAILED"
        assert view.error is not None
        assert "not decorated with @durable_execution" in view.error["ErrorMessage"]
        assert event_types(running, view.arn).count("InvocationCompleted") == 1


# Starting


def test_starting_again_by_name_gives_the_same_execution() -> None:
    with engine(noop) as running:
        arn = running.start("noop", "1", name="first")
        assert running.start("noop", "1", name="first") == arn
        running.run(arn, timeout=PATIENCE)
        assert running.start("noop", "1", name="first") == arn
        with pytest.raises(DurableExecutionAlreadyStartedException):
            running.start("noop", "2", name="first")
        assert running.start("noop", "1") != running.start("noop", "1")


def test_starts_only_what_is_there_and_durable() -> None:
    def plain(event: Any, context: Any) -> None:
        """Nothing."""

    with engine(noop, plain=(plain,)) as running:
        with pytest.raises(ResourceNotFoundException, match=r"Function not found: arn:aws:lambda:.*:function:nope"):
            running.start("nope")
        with pytest.raises(InvalidParameterValueException, match="plain is not a durable function"):
            running.start("plain")
        with pytest.raises(InvalidParameterValueException):
            running.start("noop", execution_timeout=0)
        with pytest.raises(InvalidParameterValueException):
            running.start("noop", name="no spaces")


def test_functions_are_found_by_all_their_names() -> None:
    with engine(noop) as running:
        arn = running.start("arn:aws:lambda:us-west-2:123456789012:function:noop:3", "1")
        assert ":function:noop:3/durable-execution/" in arn
        assert running.run(arn, timeout=PATIENCE).status == "SUCCEEDED"
        assert ":function:noop:$LATEST/" in running.start("noop:live", "1")


def test_leaves_executions_of_functions_it_does_not_serve_alone() -> None:
    store = MemoryStore()
    with engine(noop, store=store) as starting:
        arn = starting.start("noop", "1")
    with engine(orders, store=store) as other:
        assert other.run(arn, timeout=PATIENCE).status == "RUNNING"
    with engine(noop, store=store) as again:
        assert again.run(arn, timeout=PATIENCE).status == "SUCCEEDED"


# Timers


def test_waits_take_no_time() -> None:
    with engine(orders) as running:
        view = running.run(running.start("orders", '{"amount": 1}'), timeout=PATIENCE)
    assert view.execution.ended_at is not None
    assert view.execution.ended_at - view.execution.start.started_at >= timedelta(hours=1)


def test_retries_take_no_time() -> None:
    @durable_execution
    def flaky(event: Any, context: DurableContext) -> int:
        def body(step: StepContext) -> int:
            if step.attempt < 4:
                raise ValueError("not yet")
            return step.attempt

        strategy = create_retry_strategy(RetryStrategyConfig(max_attempts=4, initial_delay=Duration.from_days(1)))
        return context.step(body, config=StepConfig(strategy))

    with engine(flaky) as running:
        assert running.run(running.start("flaky"), timeout=PATIENCE).result == "4"


@pytest.mark.parametrize(
    ("limits", "error"),
    [((3600, 0), "CallbackTimeoutError: "), ((3600, 60), "CallbackTimeoutError: ")],
    ids=["timeout", "heartbeat"],
)
def test_callback_timeouts_take_no_time(limits: tuple[int, int], error: str) -> None:
    with engine(approval(*limits)) as running:
        view = running.run(running.start("approval"), timeout=PATIENCE)
        assert view.result is not None
        assert json.loads(view.result).startswith(error)
        timed_out = next(e for e in running.history(view.arn)["Events"] if e["EventType"] == "CallbackTimedOut")
        expected = timedelta(seconds=limits[1] or limits[0])
        assert timed_out["EventTimestamp"] - view.execution.start.started_at >= expected


def test_a_heartbeat_puts_off_the_timeout() -> None:
    clock = VirtualClock()
    with engine(approval(heartbeat=60), clock=clock) as running:
        arn = running.start("approval")
        callback = waiting_callback(running, arn)
        for _ in range(3):
            running.run_until(clock.now() + timedelta(seconds=50))
            running.callback_heartbeat(callback)
        assert running.get(arn).status == "RUNNING"
        running.callback_succeed(callback, b'"yes"')
        assert running.run(arn, timeout=PATIENCE).result == '"\\"yes\\""'


def test_an_execution_times_out() -> None:
    with engine(approval()) as running:
        view = running.run(running.start("approval", execution_timeout=90), timeout=PATIENCE)
        assert view.status == "TIMED_OUT"
        assert view.error == {"ErrorMessage": "Execution timed out after 90 seconds."}


def test_does_not_skip_to_the_end_of_all_executions() -> None:
    with engine(approval()) as running:
        view = running.run(running.start("approval"))
        assert view.status == "RUNNING"
        assert running.run_until_idle()


def test_drives_up_to_a_moment() -> None:
    clock = VirtualClock()
    with engine(orders, clock=clock) as running:
        arn = running.start("orders", '{"amount": 1}')
        start = running.get(arn).execution.start.started_at
        running.run_until(start + timedelta(minutes=59))
        assert running.get(arn).status == "RUNNING"
        assert clock.now() < start + timedelta(minutes=60)
        running.run_until(start + timedelta(hours=1, seconds=1))
        assert running.get(arn).status == "SUCCEEDED"


def test_sweeps_what_is_kept_no_longer() -> None:
    clock = VirtualClock()
    with engine(noop, clock=clock) as running:
        old = running.start("noop", "1", name="first", retention_days=1)
        running.run(old, timeout=PATIENCE)
        clock.advance_to(clock.now() + timedelta(hours=23))
        running.run_until_idle()
        assert running.get(old).status == "SUCCEEDED"
        clock.advance_to(clock.now() + timedelta(hours=2))
        running.run_until_idle()
        with pytest.raises(ResourceNotFoundException):
            running.get(old)
        assert running.start("noop", "2", name="first") != old


# Callbacks


def test_callbacks_are_completed_once() -> None:
    with engine(approval()) as running:
        arn = running.start("approval")
        callback = waiting_callback(running, arn)
        running.callback_fail(callback, {"ErrorMessage": "no", "ErrorType": "Refused"})
        assert running.run(arn, timeout=PATIENCE).result == '"CallbackExternalError: no"'
        for complete in (running.callback_succeed, running.callback_fail, running.callback_heartbeat):
            with pytest.raises(CallbackTimeoutException):
                complete(callback)
        with pytest.raises(ResourceNotFoundException):
            running.callback_succeed("bm90IGEgY2FsbGJhY2s=")
        with pytest.raises(InvalidParameterValueException):
            running.callback_succeed(callback, b"\xff")


def test_waits_for_a_callback_from_another_thread_in_real_time() -> None:
    with engine(approval(), clock=RealClock()) as running:
        arn = running.start("approval")
        callback = waiting_callback(running, arn)
        idle = threading.Event()

        def answer() -> None:
            idle.wait(PATIENCE)
            running.callback_succeed(callback, "yes")

        thread = threading.Thread(target=answer)
        thread.start()
        assert running.run(arn, timeout=PATIENCE).status == "RUNNING"  # nothing but the callback can move it
        idle.set()
        assert running.wait_for(arn, lambda view: view.ended, timeout=PATIENCE).result == '"yes"'
        thread.join()


def test_gives_up_waiting_after_a_while() -> None:
    with engine(approval(), clock=RealClock()) as running:
        arn = running.start("approval")
        with pytest.raises(TimeoutError, match=r"not within 0\.01 seconds: .* is RUNNING"):
            running.wait_for(arn, lambda view: view.ended, timeout=0.01)


# What operators do


def test_stops_an_execution() -> None:
    with engine(approval()) as running:
        arn = running.start("approval")
        callback = waiting_callback(running, arn)
        ended_at = running.stop(arn, {"ErrorMessage": "enough"})
        view = running.run(arn, timeout=PATIENCE)
        assert (view.status, view.error, view.execution.ended_at) == ("STOPPED", {"ErrorMessage": "enough"}, ended_at)
        assert running.stop(arn) == ended_at
        with pytest.raises(CallbackTimeoutException):
            running.callback_succeed(callback)


def test_ignores_what_a_stopped_execution_s_handler_returns() -> None:
    host = ManualHost()
    with engine(noop, host=host) as running:
        handler = started(running, host, "noop")
        running.stop(handler.arn)
        with pytest.raises(InvalidParameterValueException, match="Invalid checkpoint token"):
            handler.checkpoint(step("a", "START"))
        handler.end('{"Status": "SUCCEEDED", "Result": "1"}')
        assert running.get(handler.arn).status == "STOPPED"
        assert event_types(running, handler.arn)[-1] == "InvocationCompleted"


def test_pauses_between_invocations_and_resumes() -> None:
    with engine(orders) as running:
        arn = running.start("orders", '{"amount": 1}')
        running.pause(arn, reason="later")
        assert running.run(arn).status == "PAUSED"
        with pytest.raises(ResourceConflictException):
            running.pause(arn)
        assert running.describe(arn)["PauseDetails"]["Reason"] == "later"
        running.resume(arn)
        with pytest.raises(ResourceConflictException):
            running.resume(arn)
        assert running.run(arn, timeout=PATIENCE).status == "SUCCEEDED"


def test_pauses_a_running_invocation_at_its_next_checkpoint() -> None:
    host = ManualHost()
    with engine(noop, host=host) as running:
        handler = started(running, host, "noop")
        running.pause(handler.arn)
        assert running.get(handler.arn).status == "PAUSING"
        assert "CheckpointToken" not in handler.checkpoint(step("a", "START"))
        handler.end()
        assert running.run(handler.arn).status == "PAUSED"
        running.resume(handler.arn)
        running.wait_for(handler.arn, lambda view: len(host.invocations) == 2, timeout=PATIENCE)


def test_deletes_what_is_over() -> None:
    with engine(approval()) as running:
        arn = running.start("approval")
        with pytest.raises(ResourceConflictException):
            running.delete(arn)
        running.stop(arn)
        running.delete(arn)
        for look in (running.get, running.describe, running.history, running.delete, running.run):
            with pytest.raises(ResourceNotFoundException):
                look(arn)


# Invocations that fail


def test_invokes_again_five_seconds_after_a_failure_and_five_times_in_all() -> None:
    tries: list[int] = []

    @durable_execution
    def broken(event: Any, context: DurableContext) -> None:
        tries.append(1)
        raise InvocationError("the service is away")

    with engine(broken) as running:
        view = running.run(running.start("broken"), timeout=PATIENCE)
        assert len(tries) == 5
        assert view.status == "FAILED"
        assert view.error is not None
        assert view.error["ErrorMessage"] == "the service is away"
        completed = [e for e in running.history(view.arn)["Events"] if e["EventType"] == "InvocationCompleted"]
        starts = [e["InvocationCompletedDetails"]["StartTimestamp"] for e in completed]
        ends = [e["EventTimestamp"] for e in completed]
        pauses = [start - end for start, end in zip(starts[1:], ends[:-1], strict=True)]
        assert all(timedelta(seconds=5) <= pause < timedelta(seconds=6) for pause in pauses)


def test_failures_are_counted_in_a_row() -> None:
    tries: list[int] = []

    @durable_execution
    def flaky(event: Any, context: DurableContext) -> int:
        for n in range(3):
            context.wait(Duration.from_seconds(1), name=f"wait-{n}")
            tries.append(n)
            if tries.count(n) < 4:
                raise InvocationError("again")
        return len(tries)

    with engine(flaky) as running:
        assert running.run(running.start("flaky"), timeout=PATIENCE).status == "SUCCEEDED"


def test_an_invocation_that_does_not_return_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    host = ManualHost()
    with engine(noop, host=host, invocation_timeout=3) as running:
        hung = started(running, host, "noop")
        now = invocations.time.monotonic() + 3
        monkeypatch.setattr(invocations, "time", SimpleNamespace(monotonic=lambda: now))
        running.wait_for(hung.arn, lambda view: len(host.invocations) == 2, timeout=PATIENCE)
        assert host.abandoned == [hung.request_id]
        with pytest.raises(InvalidParameterValueException, match="Invalid checkpoint token"):
            hung.checkpoint(step("a", "START"))
        hung.end('{"Status": "SUCCEEDED"}')
        assert running.get(hung.arn).status == "RUNNING"
        host.invocations[1].end('{"Status": "SUCCEEDED"}')
        assert running.run(hung.arn, timeout=PATIENCE).status == "SUCCEEDED"
        error = next(
            event["InvocationCompletedDetails"]["Error"]["Payload"]
            for event in running.history(hung.arn)["Events"]
            if event["EventType"] == "InvocationCompleted"
        )
        assert error["ErrorType"] == "Sandbox.Timedout"
        assert error["ErrorMessage"].endswith("Task timed out after 3.00 seconds")


@pytest.mark.parametrize("output", ["[]", "null", '{"Status": "DONE"}', '{"Status": "FAILED", "Result": "1"}'])
def test_an_output_that_lambda_would_not_take_fails_the_execution(output: str) -> None:
    host = ManualHost()
    with engine(noop, host=host) as running:
        handler = started(running, host, "noop")
        handler.end(output)
        view = running.get(handler.arn)
        assert view.status == "FAILED"
        assert view.error is not None
        assert view.error["ErrorType"] == "InvalidParameterValueException"


def test_pending_with_nothing_to_wait_for_is_tried_three_times() -> None:
    host = ManualHost()
    with engine(noop, host=host) as running:
        arn = started(running, host, "noop").arn
        for n in range(3):
            assert running.get(arn).status == "RUNNING"
            host.invocations[n].end('{"Status": "PENDING"}')
            running.wait_for(arn, lambda view, n=n: view.ended or len(host.invocations) > n + 1, timeout=PATIENCE)
        assert running.get(arn).error == {
            "ErrorType": "InvalidParameterValueException",
            "ErrorMessage": "Cannot return PENDING status with no pending operations.",
        }
        assert len(host.invocations) == 3


def test_pending_is_fine_when_something_has_just_happened() -> None:
    host = ManualHost()
    clock = VirtualClock()
    with engine(noop, host=host, clock=clock) as running:
        handler = started(running, host, "noop")
        handler.checkpoint(wait("w", 60))
        clock.advance_to(clock.now() + timedelta(seconds=60))
        running.wait_for(handler.arn, lambda view: view.operations[-1]["Status"] == "SUCCEEDED", timeout=PATIENCE)
        handler.end('{"Status": "PENDING"}')
        running.wait_for(handler.arn, lambda view: len(host.invocations) == 2, timeout=PATIENCE)
        assert running.get(handler.arn).execution.failures == 0


def test_a_host_that_cannot_start_an_invocation_is_a_failure() -> None:
    class Broken(ManualHost):
        def invoke(self, *arguments: Any) -> None:
            raise OSError("no more processes")

    with engine(noop, host=Broken()) as running:
        view = running.run(running.start("noop"), timeout=PATIENCE)
        assert view.error == {"ErrorType": "Runtime.StartError", "ErrorMessage": "OSError: no more processes"}


def test_an_invocation_cut_short_by_the_engine_s_end_is_made_again() -> None:
    store, host = MemoryStore(), ManualHost()
    with engine(noop, store=store, host=host) as running:
        cut = started(running, host, "noop", payload="1")
    cut.end('{"Status": "SUCCEEDED", "Result": "of the first"}')
    with engine(noop, store=store) as running:
        assert running.run(cut.arn, timeout=PATIENCE).result == "1"
        assert event_types(running, cut.arn).count("InvocationCompleted") == 2


# Driving


def test_runs_no_more_invocations_at_once_than_it_may() -> None:
    host = ManualHost()
    with engine(noop, host=host, max_workers=2) as running:
        arns = [running.start("noop") for _ in range(3)]
        running.wait_for(arns[0], lambda view: len(host.invocations) == 2, timeout=PATIENCE)
        with pytest.raises(TimeoutError):
            running.wait_for(arns[0], lambda view: len(host.invocations) == 3, timeout=0.05)
        host.invocations[0].end('{"Status": "SUCCEEDED"}')
        running.wait_for(arns[0], lambda view: len(host.invocations) == 3, timeout=PATIENCE)


def test_a_timer_fires_while_the_handler_runs() -> None:
    host = ManualHost()
    clock = VirtualClock()
    with engine(noop, host=host, clock=clock) as running:
        handler = started(running, host, "noop")
        handler.checkpoint(wait("w", 60))
        clock.advance_to(clock.now() + timedelta(seconds=60))
        answer = handler.checkpoint(step("a", "START"))
        changed = {each["Id"]: each["Status"] for each in answer["NewExecutionState"]["Operations"]}
        assert changed == {"w": "SUCCEEDED", "a": "STARTED"}


def test_several_threads_drive_together() -> None:
    with engine(orders, clock=VirtualClock(), max_workers=2) as running:
        arns = [running.start("orders", json.dumps({"amount": n})) for n in range(6)]
        results: dict[str, str | None] = {}

        def drive(arn: str) -> None:
            results[arn] = running.run(arn, timeout=PATIENCE).result

        threads = [threading.Thread(target=drive, args=(arn,)) for arn in arns]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
        assert [results[arn] for arn in arns] == [str(n) for n in range(6)]


def test_serves_until_it_is_stopped() -> None:
    with engine(noop, clock=RealClock()) as running:
        server = threading.Thread(target=running.serve_forever)
        server.start()
        arn = running.start("noop", "5")
        assert running.wait_for(arn, lambda view: view.ended, timeout=PATIENCE).result == "5"
        running.stop_serving()
        server.join(PATIENCE)
        assert not server.is_alive()


def test_tells_subscribers_of_every_change_in_order() -> None:
    heard: list[Changes] = []
    with engine(orders) as running:
        end = running.subscribe(heard.append)
        arn = running.start("orders", '{"amount": 1}')
        running.run(arn, timeout=PATIENCE)
        assert [event for changes in heard for event in changes.events] == running.history(arn)["Events"]
        assert {changes.execution.arn for changes in heard} == {arn}
        assert heard[-1].execution == running.get(arn).execution
        end()
        count = len(heard)
        running.start("orders", '{"amount": 1}')
        assert len(heard) == count


def test_a_subscriber_may_ask_the_engine() -> None:
    seen: list[str] = []
    with engine(orders) as running:
        running.subscribe(lambda changes: seen.append(running.get(changes.execution.arn).status))
        running.run(running.start("orders", '{"amount": 1}'), timeout=PATIENCE)
    assert seen[-1] == "SUCCEEDED"


# What it answers, in the shapes of Lambda's API


@pytest.fixture(scope="module")
def model() -> Any:
    return botocore.session.get_session().get_service_model("lambda")


def check_shape(answer: Any, shape: Any) -> None:
    """Whether an answer has no members but those of the model, and all required ones."""
    if shape.type_name == "structure":
        assert isinstance(answer, dict)
        assert set(answer) <= set(shape.members)
        assert set(shape.required_members) <= set(answer)
        for key, value in answer.items():
            check_shape(value, shape.members[key])
    elif shape.type_name == "list":
        for item in answer:
            check_shape(item, shape.member)
    else:
        types = {"string": str, "integer": int, "long": int, "boolean": bool, "timestamp": object, "blob": object}
        assert isinstance(answer, types[shape.type_name])


def test_answers_in_the_shapes_of_the_api(model: Any) -> None:
    host = ManualHost()
    with engine(orders, approval(60, 10), noop, host=None) as running:
        done = running.run(running.start("orders", '{"amount": 1}', trace_header="Root=1"), timeout=PATIENCE).arn
        paused = running.start("approval", tenant_id="t")
        running.pause(paused, reason="why")
        failed = running.run(running.start("orders", "{}"), timeout=PATIENCE).arn
        for arn in (done, paused, failed):
            check_shape(running.describe(arn), model.operation_model("GetDurableExecution").output_shape)
            for include_data in (True, False):
                history = running.history(arn, include_data=include_data)
                check_shape(history, model.operation_model("GetDurableExecutionHistory").output_shape)
        check_shape(running.list(), model.operation_model("ListDurableExecutionsByFunction").output_shape)
        assert running.describe(done)["Result"] == "1"
        assert running.describe(failed)["Error"]["ErrorMessage"] == "'amount'"
        assert "Error" not in running.describe(failed, include_data=False)
    with engine(noop, host=host) as running:
        handler = started(running, host, "noop")
        state = running.state(handler.arn, handler.token or "")
        check_shape(state, model.operation_model("GetDurableExecutionState").output_shape)
        answer = handler.checkpoint(step("a", "START"))
        check_shape(answer, model.operation_model("CheckpointDurableExecution").output_shape)


def test_pages_through_history_and_lists() -> None:
    with engine(orders) as running:
        arns = [running.run(running.start("orders", '{"amount": 1}'), timeout=PATIENCE).arn for _ in range(3)]

        def all_events(**options: Any) -> list[int]:
            pages, marker = [], None
            while True:
                page = running.history(arns[0], marker=marker, max_items=3, **options)
                pages += [event["EventId"] for event in page["Events"]]
                marker = page.get("NextMarker")
                if marker is None:
                    return pages

        assert all_events() == list(range(1, 9))
        assert all_events(reverse=True) == list(range(8, 0, -1))
        first = running.list("orders", max_items=2)
        second = running.list("orders", max_items=2, marker=first["NextMarker"])
        listed = [each["DurableExecutionArn"] for page in (first, second) for each in page["DurableExecutions"]]
        assert sorted(listed) == sorted(arns)
        assert "NextMarker" not in second
        for refused in ({"max_items": 1001}, {"max_items": -1}, {"marker": "x"}):
            with pytest.raises(InvalidParameterValueException):
                running.history(arns[0], **refused)  # type: ignore[arg-type]


def test_pages_through_the_state(monkeypatch: pytest.MonkeyPatch) -> None:
    host = ManualHost()
    with engine(noop, host=host) as running:
        handler = started(running, host, "noop")
        handler.checkpoint(*(step(f"s{n}", "START") for n in range(5)))
        assert handler.token is not None
        first = running.state(handler.arn, handler.token, None, 4)
        second = running.state(handler.arn, handler.token, first["NextMarker"], 4)
        ids = [operation["Id"] for page in (first, second) for operation in page["Operations"]]
        assert ids[1:] == ["s0", "s1", "s2", "s3", "s4"]
        assert "NextMarker" not in second
        with pytest.raises(InvalidParameterValueException, match="Invalid checkpoint token"):
            running.state(handler.arn, handler.event["CheckpointToken"])


def test_a_step_that_fails_for_good_fails_the_execution() -> None:
    @durable_execution
    def broken(event: Any, context: DurableContext) -> Any:
        def body(_: StepContext) -> None:
            raise ValueError("no")

        strategy = create_retry_strategy(RetryStrategyConfig(max_attempts=2))
        return context.step(body, config=StepConfig(strategy))

    with engine(broken) as running:
        view = running.run(running.start("broken"), timeout=PATIENCE)
        assert view.error is not None
        assert view.error["ErrorType"].endswith(StepError.__name__)


def test_drivers_return_when_the_engine_is_closed() -> None:
    with engine(approval(), clock=RealClock()) as running:
        arn = running.start("approval")
        waiting_callback(running, arn)
        ended: list[BaseException] = []

        def wait_for_end() -> None:
            try:
                running.wait_for(arn, lambda view: view.ended)
            except ServiceException as error:
                ended.append(error)

        threads = [threading.Thread(target=work) for work in (wait_for_end, wait_for_end, running.serve_forever)]
        for thread in threads:
            thread.start()
        running.close()
        for thread in threads:
            thread.join(PATIENCE)
            assert not thread.is_alive()
        assert [str(error) for error in ended] == ["The engine has been closed"] * 2


def test_goes_on_serving_after_the_store_failed(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(engine_module, "_AFTER_FAILURE", 0.0)
    failures = iter([ServiceException("The store failed: disk I/O error")] * 3)

    class Failing(MemoryStore):
        def next_due(self) -> datetime | None:
            if (failure := next(failures, None)) is not None:
                raise failure
            return super().next_due()

    with engine(noop, clock=RealClock(), store=Failing()) as running:
        ended = threading.Event()
        running.subscribe(lambda changes: ended.set() if changes.execution.ended else None)
        running.start("noop", "5")
        server = threading.Thread(target=running.serve_forever)
        server.start()
        assert ended.wait(PATIENCE)
        running.stop_serving()
        server.join(PATIENCE)
        assert not server.is_alive()
        assert "The engine cannot go on; it tries again in 0 s" in caplog.text


@pytest.mark.parametrize("serves", [True, False])
def test_what_an_invocation_came_to_outlives_a_failure_of_the_store(
    serves: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "_AFTER_FAILURE", 0.0)
    failures = iter([ServiceException("The store failed: database or disk is full")] * 2)

    class Failing(MemoryStore):
        def commit(self, commit: Commit) -> None:
            if commit.changes.execution.ended and (failure := next(failures, None)) is not None:
                raise failure
            super().commit(commit)

    with engine(noop, clock=RealClock(), store=Failing()) as running:
        arn = running.start("noop", "5")
        if serves:
            server = threading.Thread(target=running.serve_forever)
            server.start()
        else:
            with pytest.raises(ServiceException, match="disk is full"):
                running.run(arn, timeout=PATIENCE)
        assert running.wait_for(arn, lambda view: view.ended, timeout=PATIENCE).result == "5"
        assert event_types(running, arn).count("InvocationCompleted") == 1
        if serves:
            running.stop_serving()
            server.join(PATIENCE)
