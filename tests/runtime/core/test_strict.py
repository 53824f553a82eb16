"""Strict replay: what history does not show, but a second run of the same code can."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from durable_runtime import durable_step
from durable_runtime.strict import STRICT_VARIABLE, ReplayJournal, strict_replay

from tests.runtime.core.memory_service import MemoryService, Run, drive, everybody_answers
from tests.runtime.core.sdks import Sdk


def run(ours: Sdk, program: Callable[[Sdk, Any, bool], Any], *, strict: bool = True) -> Run:
    """Run a program that is told whether it is replayed."""
    invocations: list[int] = []

    def handler(event: Any, context: Any) -> Any:
        invocations.append(1)
        return program(ours, context, len(invocations) > 1)

    decorated = ours.durable_execution(handler)
    if not strict:
        return drive(decorated, MemoryService(ours), everybody_answers)
    with strict_replay(ReplayJournal()):
        return drive(decorated, MemoryService(ours), everybody_answers)


def first(_: Any) -> str:
    return "first"


def second(_: Any) -> str:
    return "second"


@durable_step
def charge(_: Any) -> str:
    return "charge"


@durable_step
def refund(_: Any) -> str:
    return "refund"


def swapped_steps(ours: Sdk, context: Any, replays: bool) -> Any:
    for function in (second, first) if replays else (first, second):
        context.step(function)
    context.wait(ours.seconds(1))


def swapped_decorated_steps(ours: Sdk, context: Any, replays: bool) -> Any:
    for function in (refund, charge) if replays else (charge, refund):
        context.step(function(), name="same")
    context.wait(ours.seconds(1))


def another_duration(ours: Sdk, context: Any, replays: bool) -> Any:
    context.wait(ours.seconds(30 if replays else 20), name="pause")


def another_target(ours: Sdk, context: Any, replays: bool) -> Any:
    context.invoke("new:1" if replays else "old:1", {"a": 1})


def another_payload(ours: Sdk, context: Any, replays: bool) -> Any:
    context.invoke("f", {"a": 2 if replays else 1, "b": "x" * 500})


def another_timeout(ours: Sdk, context: Any, replays: bool) -> Any:
    context.create_callback(config=ours.CallbackConfig(timeout=ours.seconds(9 if replays else 8))).result()


def another_submitter(ours: Sdk, context: Any, replays: bool) -> Any:
    context.wait_for_callback((lambda *_: 1) if replays else (lambda *_: 2), name="ask")


def another_check(ours: Sdk, context: Any, replays: bool) -> Any:
    decide = lambda state, attempt: ours.WaitForConditionDecision(attempt < 2, ours.seconds(1))  # noqa: E731
    config = ours.WaitForConditionConfig(wait_strategy=decide, initial_state=0)
    context.wait_for_condition((lambda *_: 1) if replays else (lambda *_: 2), config)


def another_body(ours: Sdk, context: Any, replays: bool) -> Any:
    body, other = (lambda child: child.wait(ours.seconds(1))), (lambda child: child.wait(ours.seconds(1)))
    context.run_in_child_context(other if replays else body)


def more_items(ours: Sdk, context: Any, replays: bool) -> Any:
    context.map(range(3 if replays else 2), lambda branch, *_: branch.invoke("f", 1), name="map")


def other_branches(ours: Sdk, context: Any, replays: bool) -> Any:
    context.parallel([second, first] if replays else [first, second])
    context.wait(ours.seconds(1))


CHANGES: list[tuple[Callable[[Sdk, Any, bool], Any], str]] = [
    (swapped_steps, r"this place runs the function first \(test_strict.py:\d+\); now .* runs the function second \("),
    (swapped_decorated_steps, r"Step 'same' .* runs the function charge \(.*\); now .* runs the function refund \("),
    (another_duration, r"Wait 'pause' at id='1ced8f.* waits 20 s; now .* that waits 30 s\."),
    (another_target, r"invokes 'old:1' with {\"a\": 1}; now .* invokes 'new:1' with {\"a\": 1}"),
    (another_payload, r"invokes 'f' with {\"a\": 1.*… \(\d+ characters, BLAKE2b \w+\); now .* with {\"a\": 2"),
    (another_timeout, r"times out after 8 s.*; now .* times out after 9 s"),
    (another_submitter, r"WaitForCallback 'ask' .* runs the function another_submitter.<locals>.<lambda>"),
    (another_check, r"WaitForCondition .* runs the function another_check.<locals>.<lambda>"),
    (another_body, r"RunInChildContext .* runs the function another_body.<locals>.<lambda>"),
    (more_items, r"Map 'map' .* has 2 items and runs .*; now .* has 3 items and runs"),
    (other_branches, r"Parallel .* has 2 branches: runs the function first .*, runs the function second"),
]


@pytest.mark.parametrize(("program", "message"), CHANGES, ids=[program.__name__ for program, _ in CHANGES])
def test_a_change_is_noticed_in_strict_replay_alone(
    ours: Sdk, program: Callable[[Sdk, Any, bool], Any], message: str
) -> None:
    error = run(ours, program).error
    assert error["ErrorType"].endswith("NonDeterministicExecutionError")
    with pytest.raises(AssertionError, match=message):
        raise AssertionError(error["ErrorMessage"])
    assert "what decides them has to come from the input or from the result of a step" in error["ErrorMessage"]
    assert run(ours, program, strict=False).output["Status"] == "SUCCEEDED"


def early_return(ours: Sdk, context: Any, replays: bool) -> Any:
    context.step(first)
    if replays:
        return "early"
    context.wait(ours.seconds(1), name="pause")
    return None


def early_error(ours: Sdk, context: Any, replays: bool) -> Any:
    if replays:
        raise ValueError("early")
    context.wait(ours.seconds(1), name="pause")


def shorter_child(ours: Sdk, context: Any, replays: bool) -> Any:
    def body(child: Any) -> None:
        if not replays:
            child.wait(ours.seconds(1), name="pause")

    context.run_in_child_context(body, name="child")


def shorter_branch(ours: Sdk, context: Any, replays: bool) -> Any:
    def body(branch: Any, *_: Any) -> None:
        if not replays:
            branch.wait(ours.seconds(1), name="pause")

    context.map([1, 2], body)


def fewer_items(ours: Sdk, context: Any, replays: bool) -> Any:
    # Without the journal, history itself shows it.
    context.map(range(1 if replays else 2), lambda branch, *_: branch.invoke("f", 1), name="map")


MISSING: list[tuple[Callable[[Sdk, Any, bool], Any], str]] = [
    (early_return, r"end of the handler: it ended before reaching .* recorded as Wait 'pause'"),
    (early_error, r"end of the handler: it ended before reaching .* recorded as Wait 'pause'"),
    (shorter_child, r"end of child context 'child': it ended before reaching .* recorded as Wait 'pause'"),
    (shorter_branch, r"end of map item 'map-item-\d': it ended before reaching .* recorded as Wait 'pause'"),
]


@pytest.mark.parametrize(("program", "message"), MISSING, ids=[program.__name__ for program, _ in MISSING])
def test_missing_operations_are_noticed_in_strict_replay_alone(
    ours: Sdk, program: Callable[[Sdk, Any, bool], Any], message: str
) -> None:
    error = run(ours, program).error
    assert error["ErrorType"].endswith("NonDeterministicExecutionError")
    with pytest.raises(AssertionError, match=message):
        raise AssertionError(error["ErrorMessage"])
    lenient = run(ours, program, strict=False).output
    assert "NonDeterministic" not in str(lenient)


def test_without_footprints_history_still_shows_what_is_missing(ours: Sdk, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a new process: each invocation gets a journal that knows nothing."""
    monkeypatch.setattr("durable_runtime.execution.current_journal", ReplayJournal)
    message = run(ours, fewer_items).error["ErrorMessage"]
    assert "map 'map' of 1 branches: it ended before reaching the operation" in message
    assert "recorded as MapIteration 'map-item-1'" in message


@pytest.mark.parametrize(("value", "strict"), [("1", True), ("0", False), ("", False)])
def test_the_environment_makes_a_process_strict(
    ours: Sdk, monkeypatch: pytest.MonkeyPatch, value: str, strict: bool
) -> None:
    monkeypatch.setenv(STRICT_VARIABLE, value)
    monkeypatch.setattr("durable_runtime.strict._JOURNAL_OF_PROCESS", ReplayJournal())
    status = run(ours, another_duration, strict=False).output["Status"]
    assert status == ("FAILED" if strict else "SUCCEEDED")


def test_strictness_ends_with_its_block(ours: Sdk) -> None:
    with strict_replay():
        pass
    assert run(ours, another_duration, strict=False).output["Status"] == "SUCCEEDED"


def test_a_journal_forgets_the_oldest_executions() -> None:
    journal = ReplayJournal()
    journal.of("kept")["1"] = "waits"
    for number in range(1500):
        journal.of(f"{number}")
        journal.of("kept")
    assert journal.of("kept") == {"1": "waits"}
    assert len(journal._executions) == 1000


def test_the_same_code_leaves_the_same_footprints(ours: Sdk) -> None:
    from tests.runtime.core import programs

    for program in (*programs.IN_ORDER, *programs.SIDE_BY_SIDE):
        handler = ours.durable_execution(program(ours))
        with strict_replay(ReplayJournal()):
            strictly = drive(handler, MemoryService(ours), everybody_answers)
        assert strictly.outputs == drive(handler, MemoryService(ours), everybody_answers).outputs, program.__name__


def test_pauses_between_attempts_may_be_of_another_length_on_replay(ours: Sdk) -> None:
    drawn = iter(range(1, 100))

    def program(ours: Sdk, context: Any, replays: bool) -> Any:
        def block(inner: Any, attempt: int) -> str:
            if attempt < 3:
                raise ConnectionError("not yet")
            inner.wait(ours.seconds(1))
            return "there"

        strategy: Any = lambda error, attempt: ours.RetryDecision.retry(ours.seconds(next(drawn)))  # noqa: E731
        return ours.with_retry(context, block, ours.WithRetryConfig(retry_strategy=strategy), name="block")

    assert run(ours, program).outputs[-1] == {"Status": "SUCCEEDED", "Result": '"there"'}
