"""Names of the SDK: what each line has, what was meant, and what is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from durable_lint.analysis import AnalysisSettings, Analyzer
from durable_lint.registry import rules
from tests.model.marked_program import difference, handler

SDK = "aws_durable_execution_sdk_python"


def messages(folder: Path, text: str, version: str | None = None) -> list[str]:
    """What DUR902 says of one file."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "app.py").write_text(text)
    analyzer = Analyzer(AnalysisSettings(sdk_version=version), [rule for rule in rules() if rule.code == "DUR902"])
    return [finding.message for finding in analyzer.analyze(str(folder / "app.py")).findings]


@pytest.mark.parametrize(
    ("name", "version", "said"),
    [
        ("config import ItemBatcher", "3.0", "`ItemBatcher` was removed in 2.0"),
        ("config import ItemBatcher", "1.5", None),
        ("exceptions import CallableRuntimeError", "2.1", "`CallableRuntimeError` was removed in 2.0"),
        ("exceptions import StepError", "1.7", "`StepError` came with 2.0"),
        ("plugin_discovery import load_configured_plugins", "1.7", "`plugin_discovery` came with 2.0"),
        ("retries import RetryPreset", "3.0", "did you mean `RetryPresets`?"),
        ("config import RetryPresets", "3.0", f"import it from `{SDK}.retries`"),
        ("config import SuspendExecution", "3.0", f"import it from `{SDK}.exceptions`"),
        ("config import ErrorObject", "3.0", f"import it from `{SDK}.lambda_service`"),
        ("config import Frobnication", "3.0", "has no `Frobnication` (SDK 3.0)"),
        ("config import field", "3.0", None),
        ("config import _validate_sub_type", "3.0", None),
        ("retry import RetryPresets", "3.0", "did you mean `retries`?"),
        ("unheard_of import Something", "3.0", None),
        ("operation.step import StepOperationExecutor", "3.0", None),
    ],
)
def test_imports(name: str, version: str, said: str | None, tmp_path: Path) -> None:
    found = messages(tmp_path, f"from {SDK}.{name}\n", version)
    assert len(found) == (said is not None)
    assert all(said in message for message in found if said is not None)


@pytest.mark.parametrize(
    "text",
    [
        f"try:\n    from {SDK}.config import ItemBatcher\nexcept ImportError:\n    ItemBatcher = None\n",
        f"from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from {SDK}.config import ItemBatcher\n",
        f"import {SDK} as sdk\nif hasattr(sdk, 'durable_steps'):\n    x = sdk.durable_steps\n",
        f"import {SDK} as sdk\nx = sdk.durable_steps if sdk.__version__ > '3' else None\n",
        f"from {SDK} import *\nfrom {SDK} import config, retries, __version__\n",
        f"import {SDK}.testing.things\n",
        "from durable_runtime.testing import crash_everywhere\n",
        "from durable_runtime import as_aws_sdk, testing\nimport durable_runtime.service\n",
        "import durable_runtime as sdk\nsdk.as_aws_sdk()\n",
        f"from {SDK}_testing import DurableFunctionTestRunner\n",
        f"from .{SDK} import Nothing\n",
        f"from {SDK}.config import StepSemantics\nx = StepSemantics.AT_MOST_ONCE_PER_RETRY.name\n",
        f"from {SDK}.config import StepConfig as Base\nclass Mine(Base):\n    label = 1\nx = Mine().label\n",
    ],
)
def test_what_is_left_alone(text: str, tmp_path: Path) -> None:
    assert messages(tmp_path, text) == []


def test_attributes_of_what_the_sdk_makes(tmp_path: Path) -> None:
    body = """
context.sleep(5)  # <- DUR902[E]
batch = context.map(event, use)
batch.results, batch.failure_count, batch.succeeded()  # <- DUR902[E]
for item in batch.all:
    item.anything
callback = context.create_callback("answer")
callback.id, callback.callback_id  # <- DUR902[E]
config = MapConfig(max_concurrency=3)
config.concurrency  # <- DUR902[E]
config.max_concurrency
context.execution_context.arn  # <- DUR902[E]
context.execution_context.durable_execution_arn
context.lambda_context.aws_request_id
context.logger.warn("x")  # <- DUR902[E]
context.state, context.is_virtual, context._anything
Duration.from_weeks(1)  # <- DUR902[E]
Duration.from_seconds(1).seconds
getattr(context, "sleep", None)
event.sleep(5)
"""
    assert difference(tmp_path, {"handler.py": handler(body)}, codes="DUR902") == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("from durable_runtime import durable_steps\n", "(durable-runtime 0.1); did you mean `durable_step`?"),
        ("from durable_runtime import StepConfig\n", "import it from `durable_runtime.config`"),
        ("from durable_runtime.config import ItemBatcher\n", "was removed in 2.0"),
        (f"import {SDK}\nfrom durable_runtime import durable_steps\n", "(SDK 3.0); did you mean `durable_step`?"),
    ],
)
def test_names_of_our_runtime(text: str, said: str, tmp_path: Path) -> None:
    (message,) = messages(tmp_path, text)
    assert said in message
