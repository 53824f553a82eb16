"""Small programs that use each operation, written once for both SDKs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.runtime.instrumentation.sdks import Sdk
from tests.runtime.instrumentation.tracing import ACTIVE

Handler = Callable[[Any, Any], Any]


def seconds(sdk: Sdk, count: int) -> Any:
    return sdk.module("config").Duration.from_seconds(count)


def attempts(sdk: Sdk, count: int) -> Any:
    retries, config = sdk.module("retries"), sdk.module("config")
    strategy = retries.RetryStrategyConfig(
        max_attempts=count, initial_delay=seconds(sdk, 2), jitter_strategy=config.JitterStrategy.NONE
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


def steps(sdk: Sdk) -> Handler:
    def handler(event: Any, ctx: Any) -> Any:
        return [ctx.step(lambda context: {"order": event}, name="first"), ctx.step(active, name="second"), ACTIVE.get()]

    return handler


def nothing(sdk: Sdk) -> Handler:
    return lambda event, ctx: event


def retried_step(sdk: Sdk) -> Handler:
    return lambda event, ctx: ctx.step(fails_before(3), name="flaky", config=attempts(sdk, 3))


def exhausted_step(sdk: Sdk) -> Handler:
    return lambda event, ctx: ctx.step(fail, name="hopeless", config=attempts(sdk, 2))


def caught_failure(sdk: Sdk) -> Handler:
    error = sdk.module("exceptions").StepError

    def handler(event: Any, ctx: Any) -> Any:
        try:
            ctx.step(fail, name="hopeless", config=attempts(sdk, 1))
        except error:
            return ctx.step(active, name="plan B")

    return handler


def failing_handler(sdk: Sdk) -> Handler:
    def handler(event: Any, ctx: Any) -> Any:
        ctx.step(active, name="step")
        raise OrderError("refused")

    return handler


def at_most_once(sdk: Sdk) -> Handler:
    config = sdk.module("config")
    once = config.StepConfig(step_semantics=config.StepSemantics.AT_MOST_ONCE_PER_RETRY)
    return lambda event, ctx: ctx.step(active, name="once", config=once)


def own_sub_type(sdk: Sdk) -> Handler:
    config = sdk.module("config").StepConfig(sub_type="Payment")
    return lambda event, ctx: ctx.step(active, name="charge", config=config)


def waits(sdk: Sdk) -> Handler:
    def handler(event: Any, ctx: Any) -> Any:
        ctx.step(active, name="before")
        ctx.wait(seconds(sdk, 5), name="first")
        ctx.step(active, name="between")
        ctx.wait(seconds(sdk, 5), name="second")
        return ctx.step(active, name="after")

    return handler


def child(sdk: Sdk) -> Handler:
    def inner(ctx: Any) -> Any:
        ctx.wait(seconds(sdk, 5), name="pause")
        return [ACTIVE.get(), ctx.step(active, name="inside")]

    def outer(ctx: Any) -> Any:
        return ctx.run_in_child_context(inner, name="inner")

    return lambda event, ctx: [ctx.run_in_child_context(outer, name="outer"), ctx.step(active, name="after")]


def failing_child(sdk: Sdk) -> Handler:
    return lambda event, ctx: ctx.run_in_child_context(fail, name="child")


def virtual_child(sdk: Sdk) -> Handler:
    config = sdk.module("config").ChildConfig(is_virtual=True)

    def body(ctx: Any) -> Any:
        ctx.step(active, name="inside")
        ctx.wait(seconds(sdk, 5), name="pause")
        return 1

    return lambda event, ctx: ctx.run_in_child_context(body, name="child", config=config)


def failing_virtual_child(sdk: Sdk) -> Handler:
    config = sdk.module("config").ChildConfig(is_virtual=True)
    return lambda event, ctx: ctx.run_in_child_context(fail, name="child", config=config)


def large_child(sdk: Sdk) -> Handler:
    """The result is too large to be recorded: the body runs again on replay."""

    def body(ctx: Any) -> Any:
        ctx.step(active, name="inside")
        return "x" * 300_000

    def handler(event: Any, ctx: Any) -> Any:
        text = ctx.run_in_child_context(body, name="large")
        ctx.wait(seconds(sdk, 5), name="pause")
        return len(text)

    return handler


def callback(sdk: Sdk) -> Handler:
    def handler(event: Any, ctx: Any) -> Any:
        pending = ctx.create_callback(name="approval")
        ctx.step(active, name="ask")
        return pending.result()

    return handler


def wait_for_callback(sdk: Sdk) -> Handler:
    return lambda event, ctx: ctx.wait_for_callback(lambda callback_id, context: None, name="approval")


def callback_timeout(sdk: Sdk) -> Handler:
    config = sdk.module("config").CallbackConfig(timeout=seconds(sdk, 60))
    error = sdk.module("exceptions").CallbackError

    def handler(event: Any, ctx: Any) -> Any:
        unanswered = ctx.create_callback(name="approval", config=config)
        ctx.wait(seconds(sdk, 120), name="too long")
        try:
            unanswered.result()
        except error:
            return "too late"

    return handler


def unread_callback(sdk: Sdk) -> Handler:
    """It is answered while the child context waits, and nobody reads it: it ends before its parent."""

    def body(ctx: Any) -> Any:
        ctx.create_callback(name="unread")
        read = ctx.create_callback(name="read")
        return read.result()

    return lambda event, ctx: ctx.run_in_child_context(body, name="child")


def invoke(sdk: Sdk) -> Handler:
    return lambda event, ctx: ctx.invoke("twice", 21, name="double")


def condition(sdk: Sdk) -> Handler:
    module = sdk.module("waits")

    def strategy(state: int, attempt: int) -> Any:
        if state >= 3:
            return module.WaitForConditionDecision.stop_polling()
        return module.WaitForConditionDecision.continue_waiting(seconds(sdk, 5))

    config = module.WaitForConditionConfig(wait_strategy=strategy, initial_state=0)
    return lambda event, ctx: ctx.wait_for_condition(lambda state, context: state + 1, config, name="poll")


# -- at the same time --------------------------------------------------------------------------------------------------


def mapped(sdk: Sdk) -> Handler:
    def body(ctx: Any, item: int, index: int, items: Any) -> Any:
        return [ACTIVE.get(), ctx.step(lambda context: item * 2, name=f"double {item}")]

    return lambda event, ctx: [ctx.map([1, 2, 3], body, name="map").get_results(), ACTIVE.get()]


def flat_map(sdk: Sdk) -> Handler:
    config = sdk.module("config")

    def body(ctx: Any, item: int, index: int, items: Any) -> Any:
        ctx.step(lambda context: item * 2, name=f"double {item}")
        ctx.wait(seconds(sdk, 5), name=f"pause {item}")
        return item

    flat = config.MapConfig(nesting_type=config.NestingType.FLAT)
    return lambda event, ctx: ctx.map([1, 2, 3], body, name="map", config=flat).get_results()


def parallel(sdk: Sdk) -> Handler:
    def waiting(ctx: Any) -> Any:
        ctx.wait(seconds(sdk, 5), name="pause")
        return ctx.step(active, name="after the pause")

    def handler(event: Any, ctx: Any) -> Any:
        branches = [waiting, waiting, lambda ctx: ctx.run_in_child_context(waiting, name="child")]
        return ctx.parallel(branches, name="parallel").get_results()

    return handler


def failing_branch(sdk: Sdk) -> Handler:
    config = sdk.module("config")

    def body(ctx: Any, item: int, index: int, items: Any) -> Any:
        return ctx.step(fail if item == 2 else active, name=f"step {item}", config=attempts(sdk, 1))

    all_of_them = config.MapConfig(completion_config=config.CompletionConfig.all_completed())

    def handler(event: Any, ctx: Any) -> Any:
        return ctx.map([1, 2, 3], body, name="map", config=all_of_them).failure_count

    return handler


def retried_branches(sdk: Sdk) -> Handler:
    def body(ctx: Any, item: int, index: int, items: Any) -> Any:
        return ctx.step(fails_before(2), name=f"flaky {item}", config=attempts(sdk, 2))

    return lambda event, ctx: ctx.map([1, 2], body, name="map").get_results()


def nested_maps(sdk: Sdk) -> Handler:
    def inner(ctx: Any, item: int, index: int, items: Any) -> Any:
        return ctx.step(lambda context: item + 1, name="add")

    def outer(ctx: Any, item: int, index: int, items: Any) -> Any:
        return sum(ctx.map([item, item + 1], inner, name="inner").get_results())

    return lambda event, ctx: ctx.map([1, 10], outer, name="outer").get_results()


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
    invoke,
    condition,
)
AT_THE_SAME_TIME = (mapped, flat_map, parallel, failing_branch, retried_branches, nested_maps)
