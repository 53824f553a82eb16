"""Handlers that get the decorator they lack."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rewrite.fixed_program import fixed

_SDK = "aws_durable_execution_sdk_python"
_BODY = "    return context.step(lambda _: 1, name='count_orders')\n"


@pytest.mark.parametrize(
    ("bad", "good"),
    [
        (
            f"from {_SDK} import DurableContext\n\n\ndef handler(event, context: DurableContext):\n",
            f"from {_SDK} import DurableContext, durable_execution\n\n\n"
            "@durable_execution\ndef handler(event, context: DurableContext):\n",
        ),
        (
            f"import {_SDK} as sdk\n\n\n# the handler\ndef handler(event, context: sdk.DurableContext):\n",
            f"import {_SDK} as sdk\n\n\n# the handler\n"
            "@sdk.durable_execution\ndef handler(event, context: sdk.DurableContext):\n",
        ),
        (
            f"from {_SDK} import durable_execution as durable\ndef handler(event, context):\n",
            f"from {_SDK} import durable_execution as durable\n@durable\ndef handler(event, context):\n",
        ),
        (
            f"from {_SDK}.types import StepContext\n\n\ndef handler(event, context):\n",
            f"from {_SDK} import durable_execution\nfrom {_SDK}.types import StepContext\n\n\n"
            "@durable_execution\ndef handler(event, context):\n",
        ),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_handler_is_decorated(bad: str, good: str, newline: str, tmp_path: Path) -> None:
    before, after = ((text + _BODY).replace("\n", newline) for text in (bad, good))
    assert fixed(tmp_path, before, "DUR213").decode() == after


@pytest.mark.parametrize(
    "text",
    [
        "from aws_lambda_powertools import Logger\n"
        f"from {_SDK} import DurableContext\n\nlogger = Logger()\n\n\n"
        "@logger.inject_lambda_context\ndef handler(event, context: DurableContext):\n",
        f"from {_SDK} import DurableContext\n\ndurable_execution = None\n\n\n"
        "def handler(event, context: DurableContext):\n",
        f"def handler(event, context):\n{_BODY}\n\nfrom {_SDK} import DurableContext\n\n\ndef other(event):\n",
    ],
)
def test_handler_is_left(text: str, tmp_path: Path) -> None:
    assert fixed(tmp_path, text + _BODY, "DUR213").decode() == text + _BODY
