"""Whatever happens to an execution, in whatever order: what always holds."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import hypothesis.strategies as st
from durable_runtime.service.errors import (
    CallbackTimeoutException,
    InvalidParameterValueException,
    ResourceConflictException,
)
from durable_runtime.service.ledger import Changes, InvokeOutcome, Ledger
from durable_runtime.service.wire import COMPLETED, decode, encode
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.runtime.service.ledger.play import (
    TARGETS,
    Play,
    at,
    callback,
    context,
    invoke,
    numbered,
    retry,
    step,
    update,
    wait,
)

KINDS = ("step", "context", "wait", "callback", "invoke", "missing")
ENDS = {"Succeeded", "Failed", "TimedOut", "Stopped", "Cancelled"}
TIMED = {"WaitSucceeded", "CallbackTimedOut"}


class Execution(RuleBasedStateMachine):
    """One execution, driven at random by its handler, its timers, the outside and its operators."""

    def __init__(self) -> None:
        super().__init__()
        self.play = Play(invoked=False, execution_timeout=200)
        self.ledger = self.play.ledger
        self.rows = {name: encode(operation) for name, operation in self.ledger.operations.items()}
        self.seconds = 0
        self.count = 0

    def store(self, changes: Changes | None) -> None:
        self.play.note(changes)
        for operation in changes.operations if changes is not None else ():
            self.rows[operation["Id"]] = encode(operation)

    def of(self, kind: str, *statuses: str) -> list[str]:
        return [
            name
            for name, operation in self.ledger.operations.items()
            if operation["Type"] == kind and operation["Status"] in statuses
        ]

    @property
    def now(self) -> datetime:
        return at(self.seconds)

    @property
    def running(self) -> bool:
        return self.ledger.checkpoint_token is not None

    # The handler

    @precondition(lambda self: self.running or self.ledger.execution.needs_invocation)
    @rule(data=st.data(), batches=st.integers(1, 3))
    def handler_works(self, data: st.DataObject, batches: int) -> None:
        if self.ledger.execution.needs_invocation:
            self.store(self.ledger.invocation_started(self.now, "request"))
        for _ in range(batches):
            if self.running:
                self.checkpoint(data)

    def checkpoint(self, data: st.DataObject) -> None:
        batch: list[Any] = []
        for _ in range(data.draw(st.integers(0, 5))):
            batch += self.draw_updates(data, {each["Id"] for each in batch})
        revision = self.ledger.execution.revision
        self.store(self.ledger.checkpoint(batch, self.now))
        answer = [each["Id"] for each in self.ledger.take_unseen()]
        if self.ledger.execution.status == "RUNNING":
            assert {each["Id"] for each in batch} <= set(answer)
            assert len(answer) == len(set(answer))
            assert self.ledger.execution.seen == self.ledger.execution.revision >= revision
        else:
            assert answer == []

    def draw_updates(self, data: st.DataObject, touched: set[str]) -> list[Any]:
        running = [name for name in self.of("STEP", "STARTED", "READY") if name not in touched]
        ready = [name for name in self.of("STEP", "READY") if name not in touched]
        contexts = [name for name in self.of("CONTEXT", "STARTED") if name not in touched]
        waits = [name for name in self.of("WAIT", "STARTED") if name not in touched]
        choices = ["start"] + ["end"] * bool(running) + ["again"] * bool(ready)
        choices += ["close"] * bool(contexts) + ["cancel"] * bool(waits)
        match data.draw(st.sampled_from(choices)):
            case "end":
                name = data.draw(st.sampled_from(running))
                return [
                    data.draw(st.sampled_from([step(name, "SUCCEED", Payload="1"), step(name, "FAIL"), retry(name)]))
                ]
            case "again":
                name = data.draw(st.sampled_from(ready))
                return data.draw(st.sampled_from([[step(name)], [step(name), step(name, "SUCCEED")]]))
            case "close":
                name = data.draw(st.sampled_from(contexts))
                return [data.draw(st.sampled_from([context(name, "SUCCEED"), context(name, "FAIL")]))]
            case "cancel":
                return [update(data.draw(st.sampled_from(waits)), "WAIT", "CANCEL")]
        return self.draw_start(data, contexts)

    def draw_start(self, data: st.DataObject, contexts: list[str]) -> list[Any]:
        self.count += 1
        name = f"op{self.count}"
        parent = data.draw(st.sampled_from([None, *contexts]))
        around = {} if parent is None else {"ParentId": parent}
        match data.draw(st.sampled_from(KINDS)):
            case "step":
                ends = [[], [step(name, "SUCCEED")], [step(name, "FAIL")], [retry(name, 3, Error={"ErrorType": "E"})]]
                return [step(name, **around), *data.draw(st.sampled_from(ends))]
            case "context":
                return [context(name, **around)]
            case "wait":
                return [wait(name, data.draw(st.integers(1, 30)), **around)]
            case "callback":
                return [callback(name, data.draw(st.integers(0, 20)), data.draw(st.integers(0, 20)), **around)]
            case kind:
                return [invoke(name, "missing" if kind == "missing" else "billing", **around)]

    @precondition(lambda self: self.ledger.execution.invocation is not None and self.count > 3)
    @rule(crash=st.booleans(), delay=st.sampled_from([None, 1, 7]))
    def invocation_ends(self, crash: bool, delay: int | None) -> None:
        if crash:
            retry_at = None if delay is None else at(self.seconds + delay)
            self.store(self.ledger.invocation_failed(self.now, {"ErrorType": "E"}, retry_at))
            return
        before = self.ledger.execution
        self.store(self.ledger.invocation_completed(self.now, {"Status": "PENDING"}))
        after = self.ledger.execution
        if not after.ended and after.status == "RUNNING":
            waits = self.of("WAIT", "STARTED") + self.of("CALLBACK", "STARTED") + self.of("STEP", "PENDING")
            assert after.needs_invocation or waits or self.of("CHAINED_INVOKE", "STARTED")
            assert after.needs_invocation == (before.revision > before.seen or before.owed)

    # Time, and the world outside

    @rule(seconds=st.integers(1, 12))
    def time_passes(self, seconds: int) -> None:
        expected = self.ledger.next_due()
        self.seconds += seconds
        due: dict[str, datetime] = {}
        for name, operation in self.ledger.operations.items():
            kept = operation["_"]
            moments = (kept.get("TimeoutTimestamp"), kept.get("HeartbeatTimestamp"))
            due[name] = min((each for each in moments if each is not None), default=self.now)
            if operation["Type"] == "WAIT":
                due[name] = operation["WaitDetails"]["ScheduledEndTimestamp"]
        changes = self.ledger.due(self.now)
        assert (changes is not None) == (expected is not None and expected <= self.now)
        self.store(changes)
        if changes is not None:
            fired = [due[event["Id"]] for event in changes.events if event["EventType"] in TIMED]
            assert fired == sorted(fired)
        assert self.ledger.next_due() is None or self.ledger.next_due() > self.now  # type: ignore[operator]

    @precondition(lambda self: self.of("CALLBACK", "STARTED"))
    @rule(data=st.data())
    def callback_answers(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(self.of("CALLBACK", "STARTED")))
        answer = data.draw(
            st.sampled_from(
                [
                    lambda: self.ledger.callback_succeeded(name, "1", self.now),
                    lambda: self.ledger.callback_failed(name, {"ErrorType": "E"}, self.now),
                    lambda: self.ledger.callback_heartbeat(name, self.now),
                ]
            )
        )
        if self.ledger.execution.ended:
            self.refused(answer, CallbackTimeoutException)
        else:
            self.store(answer())

    @precondition(lambda self: self.of("CHAINED_INVOKE", "STARTED"))
    @rule(data=st.data(), status=st.sampled_from(["SUCCEEDED", "FAILED", "TIMED_OUT", "STOPPED"]))
    def invoke_ends(self, data: st.DataObject, status: Any) -> None:
        name = data.draw(st.sampled_from(self.of("CHAINED_INVOKE", "STARTED")))
        changes = self.ledger.invoke_finished(name, InvokeOutcome(status), self.now)
        assert (changes is None) == self.ledger.execution.ended
        self.store(changes)

    # Operators

    @precondition(lambda self: self.count > 3)
    @rule()
    def pause(self) -> None:
        if self.ledger.execution.status == "RUNNING":
            self.store(self.ledger.pause(self.now))
        else:
            self.refused(lambda: self.ledger.pause(self.now), ResourceConflictException)

    @precondition(lambda self: self.count > 3)
    @rule()
    def resume(self) -> None:
        if self.ledger.execution.status in ("PAUSING", "PAUSED"):
            self.store(self.ledger.resume(self.now))
        else:
            self.refused(lambda: self.ledger.resume(self.now), ResourceConflictException)

    @precondition(lambda self: self.seconds > 120)
    @rule()
    def stop(self) -> None:
        over = self.ledger.execution.ended
        changes = self.ledger.stop(None, self.now)
        assert (changes is None) == over
        self.store(changes)

    @precondition(lambda self: not self.running)
    @rule()
    def checkpoint_out_of_turn(self) -> None:
        self.refused(lambda: self.ledger.checkpoint([step("late")], self.now), InvalidParameterValueException)

    def refused(self, what: Any, error: type[Exception]) -> None:
        before = self.ledger.execution
        try:
            what()
        except error:
            assert self.ledger.execution is before
        else:
            raise AssertionError(f"{error.__name__} was to be raised")

    # What always holds

    @invariant()
    def history_is_in_order(self) -> None:
        events = self.play.events
        assert [event["EventId"] for event in events] == list(range(1, len(events) + 1))
        assert self.ledger.execution.event_count == len(events)
        assert [event["EventTimestamp"] for event in events] == sorted(event["EventTimestamp"] for event in events)

    @invariant()
    def every_start_has_at_most_one_end(self) -> None:
        open_starts: dict[str, int] = {}
        for event in self.play.events:
            if "Id" not in event or event["Id"] == "first":
                continue
            kind = event["EventType"]
            if kind.endswith("Started"):
                open_starts[event["Id"]] = open_starts.get(event["Id"], 0) + 1
                assert open_starts[event["Id"]] == 1 or kind == "StepStarted"
            else:
                assert any(kind.endswith(end) for end in ENDS)
                # A step that is READY may fail or be put off again without another start.
                assert open_starts[event["Id"]] >= 1 or kind.startswith("Step")
                open_starts[event["Id"]] = 0
        for name, operation in self.ledger.operations.items():
            if operation["Type"] not in ("EXECUTION", "STEP", "CALLBACK"):
                assert (open_starts[name] == 0) == (operation["Status"] in COMPLETED)

    @invariant()
    def what_was_stored_is_all_there_is(self) -> None:
        stored = [decode(row) for row in self.rows.values()]
        again = Ledger(self.ledger.execution, stored, new_id=numbered("later"), resolve=TARGETS.get)
        assert again.operations == self.ledger.operations
        assert list(again.operations) == list(self.ledger.operations)
        assert again.next_due() == self.ledger.next_due()
        assert again.checkpoint_token == self.ledger.checkpoint_token
        assert again.updated_since_last_invocation() == self.ledger.updated_since_last_invocation()
        assert again.state_page() == self.ledger.state_page()
        later = at(self.seconds + 13)
        assert again.due(later) == Ledger(
            self.ledger.execution, self.ledger.operations.values(), new_id=numbered("later"), resolve=TARGETS.get
        ).due(later)

    @invariant()
    def an_execution_that_is_over_has_nothing_left_to_do(self) -> None:
        execution = self.ledger.execution
        assert execution.ended == (execution.ended_at is not None)
        if execution.ended:
            assert (execution.next_due, execution.needs_invocation, self.ledger.checkpoint_token) == (None, False, None)
            assert sum(event["EventType"] in ENDINGS for event in self.play.events) == 1
        else:
            assert execution.next_due is not None


ENDINGS = {"ExecutionSucceeded", "ExecutionFailed", "ExecutionTimedOut", "ExecutionStopped"}

TestExecution = Execution.TestCase
TestExecution.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
