"""Batches whose failures are raised before their results are taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rewrite.fixed_program import fixed

_HEAD = """\
from aws_durable_execution_sdk_python import DurableContext, durable_execution


def work(ctx, item, index, items):
    return ctx.step(lambda _: item, name=f"work_{index}")


@durable_execution
def handler(event: dict, context: DurableContext) -> object:
"""
_MAP = "context.map(event['items'], work, name='work_all')"
_CASES = [
    (f"b = {_MAP}\nreturn b.get_results()", f"b = {_MAP}\nb.throw_if_error()\nreturn b.get_results()"),
    (
        f"b = {_MAP}\nreturn [r for r in b.get_results()]  # all",
        f"b = {_MAP}\nb.throw_if_error()\nreturn [r for r in b.get_results()]  # all",
    ),
    (
        f"b = {_MAP}\nfor r in b.get_results():\n    print(r)",
        f"b = {_MAP}\nb.throw_if_error()\nfor r in b.get_results():\n    print(r)",
    ),
    (
        f"if event:\n\tb = {_MAP}\n\treturn sum(\n\t\tb.get_results()\n\t)",
        f"if event:\n\tb = {_MAP}\n\tb.throw_if_error()\n\treturn sum(\n\t\tb.get_results()\n\t)",
    ),
    (
        f"a = {_MAP}.get_results()\nreturn a",
        f"batch = {_MAP}\nbatch.throw_if_error()\na = batch.get_results()\nreturn a",
    ),
    (
        f"batch = 1\nreturn {_MAP}.get_results()",
        f"batch = 1\nbatch_2 = {_MAP}\nbatch_2.throw_if_error()\nreturn batch_2.get_results()",
    ),
    (f"return print(), {_MAP}.get_results()", ""),
    (f"b = {_MAP}\nreturn event and b.get_results()", ""),
    (f"b = {_MAP}\nreturn b.get_results() if event else []", ""),
    (f"b = {_MAP}\nif event: return b.get_results()", ""),
    (f"b = {_MAP}; return b.get_results()", ""),
    (f"b = {_MAP}\ntry:\n    return b.get_results()\nexcept ValueError:\n    return None", ""),
    (f"b = {_MAP}\nreturn f'{{b.get_results()}}'", ""),
    (f"b = {_MAP}\nreturn sorted(event, key=lambda e: b.get_results())", ""),
]


def _indented(body: str) -> str:
    return "".join(f"    {line}\n" for line in body.splitlines())


@pytest.mark.parametrize(("before", "after"), _CASES)
def test_the_error_of_a_branch_is_raised_first(before: str, after: str, tmp_path: Path) -> None:
    wanted = _HEAD + _indented(after or before)
    assert fixed(tmp_path, _HEAD + _indented(before), "DUR606").decode() == wanted


def test_windows_lines_and_a_missing_end_stay(tmp_path: Path) -> None:
    before = (_HEAD + _indented(f"b = {_MAP}\nreturn b.get_results()")).rstrip("\n").replace("\n", "\r\n")
    wanted = before.replace("    return b.get", "    b.throw_if_error()\r\n    return b.get")
    assert fixed(tmp_path, before.encode(), "DUR606").decode() == wanted


def test_methods_and_children_have_batches_too(tmp_path: Path) -> None:
    program = """\
from aws_durable_execution_sdk_python import DurableContext, durable_execution, durable_with_child_context


class Flow:
    def __init__(self, context: DurableContext) -> None:
        self.context = context

    def run(self, items: list) -> list:
        done = self.context.map(items, self.work, name="work_all")
        return done.get_results()

    def work(self, ctx, item, index, items):
        return ctx.step(lambda _: item, name=f"work_{index}")


@durable_with_child_context
def night(ctx: DurableContext, items: list) -> list:
    return Flow(ctx).run(items)


@durable_execution
def handler(event: dict, context: DurableContext) -> object:
    return context.run_in_child_context(night(event["items"]))
"""
    wanted = program.replace("        return done.get", "        done.throw_if_error()\n        return done.get")
    assert fixed(tmp_path, program, "DUR606").decode() == wanted
