"""Operations where none may be, suspensions that user code swallows, contexts that are used too late."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from tests.runtime.core.memory_service import MemoryService, Run, drive, everybody_answers
from tests.runtime.core.sdks import Sdk


def run(ours: Sdk, handler: Callable[[Any, Any], Any]) -> Run:
    return drive(ours.durable_execution(handler), MemoryService(ours), everybody_answers)


def condition(ours: Sdk, strategy: Callable[..., Any] | None = None, **fields: Any) -> Any:
    stop = strategy or (lambda *_: ours.WaitForConditionDecision.stop_polling())
    return ours.WaitForConditionConfig(wait_strategy=stop, **{"initial_state": 0, **fields})


# Each calls an operation of `context` where it must not.
def in_step(ours: Sdk, context: Any) -> None:
    context.step(lambda _: context.wait(ours.seconds(1), name="inner"), name="outer")


def in_retry_strategy(ours: Sdk, context: Any) -> None:
    def strategy(error: Exception, attempt: int) -> Any:
        return context.step(lambda _: 1, name="inner")

    context.step(lambda _: 1 / 0, name="outer", config=ours.StepConfig(retry_strategy=strategy))


def in_check(ours: Sdk, context: Any) -> None:
    context.wait_for_condition(lambda *_: context.step(lambda _: 1, name="inner"), condition(ours), name="outer")


def in_wait_strategy(ours: Sdk, context: Any) -> None:
    def strategy(*_: Any) -> Any:
        return context.invoke("f", None, name="inner")

    context.wait_for_condition(lambda *_: 1, condition(ours, strategy), name="outer")


def in_submitter(ours: Sdk, context: Any) -> None:
    context.wait_for_callback(lambda *_: context.create_callback("inner"), name="outer")


def in_should_complete(ours: Sdk, context: Any) -> None:
    def enough(status: Any) -> Any:
        return context.map([1], lambda *_: 1, name="inner")

    config = ours.MapConfig(completion_config=ours.CompletionConfig(should_complete=enough))
    context.map([1, 2], lambda *_: 1, name="outer", config=config)


def in_item_namer(ours: Sdk, context: Any) -> None:
    config = ours.MapConfig(item_namer=lambda *_: context.step(lambda _: "name", name="inner"))
    context.map([1, 2], lambda *_: 1, name="outer", config=config)


def in_summary_generator(ours: Sdk, context: Any) -> None:
    config = ours.ChildConfig(summary_generator=lambda _: context.parallel([], name="inner"))
    context.run_in_child_context(lambda _: "x" * 300_000, name="outer", config=config)


def in_serdes(ours: Sdk, context: Any) -> None:
    class Calling(ours.SerDes):  # type: ignore[misc, name-defined]
        def serialize(self, value: Any, _: Any) -> str:
            return str(context.step(lambda _: "1", name="inner"))

        def deserialize(self, data: str, _: Any) -> Any:
            return data

    context.run_in_child_context(lambda _: 1, name="outer", config=ours.ChildConfig(serdes=Calling()))


def in_branch(ours: Sdk, context: Any) -> None:
    def body(branch: Any, *_: Any) -> None:
        branch.step(lambda _: branch.run_in_child_context(lambda _: 1, name="inner"), name="outer")

    context.map([1, 2, 3], body)


PLACES: list[tuple[Callable[[Sdk, Any], None], str, str]] = [
    (in_step, "context.wait('inner')", "the function of step 'outer'"),
    (in_retry_strategy, "context.step('inner')", "the retry strategy of step 'outer'"),
    (in_check, "context.step('inner')", "the check of wait_for_condition 'outer'"),
    (in_wait_strategy, "context.invoke('inner')", "the wait strategy of wait_for_condition 'outer'"),
    (in_submitter, "context.create_callback('inner')", "the function of step 'outer submitter'"),
    (in_should_complete, "context.map('inner')", "the should_complete predicate of map 'outer'"),
    (in_item_namer, "context.step('inner')", "the item namer of map 'outer'"),
    (in_summary_generator, "context.parallel('inner')", "the summary generator of child context 'outer'"),
    (in_serdes, "context.step('inner')", "the serdes of child context 'outer'"),
    (in_branch, "context.run_in_child_context('inner')", "the function of step 'outer'"),
]


@pytest.mark.parametrize(("place", "inner", "outer"), PLACES, ids=[place.__name__ for place, *_ in PLACES])
def test_a_nested_operation_ends_the_execution_at_once(
    ours: Sdk, place: Callable[[Sdk, Any], None], inner: str, outer: str
) -> None:
    result = run(ours, lambda event, context: place(ours, context))
    assert len(result.outputs) == 1
    assert f"{inner} was called inside {outer}" in result.error["ErrorMessage"]
    # Nothing of it was recorded, neither the inner operation nor a failure of the outer one.
    assert not [update for update in result.service.updates() if update["Action"] in ("FAIL", "RETRY")]
    assert not [update for update in result.service.updates() if update.get("Name") == "inner"]


def test_a_nested_operation_is_a_validation_error(ours: Sdk) -> None:
    def handler(event: Any, context: Any) -> str:
        try:
            in_step(ours, context)
        except ours.ValidationError:
            return "caught"
        return "nothing"

    assert run(ours, handler).result == '"caught"'


def test_a_hidden_nested_operation_ends_the_execution_too(ours: Sdk) -> None:
    def handler(event: Any, context: Any) -> Any:
        def hide(_: Any) -> int:
            try:
                context.step(lambda _: 1, name="inner")
            except Exception:
                return 2
            return 1

        return context.step(hide, name="outer")

    assert "was called inside the function of step 'outer'" in run(ours, handler).error["ErrorMessage"]


def test_only_a_result_that_is_there_can_be_read_in_a_step(ours: Sdk) -> None:
    def handler(event: Any, context: Any) -> Any:
        callback = context.create_callback("ask")
        if event == "early":
            return context.step(lambda _: callback.result(), name="outer")
        callback.result()
        return context.step(lambda _: callback.result(), name="outer")

    assert run(ours, handler).result == '"for ask"'
    early = drive(ours.durable_execution(handler), MemoryService(ours, '"early"'), everybody_answers)
    assert "context.callback.result('ask') was called inside the function of step" in early.error["ErrorMessage"]


# Each swallows the suspension of an operation and goes on.


def bare_except(ours: Sdk, context: Any) -> str:
    try:
        context.wait(ours.seconds(5), name="pause")
    except:  # noqa: E722
        return "went on"
    return "waited"


def base_exception(ours: Sdk, context: Any) -> str:
    def broken(_: Any) -> None:
        raise ValueError

    try:
        context.step(broken, name="flaky")
    except BaseException:
        return "went on"
    return "unreachable"


def return_in_finally(ours: Sdk, context: Any) -> str:
    try:
        context.invoke("f", None, name="other")
    finally:
        return "went on"  # noqa: B012


def converted(ours: Sdk, context: Any) -> str:
    try:
        return str(context.create_callback("ask").result())
    except BaseException as error:
        raise RuntimeError("no answer") from error


def in_child(ours: Sdk, context: Any) -> str:
    return str(context.run_in_child_context(lambda child: bare_except(ours, child), name="child"))


def around_child(ours: Sdk, context: Any) -> str:
    try:
        return str(context.run_in_child_context(lambda child: child.wait(ours.seconds(1)), name="child"))
    except BaseException:
        return "went on"


def in_map(ours: Sdk, context: Any) -> Any:
    return context.map([1, 2], lambda branch, *_: bare_except(ours, branch), name="map").to_dict()


def before_another_operation(ours: Sdk, context: Any) -> Any:
    bare_except(ours, context)
    return context.step(lambda _: 1, name="next")


SWALLOWED: list[tuple[Callable[[Sdk, Any], Any], str]] = [
    (bare_except, "wait 'pause'"),
    (base_exception, "step 'flaky'"),
    (return_in_finally, "invoke 'other'"),
    (converted, "result() of callback 'ask'"),
    (in_child, "wait 'pause'"),
    (around_child, "child context 'child'"),
    (in_map, "wait 'pause'"),
    (before_another_operation, "wait 'pause'"),
]


@pytest.mark.parametrize(("place", "operation"), SWALLOWED, ids=[place.__name__ for place, _ in SWALLOWED])
def test_a_swallowed_suspension_fails_the_execution(
    ours: Sdk, place: Callable[[Sdk, Any], Any], operation: str
) -> None:
    result = run(ours, lambda event, context: place(ours, context))
    assert len(result.outputs) == 1
    assert f"The suspension of {operation} was swallowed" in result.error["ErrorMessage"]
    assert not [update for update in result.service.updates() if update.get("Name") == "next"]
    assert not [update for update in result.service.updates() if update["Type"] == "CONTEXT" and "Error" in update]


def test_a_suspension_lost_in_a_thread_fails_the_execution(ours: Sdk) -> None:
    def handler(event: Any, context: Any) -> Any:
        lost = threading.Thread(target=bare_except, args=(ours, context))
        lost.start()
        lost.join()
        return "done"

    result = run(ours, handler)
    assert len(result.outputs) == 1
    assert "The suspension of wait 'pause' was lost in another thread" in result.error["ErrorMessage"]


def test_a_context_of_an_invocation_that_has_suspended_is_no_longer_used(ours: Sdk) -> None:
    kept: list[Any] = []

    def handler(event: Any, context: Any) -> Any:
        kept.append(context)
        context.wait(ours.seconds(5), name="pause")
        return kept[0].step(lambda _: 1, name="late")

    error = run(ours, handler).error
    assert "context.step('late') was called on the context of the handler, which has ended" in str(error)


def test_cleanup_with_operations_waits_for_the_real_end(ours: Sdk) -> None:
    """On AWS's SDK the cleanup would be recorded at the suspension, before its time and in place of the next step."""

    def handler(event: Any, context: Any) -> Any:
        try:
            context.wait(ours.seconds(5), name="pause")
            return context.step(lambda _: "work", name="work")
        finally:
            context.step(lambda _: "clean", name="clean")

    result = run(ours, handler)
    assert result.result == '"work"'
    names = [update["Name"] for update in result.service.updates() if update["Action"] in ("SUCCEED", "START")]
    assert names == ["pause", "work", "work", "clean", "clean"]


def test_cleanup_without_operations_is_none_of_our_business(ours: Sdk) -> None:
    cleaned: list[int] = []

    def handler(event: Any, context: Any) -> Any:
        try:
            context.wait(ours.seconds(5))
        except BaseException:
            cleaned.append(1)
            raise
        return len(cleaned)

    assert run(ours, handler).result == "1"


def test_a_context_ends_with_its_body(ours: Sdk) -> None:
    leaked: list[Any] = []

    def handler(event: Any, context: Any) -> Any:
        context.run_in_child_context(leaked.append, name="child")
        return leaked[0].step(lambda _: 1, name="late")

    error = run(ours, handler).error
    assert "context.step('late') was called on the context of child context 'child', which has ended" in str(error)
    assert error["ErrorType"].endswith(".ValidationError")
