"""Steps that are not tried again: by a strategy, and by their semantics."""

from __future__ import annotations

from pathlib import Path

import pytest

from durable_lint.finding import Safety
from tests.rewrite.fixed_program import fixed

_ONCE = "step_semantics=StepSemantics.AT_MOST_ONCE_PER_RETRY"
_NEVER = "retry_strategy=RetryPresets.none()"
_CONFIG_IMPORT = "from aws_durable_execution_sdk_python.config import StepConfig, StepSemantics\n"
_RETRIES_IMPORT = "from aws_durable_execution_sdk_python.retries import RetryPresets\n"
_SDK_IMPORT = "from aws_durable_execution_sdk_python import DurableContext, durable_execution\n"
_HANDLER = """

@durable_execution
def handler(event: dict, context: DurableContext) -> object:
"""


def _indented(body: str) -> str:
    return "".join(f"    {line}\n" for line in body.splitlines())


_CONFIGS = [
    (f"StepConfig({_ONCE})", f"StepConfig({_ONCE}, {_NEVER})"),
    (
        "StepConfig(None, StepSemantics.AT_MOST_ONCE_PER_RETRY)",
        "StepConfig(RetryPresets.none(), StepSemantics.AT_MOST_ONCE_PER_RETRY)",
    ),
    (f"StepConfig(retry_strategy=None, {_ONCE})", f"StepConfig({_NEVER}, {_ONCE})"),
    (
        f"StepConfig(\n    {_ONCE},  # once\n)",
        f"StepConfig(\n    {_ONCE},  # once\n    {_NEVER},\n)",
    ),
]


@pytest.mark.parametrize(("before", "after"), _CONFIGS)
def test_a_configuration_gets_a_strategy_that_never_retries(before: str, after: str, tmp_path: Path) -> None:
    head, body = (
        _SDK_IMPORT + _CONFIG_IMPORT,
        "config = {}\nreturn context.step(lambda _: 1, name='count', config=config)",
    )
    program = head + _HANDLER + _indented(body.replace("{}", before))
    wanted = head + _RETRIES_IMPORT + _HANDLER + _indented(body.replace("{}", after))
    assert fixed(tmp_path, program, "DUR602", safeties=(Safety.SAFE,)).decode() == wanted


def test_windows_lines_tabs_and_aliases_stay(tmp_path: Path) -> None:
    program = (
        "from aws_durable_execution_sdk_python import config as c, durable_execution, retries as r\n"
        "C = c.StepConfig(step_semantics=c.StepSemantics.AT_MOST_ONCE_PER_RETRY)  # once; or not\n"
        "@durable_execution\n"
        "def handler(event, context):\n"
        "\tif event: return context.step(lambda _: 1, name='count', config=C)"
    ).replace("\n", "\r\n")
    wanted = program.replace("PER_RETRY)", "PER_RETRY, retry_strategy=r.RetryPresets.none())")
    assert fixed(tmp_path, program.encode(), "DUR602").decode() == wanted


def test_a_chosen_strategy_is_left_alone(tmp_path: Path) -> None:
    body = (
        "config = StepConfig(RetryPresets.transient(), StepSemantics.AT_MOST_ONCE_PER_RETRY)\n"
        "return context.step(lambda _: 1, name='count', config=config)"
    )
    program = _SDK_IMPORT + _CONFIG_IMPORT + _RETRIES_IMPORT + _HANDLER + _indented(body)
    assert fixed(tmp_path, program, "DUR602").decode() == program


_STEPS = [
    (
        "return context.step(lambda _: mail(), name='mail')",
        f"return context.step(lambda _: mail(), name='mail', config=StepConfig({_ONCE}, {_NEVER}))",
    ),
    (
        "return context.step(\n    lambda _: mail(),  # to the customer\n    name='mail',\n)",
        "return context.step(\n    lambda _: mail(),  # to the customer\n    name='mail',\n"
        f"    config=StepConfig({_ONCE}, {_NEVER}),\n)",
    ),
    (
        "config = StepConfig()\nreturn context.step(lambda _: mail(), name='mail', config=config)",
        f"config = StepConfig({_ONCE}, {_NEVER})\nreturn context.step(lambda _: mail(), name='mail', config=config)",
    ),
    (
        "return context.step(lambda _: mail(), 'mail', StepConfig(serdes=None))",
        f"return context.step(lambda _: mail(), 'mail', StepConfig(serdes=None, {_ONCE}, {_NEVER}))",
    ),
    ("return context.step(lambda _: mail(), name='mail', config=StepConfig(RetryPresets.critical()))", ""),
    (
        "config = StepConfig()\ncontext.step(lambda _: mail(), name='mail', config=config)\n"
        "return context.step(lambda _: 1, name='count', config=config)",
        "",
    ),
    ("return context.step(lambda _: mail(), name='mail', **event)", ""),
]


@pytest.mark.parametrize(("before", "after"), _STEPS)
def test_a_step_runs_at_most_once(before: str, after: str, tmp_path: Path) -> None:
    head = "import boto3\n" + _SDK_IMPORT + _CONFIG_IMPORT + _RETRIES_IMPORT
    helper = '\nsns = boto3.client("sns")\n\n\ndef mail():\n    return sns.publish(Message="x")["MessageId"]\n'
    program = head + helper + _HANDLER + _indented(before)
    wanted = head + helper + _HANDLER + _indented(after or before)
    assert fixed(tmp_path, program, "DUR601").decode() == wanted


def test_imports_of_one_module_come_in_one_statement(tmp_path: Path) -> None:
    helper = '\nsns = boto3.client("sns")\n'
    before = _indented("return context.step(lambda _: sns.publish(Message='x')['MessageId'], name='mail')")
    after = before.replace("name='mail'", f"name='mail', config=StepConfig({_ONCE}, {_NEVER})")
    program = "import boto3\n" + _SDK_IMPORT + helper + _HANDLER + before
    wanted = "import boto3\n" + _SDK_IMPORT + _CONFIG_IMPORT + _RETRIES_IMPORT + helper + _HANDLER + after
    assert fixed(tmp_path, program, "DUR601").decode() == wanted


def test_names_join_a_statement_that_is_there(tmp_path: Path) -> None:
    helper = '\nsns = boto3.client("sns")\nDAY = Duration.from_days(1)\n'
    before = _indented("return context.step(lambda _: sns.publish(Message='x')['MessageId'], name='mail')")
    after = before.replace("name='mail'", f"name='mail', config=StepConfig({_ONCE}, {_NEVER})")
    there = "from aws_durable_execution_sdk_python.config import Duration\n"
    more = "from aws_durable_execution_sdk_python.config import Duration, StepConfig, StepSemantics\n"
    program = "import boto3\n" + _SDK_IMPORT + there + helper + _HANDLER + before
    wanted = "import boto3\n" + _SDK_IMPORT + more + _RETRIES_IMPORT + helper + _HANDLER + after
    assert fixed(tmp_path, program, "DUR601").decode() == wanted
