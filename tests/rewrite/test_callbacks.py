"""Callbacks whose answers get parsed, and batches whose results get taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from durable_lint.finding import Safety
from tests.rewrite.fixed_program import fixed

_IMPORTS = """\
import json

from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration, WaitForCallbackConfig
from aws_durable_execution_sdk_python.serdes import JsonSerDes

SHARED = WaitForCallbackConfig(timeout=Duration.from_minutes(3))


def ask(callback_id, context):
    print(callback_id)


def work(context, item, index, items):
    return item


@durable_execution
def handler(event: dict, context: DurableContext) -> object:
"""


def _program(body: str) -> str:
    return _IMPORTS + "\n".join(f"    {line}" for line in body.splitlines()) + "\n"


_SERDES = "serdes=JsonSerDes()"
_WAITED = f"config=WaitForCallbackConfig({_SERDES})"
_PARSED = [
    (
        "a = context.wait_for_callback(ask, name='a')\nreturn a['x']",
        f"a = context.wait_for_callback(ask, name='a', {_WAITED})\nreturn a['x']",
    ),
    (
        "return context.wait_for_callback(ask)['x']",
        f"return context.wait_for_callback(ask, {_WAITED})['x']",
    ),
    (
        "return context.create_callback().result().get('x')",
        f"return context.create_callback(config=CallbackConfig({_SERDES})).result().get('x')",
    ),
    (
        "a = context.create_callback('a', CallbackConfig(timeout=Duration.from_minutes(3)))\nreturn a.result()['x']",
        f"a = context.create_callback('a', CallbackConfig(timeout=Duration.from_minutes(3), {_SERDES}))\n"
        "return a.result()['x']",
    ),
    (
        "config = WaitForCallbackConfig()\na = context.wait_for_callback(ask, 'a', config)\nreturn a['x']",
        f"config = WaitForCallbackConfig({_SERDES})\na = context.wait_for_callback(ask, 'a', config)\nreturn a['x']",
    ),
    (
        "a = context.wait_for_callback(ask, name='a')\nb = context.wait_for_callback(ask, name='b')\n"
        "return a.strip() + b['x']",
        "a = context.wait_for_callback(ask, name='a')\n"
        f"b = context.wait_for_callback(ask, name='b', {_WAITED})\nreturn a.strip() + b['x']",
    ),
    (
        "a = context.wait_for_callback(ask, name='a')\nif a is None or a == None:\n    return 0\nreturn a['x']",
        f"a = context.wait_for_callback(ask, name='a', {_WAITED})\nif a is None or a == None:\n    return 0\n"
        "return a['x']",
    ),
]


@pytest.mark.parametrize(("body", "after"), _PARSED)
def test_answer_is_parsed(body: str, after: str, tmp_path: Path) -> None:
    assert fixed(tmp_path, _program(body), "DUR306").decode() == _program(after)


_LEFT = [
    "a = context.wait_for_callback(ask, name='a', config=SHARED)\nreturn a['x']",
    "a = context.wait_for_callback(ask, name='a', config=event['config'])\nreturn a['x']",
    "a = context.wait_for_callback(ask, name='a')\nif a == 'no':\n    return 0\nreturn a['x']",
    "a = context.wait_for_callback(ask, name='a')\nif event:\n    return json.loads(a)\nreturn a['x']",
    "a = context.wait_for_callback(ask, name='a')\nif a.startswith('x'):\n    return 0\nreturn a['x']",
    "a = context.wait_for_callback(lambda callback_id, _: {1}, name='a')\nreturn a['x']",
    "a = context.wait_for_callback(ask, name='a')\nif event:\n    a = context.wait_for_callback(ask, name='b')\n"
    "return a['x']",
    "config = WaitForCallbackConfig()\na = context.wait_for_callback(ask, 'a', config)\n"
    "b = context.wait_for_callback(ask, 'b', config)\nreturn a['x'] + b",
    "arguments = event['all']\nreturn context.wait_for_callback(ask, **arguments)['x']",
]


@pytest.mark.parametrize("body", _LEFT)
def test_callback_is_left_alone(body: str, tmp_path: Path) -> None:
    assert fixed(tmp_path, _program(body), "DUR306").decode() == _program(body)


_TAKEN = [
    ("return batch[0]", "return batch.get_results()[0]"),
    ("return len(batch)", "return len(batch.get_results())"),
    ("return [x for x in batch if x]", "return [x for x in batch.get_results() if x]"),
    ("return batch == [1]", "return batch.get_results() == [1]"),
    ("return 1 in batch", "return 1 in batch.get_results()"),
    ("return batch + [1]", "return batch.get_results() + [1]"),
    ("return (batch if event else batch)[0]", "return ((batch if event else batch).get_results())[0]"),
    ("if len(batch) > 1: return batch[0]", "if len(batch.get_results()) > 1: return batch.get_results()[0]"),
    ("return {'all': [batch]}", "return {'all': [batch.get_results()]}"),
    ("return batch == event", "return batch == event"),
    ("made = {'all': batch}\nreturn made", "made = {'all': batch}\nreturn made"),
]


@pytest.mark.parametrize(("body", "after"), _TAKEN)
def test_results_are_taken(body: str, after: str, tmp_path: Path) -> None:
    mapped = "batch = context.map(event['items'], work, name='work')\nbatch.throw_if_error()\n"
    assert fixed(tmp_path, _program(mapped + body), "DUR307").decode() == _program(mapped + after)


_LIMITS = """\
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration, WaitForCallbackConfig
from aws_durable_execution_sdk_python.serdes import JsonSerDes
{above}

@durable_execution
def handler(event: dict, context: DurableContext) -> list:
    {statement}
    return [answer]
"""
_DAY = "\nDAY = CallbackConfig(timeout=Duration.from_days(1))\n"


def _limited(folder: Path, above: str, statement: str) -> str:
    program = _LIMITS.format(above=above, statement=statement)
    changed = fixed(folder, program, "DUR701").decode()
    assert fixed(folder, program, "DUR701", safeties=(Safety.SAFE,)).decode() == program
    return changed.splitlines()[-2].strip()


@pytest.mark.parametrize(
    ("above", "statement", "expected"),
    [
        (_DAY, "answer = context.create_callback()", "answer = context.create_callback(config=DAY)"),
        (
            _DAY,
            "answer = context.create_callback('a_callback')",
            "answer = context.create_callback('a_callback', config=DAY)",
        ),
        (
            "\nWATCHED = WaitForCallbackConfig(heartbeat_timeout=Duration.from_minutes(5))\n" + _DAY,
            "answer = context.wait_for_callback(print, name='a_callback')",
            "answer = context.wait_for_callback(print, name='a_callback', config=WATCHED)",
        ),
    ],
)
def test_a_configuration_that_is_there(above: str, statement: str, expected: str, tmp_path: Path) -> None:
    assert _limited(tmp_path, above, statement) == expected


@pytest.mark.parametrize(
    ("above", "statement"),
    [
        ("", "answer = context.create_callback()"),
        (_DAY, "answer = context.create_callback('a_callback', None)"),
        (_DAY, "answer = context.create_callback('a_callback', CallbackConfig(serdes=JsonSerDes()))"),
        (_DAY, "answer = context.wait_for_callback(print, name='a_callback')"),
        (_DAY + "WEEK = CallbackConfig(timeout=Duration.from_days(7))\n", "answer = context.create_callback()"),
        (
            "\nPARSED = CallbackConfig(Duration.from_days(1), serdes=JsonSerDes())\n",
            "answer = context.create_callback()",
        ),
        ("\nSHORT = CallbackConfig(timeout=Duration.from_seconds(5))\n", "answer = context.create_callback()"),
        ("\nNONE = CallbackConfig()\n", "answer = context.create_callback()"),
        (_DAY, "DAY = 1; answer = context.create_callback()"),
    ],
)
def test_no_limit_is_made_up(above: str, statement: str, tmp_path: Path) -> None:
    assert _limited(tmp_path, above, statement) == statement
