"""Loop variables as defaults: what is written for functions of many shapes, and where nothing is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rewrite.fixed_program import HEADER, fixed

_PROGRAM = (
    HEADER
    + """

@durable_step
def use(step_context: StepContext, value: object) -> str:
    return f"used {{value}}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
{body}
    batch = context.parallel(branches, name="use_all")
    batch.throw_if_error()
    return {{"used": batch.get_results()}}
"""
)

CASES = {
    "comprehension": (
        'branches = [lambda ctx: ctx.step(use(x)) for x in event["items"]]',
        'branches = [lambda ctx, x=x: ctx.step(use(x)) for x in event["items"]]',
    ),
    "two names": (
        'branches = [lambda ctx: ctx.step(use((i, x))) for i, x in enumerate(event["items"])]',
        'branches = [lambda ctx, i=i, x=x: ctx.step(use((i, x))) for i, x in enumerate(event["items"])]',
    ),
    "another default": (
        'branches = [lambda ctx, y=1: ctx.step(use((x, y))) for x in event["items"]]',
        'branches = [lambda ctx, y=1, x=x: ctx.step(use((x, y))) for x in event["items"]]',
    ),
    "several lines and a comment": (
        'branches = []\n    for x in event["items"]:\n        branches.append(\n'
        "            lambda ctx: ctx.step(  # kept\n"
        "                use(x)\n            )\n        )",
        'branches = []\n    for x in event["items"]:\n        branches.append(\n'
        "            lambda ctx, x=x: ctx.step(  # kept\n"
        "                use(x)\n            )\n        )",
    ),
    "annotated definition": (
        'branches = []\n    for x in event["items"]:\n\n        def branch(ctx: DurableContext) -> str:\n'
        "            return ctx.step(use(x))\n\n        branches.append(branch)",
        'branches = []\n    for x in event["items"]:\n\n        def branch(ctx: DurableContext, x=x) -> str:\n'
        "            return ctx.step(use(x))\n\n        branches.append(branch)",
    ),
    "bound again afterwards": (
        'branches = []\n    for x in event["items"]:\n        branches.append(lambda ctx: ctx.step(use(x)))\n'
        "        x = 1",
        None,
    ),
    "bound only on one path": (
        'branches = []\n    y = 0\n    for x in event["items"]:\n        if x:\n            y = x\n'
        "        branches.append(lambda ctx: ctx.step(use(y)))",
        None,
    ),
    "too many parameters": ('branches = [lambda *given: given[0].step(use(x)) for x in event["items"]]', None),
}


@pytest.mark.parametrize(("before", "after"), CASES.values(), ids=CASES)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_becomes_a_default(before: str, after: str | None, end: str, tmp_path: Path) -> None:
    program = _PROGRAM.format(body=f"    {before}").replace("\n", end)
    expected = _PROGRAM.format(body=f"    {after or before}").replace("\n", end)
    assert fixed(tmp_path, program, "DUR505").decode() == expected


def test_tabs_and_a_missing_last_line_end(tmp_path: Path) -> None:
    program = (
        f"{HEADER}\n\n@durable_execution\ndef handler(event, context: DurableContext):\n"
        "\tfor x in event: context.step(lambda _: x, name=f'a_{x}')\n"
        "\treturn context.parallel([lambda c: c.step(lambda _: 1, name=f'b_{x}') for x in event], name='all')"
    )
    assert fixed(tmp_path, program, "DUR505").decode() == program.replace("[lambda c:", "[lambda c, x=x:")
