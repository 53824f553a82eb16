"""How many operations an execution certainly records, and which loops nothing limits."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.model.advised_program import HEAD, difference, program

BEYOND = {
    "a literal range": """
for n in range(3001):
    context.step(work(n), name=f"work_{n}")  # <- E
""",
    "start, stop and step": """
for n in range(0, 9003, 3):
    context.step(work(n), name=f"work_{n}")  # <- E
""",
    "backwards": """
for n in range(5000, 0, -1):
    context.step(work(n), name=f"work_{n}")  # <- E
""",
    "nested loops": """
for n in range(100):
    for m in ("a", "b", "c", "d"):
        for o in range(8):
            context.step(work(n, m, o), name=f"work_{n}_{m}_{o}")  # <- E
""",
    "several operations a round": """
for n in range(1000):
    context.step(work(n), name=f"work_{n}")  # <- E
    context.wait(Duration.from_seconds(5), name=f"pace_wait_{n}")
    context.invoke("f:1", {}, name=f"call_{n}")
    context.step(work(n), name=f"rework_{n}")
""",
    "two loops": """
for n in range(1600):
    context.step(work(n), name=f"work_{n}")  # <- E
for n in range(1500):
    context.step(work(n), name=f"rework_{n}")
""",
    "a variable": """
count = 40 * 100
numbers = list(range(count))
for n in numbers:
    context.step(work(n), name=f"work_{n}")  # <- E
""",
    "enumerate, sorted, reversed and a comprehension": """
numbers = [n * n for n in range(4000)]
for i, n in enumerate(sorted(reversed(numbers))):
    context.step(work(n), name=f"work_{i}")  # <- E
""",
    "a comprehension of operations": """
return [context.step(work(n, m), name=f"work_{n}_{m}") for n in range(100) for m in range(50)]  # <- E
""",
    "one arm of an if": """
if event["all"]:
    for n in range(4000):
        context.step(work(n), name=f"work_{n}")  # <- E
else:
    context.step(work(0), name="work_0")
""",
    "behind a guard": """
if not event:
    return None
for n in range(4000):
    context.step(work(n), name=f"work_{n}")  # <- E
""",
    "in a try": """
for n in range(4000):
    try:
        context.step(work(n), name=f"work_{n}")  # <- E
    except StepError:
        context.logger.warning("failed")
""",
    "callbacks count three times": """
for n in range(1001):
    context.wait_for_callback(lambda callback_id, c: None, name=f"ask_{n}")  # <- E
""",
    "a map with its branches": """
context.map(list(range(1500)), lambda ctx, n, i, ns: ctx.step(work(n), name=f"work_{n}"), name="all")  # <- E
""",
    "a parallel of branches written out": """
def branch(ctx):
    for n in range(1600):
        ctx.step(work(n), name=f"work_{n}")
context.parallel([branch, branch], name="both")  # <- E
""",
    "a child context": """
def child(ctx):
    for n in range(1600):
        ctx.step(work(n), name=f"work_{n}")
for n in range(2):
    context.run_in_child_context(child, name=f"child_{n}")  # <- E
""",
}

WITHIN = {
    "a list that may be another one": """
numbers = list(range(4000))
if event["some"]:
    numbers = event["numbers"]
for n in numbers:
    context.step(work(n), name=f"work_{n}")
""",
    "just the limit": """
for n in range(3000):
    context.step(work(n), name=f"work_{n}")
""",
    "either of two arms": """
if event["all"]:
    for n in range(2000):
        context.step(work(n), name=f"work_{n}")
else:
    for n in range(2000):
        context.step(work(n), name=f"work_{n}")
""",
    "a condition in the loop": """
for n in range(9000):
    if n % 10 == 0:
        context.step(work(n), name=f"work_{n}")
""",
    "a break": """
for n in range(9000):
    if context.step(work(n), name=f"work_{n}") == "done":
        break
""",
    "a return": """
for n in range(9000):
    if context.step(work(n), name=f"work_{n}") == "done":
        return n
""",
    "a continue": """
for n in range(9000):
    if n > 10:
        continue
    context.step(work(n), name=f"work_{n}")
""",
    "a conditional expression": """
return [context.step(work(n), name=f"work_{n}") if n < 10 else None for n in range(9000)]
""",
    "a boolean expression": """
for n in range(9000):
    n < 10 and context.step(work(n), name=f"work_{n}")
""",
    "an except clause": """
for n in range(9000):
    try:
        check(n)
    except ValueError:
        context.step(work(n), name=f"work_{n}")
""",
    "a filter": """
return [context.step(work(n), name=f"work_{n}") for n in range(9000) if n % 100 == 0]
""",
    "input of unknown size": """
for item in event["items"]:
    for n in range(1000):
        context.step(work(n), name=f"work_{item}_{n}")
""",
    "a list that is filled": """
numbers = list(range(5000))
numbers = [n for n in numbers if n % 100 == 0]
for n in numbers:
    context.step(work(n), name=f"work_{n}")
""",
    "a slice": """
for n in list(range(5000))[:10]:
    context.step(work(n), name=f"work_{n}")
""",
    "a zip with something unknown": """
for n, item in zip(range(5000), event["items"]):
    context.step(work(n), name=f"work_{n}")
""",
    "a set": """
for n in {n % 7 for n in range(5000)}:
    context.step(work(n), name=f"work_{n}")
""",
    "a map that may end early": """
context.map(
    list(range(4000)),
    lambda ctx, n, i, ns: ctx.step(work(n), name=f"work_{n}"),
    name="all",
    config=MapConfig(completion_config=CompletionConfig.first_successful()),
)
""",
    "a hidden configuration": """
context.map(list(range(4000)), lambda ctx, n, i, ns: ctx.step(work(n)), name="all", config=event["config"])
""",
    "flat branches": """
context.map(
    list(range(2000)),
    lambda ctx, n, i, ns: ctx.step(work(n), name=f"work_{n}"),
    name="all",
    config=MapConfig(nesting_type=NestingType.FLAT),
)
""",
    "a step that loops inside": """
context.step(lambda _: [n * n for n in range(9000)], name="square_all")
""",
}

LOOPS = {
    "while true": """
while True:
    if context.step(work(), name="ask") == "done":  # <- I
        return
    context.wait(Duration.from_seconds(60), name="ask_wait")
""",
    "a state": """
state = ""
while state != "done":
    state = context.step(work(), name="ask")  # <- I
""",
    "counting without end": """
for n in itertools.count():
    if context.step(work(n), name=f"ask_{n}") == "done":  # <- I
        break
""",
    "a page token": """
token = None
while True:
    page = context.step(work(token), name="list_page")  # <- I
    token = page[1:]
    if not token:
        break
""",
}

BOUNDED = {
    "a number in the test": """
tries = 0
while tries < event["tries"]:
    context.step(work(tries), name=f"ask_{tries}")
    tries += 1
""",
    "a number that ends it": """
tries = 0
while True:
    context.step(work(tries), name=f"ask_{tries}")
    tries += 1
    if tries >= 5:
        break
""",
    "a queue": """
queue = list(event["items"])
while queue:
    item = queue.pop()
    context.step(work(item), name=f"work_{item}")
""",
    "without an operation": """
n = 1
while n != event["n"]:
    n = n * 2 % 97
context.step(work(n), name="work_once")
""",
    "items": """
for n in event["items"]:
    context.step(work(n), name=f"work_{n}")
""",
}


@pytest.mark.parametrize("body", [*BEYOND.values(), *WITHIN.values()], ids=[*BEYOND, *WITHIN])
def test_provable_totals(body: str, tmp_path: Path) -> None:
    assert difference(tmp_path, "DUR804", {"handler.py": program(body)}) == []


@pytest.mark.parametrize("body", [*LOOPS.values(), *BOUNDED.values()], ids=[*LOOPS, *BOUNDED])
def test_loops_without_a_limit(body: str, tmp_path: Path) -> None:
    assert difference(tmp_path, "DUR804", {"handler.py": program(body)}) == []


def test_helpers_and_constants_in_other_modules(tmp_path: Path) -> None:
    files = {
        "sizes.py": "ROWS = 70\nCOLUMNS = tuple(range(50))\n",
        "cells.py": f"{HEAD}\nimport sizes\n\n\ndef fill(context: DurableContext, row):\n"
        "    for column in sizes.COLUMNS:\n"
        '        context.step(work(row, column), name=f"fill_{row}_{column}")\n',
        "handler.py": program(
            """
for row in range(sizes.ROWS):
    cells.fill(context, row)  # <- E
""",
            "import cells\nimport sizes",
        ),
    }
    assert difference(tmp_path, "DUR804", files) == []


def test_a_helper_with_a_literal_of_its_caller(tmp_path: Path) -> None:
    files = {
        "cells.py": f"{HEAD}\ndef fill(context: DurableContext, rows):\n    for row in range(rows):\n"
        '        context.step(work(row), name=f"fill_{row}")\n',
        "handler.py": program("cells.fill(context, 2_000)\ncells.fill(context, 1_500)  # noqa", "import cells"),
    }
    files["handler.py"] = files["handler.py"].replace("2_000)", "2_000)  # <- E")
    assert difference(tmp_path, "DUR804", files) == []
