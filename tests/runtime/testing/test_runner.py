"""The test runner: virtual time, callbacks, functions that are invoked, pauses, histories."""

from __future__ import annotations

import json
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from durable_runtime import (
    CallbackTimeoutError,
    DurableContext,
    InvokeError,
    StepContext,
    durable_execution,
    durable_step,
    durable_with_child_context,
)
from durable_runtime.config import CallbackConfig, Duration, StepConfig, WaitForCallbackConfig
from durable_runtime.execution import InvocationStatus
from durable_runtime.lambda_service import ErrorObject, OperationStatus
from durable_runtime.retries import RetryPresets
from durable_runtime.service.store.memory import MemoryStore
from durable_runtime.service.store.sqlite import SqliteStore
from durable_runtime.testing import DurableChildContextTestRunner, DurableFunctionTestRunner
from durable_runtime.testing.exceptions import (
    DurableFunctionsTestError,
    InvalidParameterValueException,
    ResourceNotFoundException,
)
from durable_runtime.testing.folding import operations_of
from durable_runtime.testing.results import ExecutionStatus


@durable_execution
def ask(event: Any, context: DurableContext) -> str:
    """Waits for a callback, at most `timeout` seconds if that is in the event."""
    config = CallbackConfig(timeout=Duration.from_seconds((event or {}).get("timeout", 0)))
    try:
        return f"answer: {context.create_callback(name='question', config=config).result()}"
    except CallbackTimeoutError:
        return "no answer"


@durable_execution
def ask_twice(event: Any, context: DurableContext) -> list[str]:
    return [context.create_callback(name="question").result() for _ in range(2)]


@durable_execution
def tell(event: Any, context: DurableContext) -> Any:
    return event


@pytest.fixture
def asking() -> Iterator[DurableFunctionTestRunner]:
    with DurableFunctionTestRunner(ask) as runner:
        yield runner


# Time


def test_waits_take_no_time() -> None:
    @durable_execution
    def sleep(event: Any, context: DurableContext) -> None:
        for day in range(20):
            context.wait(Duration.from_days(1), name=f"day {day}")

    with DurableFunctionTestRunner(sleep) as runner:
        result = runner.run()
    assert result.status is InvocationStatus.SUCCEEDED
    first, last = result.get_wait("day 0"), result.get_wait("day 19")
    assert first.start_timestamp is not None
    assert last.end_timestamp is not None
    assert 20 <= (last.end_timestamp - first.start_timestamp).total_seconds() / 86400 < 20.1


def test_a_callback_that_nobody_can_complete_times_out_at_once(asking: DurableFunctionTestRunner) -> None:
    result = asking.run({"timeout": 86400})
    assert result.value == "no answer"
    question = result.get_callback("question")
    assert question.status is OperationStatus.TIMED_OUT
    assert question.start_timestamp is not None
    assert question.end_timestamp is not None
    assert (question.end_timestamp - question.start_timestamp).total_seconds() >= 86400


def test_a_callback_does_not_time_out_while_a_thread_of_the_test_may_complete_it(
    asking: DurableFunctionTestRunner,
) -> None:
    arn = asking.run_async({"timeout": 3600})
    callback_id = asking.wait_for_callback(arn)
    with _meanwhile(asking, lambda: asking.send_callback_success(callback_id, b"later")):
        assert asking.wait_for_result(arn).value == "answer: later"


def test_a_callback_times_out_when_the_last_thread_of_the_test_has_not_completed_it(
    asking: DurableFunctionTestRunner,
) -> None:
    arn = asking.run_async({"timeout": 3600})
    asking.wait_for_callback(arn)
    with _meanwhile(asking, lambda: None):
        assert asking.wait_for_result(arn).value == "no answer"


@contextmanager
def _meanwhile(runner: DurableFunctionTestRunner, do: Callable[[], object]) -> Iterator[None]:
    """Do something in a thread, once the test waits and has had a while to lose its patience."""

    def wait_and_do() -> None:
        while not runner._watch.is_waited_for:
            threading.Event().wait(0.001)
        threading.Event().wait(0.05)
        do()

    thread = threading.Thread(target=wait_and_do)
    thread.start()
    yield
    thread.join()


def test_a_submitter_may_complete_its_callback_itself() -> None:
    @durable_execution
    def order(event: Any, context: DurableContext) -> Any:
        def submit(callback_id: str, _: object) -> None:
            runner.send_callback_success(callback_id, "at once")

        config = WaitForCallbackConfig(timeout=Duration.from_seconds(30))
        return context.wait_for_callback(submit, name="order", config=config)

    with DurableFunctionTestRunner(order) as runner:
        assert runner.run().value == "at once"


def test_a_submitter_may_have_its_callback_completed_later() -> None:
    threads = []

    @durable_execution
    def order(event: Any, context: DurableContext) -> Any:
        def submit(callback_id: str, _: object) -> None:
            threads.append(threading.Timer(0.05, runner.send_callback_success, (callback_id, "later")))
            threads[-1].start()

        config = WaitForCallbackConfig(timeout=Duration.from_seconds(30))
        return context.wait_for_callback(submit, name="order", config=config)

    with DurableFunctionTestRunner(order) as runner:
        assert runner.run().value == "later"
    threads[0].join()


@pytest.mark.parametrize("name", ["order", "order create callback id"])
def test_a_callback_goes_by_the_name_of_its_operation(name: str) -> None:
    @durable_execution
    def order(event: Any, context: DurableContext) -> Any:
        return context.wait_for_callback(lambda callback_id, _: None, name="order")

    with DurableFunctionTestRunner(order) as runner:
        arn = runner.run_async()
        runner.send_callback_success(runner.wait_for_callback(arn, name), b"found")
        assert runner.wait_for_result(arn).value == "found"


def test_waits_pass_in_the_background_and_callbacks_do_not() -> None:
    asked = threading.Event()

    @durable_execution
    def late(event: Any, context: DurableContext) -> str:
        context.wait(Duration.from_days(2))
        callback = context.create_callback(name="question", config=CallbackConfig(timeout=Duration.from_seconds(60)))
        context.step(lambda _: asked.set(), name="ask")
        return callback.result()

    with DurableFunctionTestRunner(late) as runner:
        arn = runner.run_async()
        assert asked.wait(10)
        runner.send_callback_success(runner.wait_for_callback(arn), b"in time")
        assert runner.wait_for_result(arn).value == "in time"


def test_the_execution_timeout_counts_the_time_that_passes() -> None:
    @durable_execution
    def slow(event: Any, context: DurableContext) -> None:
        context.wait(Duration.from_days(300), name="does not count")
        context.create_callback(name="never").result()

    with DurableFunctionTestRunner(slow) as runner:
        result = runner.run(execution_timeout=30)
    assert result.status is InvocationStatus.FAILED
    assert result.execution_status is ExecutionStatus.TIMED_OUT
    assert result.error == ErrorObject("Execution timed out after 30 seconds.", None, None, None)
    assert result.get_wait("does not count").status is OperationStatus.SUCCEEDED


def test_a_handler_that_hangs_is_timed_out() -> None:
    release = threading.Event()

    @durable_execution
    def hang(event: Any, context: DurableContext) -> None:
        release.wait(20)

    with DurableFunctionTestRunner(hang) as runner:
        result = runner.run(execution_timeout=1)
        release.set()
    assert result.execution_status is ExecutionStatus.TIMED_OUT


def test_failed_invocations_are_repeated_without_delay() -> None:
    attempts = []

    @durable_execution
    def unlucky(event: Any, context: DurableContext) -> int:
        from durable_runtime import InvocationError

        attempts.append(1)
        if len(attempts) < 4:
            raise InvocationError("try again")
        return len(attempts)

    with DurableFunctionTestRunner(unlucky) as runner:
        assert runner.run().value == 4


# Callbacks


def test_open_callbacks_of_one_name_are_found_in_their_order() -> None:
    with DurableFunctionTestRunner(ask_twice) as runner:
        arn = runner.run_async()
        first = runner.wait_for_callback(arn, name="question")
        runner.send_callback_success(first, b"one")
        second = runner.wait_for_callback(arn, name="question")
        assert second != first
        runner.send_callback_success(second, b"two")
        assert runner.wait_for_result(arn).value == ["one", "two"]


def test_waiting_for_a_callback_that_never_comes_says_which_came(asking: DurableFunctionTestRunner) -> None:
    arn = asking.run_async({"timeout": 60})
    with pytest.raises(TimeoutError, match=r"No callback 'quetsion' is waiting: .* \(SUCCEEDED\); .* were 'question'"):
        asking.wait_for_callback(arn, name="quetsion")


def test_waiting_for_a_callback_of_an_execution_without_any() -> None:
    with DurableFunctionTestRunner(tell) as runner, pytest.raises(TimeoutError, match="it has created none"):
        runner.wait_for_callback(runner.run_async())


def test_waiting_gives_up_after_its_timeout(asking: DurableFunctionTestRunner) -> None:
    arn = asking.run_async()
    keeper = threading.Timer(1, lambda: None)
    keeper.start()
    with pytest.raises(TimeoutError, match=r"did not complete within timeout of 0.05 seconds"):
        asking.wait_for_result(arn, timeout=0.05)
    with pytest.raises(TimeoutError, match=r"No callback 'other' became available within 0.05 seconds"):
        asking.wait_for_callback(arn, name="other", timeout=0.05)
    keeper.cancel()
    keeper.join()


def test_a_callback_is_completed_once(asking: DurableFunctionTestRunner) -> None:
    arn = asking.run_async()
    callback_id = asking.wait_for_callback(arn)
    asking.send_callback_success(callback_id, b"yes")
    for send in (asking.send_callback_success, asking.send_callback_failure, asking.send_callback_heartbeat):
        with pytest.raises(ResourceNotFoundException, match="Failed to process callback"):
            send(callback_id)
    assert asking.wait_for_result(arn).value == "answer: yes"


def test_callbacks_that_do_not_exist(asking: DurableFunctionTestRunner) -> None:
    with pytest.raises(ResourceNotFoundException):
        asking.send_callback_success("no such callback")
    with pytest.raises(InvalidParameterValueException, match="callback_id is required"):
        asking.send_callback_success("")


# Executions


def test_a_runner_runs_any_number_of_executions() -> None:
    with DurableFunctionTestRunner(tell) as runner:
        assert [runner.run({"number": number}).value for number in range(3)] == [{"number": n} for n in range(3)]
        arns = [runner.run_async(number, execution_name="same") for number in range(3)]
        assert [runner.wait_for_result(arn).value for arn in arns] == [0, 1, 2]
    assert [arn.split("/")[2] for arn in arns] == ["same", "same-2", "same-3"]


def test_names_account_region_and_tenant_reach_the_function() -> None:
    @durable_execution
    def look(event: Any, context: DurableContext) -> list[str]:
        return [context.execution_context.durable_execution_arn, context.lambda_context.tenant_id]

    with DurableFunctionTestRunner(look, region="eu-north-1") as runner:
        arn, tenant = runner.run(
            function_name="look up!", execution_name="first look", account_id="210987654321", tenant_id="acme"
        ).value
    assert arn.startswith(
        "arn:aws:lambda:eu-north-1:210987654321:function:look-up-:$LATEST/durable-execution/first-look/"
    )
    assert tenant == "acme"


def test_the_old_name_of_the_timeout_is_deprecated() -> None:
    with DurableFunctionTestRunner(tell) as runner:
        with pytest.warns(DeprecationWarning, match="Use execution_timeout instead"):
            runner.run({}, timeout=5)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            runner.run({}, execution_timeout=5)


def test_input_that_is_no_json_is_refused() -> None:
    with (
        DurableFunctionTestRunner(tell) as runner,
        pytest.raises(DurableFunctionsTestError, match=r"the input cannot be written as JSON: .* set"),
    ):
        runner.run({1, 2})


def test_a_closed_runner_says_so_and_keeps_its_histories() -> None:
    with DurableFunctionTestRunner(tell) as runner:
        arn = runner.run_async()
        runner.wait_for_result(arn)
    runner.close()
    with pytest.raises(DurableFunctionsTestError, match="the runner is closed"):
        runner.run()
    assert runner.get_execution_history(arn).events[-1].event_type == "ExecutionSucceeded"


def test_waiting_in_a_closed_runner_is_no_use() -> None:
    with DurableFunctionTestRunner(ask) as runner:
        arn = runner.run_async()
    with pytest.raises(DurableFunctionsTestError, match="the runner is closed"):
        runner.wait_for_result(arn)


def test_an_engine_that_stops_working_says_why() -> None:
    class Full(MemoryStore):
        def commit(self, commit: Any) -> None:
            raise OSError("disk full")

    with DurableFunctionTestRunner(tell, store=Full()) as runner:
        with pytest.raises(RuntimeError, match="the engine has stopped working") as caught:
            runner.run()
        assert str(caught.value.__cause__) == "disk full"


def test_handlers_ask_for_state_that_did_not_come_with_the_invocation() -> None:
    @durable_execution
    def many(event: Any, context: DurableContext) -> int:
        sizes = [context.step(_letters, name=f"letters {number}") for number in range(5)]
        context.wait(Duration.from_seconds(1))
        return sum(map(len, sizes))

    with DurableFunctionTestRunner(many, max_invocation_page_bytes=100) as runner:
        assert runner.run().value == 500


def _letters(step_context: StepContext) -> str:
    return "x" * 100


def test_executions_that_do_not_exist(asking: DurableFunctionTestRunner) -> None:
    for look in (asking.get_execution_history, asking.wait_for_result, asking.pause_execution):
        with pytest.raises(ResourceNotFoundException, match="Durable execution not found: arn:nobody"):
            look("arn:nobody")
        with pytest.raises(InvalidParameterValueException):
            look("")


def test_histories_come_with_data_and_without() -> None:
    with DurableFunctionTestRunner(tell) as runner:
        arn = runner.run_async({"secret": 1})
        runner.wait_for_result(arn)
        bare = runner.get_execution_history(arn).events[0].execution_started_details
        full = runner.get_execution_history(arn, include_execution_data=True).events[0].execution_started_details
    assert bare is not None
    assert full is not None
    assert bare.input is not None
    assert full.input is not None
    assert (bare.input.payload, bare.input.truncated) == (None, True)
    assert (full.input.payload, full.input.truncated) == ('{"secret": 1}', False)


def test_executions_are_kept_where_the_test_wants_them(tmp_path: Path) -> None:
    for expected in ("execution-name", "execution-name-2"):
        with DurableFunctionTestRunner(tell, store=SqliteStore(tmp_path / "executions.db")) as runner:
            arn = runner.run_async({"a": 1})
            assert runner.wait_for_result(arn).value == {"a": 1}
        assert arn.split("/")[2] == expected


# Replay


def test_code_that_changes_its_mind_on_replay_fails() -> None:
    numbers = iter(range(10))

    @durable_execution
    def fickle(event: Any, context: DurableContext) -> None:
        context.step(_remember(next(numbers)), name="remember")
        context.wait(Duration.from_seconds(1))
        context.invoke("tell", next(numbers))

    with DurableFunctionTestRunner(fickle) as runner:
        runner.register_durable_function("tell", tell)
        result = runner.run()
    assert result.error is not None
    assert str(result.error.type).endswith("NonDeterministicExecutionError")


@durable_step
def _remember(step_context: StepContext, number: int) -> int:
    return number


# Functions that are invoked


def test_functions_invoke_others() -> None:
    @durable_execution
    def outer(event: Any, context: DurableContext) -> list[Any]:
        try:
            context.invoke("nobody", {})
        except InvokeError as error:
            unknown = error.error_type
        return [context.invoke("durable", [1]), context.invoke("plain:live", [1, 2]), unknown]

    with DurableFunctionTestRunner(outer) as runner:
        runner.register_durable_function("durable", tell).register_function("plain", lambda event, _: len(event))
        arn = runner.run_async()
        assert runner.wait_for_result(arn).value == [[1], 2, "ResourceNotFoundException"]
        started = [event.chained_invoke_started_details for event in runner.get_execution_history(arn).events]
        (child,) = [details.durable_execution_arn for details in started if details and details.durable_execution_arn]
        assert runner.get_execution_history(child).events[-1].event_type == "ExecutionSucceeded"


def test_a_function_that_is_invoked_has_its_own_timeout() -> None:
    @durable_execution
    def outer(event: Any, context: DurableContext) -> str:
        try:
            return str(context.invoke("ask", {}))
        except InvokeError as error:
            return error.message

    with DurableFunctionTestRunner(outer) as runner:
        runner.register_durable_function("ask", ask, execution_timeout=7)
        assert runner.run().value == "CHAINED_INVOKE timed out after 7 seconds."


# Pauses


def test_a_paused_execution_does_not_go_on(asking: DurableFunctionTestRunner) -> None:
    arn = asking.run_async()
    callback_id = asking.wait_for_callback(arn)
    asking.pause_execution(arn)
    asking.pause_execution(arn)
    asking.send_callback_success(callback_id, b"yes")
    keeper = threading.Timer(1, lambda: None)
    keeper.start()
    with pytest.raises(TimeoutError):
        asking.wait_for_result(arn, timeout=0.1)
    keeper.cancel()
    keeper.join()
    asking.resume_execution(arn)
    assert asking.wait_for_result(arn).value == "answer: yes"
    asking.resume_execution(arn)
    asking.pause_execution(arn)


def test_a_pause_waits_for_the_invocation_that_runs() -> None:
    started, release = threading.Event(), threading.Event()

    @durable_execution
    def work(event: Any, context: DurableContext) -> list[int]:
        first = context.step(lambda _: started.set() or release.wait(10), name="first")
        return [first, context.step(lambda _: 2, name="second")]

    with DurableFunctionTestRunner(work) as runner:
        arn = runner.run_async()
        assert started.wait(10)
        with pytest.raises(TimeoutError, match=r"did not become idle within 0.05 seconds"):
            runner.pause_execution(arn, timeout=0.05)
        release.set()
        runner.pause_execution(arn)
        runner.resume_execution(arn)
        assert runner.wait_for_result(arn).value == [True, 2]


@pytest.mark.parametrize("timeout", [0, -1, float("inf"), float("nan")])
def test_a_pause_needs_a_timeout_that_can_pass(asking: DurableFunctionTestRunner, timeout: float) -> None:
    with pytest.raises(ValueError, match="timeout must be finite and positive"):
        asking.pause_execution(asking.run_async(), timeout=timeout)


# Child contexts


def test_a_child_context_runs_by_itself() -> None:
    @durable_with_child_context
    def pack(context: DurableContext, *items: str, paper: str) -> str:
        context.wait(Duration.from_minutes(3), name="fold")
        return context.step(lambda _: f"{paper}: {', '.join(items)}", name="wrap")

    with DurableChildContextTestRunner(pack, "book", "pen", paper="red") as runner:
        result = runner.run()
    assert result.value == "red: book, pen"
    assert [operation.name for operation in result.operations] == ["fold", "wrap"]


def test_a_child_context_of_aws_sdk_runs_by_itself() -> None:
    from aws_durable_execution_sdk_python import durable_with_child_context as theirs
    from aws_durable_execution_sdk_python.execution import InvocationStatus as TheirStatus

    @theirs
    def pack(context: Any, item: str) -> str:
        return str(context.step(lambda _: item, name="wrap"))

    with DurableChildContextTestRunner(pack, "book", skip_time=False) as runner:
        result = runner.run()
    assert result.value == "book"
    assert result.status is TheirStatus.SUCCEEDED


# Histories and operations


def test_operations_follow_from_the_history() -> None:
    """What a runner in the cloud reads from events is what the engine has."""

    @durable_execution
    def everything(event: Any, context: DurableContext) -> None:
        context.step(lambda _: {"a": 1}, name="step")
        context.run_in_child_context(lambda child: child.wait(Duration.from_seconds(3), name="wait"), name="child")
        context.invoke("tell", 1, name="invoke")
        context.parallel([lambda branch: branch.step(lambda _: 1), lambda branch: 2], name="parallel")
        once = StepConfig(retry_strategy=RetryPresets.fixed(interval=Duration.from_seconds(3)))
        context.step(_shaky, name="shaky", config=once)
        context.create_callback(name="callback").result()

    with DurableFunctionTestRunner(everything) as runner:
        runner.register_durable_function("tell", tell)
        arn = runner.run_async()
        runner.send_callback_failure(runner.wait_for_callback(arn), ErrorObject.from_message("no"))
        runner.wait_for_result(arn)
        engine_operations = [row for row in runner._engine.get(arn).operations if row["Type"] != "EXECUTION"]
        events: list[Any] = list(runner._watch.executions[arn].events)
    assert [_comparable(row) for row in operations_of(events)] == [_comparable(row) for row in engine_operations]


def _shaky(step_context: StepContext) -> int:
    if step_context.attempt == 1:
        raise OSError("shaky")
    return step_context.attempt


def _comparable(row: Any) -> Any:
    """Without what no event tells: whether a context replays its children."""
    plain = {**row, "ContextDetails": {**row.get("ContextDetails", {}), "ReplayChildren": None}}
    return json.loads(json.dumps(plain, default=str, sort_keys=True))
