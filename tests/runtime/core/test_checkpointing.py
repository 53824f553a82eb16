"""What goes into which request, who waits for it, and what happens when the service refuses."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from durable_runtime import checkpointing
from durable_runtime.checkpointing import Checkpointer
from durable_runtime.exceptions import (
    BackgroundThreadError,
    CheckpointError,
    DurableApiErrorCategory,
    OrphanedChildException,
    SuspendExecution,
)
from durable_runtime.identifier import OperationIdentifier
from durable_runtime.lambda_service import (
    CheckpointOutput,
    CheckpointUpdatedExecutionState,
    ErrorObject,
    OperationType,
    OperationUpdate,
)
from durable_runtime.scopes import Scope

SOON = 20.0


def start(name: str) -> OperationUpdate:
    return OperationUpdate.create_step_start(identifier(name))


def end(name: str, payload: str = "1") -> OperationUpdate:
    return OperationUpdate.create_step_succeed(identifier(name), payload)


def identifier(name: str) -> OperationIdentifier:
    return OperationIdentifier(name, "Step", name=name, operation_type=OperationType.STEP)


class Service:
    """Takes requests one at a time; while `gate` is closed, it does not answer."""

    def __init__(self) -> None:
        self.requests: list[list[str]] = []
        self.sizes: list[int] = []
        self.published: list[tuple[set[str], bool]] = []
        self.token: str | None = "token"
        self.failure: BaseException | None = None
        self.gate = threading.Event()
        self.gate.set()
        self.arrived = threading.Semaphore(0)
        self.busy = threading.Lock()

    def send(self, updates: list[OperationUpdate]) -> CheckpointOutput:
        assert self.busy.acquire(blocking=False), "two requests at the same time"
        try:
            self.requests.append([f"{update.action.value} {update.operation_id}" for update in updates])
            self.sizes.append(sum(len(update.payload or "") for update in updates))
            self.arrived.release()
            assert self.gate.wait(SOON)
            if self.failure is not None:
                raise self.failure
            return CheckpointOutput(self.token, CheckpointUpdatedExecutionState())
        finally:
            self.busy.release()

    def publish(self, output: CheckpointOutput, waited_for: set[str], ended: bool) -> None:
        self.published.append((waited_for, ended))

    def sent(self) -> list[str]:
        return [update for request in self.requests for update in request]


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def checkpointer(service: Service) -> Iterator[Checkpointer]:
    checkpointer = Checkpointer(service.send, service.publish, "an execution")
    yield checkpointer
    service.gate.set()
    service.failure = None
    checkpointer.close()


@pytest.fixture
def pool(service: Service) -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(32) as pool:
        yield pool
        service.gate.set()


def pending(checkpointer: Checkpointer, count: int) -> None:
    """Wait until so many updates are pending."""
    deadline = threading.Event()
    for _ in range(10_000):
        if len(checkpointer._pending) >= count:
            return
        deadline.wait(0.001)
    raise AssertionError(f"{len(checkpointer._pending)} updates are pending, not {count}")


def test_an_unawaited_update_goes_with_the_next_one(service: Service, checkpointer: Checkpointer) -> None:
    checkpointer.submit(start("a"), wait=False)
    checkpointer.submit(end("a"), wait=True)
    assert service.requests == [["START a", "SUCCEED a"]]
    assert service.published == [({"a"}, False)]


def test_an_unawaited_update_does_not_linger_for_ever(service: Service, checkpointer: Checkpointer) -> None:
    checkpointer.submit(start("a"), wait=False)
    assert service.arrived.acquire(timeout=SOON)
    assert service.requests == [["START a"]]
    assert service.published == [(set(), False)]
    # And again, when the thread that sent it has gone to sleep.
    checkpointer.submit(start("b"), wait=False)
    assert service.arrived.acquire(timeout=SOON)
    assert service.requests == [["START a"], ["START b"]]


def test_no_thread_without_unawaited_updates(service: Service, checkpointer: Checkpointer) -> None:
    before = threading.active_count()
    checkpointer.submit(end("a"), wait=True)
    assert threading.active_count() == before


def test_callers_share_the_next_request(service: Service, checkpointer: Checkpointer, pool: ThreadPoolExecutor) -> None:
    service.gate.clear()
    first = pool.submit(checkpointer.submit, end("first"), wait=True)
    assert service.arrived.acquire(timeout=SOON)
    others = [pool.submit(checkpointer.submit, end(f"{number}"), wait=True) for number in range(20)]
    pending(checkpointer, 20)
    service.gate.set()
    for future in (first, *others):
        future.result(SOON)
    assert len(service.requests) == 2
    assert sorted(service.requests[1]) == sorted(f"SUCCEED {number}" for number in range(20))


def test_many_callers_lose_nothing(service: Service, checkpointer: Checkpointer, pool: ThreadPoolExecutor) -> None:
    def work(thread: int) -> None:
        for number in range(50):
            checkpointer.submit(start(f"{thread}-{number}"), wait=False)
            checkpointer.submit(end(f"{thread}-{number}"), wait=True)
            assert f"SUCCEED {thread}-{number}" in set(service.sent())

    for future in [pool.submit(work, thread) for thread in range(16)]:
        future.result(SOON * 3)
    for thread in range(16):
        mine = [update for update in service.sent() if update.split()[1].startswith(f"{thread}-")]
        expected = [f"{action} {thread}-{number}" for number in range(50) for action in ("START", "SUCCEED")]
        assert mine == expected


def test_batches_keep_to_the_number_of_updates(service: Service, checkpointer: Checkpointer) -> None:
    for number in range(600):
        checkpointer.submit(start(f"{number}"), wait=False)
    checkpointer.submit(end("last"), wait=True)
    assert service.sent() == [*(f"START {number}" for number in range(600)), "SUCCEED last"]
    assert max(map(len, service.requests)) <= checkpointing.MAX_BATCH_UPDATES


def test_batches_keep_to_the_size(service: Service, checkpointer: Checkpointer) -> None:
    service.gate.clear()
    for number in range(9):
        checkpointer.submit(end(f"{number}", "x" * 200_000), wait=False)
    service.gate.set()
    checkpointer.submit(end("last"), wait=True)
    assert service.sent() == [*(f"SUCCEED {number}" for number in range(9)), "SUCCEED last"]
    assert max(service.sizes) <= checkpointing.MAX_BATCH_BYTES


@pytest.mark.parametrize("payload", ["x" * 3_000_000, "é" * 500_000, '"' * 500_000], ids=["long", "wide", "escaped"])
def test_an_update_larger_than_a_batch_goes_alone(service: Service, checkpointer: Checkpointer, payload: str) -> None:
    checkpointer.submit(start("large"), wait=False)
    checkpointer.submit(end("large", payload), wait=True)
    checkpointer.submit(end("next"), wait=True)
    assert service.requests == [["START large"], ["SUCCEED large"], ["SUCCEED next"]]


def test_a_large_error_counts_too(service: Service, checkpointer: Checkpointer) -> None:
    error = ErrorObject.from_message("e" * 800_000)
    checkpointer.submit(start("a"), wait=False)
    checkpointer.submit(OperationUpdate.create_step_fail(identifier("a"), error), wait=True)
    assert service.requests == [["START a"], ["FAIL a"]]


def test_what_is_pending_is_bounded(
    service: Service, checkpointer: Checkpointer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpointing, "MAX_PENDING_UPDATES", 10)
    # The flusher stays out of it.
    monkeypatch.setattr(checkpointing, "LINGER_SECONDS", SOON)
    for number in range(25):
        checkpointer.submit(start(f"{number}"), wait=False)
        assert len(checkpointer._pending) < 10
    assert len(service.sent()) == 20


def test_a_refusal_reaches_all_who_wait_and_all_who_come(
    service: Service, checkpointer: Checkpointer, pool: ThreadPoolExecutor
) -> None:
    service.gate.clear()
    service.failure = CheckpointError("no", DurableApiErrorCategory.EXECUTION)
    futures = [pool.submit(checkpointer.submit, end("0"), wait=True)]
    assert service.arrived.acquire(timeout=SOON)
    futures += [pool.submit(checkpointer.submit, end(f"{number}"), wait=True) for number in range(1, 5)]
    pending(checkpointer, 4)
    service.gate.set()
    errors = [future.exception(SOON) for future in futures]
    assert all(isinstance(error, BackgroundThreadError) for error in errors)
    assert {getattr(error, "source_exception", None) for error in errors} == {service.failure}
    assert len({id(error) for error in errors}) == 5
    with pytest.raises(BackgroundThreadError):
        checkpointer.submit(start("late"), wait=False)
    assert len(service.requests) == 1


def test_a_refusal_of_what_nobody_waits_for_is_not_forgotten(service: Service, checkpointer: Checkpointer) -> None:
    service.failure = CheckpointError("no")
    checkpointer.submit(start("a"), wait=False)
    assert service.arrived.acquire(timeout=SOON)
    with pytest.raises(BackgroundThreadError):
        checkpointer.submit(end("a"), wait=True)
    assert checkpointer.failure is service.failure


def test_a_withdrawn_token_suspends_all(service: Service, checkpointer: Checkpointer, pool: ThreadPoolExecutor) -> None:
    service.gate.clear()
    service.token = None
    futures: list[Future[None]] = [pool.submit(checkpointer.submit, end("0"), wait=True)]
    assert service.arrived.acquire(timeout=SOON)
    futures.append(pool.submit(checkpointer.submit, end("1"), wait=True))
    pending(checkpointer, 1)
    service.gate.set()
    assert all(isinstance(future.exception(SOON), SuspendExecution) for future in futures)
    assert checkpointer.is_revoked
    with pytest.raises(SuspendExecution):
        checkpointer.submit(None, wait=True)
    assert service.requests == [["SUCCEED 0"]]
    assert service.published == []


def test_the_end_of_the_execution_is_the_last_update(service: Service, checkpointer: Checkpointer) -> None:
    checkpointer.submit(start("a"), wait=False)
    service.token = None
    checkpointer.submit(OperationUpdate.create_execution_succeed("1"), wait=True)
    assert service.published[-1][1] is True
    assert not checkpointer.is_revoked
    with pytest.raises(OrphanedChildException):
        checkpointer.submit(end("a"), wait=True)
    assert len(service.requests) == 1


def test_close_sends_what_is_left(service: Service, checkpointer: Checkpointer) -> None:
    checkpointer.submit(start("a"), wait=False)
    checkpointer.close()
    assert service.sent() == ["START a"]
    with pytest.raises(OrphanedChildException):
        checkpointer.submit(start("b"), wait=False)


def test_an_interrupted_sleeper_does_not_keep_the_lead(
    service: Service, checkpointer: Checkpointer, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.gate.clear()
    first = pool.submit(checkpointer.submit, end("first"), wait=True)
    assert service.arrived.acquire(timeout=SOON)
    sleep = checkpointing._Entry.sleep

    def interrupted(entry: Any) -> None:
        sleep(entry)
        if entry.update is not None and entry.update.operation_id == "interrupted":
            raise KeyboardInterrupt

    monkeypatch.setattr(checkpointing._Entry, "sleep", interrupted)
    second = pool.submit(checkpointer.submit, end("interrupted"), wait=True)
    pending(checkpointer, 1)
    third = pool.submit(checkpointer.submit, end("third"), wait=True)
    pending(checkpointer, 2)
    service.gate.set()
    first.result(SOON)
    third.result(SOON)
    assert isinstance(second.exception(SOON), KeyboardInterrupt)
    assert set(service.sent()) == {"SUCCEED first", "SUCCEED interrupted", "SUCCEED third"}


def test_an_interrupted_leader_leaves_nobody_waiting(
    service: Service, checkpointer: Checkpointer, pool: ThreadPoolExecutor
) -> None:
    service.gate.clear()
    service.failure = KeyboardInterrupt()
    first = pool.submit(checkpointer.submit, end("first"), wait=True)
    assert service.arrived.acquire(timeout=SOON)
    second = pool.submit(checkpointer.submit, end("second"), wait=True)
    pending(checkpointer, 1)
    service.gate.set()
    assert isinstance(first.exception(SOON), KeyboardInterrupt)
    assert isinstance(second.exception(SOON), BackgroundThreadError)


def test_a_used_up_stack_leaves_nobody_waiting(
    service: Service, checkpointer: Checkpointer, pool: ThreadPoolExecutor
) -> None:
    def submit_at(depth: int) -> None:
        if depth:
            submit_at(depth - 1)
        else:
            checkpointer.submit(end("deep"), wait=True)

    def dive() -> int:
        refused = 0
        for depth in range(sys.getrecursionlimit() - 200, sys.getrecursionlimit()):
            try:
                submit_at(depth)
            except RecursionError:
                refused += 1
        return refused

    assert 0 < pool.submit(dive).result(SOON) < 200
    pool.submit(checkpointer.submit, end("last"), wait=True).result(SOON)
    assert service.sent()[-1] == "SUCCEED last"


def test_nothing_is_recorded_beneath_a_closed_context(service: Service, checkpointer: Checkpointer) -> None:
    root = Scope()
    batch = Scope(root)
    branch = Scope(batch)
    checkpointer.submit(start("a"), wait=True, within=branch)
    checkpointer.submit(end("batch"), wait=True, within=root, closes=batch)
    for scope in (batch, branch):
        with pytest.raises(OrphanedChildException, match="Parent context completed"):
            checkpointer.submit(end("a"), wait=True, within=scope)
    checkpointer.submit(end("b"), wait=True, within=root)
    assert service.sent() == ["START a", "SUCCEED batch", "SUCCEED b"]


def test_a_fatal_error_of_a_branch_keeps_its_batch_from_completing(
    service: Service, checkpointer: Checkpointer
) -> None:
    batch = Scope()
    assert checkpointer.record_fatal(batch, ValueError("first"))
    assert checkpointer.record_fatal(batch, ValueError("second"))
    with pytest.raises(ValueError, match="first"):
        checkpointer.submit(end("batch"), wait=True, closes=batch)
    closed = Scope()
    checkpointer.submit(end("closed"), wait=True, closes=closed)
    assert not checkpointer.record_fatal(closed, ValueError("late"))


def test_checking_raises_what_submitting_would(service: Service, checkpointer: Checkpointer) -> None:
    scope = Scope()
    checkpointer.check(start("a"), scope)
    scope.closed = True
    attempts: list[Callable[[], None]] = [
        lambda: checkpointer.check(start("a"), scope),
        lambda: checkpointer.submit(start("a"), wait=False, within=scope),
    ]
    for attempt in attempts:
        with pytest.raises(OrphanedChildException) as caught:
            attempt()
        assert caught.value.operation_id == "a"
    assert service.requests == []


def test_those_whom_a_slow_answer_wakes_come_back_together(
    service: Service, checkpointer: Checkpointer, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the pause the first to come back would send alone, and the others would wait for two requests."""
    gathered = threading.Event()
    monkeypatch.setattr(checkpointing, "_SLOW_SECONDS", 0.0)
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        pending(checkpointer, 4)
        gathered.set()

    monkeypatch.setattr(checkpointing.time, "sleep", pause)
    service.gate.clear()
    futures = [pool.submit(checkpointer.submit, end("0"), wait=True)]
    assert service.arrived.acquire(timeout=SOON)
    futures += [pool.submit(checkpointer.submit, end(f"{number}"), wait=True) for number in range(1, 4)]
    pending(checkpointer, 3)
    service.gate.set()
    for future in futures:
        future.result(SOON)
    assert not pauses
    again = [pool.submit(checkpointer.submit, end(f"again {number}"), wait=True) for number in range(4)]
    assert gathered.wait(SOON)
    for future in again:
        future.result(SOON)
    assert [len(request) for request in service.requests] == [1, 3, 4]
    assert len(pauses) == 1
    assert 0 < pauses[0] <= 0.002
