"""Whether a context replays, as its logger shows it; and what replay finds to be another program."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest

from tests.runtime.core.memory_service import MemoryService, drive, everybody_answers
from tests.runtime.core.sdks import Sdk


class Recorder:
    """A logger that notes what is said."""

    def __init__(self) -> None:
        self.said: list[tuple[str, dict[str, Any]]] = []

    def info(self, message: object, *args: object, extra: Any = None) -> None:
        self.said.append((str(message), dict(extra)))

    debug = warning = error = exception = info


def messages(sdk: Sdk, program: Callable[[Sdk, Any, Any], Any]) -> list[list[str]]:
    """Return what a program has its contexts log, invocation by invocation."""
    found: list[list[str]] = []

    def handler(event: Any, context: Any) -> Any:
        recorder = Recorder()
        context.set_logger(recorder)
        try:
            return program(sdk, context, recorder)
        finally:
            found.append(sorted(message for message, _ in recorder.said))

    drive(sdk.durable_execution(handler), MemoryService(sdk), everybody_answers)
    return found


def sequence(sdk: Sdk, context: Any, _: Any) -> None:
    def say(where: str) -> None:
        context.logger.info(f"{where} {context.is_replaying()}")

    say("start")
    context.step(lambda _: 1, name="first")
    say("after first")
    context.wait(sdk.seconds(1))
    say("after wait")

    def flaky(step: Any) -> None:
        step.logger.info(f"attempt {step.attempt}")
        if step.attempt < 2:
            raise ValueError

    context.step(flaky, config=sdk.retry(3))
    say("after flaky")
    callback = context.create_callback()
    say("after callback")
    callback.result()
    say("end")


def children(sdk: Sdk, context: Any, _: Any) -> None:
    def body(child: Any) -> None:
        child.logger.info("child starts")
        child.step(lambda _: 1)
        child.logger.info("child after step")
        child.wait(sdk.seconds(1))
        child.logger.info("child ends")

    context.logger.info("start")
    context.run_in_child_context(body)
    context.logger.info("between")
    context.run_in_child_context(body, config=sdk.ChildConfig(is_virtual=True))
    context.logger.info("end")


def branches(sdk: Sdk, context: Any, _: Any) -> None:
    def body(branch: Any, item: int, *__: Any) -> None:
        branch.logger.info(f"{item} starts")
        branch.wait(sdk.seconds(item))
        branch.logger.info(f"{item} after wait")
        branch.step(lambda _: 1)
        branch.logger.info(f"{item} ends")

    for nesting in (sdk.NestingType.NESTED, sdk.NestingType.FLAT):
        context.map([1, 2, 3], body, config=sdk.MapConfig(nesting_type=nesting))
    context.logger.info("end")


@pytest.mark.parametrize("program", [sequence, children, branches])
def test_logs_are_those_of_aws(ours: Sdk, aws: Sdk, program: Callable[[Sdk, Any, Any], Any]) -> None:
    mine = messages(ours, program)
    assert mine == messages(aws, program)
    assert sum(map(len, mine)) > 3


def test_loggers_tell_where_they_are(ours: Sdk) -> None:
    recorder = Recorder()

    def handler(event: Any, context: Any) -> Any:
        context.set_logger(recorder)

        def body(child: Any) -> None:
            child.logger.info("child", extra={"own": 1})
            child.step(lambda step: step.logger.info("step"), name="inside")

        context.run_in_child_context(body, name="child")

    drive(ours.durable_execution(handler), MemoryService(ours))
    (_, child), (_, step) = recorder.said
    assert child["own"] == 1
    assert set(child) == {"executionArn", "parentId", "own"}
    assert step["operationName"] == "inside"
    assert step["attempt"] == 1
    assert step["parentId"] == child["parentId"]


def test_the_default_logger_is_the_root(ours: Sdk) -> None:
    found: list[Any] = []
    drive(ours.durable_execution(lambda event, context: found.append(context.logger)), MemoryService(ours))
    assert found[0].get_logger() is logging.getLogger()


# Programs that do something else once they are replayed.


def renamed(sdk: Sdk, context: Any, replays: bool) -> None:
    context.step(lambda _: 1, name="new" if replays else "old")


def other_type(sdk: Sdk, context: Any, replays: bool) -> None:
    if replays:
        context.wait(sdk.seconds(1), name="x")
    else:
        context.step(lambda _: 1, name="x")


def other_sub_type(sdk: Sdk, context: Any, replays: bool) -> None:
    context.step(lambda _: 1, config=sdk.StepConfig(sub_type="New" if replays else "Old"))


def no_longer_virtual(sdk: Sdk, context: Any, replays: bool) -> None:
    body: Callable[[Any], Any] = lambda child: child.step(lambda _: 1)  # noqa: E731
    context.run_in_child_context(body, config=sdk.ChildConfig(is_virtual=replays))


def now_flat(sdk: Sdk, context: Any, replays: bool) -> None:
    nesting = sdk.NestingType.FLAT if replays else sdk.NestingType.NESTED
    config = sdk.MapConfig(nesting_type=nesting, completion_config=sdk.CompletionConfig.all_completed())
    # One branch: of several, the one that is refused first would be named.
    context.map([1], lambda branch, *_: branch.invoke("f", 1), config=config)


def in_a_branch(sdk: Sdk, context: Any, replays: bool) -> None:
    def body(branch: Any, *_: Any) -> None:
        branch.step(lambda _: 1, name="new" if replays else "old")
        branch.wait(sdk.seconds(1))

    config = sdk.MapConfig(completion_config=sdk.CompletionConfig.all_completed())
    context.map([1], body, config=config)


@pytest.mark.parametrize("program", [renamed, other_type, other_sub_type, no_longer_virtual, now_flat, in_a_branch])
def test_another_program_on_replay_is_refused_as_by_aws(
    ours: Sdk, aws: Sdk, program: Callable[[Sdk, Any, bool], None]
) -> None:
    def run(sdk: Sdk) -> Any:
        invocations: list[int] = []

        def handler(event: Any, context: Any) -> None:
            invocations.append(1)
            program(sdk, context, len(invocations) > 1)
            context.wait(sdk.seconds(1))

        return drive(sdk.durable_execution(handler), MemoryService(sdk), everybody_answers).outputs

    mine = run(ours)
    assert mine == run(aws)
    assert mine[-1]["Error"]["ErrorType"].endswith("NonDeterministicExecutionError")
