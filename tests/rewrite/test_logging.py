"""Output of replayed code that goes through the context's logger."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rewrite.fixed_program import fixed

_HEAD = """\
import logging
import sys
from logging import getLogger
from pprint import pprint

from aws_durable_execution_sdk_python import DurableContext, durable_execution

log = getLogger(__name__)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    order = context.step(lambda _: event["order"], name="read_order")
"""
_TAIL = '    return context.step(lambda _: {"order": order}, name="show_order")\n'


def _program(text: str) -> str:
    return _HEAD + "".join(f"    {line}\n" for line in text.splitlines()) + _TAIL


@pytest.mark.parametrize(
    ("bad", "good"),
    [
        ("print(order)", "context.logger.info(order)"),
        ('print(f"order {order}")', 'context.logger.info(f"order {order}")'),
        ("print('100%', order)", "context.logger.info(\"%s %s\", '100%', order)"),
        ("print((order))", "context.logger.info((order))"),
        ("(print)(order, 1)", '(context.logger.info)("%s %s", order, 1)'),
        (
            "print(  # (what)\n    order,  # this\n    (1),\n)",
            'context.logger.info(  # (what)\n    "%s %s", order,  # this\n    (1),\n)',
        ),
        ("print(1); print(2)", "context.logger.info(1); context.logger.info(2)"),
        ("if order: print(order)  # see", "if order: context.logger.info(order)  # see"),
        ("for item in order:\n\tprint(item)", "for item in order:\n\tcontext.logger.info(item)"),
        ("log.debug('x')", "context.logger.debug('x')"),
        ("log.info('x %s', order)", "context.logger.info('x %s', order)"),
        ("log.warning('x', extra={'a': 1})", "context.logger.warning('x', extra={'a': 1})"),
        ("log.error(msg='x')", "context.logger.error(msg='x')"),
        ("log.info('x', *order)", "context.logger.info('x', *order)"),
        ("logging.info('x')", "context.logger.info('x')"),
        ("logging.getLogger('a').info('x')", "context.logger.info('x')"),
        (
            "try:\n    order()\nexcept ValueError:\n    log.exception('x')",
            "try:\n    order()\nexcept ValueError:\n    context.logger.exception('x')",
        ),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_line_goes_through_the_context(bad: str, good: str, newline: str, tmp_path: Path) -> None:
    program = _program(bad).replace("\n", newline)
    assert fixed(tmp_path, program, "DUR113").decode() == _program(good).replace("\n", newline)


@pytest.mark.parametrize(
    "text",
    [
        "print()",
        "print(order, sep=', ')",
        "print(order, end='')",
        "print(order, file=sys.stderr)",
        "print(order, flush=True)",
        "print(*order)",
        "print(order, *order)",
        "print((order), 1)",
        "shown = print(order)",
        "order and print(order)",
        "[print(item) for item in order]",
        "pprint(order)",
        "sys.stdout.write(order)",
        "log.critical('x')",
        "log.warn('x')",
        "log.log(10, 'x')",
        "log.info('x', exc_info=True)",
        "log.info('x', stacklevel=2)",
        "log.info('x', **order)",
        "def show():\n    print(order)\nshow()",
        "(lambda: print(order))()",
        "if context.is_replaying():\n    print(order)",
        "with contextlib.redirect_stdout(order):\n    print(order)",
    ],
)
def test_line_is_left(text: str, tmp_path: Path) -> None:
    assert fixed(tmp_path, _program(text), "DUR113").decode() == _program(text)


def test_context_under_another_name(tmp_path: Path) -> None:
    program = """\
from aws_durable_execution_sdk_python import DurableContext, durable_with_child_context


class Work:
    @staticmethod
    @durable_with_child_context
    def run(ctx: DurableContext) -> int:
        print("start")
        ctx.step(lambda _: print("runs once"), name="start_work")
        return ctx.run_in_child_context(lambda inner: print("inner") or inner.step(lambda _: 1, name="count"), name="c")
"""
    assert fixed(tmp_path, program, "DUR113").decode() == program.replace('print("start")', 'ctx.logger.info("start")')


def test_context_that_is_bound_again_is_left(tmp_path: Path) -> None:
    text = "context = order\nprint(order)"
    assert fixed(tmp_path, _program(text), "DUR113").decode() == _program(text)


def test_last_line_without_an_end(tmp_path: Path) -> None:
    program = _HEAD + "    print(order)"
    assert fixed(tmp_path, program, "DUR113").decode() == _HEAD + "    context.logger.info(order)"
