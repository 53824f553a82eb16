"""Branches: how many threads they take, that they never wait for each other in a circle, and how batches end."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable
from typing import Any

import pytest
from durable_runtime.concurrency import batch as batch_module
from durable_runtime.concurrency import pool as pool_module
from durable_runtime.concurrency.completion import CompletionPolicy, CompletionRecord
from durable_runtime.concurrency.models import BatchItem, BatchResult, CompletionReason
from durable_runtime.config import BatchItemStatus

from tests.runtime.core.memory_service import MemoryService, Run, drive, everybody_answers, named
from tests.runtime.core.sdks import Sdk

SOON = 20.0
MOST_THREADS = 16


def run(ours: Sdk, handler: Callable[[Any, Any], Any], **options: Any) -> Run:
    return drive(ours.durable_execution(handler), MemoryService(ours), everybody_answers, **options)


class Threads:
    """Counts the threads that come by, those that are there at the same time, and all that the process has."""

    def __init__(self) -> None:
        self.before = threading.active_count()
        self.at_once = 0
        self.peak = 0
        self.most_in_process = 0
        self.lock = threading.Lock()

    def __enter__(self) -> None:
        with self.lock:
            self.at_once += 1
            self.peak = max(self.peak, self.at_once)
            self.most_in_process = max(self.most_in_process, threading.active_count() - self.before)

    def __exit__(self, *_: object) -> None:
        with self.lock:
            self.at_once -= 1


def test_a_thousand_branches_take_few_threads(ours: Sdk) -> None:
    threads = Threads()

    def body(branch: Any, item: int, *_: Any) -> int:
        with threads:
            return int(branch.step(lambda _: item))

    result = run(ours, lambda event, context: sum(context.map(range(1000), body).get_results()))
    assert result.result == str(sum(range(1000)))
    assert threads.most_in_process < MOST_THREADS
    assert threading.active_count() == threads.before


def test_blocking_branches_run_side_by_side(ours: Sdk) -> None:
    """As many as there are threads meet at a barrier; one fewer would wait in vain."""
    barrier = threading.Barrier(pool_module.MAX_THREADS, timeout=SOON)

    def body(branch: Any, *_: Any) -> None:
        branch.step(lambda _: barrier.wait() and None)

    result = run(ours, lambda event, context: context.map(range(pool_module.MAX_THREADS), body).success_count)
    assert result.result == str(pool_module.MAX_THREADS)


def test_branches_that_wait_for_more_others_than_there_are_threads(ours: Sdk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_module, "MAX_THREADS", 2)
    monkeypatch.setattr(batch_module, "STANDSTILL_SECONDS", 0.01)
    barrier = threading.Barrier(6, timeout=SOON)

    def body(branch: Any, *_: Any) -> None:
        branch.step(lambda _: barrier.wait() and None)

    assert run(ours, lambda event, context: context.map(range(6), body).success_count).result == "6"


@pytest.mark.parametrize("most", [0, 1, 2, 12])
def test_nested_batches_need_no_thread_of_their_own(ours: Sdk, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr(pool_module, "MAX_THREADS", most)
    threads = Threads()

    def nest(depth: int) -> Callable[..., Any]:
        def body(branch: Any, *_: Any) -> Any:
            with threads:
                if depth == 0:
                    return branch.step(lambda _: 1)
            return sum(branch.map(range(4), nest(depth - 1)).get_results())

        return body

    result = run(ours, lambda event, context: sum(context.map(range(5), nest(3)).get_results()))
    assert result.result == str(5 * 4**3)
    # The pool's, and the flusher.
    assert threads.most_in_process <= most + 1


def test_nested_batches_that_suspend(ours: Sdk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_module, "MAX_THREADS", 2)

    def inner(branch: Any, item: int, *_: Any) -> int:
        branch.wait(ours.seconds(item + 1))
        return int(branch.invoke("f", item))

    def outer(branch: Any, *_: Any) -> Any:
        return sum(branch.map(range(4), inner).get_results())

    assert run(ours, lambda event, context: context.map(range(5), outer).get_results()).result == str([6] * 5)


def test_no_thread_where_there_is_no_choice(ours: Sdk) -> None:
    names: set[str] = set()

    def body(branch: Any, item: int, *_: Any) -> Any:
        names.add(threading.current_thread().name)
        return item

    def handler(event: Any, context: Any) -> Any:
        config = ours.MapConfig(max_concurrency=1)
        return [context.map([1, 2], body, config=config).get_results(), context.map([3], body).get_results()]

    assert run(ours, handler).result == "[[1, 2], [3]]"
    assert names == {threading.current_thread().name}


def test_max_concurrency_counts_branches_in_flight(ours: Sdk) -> None:
    threads = Threads()
    reached = threading.Barrier(3, timeout=SOON)

    def body(branch: Any, item: int, *_: Any) -> None:
        with threads:
            if item < 3:
                reached.wait()

    def handler(event: Any, context: Any) -> Any:
        return context.map(range(20), body, config=ours.MapConfig(max_concurrency=3)).success_count

    assert run(ours, handler).result == "20"
    assert threads.peak == 3


def test_a_suspended_branch_stays_in_flight(ours: Sdk) -> None:
    def body(branch: Any, item: int, *_: Any) -> Any:
        return branch.invoke("f", item, name=f"invoke {item}")

    def handler(event: Any, context: Any) -> Any:
        return context.map(range(4), body, config=ours.MapConfig(max_concurrency=2)).get_results()

    result = run(ours, handler)
    assert result.result == "[0, 1, 2, 3]"
    starts = [update["Name"] for update in result.service.updates() if update["Type"] == "CHAINED_INVOKE"]
    assert set(starts[:2]) == {"invoke 0", "invoke 1"}
    assert set(starts[2:]) == {"invoke 2", "invoke 3"}
    assert [output["Status"] for output in result.outputs] == ["PENDING", "PENDING", "SUCCEEDED"]


def test_a_branch_whose_time_has_come_is_resumed_while_others_run(ours: Sdk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of the branches runs ahead, so that a wait of an hour is over at once."""
    waited = threading.Event()
    service = MemoryService(ours)

    def see_time_pass(updates: list[Any]) -> None:
        if not updates:
            service.let_time_pass(lambda operation: None)

    service.before_answer = see_time_pass
    real = batch_module.time.time
    monkeypatch.setattr(batch_module, "time", type("Clock", (), {"time": staticmethod(lambda: real() + 3601)}))

    def slow(branch: Any) -> str:
        return str(branch.step(lambda _: "slow" if waited.wait(SOON) else "too slow"))

    def waiting(branch: Any) -> str:
        branch.wait(ours.Duration.from_hours(1), name="hour")
        waited.set()
        return "waited"

    handler = ours.durable_execution(lambda event, context: context.parallel([slow, waiting]).get_results())
    # An empty request is answered with what was changed since: here, everything.
    original = service.checkpoint

    def checkpoint(**arguments: Any) -> Any:
        answer = original(**arguments)
        if arguments["updates"]:
            return answer
        state = {"Operations": [named(service, "hour")]}
        return ours.wire.CheckpointOutput.from_dict({"CheckpointToken": service.token, "NewExecutionState": state})

    monkeypatch.setattr(service, "checkpoint", checkpoint)
    result = drive(handler, service)
    assert result.outputs == [{"Status": "SUCCEEDED", "Result": '["slow", "waited"]'}]
    assert [] in service.requests


def test_the_first_success_ends_a_race(ours: Sdk) -> None:
    won, lost = threading.Event(), threading.Event()

    def winner(branch: Any) -> str:
        return str(branch.step(lambda _: "won"))

    def loser(branch: Any) -> None:
        branch.step(lambda _: won.wait(SOON), name="loses")
        lost.set()

    def handler(event: Any, context: Any) -> Any:
        config = ours.ParallelConfig(completion_config=ours.CompletionConfig.first_successful())
        result = context.parallel([winner, loser], config=config)
        won.set()
        return [result.completion_reason.value, [item.status.value for item in result.all]]

    result = run(ours, handler)
    assert result.result == '["MIN_SUCCESSFUL_REACHED", ["SUCCEEDED", "STARTED"]]'
    assert not lost.is_set()
    assert named(result.service, "parallel-branch-1")["Status"] == "STARTED"
    assert [update["Action"] for update in result.service.updates() if update.get("Name") == "loses"] == ["START"]


def test_losers_start_nothing_any_more(ours: Sdk) -> None:
    over = threading.Event()

    def loser(branch: Any) -> None:
        over.wait(SOON)
        branch.step(lambda _: 1, name="too late")

    def handler(event: Any, context: Any) -> Any:
        config = ours.ParallelConfig(completion_config=ours.CompletionConfig.first_successful())
        context.parallel([lambda _: 1, loser], config=config)
        over.set()
        return context.step(lambda _: "after")

    result = run(ours, handler)
    assert result.result == '"after"'
    assert not [update for update in result.service.updates() if update.get("Name") == "too late"]


def test_all_started_branches_are_listed_as_by_aws(ours: Sdk) -> None:
    over = threading.Event()

    def body(branch: Any, item: int, *_: Any) -> int:
        if item:
            over.wait(SOON)
        return item

    def handler(event: Any, context: Any) -> Any:
        config = ours.MapConfig(completion_config=ours.CompletionConfig.first_successful())
        result = context.map(range(50), body, config=config)
        over.set()
        return [result.total_count, result.started_count]

    assert run(ours, handler).result == "[50, 49]"


def test_a_fatal_error_in_a_branch_ends_the_execution(ours: Sdk) -> None:
    def body(branch: Any, item: int, *_: Any) -> None:
        if item == 3:
            raise ours.ExecutionError("fatal")

    def handler(event: Any, context: Any) -> Any:
        config = ours.MapConfig(completion_config=ours.CompletionConfig.all_completed())
        return context.map(range(8), body, name="map", config=config)

    result = run(ours, handler)
    assert result.error["ErrorMessage"] == "fatal"
    assert named(result.service, "map")["Status"] == "STARTED"


def test_an_error_that_a_new_invocation_cures_escapes_the_batch(ours: Sdk) -> None:
    attempts: list[int] = []

    def body(branch: Any, item: int, *_: Any) -> int:
        if item == 1 and not attempts:
            attempts.append(1)
            raise ours.RetryableSerDesError("not now")
        return item

    def handler(event: Any, context: Any) -> Any:
        config = ours.MapConfig(completion_config=ours.CompletionConfig.all_completed())
        return context.map(range(3), body, config=config).get_results()

    result = run(ours, handler, raises=(ours.RetryableSerDesError,))
    assert isinstance(result.outputs[0], ours.RetryableSerDesError)
    assert result.result == "[0, 1, 2]"


def test_an_exception_of_the_predicate_fails_the_operation(ours: Sdk) -> None:
    def handler(event: Any, context: Any) -> Any:
        completion = ours.CompletionConfig(should_complete=lambda status: 1 / 0)
        context.map([1], lambda *_: 1, config=ours.MapConfig(completion_config=completion))

    assert run(ours, handler).error["ErrorMessage"] == "division by zero"


def test_the_predicate_must_decide(ours: Sdk) -> None:
    def handler(event: Any, context: Any) -> Any:
        completion = ours.CompletionConfig(should_complete=lambda status: True)
        context.map([1], lambda *_: 1, config=ours.MapConfig(completion_config=completion))

    message = run(ours, handler).error["ErrorMessage"]
    assert "should_complete: its answer must be a CompletionDecision" in message
    assert "return continue_batch() or complete_batch()" in message


def test_the_predicate_sees_names_and_states(ours: Sdk, aws: Sdk) -> None:
    def seen(sdk: Sdk) -> list[Any]:
        found: list[Any] = []

        def predicate(status: Any) -> Any:
            found.append(
                (
                    status.completed_count,
                    [(item.index, item.name, item.status and item.status.value) for item in status.items],
                )
            )
            return sdk.continue_batch()

        config = sdk.ParallelConfig(
            max_concurrency=1, completion_config=sdk.CompletionConfig(should_complete=predicate)
        )
        functions = [sdk.ParallelBranch(lambda _: 1, "named"), lambda _: 1 / 0, lambda _: 3]
        handler = sdk.durable_execution(lambda event, context: context.parallel(functions, config=config).total_count)
        drive(handler, MemoryService(sdk))
        return found

    assert seen(ours) == seen(aws)


def test_branches_keep_their_context_variables_to_themselves(ours: Sdk) -> None:
    variable = contextvars.ContextVar("variable", default="unset")

    def body(branch: Any, item: int, *_: Any) -> str:
        before = variable.get()
        variable.set(f"set by {item}")
        return before

    def handler(event: Any, context: Any) -> Any:
        variable.set("set by handler")
        return [*set(context.map(range(40), body).get_results()), variable.get()]

    assert run(ours, handler).result == '["set by handler", "set by handler"]'
    assert variable.get() == "unset"


def test_a_process_without_room_for_threads_still_gets_there(ours: Sdk, monkeypatch: pytest.MonkeyPatch) -> None:
    start = threading.Thread.start

    def refuse(thread: threading.Thread) -> None:
        if thread.name.startswith("durable-branch"):
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", refuse)
    handler = lambda event, context: context.map(range(9), lambda _, item, *__: item).get_results()  # noqa: E731
    assert run(ours, handler).result == str(list(range(9)))


SUCCEEDED, FAILED, STARTED = BatchItemStatus.SUCCEEDED, BatchItemStatus.FAILED, BatchItemStatus.STARTED


@pytest.mark.parametrize(
    ("options", "succeeded", "failed", "reason"),
    [
        ({}, 0, 1, CompletionReason.FAILURE_TOLERANCE_EXCEEDED),
        ({}, 4, 0, None),
        ({}, 10, 0, CompletionReason.ALL_COMPLETED),
        ({"min_successful": 2}, 2, 5, CompletionReason.MIN_SUCCESSFUL_REACHED),
        ({"min_successful": 2}, 1, 5, None),
        ({"tolerated_failure_count": 2}, 0, 2, None),
        ({"tolerated_failure_count": 2}, 0, 3, CompletionReason.FAILURE_TOLERANCE_EXCEEDED),
        ({"tolerated_failure_percentage": 20}, 0, 2, None),
        ({"tolerated_failure_percentage": 20}, 0, 3, CompletionReason.FAILURE_TOLERANCE_EXCEEDED),
        ({"tolerated_failure_percentage": 100}, 0, 10, CompletionReason.ALL_COMPLETED),
    ],
)
def test_criteria_are_those_of_aws(
    aws: Sdk, options: dict[str, Any], succeeded: int, failed: int, reason: CompletionReason | None
) -> None:
    assert CompletionPolicy(10, **options).completed(succeeded, failed) is reason
    theirs = aws.module("concurrency.models").CompletionPolicy(10, **options)
    over = theirs.is_complete(succeeded, failed) or not theirs.should_continue(failed)
    assert over is (reason is not None)
    if reason is not None:
        assert theirs.reason(succeeded, failed).value == reason.value


@pytest.mark.parametrize(
    "statuses", [[], [SUCCEEDED], [SUCCEEDED, STARTED, STARTED], [STARTED, FAILED, SUCCEEDED, STARTED]]
)
def test_a_summary_tells_what_replay_needs(aws: Sdk, statuses: list[BatchItemStatus]) -> None:
    items: list[BatchItem[int]] = [BatchItem(index, status) for index, status in enumerate(statuses)]
    result = BatchResult(items, CompletionReason.MIN_SUCCESSFUL_REACHED)
    envelope = CompletionRecord.summary_envelope(result, "MapResult", "mine")
    record = CompletionRecord.from_summary_payload(envelope)
    assert record is not None
    assert record.started_total == len(statuses)
    assert record.started_indexes == {index for index, status in enumerate(statuses) if status is STARTED}
    models = aws.module("concurrency.models")
    theirs = models.BatchResult.from_dict(result.to_dict())
    assert models.CompletionRecord.summary_envelope(theirs, "MapResult", "mine") == envelope


@pytest.mark.parametrize(
    "payload",
    [
        None,
        "",
        "no JSON",
        "[]",
        "{}",
        '{"totalCount": 2, "completionReason": "ALL_COMPLETED"}',
        '{"totalCount": true, "completionReason": "ALL_COMPLETED", "startedIndexes": []}',
        '{"totalCount": 2, "completionReason": "UNKNOWN", "startedIndexes": []}',
        '{"totalCount": 2, "completionReason": [], "startedIndexes": []}',
        '{"totalCount": 2, "completionReason": "ALL_COMPLETED", "startedIndexes": [2]}',
        '{"totalCount": 2, "completionReason": "ALL_COMPLETED", "completedIndexes": [-1]}',
        '{"totalCount": 2, "completionReason": "ALL_COMPLETED", "completedIndexes": ["a"]}',
    ],
)
def test_a_summary_that_does_not_tell(payload: str | None) -> None:
    assert CompletionRecord.from_summary_payload(payload) is None


def test_a_result_raises_its_first_error(ours: Sdk) -> None:
    error = ours.ErrorObject.from_exception(KeyError("gone"))
    failed: list[BatchItem[int]] = [BatchItem(0, SUCCEEDED, 1), BatchItem(1, FAILED, error=error)]
    with pytest.raises(ours.ChildContextError, match="gone"):
        BatchResult(failed, CompletionReason.ALL_COMPLETED).throw_if_error()
    with pytest.raises(ours.ChildContextError, match="Batch item 0 failed without an ErrorObject"):
        BatchResult([BatchItem(0, FAILED)], CompletionReason.ALL_COMPLETED).throw_if_error()
    with pytest.raises(ours.BatchCompletionError, match="CUSTOM_COMPLETION_FAILED"):
        BatchResult(failed[:1], CompletionReason.CUSTOM_COMPLETION_FAILED).throw_if_error()
    BatchResult(failed[:1], CompletionReason.ALL_COMPLETED).throw_if_error()


def test_a_recorded_result_without_a_reason_gets_one(ours: Sdk) -> None:
    data = BatchResult([BatchItem(0, FAILED)], CompletionReason.ALL_COMPLETED).to_dict() | {"completionReason": None}
    result: BatchResult[int] = BatchResult.from_dict(data)
    assert result.completion_reason is CompletionReason.FAILURE_TOLERANCE_EXCEEDED
