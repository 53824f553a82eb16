"""Operations that move to the context of the body that they stand in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rewrite.fixed_program import fixed

_HEAD = """\
import functools

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step, with_retry


@durable_step
def pack(step_context: StepContext, parcel: str) -> str:
    return f"packed {parcel}"


def pack_on(given: DurableContext, parcel: str) -> str:
    return given.step(pack(parcel), name="pack_first")


class Flow:
    def __init__(self, context: DurableContext) -> None:
        self.context = context

    def run(self) -> str:
        return self.context.run_in_child_context(self.part, name="pack_part")

    def part(self, ctx: DurableContext) -> str:
        return pack_on(ctx, "a")


@durable_execution
def handler(event: dict, context: DurableContext) -> object:
"""


def _program(body: str) -> str:
    return _HEAD + "".join(f"    {line}\n" for line in body.splitlines())


def _child(expression: str, parameters: str = "ctx") -> str:
    return f'return context.run_in_child_context(lambda {parameters}: {expression}, name="pack_all")'


def _nested(*lines: str, parameters: str = "ctx") -> str:
    body = "\n".join(f"    {line}" for line in lines)
    return f'def prepare({parameters}):\n{body}\nreturn context.run_in_child_context(prepare, name="prepare_all")'


_MOVED = {
    "a lambda": (_child('context.step(pack("a"))'), _child('ctx.step(pack("a"))')),
    "an unused parameter gets a name": (_child('context.step(pack("a"))', "_"), _child('ctx.step(pack("a"))')),
    "two on a line": (
        _child('[context.step(pack("a"), name="pack_a"), context.step(pack("b"), name="pack_b")]', "_"),
        _child('[ctx.step(pack("a"), name="pack_a"), ctx.step(pack("b"), name="pack_b")]'),
    ),
    "two statements on a line": (
        _nested('context.step(pack("a"), name="pack_a"); context.step(pack("b"), name="pack_b")'),
        _nested('ctx.step(pack("a"), name="pack_a"); ctx.step(pack("b"), name="pack_b")'),
    ),
    "an unused parameter of a function": (
        _nested('return context.step(pack("a"))', parameters="_: DurableContext"),
        _nested('return ctx.step(pack("a"))', parameters="ctx: DurableContext"),
    ),
    "a parameter that is used already": (
        _nested('_.logger.info("packing")', 'return context.step(pack("a"))', parameters="_"),
        _nested('_.logger.info("packing")', 'return _.step(pack("a"))', parameters="_"),
    ),
    "the name means something else": (
        'ctx = context\nreturn ctx.run_in_child_context(lambda _: ctx.step(pack("a")), name="pack_all")',
        'ctx = context\nreturn ctx.run_in_child_context(lambda child: child.step(pack("a")), name="pack_all")',
    ),
    "comments and lines": (
        _nested("return (", "    context  # the parcel's", "    .step(", '        pack("a"),  # first', "    )", ")"),
        _nested("return (", "    ctx  # the parcel's", "    .step(", '        pack("a"),  # first', "    )", ")"),
    ),
    "a comprehension": (
        _child('[context.step(pack("a"), name=f"pack_{n}") for n in range(2)]'),
        _child('[ctx.step(pack("a"), name=f"pack_{n}") for n in range(2)]'),
    ),
    "a helper's argument": (_child('pack_on(context, "a")'), _child('pack_on(ctx, "a")')),
    "a helper's keyword": (
        _child('pack_on(parcel="a", given=context)'),
        _child('pack_on(parcel="a", given=ctx)'),
    ),
    "with_retry": (
        _child('with_retry(context, lambda own, attempt: own.step(pack("a")), name="pack_again")'),
        _child('with_retry(ctx, lambda own, attempt: own.step(pack("a")), name="pack_again")'),
    ),
    "a callback": (
        _nested('answer = context.create_callback(name="answer_callback")', "return answer.callback_id"),
        _nested('answer = ctx.create_callback(name="answer_callback")', "return answer.callback_id"),
    ),
    "the innermost of three": (
        _nested(
            "def inside(inner):",
            '    return ctx.step(pack("a"))',
            'return ctx.run_in_child_context(inside, name="pack_inside")',
        ),
        _nested(
            "def inside(inner):",
            '    return inner.step(pack("a"))',
            'return ctx.run_in_child_context(inside, name="pack_inside")',
        ),
    ),
    "an argument bound in front": (
        "def prepare(outer, own):\n"
        '    return outer.step(pack("a"))\n'
        'return context.run_in_child_context(functools.partial(prepare, context), name="pack_all")',
        "def prepare(outer, own):\n"
        '    return own.step(pack("a"))\n'
        'return context.run_in_child_context(functools.partial(prepare, context), name="pack_all")',
    ),
}


@pytest.mark.parametrize(("bad", "good"), _MOVED.values(), ids=_MOVED.keys())
def test_operation_moves(bad: str, good: str, tmp_path: Path) -> None:
    assert fixed(tmp_path, _program(bad), "DUR202").decode() == _program(good)


_LEFT = {
    "no parameter for a context": _child('context.step(pack("a"))', ""),
    "a closure as helper": _nested('return helping("a")').replace(
        "def prepare", "def helping(parcel):\n    return context.step(pack(parcel))\n\n\ndef prepare"
    ),
    "a context in another variable": _nested("outer = context", 'return pack_on(outer, "a")'),
    "the own context is bound again": _nested("ctx = ctx", 'return context.step(pack("a"))'),
    "its name is taken there": _nested(
        'ctx.step(pack("a"), name="pack_one")', 'return context.step(pack("b"), name="pack_one")'
    ),
    "in an f-string": _child("""f"{context.step(pack('a'))}" """),
}


@pytest.mark.parametrize("bad", _LEFT.values(), ids=_LEFT.keys())
def test_operation_stays(bad: str, tmp_path: Path) -> None:
    assert fixed(tmp_path, _program(bad), "DUR202").decode() == _program(bad)


def test_context_in_an_attribute(tmp_path: Path) -> None:
    flow = 'return pack_on(ctx, "a")'
    bad = _program("return Flow(context).run()").replace(flow, 'return self.context.step(pack("a"))')
    good = _program("return Flow(context).run()").replace(flow, 'return ctx.step(pack("a"))')
    assert fixed(tmp_path, bad, "DUR202").decode() == good


def test_line_ends_and_the_last_line_stay(tmp_path: Path) -> None:
    bad, good = _program(_child('context.step(pack("a"))', "_")), _program(_child('ctx.step(pack("a"))'))
    ends = bad.rstrip().replace("\n", "\r\n").encode()
    assert fixed(tmp_path, ends, "DUR202") == good.rstrip().replace("\n", "\r\n").encode()


def test_own_parameter_is_given_first(tmp_path: Path) -> None:
    """The next pass uses the parameter that DUR207 has added."""
    bad = _program(_child('context.step(pack("a"))', ""))
    with_parameter = fixed(tmp_path, bad.replace("lambda :", "lambda:"), "DUR207")
    assert fixed(tmp_path, with_parameter, "DUR202").decode() == _program(_child('ctx.step(pack("a"))'))
