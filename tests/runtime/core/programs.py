"""Programs that both SDKs run: the operations in their usual and less usual forms.

`IN_ORDER` send their updates in one order; in `SIDE_BY_SIDE` branches race, and only each operation's own updates have
an order.
"""

from __future__ import annotations

from typing import Any

from tests.runtime.core.sdks import Program, Sdk

Handler = Any
LARGE = "x" * (300 * 1024)


def steps(sdk: Sdk) -> Handler:
    @sdk.durable_step
    def charge(context: Any, amount: int) -> dict[str, Any]:
        return {"amount": amount, "attempt": context.attempt}

    def handler(event: Any, context: Any) -> Any:
        first = context.step(charge(7))
        second = context.step(lambda _: (1, b"two", None), name="types")
        third = context.step(charge(8), name="named", config=sdk.StepConfig(sub_type="Charge"))
        return [first, list(map(str, second)), third, event]

    return handler


def retried_step(sdk: Sdk) -> Handler:
    def handler(event: Any, context: Any) -> Any:
        def flaky(step: Any) -> str:
            if step.attempt < 3:
                raise ValueError(f"attempt {step.attempt}")
            return f"attempt {step.attempt}"

        return context.step(flaky, name="flaky", config=sdk.retry(5))

    return handler


def failing_step(sdk: Sdk) -> Handler:
    def handler(event: Any, context: Any) -> Any:
        def broken(step: Any) -> None:
            raise KeyError("gone")

        try:
            context.step(broken, name="broken", config=sdk.retry(2))
        except sdk.StepError as error:
            context.wait(sdk.seconds(1), name="after")
            return [error.message, error.error_type, str(error.__cause__), type(error.__cause__).__name__]

    return handler


def unhandled_step_error(sdk: Sdk) -> Handler:
    def handler(event: Any, context: Any) -> Any:
        context.step(lambda _: 1 / 0, name="broken", config=sdk.no_retry())

    return handler


def at_most_once(sdk: Sdk) -> Handler:
    def handler(event: Any, context: Any) -> Any:
        config = sdk.StepConfig(step_semantics=sdk.StepSemantics.AT_MOST_ONCE_PER_RETRY)
        first = context.step(lambda step: step.attempt, name="once", config=config)
        context.wait(sdk.seconds(2))
        return first

    return handler


def unserializable_step(sdk: Sdk) -> Handler:
    def handler(event: Any, context: Any) -> Any:
        try:
            context.step(lambda _: {1, 2}, name="set")
        except sdk.SerDesError as error:
            context.wait(sdk.seconds(1))
            return [str(error), error.error_type, str(error.__cause__)]

    return handler


def custom_serdes(sdk: Sdk) -> Handler:
    class Shouting(sdk.SerDes):  # type: ignore[misc, name-defined]
        def serialize(self, value: Any, context: Any) -> Any:
            return None if value == "nothing" else f"{value.upper()} {context.operation_id[:4]}"

        def deserialize(self, data: str, context: Any) -> str:
            return data.lower()

    def handler(event: Any, context: Any) -> Any:
        config = sdk.StepConfig(serdes=Shouting())
        results = [context.step(lambda _, word=word: word, config=config) for word in ("one", "nothing")]
        child = context.run_in_child_context(lambda _: "three", config=sdk.ChildConfig(serdes=Shouting()))
        context.wait(sdk.seconds(1))
        return [*results, child]

    return handler


def waits(sdk: Sdk) -> Handler:
    def handler(event: Any, context: Any) -> Any:
        for number in range(3):
            context.wait(sdk.seconds(number + 1), name=f"wait {number}")
        context.wait(duration=sdk.Duration.from_days(2))
        return "done"

    return handler


def short_wait(sdk: Sdk) -> Handler:
    def handler(event: Any, context: Any) -> Any:
        context.wait(sdk.Duration.from_seconds(0.5))

    return handler


def child_contexts(sdk: Sdk) -> Handler:
    @sdk.durable_with_child_context
    def outer(context: Any, depth: int) -> Any:
        if depth == 0:
            return [context.step(lambda _: "bottom")]
        context.wait(sdk.seconds(depth))
        return [context.run_in_child_context(outer(depth - 1)), context.step(lambda _: depth, name="after")]

    def handler(event: Any, context: Any) -> Any:
        return context.run_in_child_context(outer(3), config=sdk.ChildConfig(sub_type="Nest"))

    return handler


def failing_child(sdk: Sdk) -> Handler:
    def handler(event: Any, context: Any) -> Any:
        def body(child: Any) -> None:
            child.step(lambda _: 1, name="fine")
            raise LookupError("lost")

        found = []
        for config in (None, sdk.ChildConfig(is_virtual=True)):
            try:
                context.run_in_child_context(body, name="failing", config=config)
            except sdk.ChildContextError as error:
                found.append([error.message, error.error_type, type(error.__cause__).__name__])
        context.wait(sdk.seconds(1))
        return found

    return handler


def virtual_child(sdk: Sdk) -> Handler:
    def handler(event: Any, context: Any) -> Any:
        def body(child: Any) -> Any:
            child.wait(sdk.seconds(1), name="in virtual")
            inner = child.run_in_child_context(lambda deeper: deeper.step(lambda _: 2), name="real")
            return [child.step(lambda _: 1, name="in virtual"), inner, child.is_virtual]

        result = context.run_in_child_context(body, name="virtual", config=sdk.ChildConfig(is_virtual=True))
        return [result, context.step(lambda _: 3)]

    return handler


def large_child(sdk: Sdk) -> Handler:
    def handler(event: Any, context: Any) -> Any:
        def body(child: Any) -> str:
            return child.step(lambda _: "y", name="inside") + LARGE

        first = context.run_in_child_context(body, name="large")
        context.wait(sdk.seconds(1))
        config = sdk.ChildConfig(summary_generator=lambda result: f"{len(result)} characters")
        second = context.run_in_child_context(body, name="large with summary", config=config)
        context.wait(sdk.seconds(1))
        return [len(first), len(second)]

    return handler


def invokes(sdk: Sdk) -> Handler:
    def handler(event: Any, context: Any) -> Any:
        first = context.invoke("other:1", {"number": 1}, name="invoke")
        second = context.invoke("other:1", None, config=sdk.InvokeConfig(tenant_id="tenant"))
        return [first, second]

    return handler


def callbacks(sdk: Sdk) -> Handler:
    def handler(event: Any, context: Any) -> Any:
        callback = context.create_callback("plain", sdk.CallbackConfig(timeout=sdk.seconds(60), sub_type="Approval"))
        context.step(lambda _: callback.callback_id, name="hand out")
        first = callback.result()
        config = sdk.WaitForCallbackConfig(serdes=sdk.JsonSerDes(), heartbeat_timeout=sdk.seconds(9))

        @sdk.durable_wait_for_callback
        def ask(callback_id: str, context: Any, whom: str) -> None:
            context.logger.info("asking %s", whom)

        second = context.wait_for_callback(ask("her"))
        try:
            context.wait_for_callback(lambda callback_id, _: None, name="json", config=config)
        except sdk.SerDesError as error:
            return [first, second, type(error).__name__]

    return handler


def failing_submitter(sdk: Sdk) -> Handler:
    def handler(event: Any, context: Any) -> Any:
        def submit(callback_id: str, _: Any) -> None:
            raise ConnectionError("down")

        config = sdk.WaitForCallbackConfig(retry_strategy=sdk.RetryPresets.none())
        try:
            context.wait_for_callback(submit, name="ask", config=config)
        except sdk.CallbackSubmitterError as error:
            context.wait(sdk.seconds(1))
            return [error.message, error.error_type, type(error.__cause__).__name__]

    return handler


def condition(sdk: Sdk) -> Handler:
    def handler(event: Any, context: Any) -> Any:
        def check(state: Any, check_context: Any) -> Any:
            return [*state, check_context.attempt]

        strategy = sdk.create_wait_strategy(
            sdk.WaitStrategyConfig(
                should_continue_polling=lambda state: len(state) < 4, jitter_strategy=sdk.JitterStrategy.NONE
            )
        )
        config = sdk.WaitForConditionConfig(wait_strategy=strategy, initial_state=())
        return context.wait_for_condition(check, config, name="ready")

    return handler


def hopeless_condition(sdk: Sdk) -> Handler:
    def handler(event: Any, context: Any) -> Any:
        strategy = sdk.create_wait_strategy(
            sdk.WaitStrategyConfig(
                should_continue_polling=lambda state: True, max_attempts=2, jitter_strategy=sdk.JitterStrategy.NONE
            )
        )
        config = sdk.WaitForConditionConfig(wait_strategy=strategy, initial_state=0)
        try:
            context.wait_for_condition(lambda state, _: state + 1, config)
        except sdk.WaitForConditionError as error:
            return [error.message, error.error_type]

    return handler


def retried_block(sdk: Sdk) -> Handler:
    def handler(event: Any, context: Any) -> Any:
        def block(inner: Any, attempt: int) -> Any:
            number = inner.step(lambda _: attempt, name="number")
            if number < 3:
                raise RuntimeError("again")
            return number

        strategy = sdk.create_retry_strategy(sdk.RetryStrategyConfig(jitter_strategy=sdk.JitterStrategy.NONE))
        config = sdk.WithRetryConfig(retry_strategy=strategy)
        return sdk.with_retry(context, block, config, name="block")

    return handler


def unserializable_result(sdk: Sdk) -> Handler:
    return lambda event, context: {1, 2}


def large_result(sdk: Sdk) -> Handler:
    return lambda event, context: "z" * (6 * 1024 * 1024)


def large_error(sdk: Sdk) -> Handler:
    def handler(event: Any, context: Any) -> Any:
        raise ValueError("e" * (6 * 1024 * 1024))

    return handler


def execution_error(sdk: Sdk) -> Handler:
    def handler(event: Any, context: Any) -> Any:
        def body(child: Any) -> None:
            child.step(lambda _: 1)
            raise sdk.ExecutionError("stop here")

        context.run_in_child_context(body)

    return handler


def sequential_map(sdk: Sdk) -> Handler:
    def handler(event: Any, context: Any) -> Any:
        def body(item_context: Any, item: int, index: int, items: Any) -> Any:
            item_context.wait(sdk.seconds(index + 1))
            return [item_context.step(lambda _: item * 10, name="times ten"), len(items)]

        config = sdk.MapConfig(max_concurrency=1, item_namer=lambda item, index: f"item {item} at {index}")
        return context.map([3, 1, 2], body, name="map", config=config).get_results()

    return handler


def empty_batches(sdk: Sdk) -> Handler:
    def handler(event: Any, context: Any) -> Any:
        mapped = context.map([], lambda *_: None, name="nothing")
        return [mapped.total_count, mapped.completion_reason.value, context.parallel([]).status.value]

    return handler


def fail_fast(sdk: Sdk) -> Handler:
    def handler(event: Any, context: Any) -> Any:
        def body(item_context: Any, item: int, index: int, items: Any) -> int:
            if item == 2:
                raise ValueError("two")
            return item

        result = context.map([1, 2, 3], body, config=sdk.MapConfig(max_concurrency=1))
        context.wait(sdk.seconds(1))
        return [result.to_dict(), result.has_failure, result.failure_count, result.get_results()]

    return handler


def custom_completion(sdk: Sdk) -> Handler:
    def handler(event: Any, context: Any) -> Any:
        def enough(status: Any) -> Any:
            if status.success_count >= 2:
                return sdk.complete_batch(sdk.CompletionOutcome.FAILED)
            return sdk.continue_batch()

        config = sdk.MapConfig(max_concurrency=1, completion_config=sdk.CompletionConfig(should_complete=enough))
        result = context.map(range(5), lambda _, item, *__: item, config=config)
        context.wait(sdk.seconds(1))
        return result.to_dict()

    return handler


def mapped(sdk: Sdk) -> Handler:
    def handler(event: Any, context: Any) -> Any:
        def body(item_context: Any, item: int, index: int, items: Any) -> Any:
            if item % 2:
                item_context.wait(sdk.seconds(item))
            return item_context.step(lambda _: item * 10, name="times ten")

        return context.map(list(range(6)), body, name="map").get_results()

    return handler


def branches(sdk: Sdk) -> Handler:
    @sdk.durable_parallel_branch(name="named")
    def named(branch: Any, number: int) -> int:
        return branch.step(lambda _: number, name="number")

    @sdk.durable_parallel_branch()
    def unnamed(branch: Any) -> str:
        return branch.step(lambda _: "unnamed")

    def handler(event: Any, context: Any) -> Any:
        def failing(branch: Any) -> None:
            branch.step(lambda _: 1, name="first")
            raise LookupError("no")

        config = sdk.ParallelConfig(completion_config=sdk.CompletionConfig.all_completed())
        functions = [named(5), unnamed(), failing, sdk.ParallelBranch(lambda _: "object", "object")]
        result = context.parallel(functions, name="parallel", config=config)
        context.wait(sdk.seconds(1))
        return result.to_dict()

    return handler


def flat(sdk: Sdk) -> Handler:
    def handler(event: Any, context: Any) -> Any:
        def body(item_context: Any, item: int, index: int, items: Any) -> Any:
            item_context.wait(sdk.seconds(item + 1), name="pause")
            if item == 1:
                raise ValueError("one")
            return item_context.step(lambda _: item, name="step")

        config = sdk.MapConfig(
            nesting_type=sdk.NestingType.FLAT, completion_config=sdk.CompletionConfig.all_completed()
        )
        result = context.map([0, 1, 2], body, name="flat", config=config)
        context.wait(sdk.seconds(1))
        return result.to_dict()

    return handler


def nested_batches(sdk: Sdk) -> Handler:
    def handler(event: Any, context: Any) -> Any:
        def inner(inner_context: Any, item: int, index: int, items: Any) -> Any:
            inner_context.wait(sdk.seconds(1))
            return inner_context.step(lambda _: item)

        def outer(outer_context: Any, item: int, index: int, items: Any) -> Any:
            results = outer_context.map([item, item + 1], inner, name="inner").get_results()
            return [*results, outer_context.step(lambda _: "after")]

        return context.map([1, 10, 100], outer, name="outer").get_results()

    return handler


def large_batch(sdk: Sdk) -> Handler:
    def handler(event: Any, context: Any) -> Any:
        def body(item_context: Any, item: int, index: int, items: Any) -> str:
            if item == 2:
                raise ValueError("two")
            return item_context.step(lambda _: str(item)) + LARGE[: 100 * 1024]

        for nesting in (sdk.NestingType.NESTED, sdk.NestingType.FLAT):
            config = sdk.MapConfig(
                completion_config=sdk.CompletionConfig.all_completed(),
                summary_generator=lambda result: f"{result.success_count} of {result.total_count}",
                nesting_type=nesting,
            )
            result = context.map(range(5), body, name=f"large {nesting.value}", config=config)
            context.wait(sdk.seconds(1))
        return [len(str(result.to_dict())), result.get_errors()[0].to_dict(), result.completion_reason.value]

    return handler


def batch_of_everything(sdk: Sdk) -> Handler:
    def handler(event: Any, context: Any) -> Any:
        def flaky(step: Any) -> int:
            if step.attempt == 1:
                raise TimeoutError("slow")
            return step.attempt

        functions = [
            lambda branch: branch.wait_for_callback(lambda *_: None, name="callback"),
            lambda branch: branch.invoke("f", [1], name="invoke"),
            lambda branch: branch.step(flaky, name="flaky", config=sdk.retry(3)),
            lambda branch: branch.run_in_child_context(lambda child: child.wait(sdk.seconds(2)), name="child"),
        ]
        return context.parallel(functions).get_results()

    return handler


IN_ORDER: tuple[Program, ...] = (
    steps,
    retried_step,
    failing_step,
    unhandled_step_error,
    at_most_once,
    unserializable_step,
    custom_serdes,
    waits,
    short_wait,
    child_contexts,
    failing_child,
    virtual_child,
    large_child,
    invokes,
    callbacks,
    failing_submitter,
    condition,
    hopeless_condition,
    retried_block,
    unserializable_result,
    large_result,
    large_error,
    execution_error,
    sequential_map,
    empty_batches,
    fail_fast,
    custom_completion,
)
SIDE_BY_SIDE: tuple[Program, ...] = (mapped, branches, flat, nested_batches, large_batch, batch_of_everything)
