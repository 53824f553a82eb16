"""Calls, names and configurations of the SDK that are right, in spellings that look wrong."""

from __future__ import annotations

import functools

import aws_durable_execution_sdk_python as sdk
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step, retries
from aws_durable_execution_sdk_python.config import CompletionConfig, Duration, MapConfig, ParallelConfig, StepConfig
from aws_durable_execution_sdk_python.retries import RetryDecision, RetryPresets
from aws_durable_execution_sdk_python.serdes import DEFAULT_JSON_SERDES, SerDes, SerDesContext

try:
    from aws_durable_execution_sdk_python.config import ItemBatcher
except ImportError:
    ItemBatcher = None

OPTIONS = {"max_attempts": 3, "backoff_rate": 1.5}
NAMED = {"name": "count_words"}
make_strategy = functools.partial(retries.RetryStrategyConfig, **OPTIONS)
BATCHING = MapConfig(item_batcher=ItemBatcher(max_items_per_batch=5)) if ItemBatcher else MapConfig()


class Upper(SerDes):
    def serialize(self, value: str, serdes_context: SerDesContext) -> str:
        return value.upper()

    def deserialize(self, data: str, serdes_context: SerDesContext) -> str:
        return data.lower()


class LabelledConfig(StepConfig):
    def __init__(self, label: str) -> None:
        super().__init__(retry_strategy=RetryPresets.none())
        self.__dict__["label"] = label


def twice(error: Exception, attempt: int) -> RetryDecision:
    return RetryDecision.retry(Duration.from_seconds(3)) if attempt < 2 else RetryDecision.no_retry()


def wait_a_little(context: DurableContext, **options: int) -> None:
    try:
        context.wait(**options)
    except TypeError:
        context.wait(Duration.from_seconds(options["seconds"]))


@durable_step
def count(step_context: StepContext, text: str) -> int:
    return len(text.split()) + step_context.attempt


def count_one(ctx: DurableContext, text: str, index: int, texts: list) -> int:
    return ctx.step(count(text), f"count_{index}")


@durable_execution
def handler(event: dict, context: sdk.DurableContext) -> dict:
    first = context.step(count(event["text"]), "count_first", StepConfig(twice, serdes=DEFAULT_JSON_SERDES))
    more = context.step(count(event["more"]), **NAMED)
    steady = LabelledConfig("steady")
    label = context.step(lambda _: steady.label, name="read_label", config=steady)
    loud = context.step(lambda _: label, name="say_label", config=StepConfig(serdes=Upper()))
    config = MapConfig(max_concurrency=event.get("limit"), completion_config=CompletionConfig.all_completed())
    counted = context.map(event["texts"], count_one, "count_texts", config)
    counted.throw_if_error()
    branches = [sdk.ParallelBranch(lambda ctx: ctx.step(count("a b"), name="count_two"), "two")]
    quorum = ParallelConfig(completion_config=CompletionConfig(min_successful=len(branches)))
    both = context.parallel(branches, name="count_both", config=quorum)
    both.throw_if_error()
    patient = StepConfig(retry_strategy=retries.create_retry_strategy(make_strategy(max_attempts=9)))
    last = context.step(config=patient, func=count(loud), name="count_last")
    context.wait(name="cool_wait", duration=Duration(60))
    wait_a_little(context, seconds=5)
    return {"first": first, "more": more, "last": last, "all": counted.get_results(), "both": both.get_results()}
