"""Child contexts: which steps become one, how their code and their callers change, and when nothing is certain."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rewrite.fixed_program import findings, fixed

_HEAD = """\
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration, StepConfig


@durable_step
def pack(step_context: StepContext, item: str) -> str:
    return item


"""
_HANDLER = """\
@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
"""


def _program(body: str) -> str:
    return _HEAD + _HANDLER + "".join(f"    {line}\n" for line in body.strip("\n").split("\n")) + "    return {}\n"


CHANGED = {
    "a lambda": (
        'context.step(lambda _: context.step(pack("a")), name="pack_all")',
        'context.run_in_child_context(lambda ctx: ctx.step(pack("a")), name="pack_all")',
    ),
    "a lambda that uses its own context": (
        'context.step(lambda step: [step.logger.info("x"), context.step(pack("a"))], name="pack_all")',
        'context.run_in_child_context(lambda step: [step.logger.info("x"), step.step(pack("a"))], name="pack_all")',
    ),
    "a name that is taken": (
        'context.step(lambda _, ctx="a": context.step(pack(ctx)), name="pack_all")',
        'context.run_in_child_context(lambda child, ctx="a": child.step(pack(ctx)), name="pack_all")',
    ),
    "operations with bodies of their own": (
        'context.step(lambda _: context.map(["a"], lambda c, i, n, a: c.step(pack(i)), name="m"), name="pack_all")',
        'context.run_in_child_context(lambda ctx: ctx.map(["a"], lambda c, i, n, a: c.step(pack(i)), name="m"), '
        'name="pack_all")',
    ),
    "a function that is handed over twice, with one inside it": (
        """
def pack_both(step_context):
    def pack_one():
        return context.step(pack("a"), name="pack_a")
    return pack_one() + context.step(pack("b"), name="pack_b")
context.step(pack_both)
context.step(func=pack_both, name="again")
""",
        """
def pack_both(ctx):
    def pack_one():
        return ctx.step(pack("a"), name="pack_a")
    return pack_one() + ctx.step(pack("b"), name="pack_b")
context.run_in_child_context(pack_both)
context.run_in_child_context(func=pack_both, name="again")
""",
    ),
    "a helper that is handed the context": (
        """
def rest(ctx: DurableContext, days: int):
    ctx.wait(Duration.from_days(days), name="rest_wait")
context.step(lambda _: rest(days=1, ctx=context), name="rest_all")
""",
        """
def rest(ctx: DurableContext, days: int):
    ctx.wait(Duration.from_days(days), name="rest_wait")
context.run_in_child_context(lambda ctx: rest(days=1, ctx=ctx), name="rest_all")
""",
    ),
}

KEPT = {
    "a configuration": 'context.step(lambda _: context.step(pack("a")), name="x", config=StepConfig())',
    "a third argument": 'context.step(lambda _: context.step(pack("a")), "x", StepConfig())',
    "an effect": 'context.step(lambda _: [print("x"), context.step(pack("a"))], name="x")',
    "a clock": """
import time
def late(step_context):
    return context.step(pack(str(time.time())))
context.step(late)
""",
    "a try": """
def careful(step_context):
    try:
        return context.step(pack("a"))
    except ValueError:
        return None
context.step(careful)
""",
    "a name for the function": """
def pack_one(step_context):
    return context.step(pack("a"))
known = [pack_one]
context.step(pack_one)
""",
    "the attempt of the step": """
def pack_one(step_context):
    return context.step(pack(str(step_context.attempt)))
context.step(pack_one)
""",
    "another use of the context": """
def pack_one(step_context):
    return context.step(pack(str(context.state)))
context.step(pack_one)
""",
    "an attribute": """
class Holder:
    pass
holder = Holder()
holder.context = context
context.step(lambda _: holder.context.step(pack("a")), name="x")
""",
}


@pytest.mark.parametrize("name", CHANGED)
def test_becomes_a_child_context(name: str, tmp_path: Path) -> None:
    before, after = CHANGED[name]
    assert fixed(tmp_path, _program(before), "DUR201").decode() == _program(after)
    assert "DUR201" not in {finding.code for finding in findings(tmp_path)}


@pytest.mark.parametrize("name", KEPT)
def test_leaves_what_is_not_certain(name: str, tmp_path: Path) -> None:
    program = _program(KEPT[name])
    assert fixed(tmp_path, program, "DUR201").decode() == program
    assert "DUR201" in {finding.code for finding in findings(tmp_path)}


_SHIPPING = """\
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_step
from aws_durable_execution_sdk_python.config import Duration


@durable_step
def send(step_context: StepContext, parcel: str, context: DurableContext) -> str:
    context.wait(Duration.from_minutes(5), name="truck_wait")
    return parcel
"""
_CALLER = """\
import shipping
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from shipping import send as dispatch


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    first = context.step(shipping.send("a", context=context), name="first_parcel")
    second = context.step(
        dispatch(
            "b",
            context,
        ),
    )
    return {"first": first, "second": second}
"""
_OTHER = """\
import depot
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def other(event: dict, context: DurableContext) -> dict:
    return {"sent": context.step(depot.hand_over(event["parcel"], context))}
"""
_FILES = {"shipping.py": _SHIPPING, "other.py": _OTHER, "depot.py": "from shipping import send as hand_over\n"}


def test_changes_every_caller_of_the_project(tmp_path: Path) -> None:
    after = fixed(tmp_path, _CALLER, "DUR201", _FILES).decode()
    expected = _CALLER.replace('step(shipping.send("a", context=context)', 'run_in_child_context(shipping.send("a")')
    expected = expected.replace("context.step(\n", "context.run_in_child_context(\n").replace(
        "\n            context,", ""
    )
    assert after == expected
    assert (tmp_path / "other.py").read_text() == _OTHER.replace(
        'step(depot.hand_over(event["parcel"], context))', 'run_in_child_context(depot.hand_over(event["parcel"]))'
    )
    shipping = (tmp_path / "shipping.py").read_text()
    assert (
        "@durable_with_child_context\ndef send(context: DurableContext, parcel: str) -> str:\n    context.wait"
        in shipping
    )


def test_keeps_the_step_context_that_is_used(tmp_path: Path) -> None:
    logged = _SHIPPING.replace("    context.wait", '    step_context.logger.info("sending")\n    context.wait')
    fixed(tmp_path, _CALLER, "DUR201", {"shipping.py": logged})
    shipping = (tmp_path / "shipping.py").read_text()
    assert "def send(step_context: DurableContext, parcel: str) -> str:" in shipping
    assert "    step_context.wait(" in shipping


@pytest.mark.parametrize(
    "other",
    [
        "import shipping\n\nSENDERS = [shipping.send]\n",
        "from shipping import *\n\nprint(send)\n",
        "def stub(patch):\n    patch('shipping.send')\n",
        "def post(mail):\n    mail.send('x')\n",
        "import shipping\n\n\ndef run(context):\n    return context.step(shipping.send(*[1, context]))\n",
        "import shipping\n\n\ndef run(context):\n    return context.step(shipping.send('a', context), config=None)\n",
        "import shipping\n\nshipping.send = None\n",
        "send = (\n",
    ],
    ids=["value", "star", "patched", "unknown", "spread", "configured", "replaced", "broken"],
)
def test_leaves_a_step_that_is_used_in_another_way(other: str, tmp_path: Path) -> None:
    files = {"shipping.py": _SHIPPING, "elsewhere.txt": ""}
    (tmp_path / "another.py").write_text(other)
    assert fixed(tmp_path, _CALLER, "DUR201", files).decode() == _CALLER
    assert (tmp_path / "shipping.py").read_text() == _SHIPPING


def test_another_thing_of_the_same_name_does_not_matter(tmp_path: Path) -> None:
    other = "import smtplib\n\nserver = smtplib.SMTP()\n\n\ndef send(text):\n    server.send(text)\n"
    after = fixed(tmp_path, _CALLER, "DUR201", {"shipping.py": _SHIPPING, "mail.py": other}).decode()
    assert after != _CALLER
    assert (tmp_path / "mail.py").read_text() == other


def test_finds_callers_anywhere_below_the_projects_marker(tmp_path: Path) -> None:
    caller = _CALLER.replace("import shipping", "from steps import shipping")
    caller = caller.replace("from shipping", "from steps.shipping")
    used = "from steps.shipping import send as hand_over\n"
    files = {"pyproject.toml": "", "steps/shipping.py": _SHIPPING, "jobs/nightly.py": _OTHER, "jobs/depot.py": used}
    fixed(tmp_path, caller, "DUR201", files)
    assert "run_in_child_context(depot.hand_over(" in (tmp_path / "jobs/nightly.py").read_text()
    assert "@durable_with_child_context" in (tmp_path / "steps/shipping.py").read_text()


def test_leaves_a_step_of_a_project_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("durable_lint.model.project._MAX_SEARCHED", 2)
    assert fixed(tmp_path, _CALLER, "DUR201", _FILES).decode() == _CALLER
