"""Which operations the naming rules point at."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from durable_lint.analysis import AnalysisSettings, Analyzer
from durable_lint.registry import rules

HEAD = """
from functools import partial
from aws_durable_execution_sdk_python import *
from aws_durable_execution_sdk_python.config import *


@durable_step
def load_page(step_context, page=0):
    return page


@durable_step
def weigh_page(step_context):
    return 1


def helper(context, page, name="help_page"):
    return context.step(load_page(page), name=name)


def looping_helper(context, pages):
    for page in pages:
        context.step(load_page(page), name=f"page_{page}")


class Shelf:
    def __init__(self):
        self.row = 0

    def next(self):
        self.row += 1

    def clean(self, step_context):
        return self.row


@durable_execution
def handler(event, context):
"""

LOOPS = {
    "varies with the variable": """
for page in event["pages"]:
    context.step(load_page(page), name=f"load_{page}")
    context.step(load_page(page), name="load_" + page["id"])
    context.step(load_page(page), name="load_%s" % page)
    context.step(load_page(page), name="load_{}".format(page))
    context.step(load_page(page), name=page["name"])
    context.step(load_page(page), name=str(page))
""",
    "varies with a counter": """
number = 0
while number < 3:
    context.step(load_page(number), name=f"load_{number}")
    number += 1
""",
    "varies with an object's state": """
shelf = Shelf()
for _ in range(3):
    shelf.next()
    context.step(load_page(), name=f"load_{shelf.row}")
""",
    "a name from elsewhere is not known to be fixed": """
for page in event["pages"]:
    context.step(load_page(page), name=event["name"])
    context.step(load_page(page), name=unknown())
    context.step(load_page(page), **event["options"])
    context.step(load_page(page), name=f"load_{unknown()}")
""",
    "an explicit None": """
for page in event["pages"]:
    context.step(load_page(page), name=None)
""",
    "fixed text": """
for page in event["pages"]:
    context.step(load_page(page), name="load")  # DUR401
    context.step(load_page(page))  # DUR401
    context.step(load_page(page), name="")  # DUR401
    context.step(lambda _: page)  # DUR401
    context.wait(Duration.from_seconds(1))  # DUR401
    context.create_callback()  # DUR401
    context.invoke("f:1", page)  # DUR401
""",
    "built of what stays the same": """
kind = event["kind"]
for page in event["pages"]:
    context.step(load_page(page), name=f"load_{kind}")  # DUR401
    context.step(load_page(page), name="load_" + kind)  # DUR401
""",
    "functions that lend different names": """
for function in (load_page, weigh_page):
    context.step(function())
for function in event["functions"]:
    context.step(function)
for page in event["pages"]:
    context.map(page, event["function"])  # DUR401
""",
    "in a condition of while": """
while context.step(load_page()):  # DUR401
    pass
""",
    "in comprehensions": """
[context.step(load_page(page)) for page in event["pages"]]  # DUR401
{page: context.step(load_page(page), name=f"load_{page}") for page in event["pages"]}
any(context.step(load_page(page), name="load") for page in event["pages"])  # DUR401
""",
    "through helpers": """
for page in event["pages"]:
    helper(context, page)  # DUR401
    helper(context, page, name=f"help_{page}")
    looping_helper(context, page)
""",
    "inside a nested context": """
for page in event["pages"]:
    def body(child):
        return child.step(load_page(page), name="load")
    context.run_in_child_context(body, name=f"body_{page}")
""",
    "the loop is left at once": """
for page in event["pages"]:
    if page["first"]:
        context.step(load_page(page), name="load")
        return page
for page in event["pages"]:
    context.step(load_page(page), name="other")
    break
""",
    "the inner loop is left but not the outer": """
for book in event["books"]:
    for page in book:
        context.step(load_page(page), name="load")  # DUR401
        break
""",
    "an error goes on with the loop": """
while True:
    try:
        return context.step(load_page(), name="load")  # DUR401
    except StepError:
        context.wait(Duration.from_seconds(1), name="retry_wait")  # DUR401
""",
    "an error leaves the loop too": """
while True:
    try:
        return context.step(load_page(), name="load")
    except StepError:
        raise
""",
}

NAMELESS = {
    "callables without a name": """
context.step(lambda _: 1)  # DUR402
context.step(partial(load_page, 1))
context.run_in_child_context(lambda child: child.step(load_page()))  # DUR402
shelf = Shelf()
context.step(shelf.clean)  # DUR402

def nested(step_context):
    return 1

context.step(nested)  # DUR402
context.step(partial(nested))  # DUR402
context.step(func=nested, name="")  # DUR402
""",
    "callables with one": """
context.step(load_page())
context.step(lambda _: 1, "named_here")
context.step(lambda _: 1, name="named_there")
context.step(lambda _: 1, name=None)
context.step(lambda _: 1, **event["options"])
context.step(event["callable"])
context.map([1], lambda child, item, index, items: item)
context.parallel([lambda child: 1])
""",
    "generic names": """
context.step(load_page(), name="step1")  # DUR403
context.step(load_page(), name="Step-2")  # DUR403
context.step(load_page(), name="my_task")  # DUR403
context.step(load_page(), name="step_a")  # DUR403
context.step(load_page(), name="foo")  # DUR403
context.step(load_page(), name="do_it")  # DUR403
context.step(load_page(), name="test")  # DUR403
context.step(load_page(), name="temp")  # DUR403
context.step(load_page(), name="x")  # DUR403
context.wait(Duration.from_seconds(1), name="wait")  # DUR403
""",
    "names that say something": """
context.step(load_page(), name="load_page")
context.step(load_page(), name="step_up_voltage")
context.step(load_page(), name="test_brakes")
context.step(load_page(), name="process_order")
context.step(load_page(), name="wait_for_driver")
context.step(load_page(), name="refund")
context.step(load_page(), name="s3")
context.step(load_page(), name=f"step_{event}")
""",
    "the same name twice": """
context.step(load_page(), name="load")
context.step(load_page(), name="load")  # DUR404
helper(context, 1, name="load")  # DUR404
context.step(load_page())
context.step(load_page())
""",
    "one helper twice": """
helper(context, 1)
helper(context, 2)
""",
    "arms that exclude each other": """
if event["a"]:
    context.step(load_page(), name="load")
elif event["b"]:
    context.step(load_page(), name="load")
else:
    context.step(load_page(), name="load")
match event["c"]:
    case 1:
        context.step(load_page(), name="scan")
    case _:
        context.step(load_page(), name="scan")
if event["d"]:
    return context.step(load_page(), name="copy")
return context.step(load_page(), name="copy")
""",
    "other contexts": """
context.run_in_child_context(lambda child: child.step(load_page(), name="load"), name="first_half")
context.run_in_child_context(lambda child: child.step(load_page(), name="load"), name="second_half")
context.step(load_page(), name="load")
""",
    "names that the service refuses": """
context.step(load_page(), name=42)  # DUR407
context.step(load_page(), name=b"load")  # DUR407
context.step(load_page(), name=["load"])  # DUR407
context.step(load_page(), name=("load",))  # DUR407
context.step(load_page(), name=len(event))  # DUR407
context.step(load_page(), name="l\\u00e4den")  # DUR407
context.step(load_page(), name="a\\nb")  # DUR407
context.step(load_page(), name="n" * 300)  # DUR407
context.step(load_page(), name=f"caf\\u00e9 {event}")  # DUR407
context.step(load_page(), name="plain text, (ASCII) ~!")
""",
}


def wrong(found: set[tuple[int, str]], program: str) -> tuple[set[tuple[int, str]], set[tuple[int, str]]]:
    marked = {
        (row, code) for row, line in enumerate(program.splitlines(), 1) for code in re.findall(r"# (DUR\d{3})", line)
    }
    return found - marked, marked - found


def found(tmp_path: Path, program: str, codes: tuple[str, ...]) -> set[tuple[int, str]]:
    path = tmp_path / "handler.py"
    path.write_text(program, encoding="utf-8")
    result = Analyzer(AnalysisSettings(), [rule for rule in rules() if rule.code in codes]).analyze(str(path))
    assert result.failures == []
    return {(finding.span.row, finding.code) for finding in result.findings}


def program_of(body: str) -> str:
    return HEAD + "\n".join(f"    {line}" for line in body.strip("\n").splitlines()) + "\n"


@pytest.mark.parametrize("body", LOOPS.values(), ids=LOOPS)
def test_names_in_loops(body: str, tmp_path: Path) -> None:
    program = program_of(body)
    assert wrong(found(tmp_path, program, ("DUR401", "DUR402")), program) == (set(), set())


@pytest.mark.parametrize("body", NAMELESS.values(), ids=NAMELESS)
def test_names_elsewhere(body: str, tmp_path: Path) -> None:
    program = program_of(body)
    codes = ("DUR401", "DUR402", "DUR403", "DUR404", "DUR407")
    assert wrong(found(tmp_path, program, codes), program) == (set(), set())


def test_configured_patterns(tmp_path: Path) -> None:
    path = tmp_path / "handler.py"
    path.write_text(program_of('context.step(load_page(), name="load_page")\ncontext.map([], f, name="x_y")'))
    rule = next(rule for rule in rules() if rule.code == "DUR405")
    for naming, rows in (((), []), ((("step", "[A-Z].*"),), [39]), ((("map", "each_.*"),), [40])):
        result = Analyzer(AnalysisSettings(naming=naming), [rule]).analyze(str(path))
        assert [finding.span.row for finding in result.findings] == rows
