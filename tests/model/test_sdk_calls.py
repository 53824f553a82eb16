"""Calls of the SDK and their arguments: what fits, what does not, and what cannot be told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.model.marked_program import difference, handler

ABOVE = """
from functools import partial

from aws_durable_execution_sdk_python import ParallelBranch, retries, with_retry, WithRetryConfig
from aws_durable_execution_sdk_python.config import (
    CallbackConfig, ChildConfig, CompletionConfig, InvokeConfig, ParallelConfig, StepConfig, StepSemantics,
    WaitForCallbackConfig,
)
from aws_durable_execution_sdk_python.config import Duration as Length
from aws_durable_execution_sdk_python.retries import (
    LinearRetryStrategyConfig, RetryDecision, RetryPresets, RetryStrategyConfig, create_linear_retry_strategy,
    create_retry_strategy,
)
from aws_durable_execution_sdk_python.serdes import DEFAULT_JSON_SERDES, JsonSerDes
from aws_durable_execution_sdk_python.waits import (
    WaitForConditionConfig, WaitForConditionDecision, WaitStrategyConfig, create_wait_strategy,
)

OPTIONS = {"max_attempts": 3}


@durable_with_child_context
def branch(ctx: DurableContext, number: int) -> str:
    return ctx.step(use(number), name=f"use_{number}")


def each(ctx: DurableContext, item: str, index: int, items: list) -> str:
    return ctx.step(use(item), name=f"use_{index}")


def check(state: dict, check_context) -> dict:
    return state


def submit(callback_id: str, callback_context) -> None:
    return None


def asks(state, attempt):
    return WaitForConditionDecision.stop_polling()


class Service:
    def __init__(self, context: DurableContext) -> None:
        self.context = context
        self.lasts = Length

    def pause(self) -> None:
        self.context.wait(self.lasts.from_minutes(1), name="pause_wait")

    def late(self, **options) -> None:
        self.context.wait(**options)


class Named(StepConfig):
    def __init__(self, label: str) -> None:
        super().__init__()
        self.label = label
"""

FITTING = [
    'context.step(use(1), "use_one", StepConfig(RetryPresets.none()))',
    "context.step(func=use(1), config=None, name=None)",
    "context.step(lambda _: 1)",
    "context.step(config=StepConfig(), func=use(1))",
    'context.step(use(1), name=event["name"], config=event["config"])',
    'context.map(event["items"], each, "use_each", MapConfig(max_concurrency=2))',
    'context.map("abc", each)',
    "context.map(range(3), each)",
    "context.map(inputs={1, 2}, func=each)",
    "context.map(inputs=(item for item in event), func=partial(each))",
    'context.parallel([branch(1), branch(2)], "use_both", ParallelConfig())',
    "context.parallel((branch(1), ParallelBranch(branch(2), name='x')))",
    "context.parallel([lambda ctx: ctx.step(use(n), name=f'use_{n}') for n in event])",
    "context.parallel(functions=event['branches'])",
    'context.wait(Duration.from_minutes(5), "pause_wait")',
    "context.wait(duration=Duration(60), name=None)",
    'context.invoke("billing:1", {"a": 1}, "bill")',
    'context.invoke("billing:1", payload=None, config=InvokeConfig(tenant_id="x"))',
    'context.create_callback("answer", CallbackConfig(timeout=Duration.from_hours(1)))',
    "context.create_callback()",
    "context.wait_for_callback(submit, 'answer', WaitForCallbackConfig(heartbeat_timeout=Duration.from_hours(1)))",
    "context.wait_for_condition(check, WaitForConditionConfig(asks, {}), 'done')",
    "context.run_in_child_context(branch(1), 'one', ChildConfig(is_virtual=True))",
    "with_retry(context, lambda ctx, attempt: attempt, WithRetryConfig(), name='again')",
    "context.set_logger(logging.getLogger())",
    "context.logger.info('%s of %s', 1, 2, extra={'a': 1})",
    "RetryStrategyConfig(3, Duration.from_seconds(1), jitter_strategy=retries.JitterStrategy.NONE)",
    "RetryPresets.fixed(interval=Duration.from_seconds(3))",
    "create_retry_strategy()",
    "Duration(seconds=5).to_seconds()",
    "Duration.to_seconds(Duration.from_minutes(2))",
    "DurableContext.step(context, use(1), 'use_one')",
    "DurableContext.wait(context, Duration.from_seconds(5), name='pause_wait')",
    "JsonSerDes.serialize(event, {}, None)",
    "CompletionConfig.first_successful()",
    "RetryDecision.retry(Duration.from_seconds(1))",
    "Service(context).pause()",
    'Named("label")',
    "RetryStrategyConfig(**event)",
    "RetryStrategyConfig(**OPTIONS, initial_delay_seconds=1)",
    "context.step(*event)",
    "context.step(*[use(1)], nam='x')",
    "event.step('name', use(1))",
    "context.step(use(1), **event)",
]

WRONG = [
    'context.step("use_one", use(1))',
    "context.step(use(1), StepConfig())",
    "context.step(StepConfig(), use(1))",
    "context.step()",
    "context.step(name='x')",
    "context.step({'a': 1})",
    "context.step(use(1), nam='x')",
    "context.step(use(1), 'x', StepConfig(), 4)",
    "context.step(use(1), 'x', name='y')",
    "context.step(use(1), retry_strategy=RetryPresets.none())",
    "context.map(each, event['items'])",
    "context.map(each)",
    "context.map('use_each', event['items'], each)",
    "context.map(event['items'], each, max_concurrency=2)",
    "context.parallel(branch(1))",
    "context.parallel(branch(1), branch(2))",
    "context.parallel(branch(1), branch(2), branch(3), name='use')",
    "context.parallel(*[], [branch(1)], [branch(2)], 1, 2) if 0 else context.parallel(1, 2, 3, 4)",
    "context.wait(seconds=1)",
    "context.wait('pause', Duration.from_seconds(1))",
    "context.wait()",
    "context.invoke('billing:1')",
    "context.invoke('billing:1', name='bill')",
    "context.create_callback(CallbackConfig())",
    "context.create_callback(timeout=Duration.from_hours(1))",
    "context.wait_for_callback('answer', submit)",
    "context.wait_for_condition(check, 'done', WaitForConditionConfig(asks, {}))",
    "context.wait_for_condition(check)",
    "context.run_in_child_context('one', branch(1))",
    "with_retry(lambda ctx, attempt: attempt, context, WithRetryConfig())",
    "with_retry(context, lambda ctx, attempt: attempt)",
    "RetryStrategyConfig(initial_delay_seconds=1)",
    "retries.RetryStrategyConfig(retry_delay=1)",
    "create_retry_strategy(max_attempts=3)",
    "Duration(minutes=5)",
    "Length.of_seconds(4) if 0 else Length.from_seconds()",
    "Duration.from_seconds(1, 2)",
    "InvokeConfig(timeout=Duration.from_seconds(5))",
    "context.is_replaying(1)",
    "context.parallel([branch(1)]).get_results(1)",
    "context.create_callback('x').result(timeout=5)",
    "WaitForConditionConfig(asks)",
    "partial(RetryStrategyConfig, max_attempts=2)(initial_delay_seconds=1)",
    "partial(context.wait, name='pause_wait')(seconds=5)",
]


@pytest.mark.parametrize("call", FITTING)
def test_calls_that_fit_or_cannot_be_told(call: str, tmp_path: Path) -> None:
    assert difference(tmp_path, {"handler.py": handler(f"return {call}", ABOVE)}, codes="DUR901") == []


@pytest.mark.parametrize("call", WRONG)
def test_calls_that_do_not_fit(call: str, tmp_path: Path) -> None:
    program = handler(f"return {call}  # <- DUR901[E]", ABOVE)
    assert difference(tmp_path, {"handler.py": program}, codes="DUR901") == []


def test_through_variables_attributes_and_other_modules(tmp_path: Path) -> None:
    files = {
        "tools.py": """
from aws_durable_execution_sdk_python import retries as r
from aws_durable_execution_sdk_python.config import StepConfig, Duration

Strategy = r.RetryStrategyConfig


def settings(**options):
    return StepConfig(**options)


def late(seconds):
    return Strategy(initial_delay_seconds=seconds)  # <- DUR901[E]


class Policies:
    fast = Strategy(max_delays=2)  # <- DUR901[E]

    def slow(self):
        return Strategy(delay=3)  # <- DUR901[E]
""",
        "handler.py": handler(
            """
pause = context.wait
pause(seconds=5)  # <- DUR901[E]
tools.Strategy(attempts=3)  # <- DUR901[E]
config = tools.settings(retry_strategy=None)
run = getattr(context, "step")
child = context.run_in_child_context
child("late", tools.late)  # <- DUR901[E]
make = {"a": tools.Strategy}["a"]
make(max_attempt=3)  # <- DUR901[E]
""",
            "import tools",
        ),
    }
    assert (
        difference(tmp_path / "handler", {**files, "tools.py": files["tools.py"].replace("# <-", "#")}, codes="DUR901")
        == []
    )
    assert difference(tmp_path / "tools", files, entry="tools.py", codes="DUR901") == [
        f"missing handler.py:{row} DUR901[E]"
        for row, line in enumerate(files["handler.py"].splitlines(), 1)
        if "# <-" in line
    ]


@pytest.mark.parametrize(
    "code",
    [
        "try:\n    context.wait(seconds=1)\nexcept TypeError:\n    context.wait(Duration.from_seconds(1))",
        "if hasattr(context, 'pause'):\n    context.wait(seconds=1)",
        "if SDK_VERSION < (2, 0):\n    InvokeConfig(timeout=1)",
        "InvokeConfig(timeout=1) if ItemBatcher else None",
        "ItemBatcher and InvokeConfig(timeout=1)",
        "return None if 'seconds' not in inspect.signature(context.wait).parameters else context.wait(seconds=1)",
    ],
)
def test_code_for_several_versions_is_left_alone(code: str, tmp_path: Path) -> None:
    above = """
import inspect
from aws_durable_execution_sdk_python.config import InvokeConfig
try:
    from aws_durable_execution_sdk_python.config import ItemBatcher
except ImportError:
    ItemBatcher = None
SDK_VERSION = (3, 0)
"""
    assert difference(tmp_path, {"handler.py": handler(code, above)}, codes="DUR90") == []


def test_a_clause_for_other_errors_says_nothing_about_versions(tmp_path: Path) -> None:
    code = """
try:
    context.step(use(1), nam="x")  # <- DUR901[E]
except StepError:
    context.wait(seconds=1)  # <- DUR901[E]
"""
    above = "from aws_durable_execution_sdk_python import StepError"
    assert difference(tmp_path, {"handler.py": handler(code, above)}, codes="DUR901") == []


@pytest.mark.parametrize(
    ("line", "call"),
    [
        ("1", "InvokeConfig(timeout=Duration.from_seconds(5))"),
        ("1", "MapConfig(item_batcher=None)"),
        ("1", "ChildConfig(item_serdes=None)"),
        ("2", "CompletionConfig(should_complete=lambda status: None)"),
        ("3", 'StepConfig(sub_type="mine")'),
    ],
)
def test_each_line_has_its_own_arguments(line: str, call: str, tmp_path: Path) -> None:
    above = (
        "from aws_durable_execution_sdk_python.config import ChildConfig, CompletionConfig, InvokeConfig, StepConfig"
    )
    for other in "123":
        is_known = other == line or (other > line > "1")
        program = handler(f"return {call}" + ("" if is_known else "  # <- DUR901[E]"), above)
        files = {"handler.py": program, "requirements.txt": f"aws-durable-execution-sdk-python=={other}.0.0\n"}
        assert difference(tmp_path / other, files, codes="DUR901") == [], other


def test_calls_that_only_look_like_branches_are_a_warning(tmp_path: Path) -> None:
    body = """
context.parallel(users(event), orders(event), wishes(event))  # <- DUR901[W]
context.parallel(users(event), orders(event))
context.parallel(branches(event), name(event), config(event))
context.parallel(users(event), orders(1), wishes(2))
"""
    above = "from shop import branches, config, name, orders, users, wishes"
    assert difference(tmp_path, {"handler.py": handler(body, above)}, codes="DUR901") == []
