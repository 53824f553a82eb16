"""Configurations: values that the SDK refuses, and things of the wrong kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.model.marked_program import difference, handler
from tests.model.test_sdk_calls import ABOVE

REFUSED = [
    "CompletionConfig(min_successful=0)",
    "CompletionConfig(0)",
    "CompletionConfig(tolerated_failure_count=-1)",
    "CompletionConfig(tolerated_failure_percentage=100.5)",
    "CompletionConfig(min_successful=1, should_complete=lambda status: None)",
    "MapConfig(max_concurrency=limit)",
    "ParallelConfig(max_concurrency=-limit - 1)",
    "StepConfig(sub_type='with blank')",
    "CallbackConfig(sub_type='x' * 33)",
    "Duration(-1)",
    "Duration.from_hours(-2)",
    "Duration.from_minutes(value=-0.5)",
    "context.parallel([branch(1)], config=ParallelConfig(completion_config=CompletionConfig(min_successful=2)))",
    "context.map((1, 2), each, config=MapConfig(completion_config=CompletionConfig(min_successful=3)))",
]

TAKEN = [
    "CompletionConfig(min_successful=1)",
    "CompletionConfig(tolerated_failure_percentage=100)",
    "CompletionConfig(min_successful=None, should_complete=lambda status: None)",
    "CompletionConfig(min_successful=limit if event else 1)",
    "MapConfig(max_concurrency=event['limit'])",
    "StepConfig(sub_type='')",
    "StepConfig(sub_type='x' * 32)",
    "Duration.from_seconds(-0.5)",
    "RetryStrategyConfig(max_attempts=0)",
    "context.parallel([branch(1)], config=ParallelConfig(completion_config=CompletionConfig(min_successful=1)))",
    "context.map(event, each, config=MapConfig(completion_config=CompletionConfig(min_successful=3)))",
    "context.map([*event], each, config=MapConfig(completion_config=CompletionConfig(min_successful=3)))",
]


@pytest.mark.parametrize("call", REFUSED)
def test_values_that_are_refused(call: str, tmp_path: Path) -> None:
    program = handler(f"limit = 0\nreturn {call}  # <- DUR903[E]", ABOVE)
    assert difference(tmp_path, {"handler.py": program}, codes="DUR903") == []


@pytest.mark.parametrize("call", TAKEN)
def test_values_that_are_taken(call: str, tmp_path: Path) -> None:
    program = handler(f"limit = 0\nreturn {call}", ABOVE)
    assert difference(tmp_path, {"handler.py": program}, codes="DUR903") == []


def test_older_lines_refuse_less(tmp_path: Path) -> None:
    body = "CompletionConfig(min_successful=0)\nDuration(-1)  # <- DUR903[E]"
    files = {"handler.py": handler(body, ABOVE), "requirements.txt": "aws-durable-execution-sdk-python==1.7.0\n"}
    assert difference(tmp_path, files, codes="DUR903") == []


def test_lists_that_grow_have_no_length(tmp_path: Path) -> None:
    body = """
branches = [branch(1)]
for number in event:
    branches.append(branch(number))
config = ParallelConfig(completion_config=CompletionConfig(min_successful=3))
context.parallel(branches, config=config)
"""
    assert difference(tmp_path, {"handler.py": handler(body, ABOVE)}, codes="DUR903") == []


WRONG = [
    "StepConfig(RetryStrategyConfig())",
    "StepConfig(retry_strategy=LinearRetryStrategyConfig())",
    "StepConfig(retry_strategy=RetryPresets.default)",
    "StepConfig(retry_strategy={'max_attempts': 3})",
    "StepConfig(retry_strategy=3)",
    "StepConfig(serdes=JsonSerDes)",
    "StepConfig(step_semantics='AT_MOST_ONCE_PER_RETRY')",
    "StepConfig(step_semantics=True)",
    "RetryStrategyConfig(jitter_strategy='FULL')",
    "RetryStrategyConfig(retryable_errors='timeout')",
    "RetryStrategyConfig(retryable_error_types=ValueError)",
    "create_retry_strategy(StepConfig())",
    "create_retry_strategy({'max_attempts': 3})",
    "create_wait_strategy(RetryStrategyConfig())",
    "WaitForConditionConfig(WaitStrategyConfig(lambda state: True), {})",
    "MapConfig(completion_config={'min_successful': 1})",
    "CompletionConfig(should_complete=True)",
    "context.step(use(1), config={'retry_strategy': None})",
    "context.step(use(1), config=StepConfig)",
    "context.step(use(1), 'x', RetryPresets.none())",
    "context.step(use(1), config=MapConfig())",
    "context.wait_for_callback(submit, config=StepConfig())",
    "context.wait_for_callback(submit, config=CallbackConfig())",
    "context.invoke('f:1', {}, config=StepConfig())",
    "context.wait_for_condition(check, WaitStrategyConfig(lambda state: True))",
]

RIGHT = [
    "StepConfig(retry_strategy=create_retry_strategy(RetryStrategyConfig()))",
    "StepConfig(retry_strategy=create_linear_retry_strategy(LinearRetryStrategyConfig()))",
    "StepConfig(retry_strategy=lambda error, attempt: RetryDecision.no_retry())",
    "StepConfig(retry_strategy=RetryPresets.none() if event else None)",
    "StepConfig(retry_strategy=RetryStrategyConfig() if event else RetryPresets.none())",
    "StepConfig(retry_strategy=event['strategy'])",
    "StepConfig(serdes=JsonSerDes())",
    "StepConfig(serdes=DEFAULT_JSON_SERDES)",
    "StepConfig(step_semantics=StepSemantics.AT_MOST_ONCE_PER_RETRY)",
    "StepConfig(step_semantics=StepSemantics[event['semantics']])",
    "RetryStrategyConfig(retryable_error_types=[ValueError], retryable_errors=['timeout'])",
    "MapConfig(completion_config=CompletionConfig.first_successful())",
    "context.create_callback('x', WaitForCallbackConfig())",
    "context.step(use(1), config=Named('label'))",
    "context.step(use(1), config=event['config'])",
]


@pytest.mark.parametrize("call", WRONG)
def test_things_of_the_wrong_kind(call: str, tmp_path: Path) -> None:
    program = handler(f"return {call}  # <- DUR904[E]", ABOVE)
    assert difference(tmp_path, {"handler.py": program}, codes="DUR90") == []


@pytest.mark.parametrize("call", RIGHT)
def test_things_of_the_right_kind_or_unknown(call: str, tmp_path: Path) -> None:
    assert difference(tmp_path, {"handler.py": handler(f"return {call}", ABOVE)}, codes="DUR90") == []


def test_what_functions_in_configurations_give_back(tmp_path: Path) -> None:
    body = """
def once(error, attempt):
    if attempt > 1:
        return RetryDecision.no_retry()
    return attempt < 3  # <- DUR904[E]

def unknown(error, attempt):
    return decide(error)

context.step(use(1), config=StepConfig(retry_strategy=once))
context.step(use(2), config=StepConfig(retry_strategy=unknown))
done = CompletionConfig(should_complete=lambda status: {"complete": True})  # <- DUR904[E]
context.map(event, each, config=MapConfig(completion_config=done, item_namer=lambda item, index: 5))  # <- DUR904[E]
context.map(event, each, config=MapConfig(item_namer=lambda item, index: f"item_{index}"))
context.map(event, each, config=MapConfig(item_namer=lambda item, index: None))
context.wait_for_condition(check, WaitForConditionConfig(lambda state, attempt: None, {}))  # <- DUR904[E]
"""
    above = ABOVE + "\nfrom shop import decide\n"
    assert difference(tmp_path, {"handler.py": handler(body, above)}, codes="DUR904") == []
