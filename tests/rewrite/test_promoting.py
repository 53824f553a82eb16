"""Lambdas that only call one function, as step functions."""

from __future__ import annotations

from pathlib import Path

import pytest

from durable_lint.finding import Safety
from tests.rewrite.fixed_program import findings, fixed

HEAD = """import json
from functools import partial

import stock
from aws_durable_execution_sdk_python import DurableContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration, StepConfig
from stock import order_more as more


def check_stock(order: dict, level: int = 3) -> bool:
    return order["pieces"] < level


def weigh(step_context, parcel):
    return parcel


@durable_step
def print_label(step_context, parcel):
    return parcel


class Shelf:
    def count(self):
        return 1


"""
HANDLER = """# The one that is called.
@durable_execution
def handler(event: dict, context: DurableContext):
    order, level = event["order"], 3
"""
IMPORT = "import DurableContext, durable_execution"
STOCK = """def count(order: dict) -> int:
    return 1


def order_more(order):
    return 1
"""

PROMOTED = {
    "a name like the function's": (
        """
context.step(lambda _: check_stock(event["order"]), name="check_stock")
""",
        """
@durable_step
def check_stock_step(step_context: StepContext, event: dict) -> bool:
    return check_stock(event["order"])
""",
        """
context.step(check_stock_step(event), name="check_stock")
""",
    ),
    "names of their own": (
        """
context.step(lambda _: check_stock(order, level=level), "check-level", StepConfig())
context.step(lambda _: stock.count(order), name="count_order"); context.step(lambda _: more(3), name="order_more")
""",
        """
@durable_step
def check_stock_step(step_context: StepContext, order, level) -> bool:
    return check_stock(order, level=level)


@durable_step
def count_order(step_context: StepContext, order) -> int:
    return stock.count(order)


@durable_step
def order_more_step(step_context: StepContext):
    return more(3)
""",
        """
context.step(check_stock_step(order, level), "check-level", StepConfig())
context.step(count_order(order), name="count_order"); context.step(order_more_step(), name="order_more")
""",
    ),
    "a step context that is used, a name that is bound": (
        """
context.step(lambda ctx: weigh(ctx, order), name="weigh_order")
context.step(lambda _, order=order: check_stock(order), name="check_order")
""",
        """
@durable_step
def weigh_order(ctx: StepContext, order):
    return weigh(ctx, order)


@durable_step
def check_order(step_context: StepContext, order) -> bool:
    return check_stock(order)
""",
        """
context.step(weigh_order(order), name="weigh_order")
context.step(check_order(order), name="check_order")
""",
    ),
    "loops": (
        """
for o in event["orders"]:
    context.step(lambda _, o=o: check_stock(o), name=f"check_{o['id']}")
done = [context.step(lambda _: more(o), name=f"more_{o['id']}") for o in event["orders"]]
""",
        """
@durable_step
def check_stock_step(step_context: StepContext, o) -> bool:
    return check_stock(o)


@durable_step
def order_more_step(step_context: StepContext, o):
    return more(o)
""",
        """
for o in event["orders"]:
    context.step(check_stock_step(o), name=f"check_{o['id']}")
done = [context.step(order_more_step(o), name=f"more_{o['id']}") for o in event["orders"]]
""",
    ),
    "lines and comments": (
        """
context.step(
    lambda _: check_stock(
        order,  # all of it
        level=level,
    ),  # checked
    name="check_order",
)
""",
        """
@durable_step
def check_order(step_context: StepContext, order, level) -> bool:
    return check_stock(
        order,  # all of it
        level=level,
    )
""",
        """
context.step(
    check_order(order, level),  # checked
    name="check_order",
)
""",
    ),
    "a child context": (
        """
def child(ctx):
    return ctx.step(lambda _: check_stock(order), name="check_order")
context.run_in_child_context(child, name="check_all")
""",
        """
@durable_step
def check_order(step_context: StepContext, order) -> bool:
    return check_stock(order)
""",
        """
def child(ctx):
    return ctx.step(check_order(order), name="check_order")
context.run_in_child_context(child, name="check_all")
""",
    ),
    "a name that means something": (
        """
if event: level = context.step(lambda _: check_stock(order), name="level")
""",
        """
@durable_step
def level_step(step_context: StepContext, order) -> bool:
    return check_stock(order)
""",
        """
if event: level = context.step(level_step(order), name="level")
""",
    ),
}

LEFT_ALONE = {
    "a library": """
context.step(lambda _: json.dumps(order), name="write_order")
""",
    "a method": """
context.step(lambda _: Shelf().count(), name="count_shelf")
""",
    "a method of a variable": """
context.step(lambda _: order.count(), name="count_order")
""",
    "a part of an object": """
self = event
context.step(lambda _: check_stock(self.order), name="check_order")
""",
    "a default of another name": """
context.step(lambda _, a=order: check_stock(a), name="check_order")
""",
    "a nested function": """
def local(x): return x
context.step(lambda _: local(order), name="check_order")
""",
    "a lambda that has a name": """
check = lambda _: check_stock(order)
context.step(check, name="check_order")
""",
    "in text": """
x = f"{context.step(lambda _: check_stock(order), name='check_order')}"
""",
    "any arguments": """
context.step(lambda *a: check_stock(order), name="check_order")
""",
}


def _indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.strip("\n").split("\n"))


@pytest.mark.parametrize(("body", "defined", "expected"), PROMOTED.values(), ids=PROMOTED)
def test_promoted(body: str, defined: str, expected: str, tmp_path: Path) -> None:
    made = fixed(tmp_path, HEAD + HANDLER + _indented(body), "DUR406", {"stock.py": STOCK}).decode()
    head = HEAD.replace(IMPORT, "import DurableContext, StepContext, durable_execution")
    assert made == f"{head}{defined.strip()}\n\n\n{HANDLER}{_indented(expected)}"
    assert [finding for finding in findings(tmp_path) if finding.code == "DUR406"] == []


@pytest.mark.parametrize("body", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_left_alone(body: str, tmp_path: Path) -> None:
    program = HEAD + HANDLER + _indented(body)
    assert fixed(tmp_path, program, "DUR406", {"stock.py": STOCK}).decode() == program
    assert len([finding for finding in findings(tmp_path) if finding.code == "DUR406"]) == 1


def test_handlers_of_one_file_get_functions_of_their_own(tmp_path: Path) -> None:
    call = _indented('context.step(lambda _: check_stock(order), name="check_stock")')
    named = _indented('context.step(lambda _: check_stock(order), name="check_order")')
    second = HANDLER.replace("handler", "second_handler")
    program = f"{HEAD}{HANDLER}{call}{named}\n\n{second}{call}{named}"
    made = fixed(tmp_path, program, "DUR406", {"stock.py": STOCK}).decode()
    names = [line.removeprefix("def ").partition("(")[0] for line in made.split("\n") if line.startswith("def ")]
    assert len(names) == len(set(names))
    assert made.count("@durable_step") == 5
    assert made.count("lambda") == 0


def test_the_operations_stay_the_same(tmp_path: Path) -> None:
    program = HEAD + HANDLER + _indented('context.step(lambda _: check_stock(order), name="check_stock")')
    (tmp_path / "handler.py").write_text(program, encoding="utf-8")
    (tmp_path / "stock.py").write_text(STOCK, encoding="utf-8")
    (found,) = (finding for finding in findings(tmp_path) if finding.code == "DUR406")
    assert found.fix is not None
    assert found.fix.safety is Safety.UNSAFE
    assert not found.fix.changes_operations


def test_line_ends_stay(tmp_path: Path) -> None:
    program = HEAD + HANDLER + _indented('context.step(lambda _: check_stock(order), name="check_stock")').rstrip("\n")
    made = fixed(tmp_path, program.replace("\n", "\r\n").encode(), "DUR406", {"stock.py": STOCK}).decode()
    assert made.count("\r\n") == made.count("\n")
    assert made.endswith('context.step(check_stock_step(order), name="check_stock")')
