"""Small programs that use each operation, written once for both SDKs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from tests.runtime.instrumentation.tracing import ACTIVE, World

Handler = Callable[[Any, Any], Any]


def seconds(world: World, count: int) -> Any:
    return world.sdk.module("config").Duration.from_seconds(count)


def attempts(world: World, count: int) -> Any:
    retries, config = world.sdk.module("retries"), world.sdk.module("config")
    strategy = retries.RetryStrategyConfig(
        max_attempts=count, initial_delay=seconds(world, 2), jitter_strategy=config.JitterStrategy.NONE
    )
    return config.StepConfig(retry_strategy=retries.create_retry_strategy(strategy))


class OrderError(Exception):
    pass


def fail(context: Any) -> Any:
    raise OrderError("refused")


def fails_before(attempt: int) -> Callable[[Any], Any]:
    def function(context: Any) -> Any:
        if context.attempt < attempt:
            raise OrderError(f"attempt {context.attempt}")
        return context.attempt

    return function


def active(context: Any) -> str:
    """What the plugin has bound for the code that runs."""
    return ACTIVE.get()


# -- one after the other -----------------------------------------------------------------------------------------------


def steps(world: World) -> Handler:
    def handler(event: Any, ctx: Any) -> Any:
        return [ctx.step(lambda context: {"order": event}, name="first"), ctx.step(active, name="second"), ACTIVE.get()]

    return handler


def nothing(world: World) -> Handler:
    return lambda event, ctx: event


def retried_step(world: World) -> Handler:
    return lambda event, ctx: ctx.step(fails_before(3), name="flaky", config=attempts(world, 3))


def exhausted_step(world: World) -> Handler:
    return lambda event, ctx: ctx.step(fail, name="hopeless", config=attempts(world, 2))


def caught_failure(world: World) -> Handler:
    error = world.sdk.module("exceptions").StepError

    def handler(event: Any, ctx: Any) -> Any:
        try:
            ctx.step(fail, name="hopeless", config=attempts(world, 1))
        except error:
            return ctx.step(active, name="plan B")

    return handler


def failing_handler(world: World) -> Handler:
    def handler(event: Any, ctx: Any) -> Any:
        ctx.step(active, name="step")
        raise OrderError("refused")

    return handler


def at_most_once(world: World) -> Handler:
    config = world.sdk.module("config")
    once = config.StepConfig(step_semantics=config.StepSemantics.AT_MOST_ONCE_PER_RETRY)
    return lambda event, ctx: ctx.step(active, name="once", config=once)


def own_sub_type(world: World) -> Handler:
    config = world.sdk.module("config").StepConfig(sub_type="Payment")
    return lambda event, ctx: ctx.step(active, name="charge", config=config)


def waits(world: World) -> Handler:
    def handler(event: Any, ctx: Any) -> Any:
        ctx.step(active, name="before")
        ctx.wait(seconds(world, 5), name="first")
        ctx.step(active, name="between")
        ctx.wait(seconds(world, 5), name="second")
        return ctx.step(active, name="after")

    return handler


def child(world: World) -> Handler:
    def inner(ctx: Any) -> Any:
        ctx.wait(seconds(world, 5), name="pause")
        return [ACTIVE.get(), ctx.step(active, name="inside")]

    def outer(ctx: Any) -> Any:
        return ctx.run_in_child_context(inner, name="inner")

    return lambda event, ctx: [ctx.run_in_child_context(outer, name="outer"), ctx.step(active, name="after")]


def failing_child(world: World) -> Handler:
    return lambda event, ctx: ctx.run_in_child_context(fail, name="child")


def virtual_child(world: World) -> Handler:
    config = world.sdk.module("config").ChildConfig(is_virtual=True)

    def body(ctx: Any) -> Any:
        ctx.step(active, name="inside")
        ctx.wait(seconds(world, 5), name="pause")
        return 1

    return lambda event, ctx: ctx.run_in_child_context(body, name="child", config=config)


def failing_virtual_child(world: World) -> Handler:
    config = world.sdk.module("config").ChildConfig(is_virtual=True)
    return lambda event, ctx: ctx.run_in_child_context(fail, name="child", config=config)


def large_child(world: World) -> Handler:
    """The result is too large to be recorded: the body runs again on replay."""

    def body(ctx: Any) -> Any:
        ctx.step(active, name="inside")
        return "x" * 300_000

    def handler(event: Any, ctx: Any) -> Any:
        text = ctx.run_in_child_context(body, name="large")
        ctx.wait(seconds(world, 5), name="pause")
        return len(text)

    return handler


def callback(world: World) -> Handler:
    def handler(event: Any, ctx: Any) -> Any:
        pending = ctx.create_callback(name="approval")
        ctx.step(active, name="ask")
        return pending.result()

    return handler


def wait_for_callback(world: World) -> Handler:
    return lambda event, ctx: ctx.wait_for_callback(lambda callback_id, context: None, name="approval")


def callback_timeout(world: World) -> Handler:
    config = world.sdk.module("config").CallbackConfig(timeout=seconds(world, 60))
    error = world.sdk.module("exceptions").CallbackError

    def handler(event: Any, ctx: Any) -> Any:
        unanswered = ctx.create_callback(name="approval", config=config)
        ctx.wait(seconds(world, 120), name="too long")
        try:
            unanswered.result()
        except error:
            return "too late"

    return handler


def unread_callback(world: World) -> Handler:
    """It is answered while the child context waits, and nobody reads it: it ends before its parent."""

    def body(ctx: Any) -> Any:
        ctx.create_callback(name="unread")
        read = ctx.create_callback(name="read")
        return read.result()

    return lambda event, ctx: ctx.run_in_child_context(body, name="child")


def callback_answered_meanwhile(world: World) -> Handler:
    """It is complete before anybody waits for it: the answer to the step's checkpoint says so."""

    def handler(event: Any, ctx: Any) -> Any:
        pending = ctx.create_callback(name="approval")
        ctx.step(lambda context: world.answer(pending.callback_id), name="answer")
        return pending.result()

    return handler


def callback_answered_and_not_read(world: World) -> Handler:
    def handler(event: Any, ctx: Any) -> Any:
        pending = ctx.create_callback(name="approval")
        ctx.step(lambda context: world.answer(pending.callback_id), name="answer")
        return ctx.step(active, name="after")

    return handler


def child_with_callbacks_not_read(world: World) -> Handler:
    """They are complete, and end with their parents."""

    def outer(ctx: Any) -> Any:
        ids = [ctx.create_callback(name=name).callback_id for name in ("first", "second")]

        def answer(context: Any) -> None:
            for callback_id in ids:
                world.answer(callback_id)

        def inner(ctx: Any) -> Any:
            ids.append(ctx.create_callback(name="inner callback").callback_id)
            return ctx.step(answer, name="answer")

        return ctx.run_in_child_context(inner, name="inner")

    return lambda event, ctx: ctx.run_in_child_context(outer, name="outer")


def retried_invocation(world: World) -> Handler:
    invocations: list[object] = []
    error = world.sdk.module("exceptions").InvocationError

    def handler(event: Any, ctx: Any) -> Any:
        result = ctx.step(active, name="step")
        invocations.append(event)
        if len(invocations) == 1:
            raise error("once more")
        return result

    return handler


def swallowed_result(world: World) -> Handler:
    """A result that the wire can't carry fails the execution."""
    return lambda event, ctx: {1, 2}


def durable_invoke(world: World) -> Handler:
    return lambda event, ctx: ctx.invoke("durably-twice", 21, name="double")


def invoke(world: World) -> Handler:
    return lambda event, ctx: ctx.invoke("twice", 21, name="double")


def condition(world: World) -> Handler:
    module = world.sdk.module("waits")

    def strategy(state: int, attempt: int) -> Any:
        if state >= 3:
            return module.WaitForConditionDecision.stop_polling()
        return module.WaitForConditionDecision.continue_waiting(seconds(world, 5))

    config = module.WaitForConditionConfig(wait_strategy=strategy, initial_state=0)
    return lambda event, ctx: ctx.wait_for_condition(lambda state, context: state + 1, config, name="poll")


# -- at the same time --------------------------------------------------------------------------------------------------


def mapped(world: World) -> Handler:
    def body(ctx: Any, item: int, index: int, items: Any) -> Any:
        return [ACTIVE.get(), ctx.step(lambda context: item * 2, name=f"double {item}")]

    return lambda event, ctx: [ctx.map([1, 2, 3], body, name="map").get_results(), ACTIVE.get()]


def flat_map(world: World) -> Handler:
    config = world.sdk.module("config")

    def body(ctx: Any, item: int, index: int, items: Any) -> Any:
        ctx.step(lambda context: item * 2, name=f"double {item}")
        ctx.wait(seconds(world, 5), name=f"pause {item}")
        return item

    flat = config.MapConfig(nesting_type=config.NestingType.FLAT)
    return lambda event, ctx: ctx.map([1, 2, 3], body, name="map", config=flat).get_results()


def parallel(world: World) -> Handler:
    def waiting(ctx: Any) -> Any:
        ctx.wait(seconds(world, 5), name="pause")
        return ctx.step(active, name="after the pause")

    def handler(event: Any, ctx: Any) -> Any:
        branches = [waiting, waiting, lambda ctx: ctx.run_in_child_context(waiting, name="child")]
        return ctx.parallel(branches, name="parallel").get_results()

    return handler


def failing_branch(world: World) -> Handler:
    config = world.sdk.module("config")

    def body(ctx: Any, item: int, index: int, items: Any) -> Any:
        return ctx.step(fail if item == 2 else active, name=f"step {item}", config=attempts(world, 1))

    all_of_them = config.MapConfig(completion_config=config.CompletionConfig.all_completed())

    def handler(event: Any, ctx: Any) -> Any:
        return ctx.map([1, 2, 3], body, name="map", config=all_of_them).failure_count

    return handler


def retried_branches(world: World) -> Handler:
    def body(ctx: Any, item: int, index: int, items: Any) -> Any:
        return ctx.step(fails_before(2), name=f"flaky {item}", config=attempts(world, 2))

    return lambda event, ctx: ctx.map([1, 2], body, name="map").get_results()


def nested_maps(world: World) -> Handler:
    def inner(ctx: Any, item: int, index: int, items: Any) -> Any:
        return ctx.step(lambda context: item + 1, name="add")

    def outer(ctx: Any, item: int, index: int, items: Any) -> Any:
        return sum(ctx.map([item, item + 1], inner, name="inner").get_results())

    return lambda event, ctx: ctx.map([1, 10], outer, name="outer").get_results()


def early_completion(world: World, nesting: str = "NESTED") -> Handler:
    """The second branch is in its step when the first one completes the whole."""
    config = world.sdk.module("config")
    begun, released = threading.Event(), threading.Event()

    def slow(context: Any) -> None:
        begun.set()
        assert released.wait(10)

    def second(ctx: Any) -> Any:
        return ctx.step(slow, name="slow")

    def first(ctx: Any) -> Any:
        assert begun.wait(10)
        return "first"

    one_is_enough = config.ParallelConfig(
        completion_config=config.CompletionConfig(min_successful=1), nesting_type=config.NestingType[nesting]
    )

    def handler(event: Any, ctx: Any) -> Any:
        results = ctx.parallel([first, second], name="parallel", config=one_is_enough).get_results()
        released.set()
        return results

    return handler


def early_completion_of_flat_branches(world: World) -> Handler:
    return early_completion(world, "FLAT")


def resumed_branch(world: World) -> Handler:
    """The second branch waits, and goes on in the same invocation, for the first one ends only after it."""
    done = threading.Event()

    def first(ctx: Any) -> Any:
        return ctx.step(lambda context: done.wait(30), name="until the other is done")

    def second(ctx: Any) -> Any:
        ctx.wait(seconds(world, 1), name="pause")
        ctx.step(active, name="after the pause")
        done.set()

    return lambda event, ctx: ctx.parallel([first, second], name="parallel").get_results()


ONE_AFTER_THE_OTHER = (
    steps,
    nothing,
    retried_step,
    exhausted_step,
    caught_failure,
    failing_handler,
    at_most_once,
    own_sub_type,
    waits,
    child,
    failing_child,
    virtual_child,
    failing_virtual_child,
    large_child,
    callback,
    wait_for_callback,
    callback_timeout,
    unread_callback,
    callback_answered_meanwhile,
    callback_answered_and_not_read,
    child_with_callbacks_not_read,
    retried_invocation,
    swallowed_result,
    durable_invoke,
    invoke,
    condition,
)
AT_THE_SAME_TIME = (mapped, flat_map, parallel, failing_branch, retried_branches, nested_maps)
COMPLETED_EARLY = (early_completion, early_completion_of_flat_branches)
