"""Each report of the core becomes one call of the right hook, with the right info."""

from __future__ import annotations

import datetime
import pickle
from types import SimpleNamespace
from typing import Any

import pytest

NOW = datetime.datetime(2026, 3, 4, 5, 6, 7, tzinfo=datetime.UTC)


def started(sdk: Any, operations: dict[str, Any] | None = None, **arguments: Any) -> tuple[Any, Any]:
    """An executor whose invocation has begun, and its recorder, emptied."""
    recorder = sdk.recorder()
    executor = sdk.executor(recorder)
    sdk.start(executor, operations, **arguments)
    recorder.seen.clear()
    return executor, recorder


def test_invocation_start(sdk: Any) -> None:
    recorder = sdk.recorder()
    executor = sdk.executor(recorder)
    event = {"items": [1]}
    operations = {
        "1": sdk.operation("1", StepDetails={"Attempt": 2, "Result": "7"}),
        "2": sdk.operation("2", "STARTED"),
    }
    sdk.start(
        executor,
        operations,
        is_first_invocation=False,
        execution_start_time=NOW,
        lambda_context=SimpleNamespace(aws_request_id="request"),
        execution_input=event,
        updated_operation_ids=["2", "unknown"],
    )
    [(hook, info)] = recorder.seen
    assert hook == "on_invocation_start"
    assert type(info) is sdk.plugin.InvocationStartInfo
    assert (info.request_id, info.is_first_invocation, info.execution_start_time) == ("request", False, NOW)
    assert info.execution_arn.endswith("/durable-execution/name/root")
    assert info.execution_input == event
    assert list(info.operations) == ["1", "2"]
    assert (info.operations["1"].attempt, info.operations["1"].result) == (2, "7")
    assert info.updated_operations == {"2": info.operations["2"]}


def test_plugins_get_a_copy_of_the_event(sdk: Any) -> None:
    event = {"items": [1]}
    recorder = sdk.recorder()
    executor = sdk.executor(recorder)
    sdk.start(executor, execution_input=event)
    event["items"].append(2)
    recorder.seen[0][1].execution_input["items"].append(3)
    assert event == {"items": [1, 2]}
    executor.on_invocation_end(sdk.output())
    assert recorder.seen[-1][1].execution_input == {"items": [1, 3]}


def test_an_event_that_cannot_be_copied_is_left_out(sdk: Any) -> None:
    class Uncopyable:
        def __deepcopy__(self, memo: object) -> object:
            raise ValueError("no")

    recorder = sdk.recorder()
    sdk.start(sdk.executor(recorder), execution_input=Uncopyable())
    assert recorder.seen[0][1].execution_input is None


def test_operations_that_cannot_be_read_are_left_out(sdk: Any) -> None:
    def fail() -> dict[str, Any]:
        raise ValueError("no")

    recorder = sdk.recorder()
    sdk.start(sdk.executor(recorder), operations_provider=fail)
    assert recorder.seen[0][1].operations == {}


def test_the_start_is_what_the_factory_has_seen(sdk: Any) -> None:
    made_with: list[object] = []
    recorder = sdk.recorder()

    class Factory:
        def create_plugin(self, info: object) -> object:
            made_with.append(info)
            return recorder

    executor = sdk.plugin.PluginExecutor([Factory()])
    sdk.start(executor)
    assert made_with == [recorder.seen[0][1]]
    assert made_with[0] is recorder.seen[0][1]


def test_invocation_end_shows_what_is_recorded_by_then(sdk: Any) -> None:
    operations = {"1": sdk.operation("1", "STARTED")}
    executor, recorder = started(sdk, operations, execution_start_time=NOW)
    operations["1"] = sdk.operation("1")
    executor.on_invocation_end(sdk.output(result='"done"'))
    [(hook, info)] = recorder.seen
    assert hook == "on_invocation_end"
    assert type(info) is sdk.plugin.InvocationEndInfo
    assert info.status is sdk.plugin.InvocationStatus.SUCCEEDED
    assert (info.execution_result, info.error, info.execution_start_time) == ('"done"', None, NOW)
    assert info.operations["1"].status.value == "SUCCEEDED"


def test_infos_hide_the_customers_data(sdk: Any) -> None:
    executor, recorder = started(
        sdk, {"1": sdk.operation("1", StepDetails={"Result": "secret"})}, execution_input="secret"
    )
    executor.on_invocation_end(sdk.output(result="secret"))
    info = recorder.seen[0][1]
    assert "secret" not in repr(info)
    assert hash(info) == hash(info)
    assert info.execution_input == info.execution_result == "secret"


def test_infos_can_be_pickled(sdk: Any) -> None:
    executor, recorder = started(sdk, {"1": sdk.operation("1", StepDetails={"Error": {"ErrorMessage": "m"}})})
    executor.on_invocation_end(sdk.output())
    info = recorder.seen[0][1]
    assert pickle.loads(pickle.dumps(info)).operations == info.operations


def test_end_without_start_is_no_end(sdk: Any) -> None:
    recorder = sdk.recorder()
    executor = sdk.executor(recorder)
    executor.on_invocation_end(sdk.output())
    assert recorder.seen == []


@pytest.mark.parametrize("previous", [False, True])
def test_start_of_an_operation(sdk: Any, previous: bool) -> None:
    executor, recorder = started(sdk)
    update = sdk.update("1", sub_type="Step", name="charge", parent_id="0")
    executor.on_operation_action(update, previous_operation=sdk.operation("1", "READY") if previous else None)
    [(hook, info)] = recorder.seen
    assert hook == "on_operation_start"
    assert info == sdk.plugin.OperationStartInfo(
        operation_id="1",
        operation_type=sdk.plugin.OperationType.STEP,
        sub_type="Step",
        name="charge",
        parent_id="0",
        start_time=None,
        is_replayed=previous,
        status=sdk.wire.OperationStatus.STARTED,
    )


@pytest.mark.parametrize("action", ["SUCCEED", "FAIL", "RETRY", "CANCEL"])
def test_only_starts_are_reported_when_queued(sdk: Any, action: str) -> None:
    executor, recorder = started(sdk)
    executor.on_operation_action(sdk.update("1", action))
    assert recorder.seen == []


def test_replay_reports_what_is_still_going_on(sdk: Any) -> None:
    executor, recorder = started(sdk)
    for status in ("STARTED", "PENDING", "READY"):
        executor.on_operation_replay(sdk.operation("1", status, StartTimestamp=NOW, Name="charge"))
    assert [hook for hook, _ in recorder.seen] == ["on_operation_start"] * 3
    assert [info.status.value for _, info in recorder.seen] == ["STARTED", "PENDING", "READY"]
    assert all(info.is_replayed and info.start_time == NOW and info.name == "charge" for _, info in recorder.seen)


@pytest.mark.parametrize("status", ["SUCCEEDED", "FAILED", "TIMED_OUT", "CANCELLED", "STOPPED"])
def test_replay_reports_no_operation_that_has_ended(sdk: Any, status: str) -> None:
    executor, recorder = started(sdk)
    executor.on_operation_replay(sdk.operation("1", status))
    assert recorder.seen == []


def test_an_update_found_on_replay_ends_the_operation_once(sdk: Any) -> None:
    executor, recorder = started(sdk)
    wait = sdk.operation("1", kind="WAIT", SubType="Wait", ParentId="0", StartTimestamp=NOW, EndTimestamp=NOW)
    executor.on_operation_update(wait)
    executor.on_operation_update([wait])
    executor.record_end_hooks([wait])
    executor.on_invocation_end(sdk.output())
    assert [hook for hook, _ in recorder.seen] == ["on_operation_end", "on_invocation_end"]
    info = recorder.seen[0][1]
    assert type(info) is sdk.plugin.OperationEndInfo
    assert info.operation_type is sdk.plugin.OperationType.WAIT
    assert (info.sub_type, info.parent_id, info.start_time, info.end_time) == ("Wait", "0", NOW, NOW)
    assert not info.is_replayed


def test_an_update_that_ends_nothing_is_not_reported(sdk: Any) -> None:
    executor, recorder = started(sdk)
    executor.on_operation_update(sdk.operation("1", "READY"))
    executor.on_operation_update(None)
    assert recorder.seen == []


@pytest.mark.parametrize("details", ["StepDetails", "CallbackDetails", "ChainedInvokeDetails", "ContextDetails"])
def test_results_and_errors_come_from_whichever_details_have_them(sdk: Any, details: str) -> None:
    callback = {"CallbackId": "c"} if details == "CallbackDetails" else {}
    executor, recorder = started(sdk)
    executor.on_operation_update(sdk.operation("1", **{details: {**callback, "Result": ""}}))
    executor.on_operation_update(sdk.operation("2", **{details: {**callback, "Error": {"ErrorMessage": "m"}}}))
    assert [info.result for _, info in recorder.seen] == ["", None]
    assert [info.error and info.error.message for _, info in recorder.seen] == [None, "m"]


def test_plugins_cannot_change_the_error_that_is_recorded(sdk: Any) -> None:
    operation = sdk.operation("1", "FAILED", StepDetails={"Error": {"ErrorMessage": "m", "StackTrace": ["line"]}})
    recorder = sdk.recorder()
    executor = sdk.executor(recorder)
    sdk.start(executor, {"1": operation})
    recorder.seen[0][1].operations["1"].error.stack_trace.clear()
    assert operation.step_details.error.stack_trace == ["line"]
    executor.on_invocation_end(sdk.output())
    assert recorder.seen[-1][1].operations["1"].error.stack_trace == ["line"]


def test_user_function(sdk: Any) -> None:
    executor, recorder = started(sdk)
    begun = executor.on_user_function_start(sdk.identifier("1", name="charge", parent_id="0"), attempt=2)
    error = sdk.wire.ErrorObject.from_exception(ValueError("no"))
    executor.on_user_function_end(begun, error)
    executor.on_user_function_end(begun, None)
    executor.on_user_function_end(begun, None, outcome=sdk.plugin.UserFunctionOutcome.INCOMPLETE)
    assert [hook for hook, _ in recorder.seen] == ["on_user_function_start"] + ["on_user_function_end"] * 3
    start, *ends = [info for _, info in recorder.seen]
    assert start is begun
    assert (start.name, start.parent_id, start.attempt, start.is_replayed) == ("charge", "0", 2, False)
    assert [end.outcome.value for end in ends] == ["FAILED", "SUCCEEDED", "INCOMPLETE"]
    assert [end.error for end in ends] == [error, None, None]
    assert all(end.start_time == start.start_time <= end.end_time and end.attempt == 2 for end in ends)
    assert all(end.status.value == "STARTED" for end in ends)


def test_user_function_that_only_rebuilds_results(sdk: Any) -> None:
    executor, recorder = started(sdk)
    executor.on_user_function_end(executor.on_user_function_start(sdk.identifier("1"), True), None)
    assert [info.is_replay_children for _, info in recorder.seen] == [True, True]


def test_end_of_a_child_context_that_records_none(sdk: Any) -> None:
    executor, recorder = started(sdk)
    error = sdk.wire.ErrorObject.from_exception(ValueError("no"))
    executor.on_child_context_end(
        sdk.identifier("1", "CONTEXT", name="branch"), sdk.wire.OperationStatus.FAILED, error=error, is_replayed=True
    )
    [(hook, info)] = recorder.seen
    assert hook == "on_operation_end"
    assert (info.operation_type.value, info.name, info.status.value) == ("CONTEXT", "branch", "FAILED")
    assert (info.error, info.is_replayed, info.start_time, info.result) == (error, True, None, None)
    assert info.end_time.tzinfo is datetime.UTC


def test_several_plugins_are_called_in_order(sdk: Any) -> None:
    order: list[str] = []

    def named(name: str) -> Any:
        return type(
            "Named",
            (sdk.plugin.DurableInstrumentationPlugin,),
            {"on_operation_start": lambda self, info: order.append(name)},
        )()

    executor = sdk.executor(named("a"), named("b"), named("c"))
    sdk.start(executor)
    executor.on_operation_action(sdk.update("1"))
    assert order == ["a", "b", "c"]


def test_an_executor_serves_one_invocation(sdk: Any) -> None:
    recorder = sdk.recorder()
    executor = sdk.executor(recorder)
    with executor.run():
        sdk.start(executor)
    with pytest.raises(RuntimeError, match="single-use"), executor.run():
        pass
    executor.on_operation_action(sdk.update("1"))
    assert [hook for hook, _ in recorder.seen] == ["on_invocation_start"]


def test_a_base_class_plugin_does_nothing(sdk: Any) -> None:
    executor = sdk.executor(sdk.plugin.DurableInstrumentationPlugin())
    with executor.run():
        sdk.start(executor)
        executor.on_operation_action(sdk.update("1"))
        executor.on_user_function_end(executor.on_user_function_start(sdk.identifier("1")), None)
        executor.record_end_hooks([sdk.operation("1")])
        executor.record_change([sdk.operation("1")], {"1": sdk.operation("1")}, {})
        assert (
            executor.provide_propagation_metadata(sdk.plugin.PropagationInput("arn", "1", "f")).x_amzn_trace_id is None
        )
        assert executor.on_invocation_end(sdk.output()) is None
