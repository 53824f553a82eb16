"""Steps that are too small, steps one by one, rows of readers, pointless waits, threads without number."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.model.advised_program import HEAD, difference, program

TRIVIAL = {
    "reads": """
a = context.step(lambda _: event["a"], name="read_a")  # <- I
b = context.step(lambda s: event.get("b", 0), name="read_b")  # <- I
c = context.step(lambda s: event["a"]["b"][0], name="read_c")  # <- I
context.step(lambda s: a, name="same")  # <- I
context.step(lambda s, b=b: b, name="default")  # <- I
""",
    "adds": """
a, b = event["a"], event["b"]
context.step(lambda _: a + b * 2, name="add")  # <- I
context.step(lambda _: a > b and -a < 3, name="compare")  # <- I
""",
    "a function of its own": """
def read(step_context):
    \"\"\"Read it.\"\"\"
    return event["a"]
context.step(read, name="read")  # <- I
""",
}
WORTH_IT = {
    "a computing function": """
@durable_step
def add(step_context, a, b):
    return a + b
context.step(add(event["a"], event["b"]))
""",
    "calls": """
context.step(lambda _: event["a"].strip(), name="strip")
context.step(lambda _: len(event["a"]), name="measure")
context.step(lambda _: sum(event["a"]), name="sum_up")
context.step(lambda _: compute(event["a"]), name="compute")
""",
    "from outside": """
context.step(lambda _: os.environ["STAGE"], name="read_stage")
context.step(lambda _: SETTINGS["stage"], name="read_setting")
context.step(lambda _: table.get("stage"), name="read_table")
context.step(lambda _: requests.get("https://a.example", timeout=3), name="ask")
""",
    "a placeholder": """
context.step(lambda _: "done", name="finish")
context.step(lambda _: None, name="nothing")
context.step(lambda _: {"state": event["a"]}, name="build")
""",
    "several statements": """
def read(step_context):
    step_context.logger.info("reading")
    return event["a"]
context.step(read, name="read")
""",
    "something that cannot be followed": """
context.step(event["function"], name="unknown")
context.step(work(event["a"]), name="work")
""",
}

ONE_BY_ONE = {
    "unknown items": """
for item in event["items"]:
    context.step(work(item))  # <- I
""",
    "numbered": """
for i, item in enumerate(event["items"]):
    context.step(lambda _, item=item: work(item)(_), name=f"work_{i}")  # <- I
""",
    "by index": """
items = event["items"]
for i in range(len(items)):
    context.step(work(items[i]), name=f"work_{i}")  # <- I
""",
    "two steps": """
for i, item in enumerate(event["items"]):
    first = context.step(work(item), name=f"work_{i}")  # <- I
    context.step(work(first), name=f"rework_{i}")
""",
    "a comprehension": """
return {key: context.step(work(value), name="work") for key, value in event["items"].items()}  # <- I
""",
    "many known": """
for n in [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]:
    context.step(work(n))  # <- I
""",
}
TOGETHER = {
    "batches": """
items = event["items"]
for start in range(0, len(items), 25):
    context.step(work(items[start : start + 25]), name=f"work_{start}")
for batch in batched(items, 10):
    context.step(work(batch), name="work_batch")
chunks = [items[i : i + 10] for i in range(0, len(items), 10)]
for i, part in enumerate(chunks):
    context.step(work(part), name=f"work_part_{i}")
""",
    "named after the item": """
for item in event["items"]:
    context.step(work(item), name=f"work_{item['id']}")
for i, item in enumerate(event["items"]):
    context.step(work(item), name=f"work_{i}_{item}")
items = event["items"]
for i in range(len(items)):
    context.step(work(items[i]), name=f"work_{items[i]}")
""",
    "few": """
for stage in ("build", "test", "deploy"):
    context.step(work(stage))
for n in range(5):
    context.step(work(n))
""",
    "attempts": """
for attempt in range(event["attempts"]):
    context.step(work(attempt))
""",
    "each round needs the one before": """
state = event["state"]
for item in event["items"]:
    state = context.step(work(state, item))
total = 0
for item in event["items"]:
    total += context.step(work(item, total))
""",
    "an end": """
for item in event["items"]:
    if context.step(work(item)):
        break
for item in event["items"]:
    if not context.step(work(item)):
        return item
""",
    "a wait or a question in it": """
for i, item in enumerate(event["items"]):
    context.step(work(item), name=f"work_{i}")
    context.wait(Duration.from_seconds(5), name=f"pace_wait_{i}")
""",
    "other steps": """
for task in event["tasks"]:
    context.step(task)
for undo in reversed(event["items"]):
    context.step(work(undo))
""",
    "not the item": """
for item in event["items"]:
    context.step(work(event["a"]), name="again")
""",
    "pages": """
token = ""
while token is not None:
    token = context.step(work(token))
""",
}

IN_A_ROW = {
    "readers": """
a = context.step(lambda _: ask("a"), name="fetch_a")  # <- I
b = context.step(lambda _: ask("b"), name="load_b")
c: str = context.step(lambda _: ask("c"), name="get-c")
return [a, b, c]
""",
    "camel case, in a branch, with a log between": """
if event:
    a = context.step(lambda _: ask("a"), name="fetchUser")  # <- I
    context.logger.info("a is here")
    b = context.step(lambda _: ask("b"), name="fetchOrders")
""",
    "invocations and child contexts": """
a = context.invoke("f:1", {}, name="get_rates")  # <- I
b = context.run_in_child_context(lambda ctx: ctx.step(lambda _: ask("b"), name="load_b"), name="load_all")
""",
    "two groups": """
a = context.step(lambda _: ask("a"), name="fetch_a")  # <- I
b = context.step(lambda _: ask("b"), name="fetch_b")
c = context.step(lambda _: ask(a), name="fetch_c")  # <- I
return context.step(lambda _: ask(b), name="fetch_d")
""",
}
ORDERED = {
    "data": """
a = context.step(lambda _: ask("a"), name="fetch_a")
b = context.step(lambda _: ask(a), name="fetch_b")
""",
    "data in a closure": """
def more(_):
    return ask(a)
a = context.step(lambda _: ask("a"), name="fetch_a")
b = context.step(more, name="fetch_b")
""",
    "data in a name or a configuration": """
a = context.step(lambda _: ask("a"), name="fetch_a")
b = context.step(lambda _: ask("b"), name=f"fetch_{a}")
""",
    "the same variable": """
a = context.step(lambda _: ask("a"), name="fetch_a")
a = context.step(lambda _: ask("b"), name="fetch_b")
""",
    "effects": """
context.step(lambda _: ask("a"), name="charge_card")
context.step(lambda _: ask("b"), name="ship_order")
a = context.step(lambda _: requests.post("https://a.example", timeout=3).text, name="fetch_a")
b = context.step(lambda _: requests.post("https://b.example", timeout=3).text, name="fetch_b")
""",
    "a reader and a writer": """
a = context.step(lambda _: ask("a"), name="fetch_a")
context.step(lambda _: ask("b"), name="reserve_b")
""",
    "a check first": """
a = context.step(lambda _: ask("a"), name="validate_order")
b = context.step(lambda _: ask("b"), name="fetch_order")
""",
    "a decision between": """
a = context.step(lambda _: ask("a"), name="fetch_a")
if a is None:
    return None
b = context.step(lambda _: ask("b"), name="fetch_b")
""",
    "other arms": """
if event:
    a = context.step(lambda _: ask("a"), name="fetch_a")
else:
    a = context.step(lambda _: ask("b"), name="fetch_b")
""",
    "one alone": """
a = context.step(lambda _: ask("a"), name="fetch_a")
context.wait(Duration.from_seconds(60), name="short_wait")
b = context.step(lambda _: ask("b"), name="fetch_b")
""",
}

POINTLESS = {
    "at the end": """
a = context.step(work())
context.wait(Duration.from_seconds(60), name="last_wait")  # <- I
return a
""",
    "alone": """
context.wait(Duration.from_seconds(5), name="only_wait")  # <- I
return "done"
""",
    "a moment at the start": """
context.wait(Duration.from_seconds(5), name="first_wait")  # <- I
return context.step(work())
""",
    "two in a row": """
context.step(work())
context.wait(Duration.from_seconds(90), name="first_wait")
context.wait(Duration.from_minutes(1), name="second_wait")  # <- I
context.step(work())
""",
}
NEEDED = {
    "between": """
context.step(work())
context.wait(Duration.from_seconds(60), name="between_wait")
return context.step(work())
""",
    "a delayed start": """
context.wait(Duration.from_hours(24), name="reminder_wait")
return context.step(work())
""",
    "a delay from outside": """
context.wait(Duration.from_seconds(event["delay"]), name="delay_wait")
return context.step(work())
""",
    "in a loop": """
for n in range(3):
    context.step(work(n), name=f"work_{n}")
    context.wait(Duration.from_seconds(60), name=f"pace_wait_{n}")
""",
    "before something that is no operation": """
context.step(work())
context.wait(Duration.from_seconds(60), name="sent_wait")
requests.post("https://a.example", timeout=3)
""",
    "before a call that is not followed": """
context.step(work())
context.wait(Duration.from_seconds(60), name="sent_wait")
notify(event)
""",
    "before an answer": """
callback = context.create_callback(name="answer_callback")
context.step(work(callback.callback_id))
context.wait(Duration.from_seconds(60), name="answer_wait")
return callback.result()
""",
    "in a branch": """
context.parallel([lambda ctx: ctx.wait(Duration.from_seconds(60), name="limit_wait"), lambda ctx: ctx.step(work())])
""",
}

UNLIMITED = {
    "a map": """
context.map(event["items"], lambda ctx, item, i, items: ctx.step(work(item)), name="all")  # <- I
context.map(list(event["items"]), lambda ctx, item, i, items: ctx.step(work(item)), config=MapConfig())  # <- I
""",
    "no limit said aloud": """
context.map(  # <- I
    inputs=event["items"],
    func=lambda ctx, item, i, items: ctx.step(work(item)),
    config=MapConfig(max_concurrency=None),
)
""",
    "branches for each item": """
branches = []
for item in event["items"]:
    branches.append(lambda ctx, item=item: ctx.step(work(item)))
context.parallel(branches, name="all")  # <- I
context.parallel([lambda ctx, i=i: ctx.step(work(i)) for i in event["items"]], name="all_too")  # <- I
""",
    "known, and too many": """
context.map(list(range(2000)), lambda ctx, item, i, items: ctx.step(work(item)), name="all")  # <- I
""",
}
LIMITED = {
    "a number": """
context.map(event["items"], lambda ctx, item, i, items: ctx.step(work(item)), config=MapConfig(max_concurrency=5))
context.parallel(event["branches"], config=ParallelConfig(max_concurrency=event["limit"]))
context.map(event["items"], lambda ctx, item, i, items: ctx.step(work(item)), config=MapConfig(5))
""",
    "a hidden configuration": """
context.map(event["items"], lambda ctx, item, i, items: ctx.step(work(item)), config=event["config"])
context.map(event["items"], lambda ctx, item, i, items: ctx.step(work(item)), config=MapConfig(**event["config"]))
context.map(event["items"], lambda ctx, item, i, items: ctx.step(work(item)), **event["more"])
""",
    "few": """
context.map(["a", "b"], lambda ctx, item, i, items: ctx.step(work(item)))
context.map(range(100), lambda ctx, item, i, items: ctx.step(work(item)))
context.parallel([lambda ctx: ctx.step(work(1)), lambda ctx: ctx.step(work(2))])
both = (lambda ctx: ctx.step(work(1)), lambda ctx: ctx.step(work(2)))
context.parallel(list(both))
context.parallel([lambda ctx, n=n: ctx.step(work(n)) for n in (1, 2, 3)])
""",
    "cut": """
context.map(event["items"][:50], lambda ctx, item, i, items: ctx.step(work(item)))
first = event["items"][0:20]
context.map(first, lambda ctx, item, i, items: ctx.step(work(item)))
context.map(list(itertools.islice(event["items"], 10)), lambda ctx, item, i, items: ctx.step(work(item)))
""",
}

CASES = [
    pytest.param(code, body, id=f"{code}-{name}")
    for code, *tables in (
        ("DUR801", TRIVIAL, WORTH_IT),
        ("DUR802", ONE_BY_ONE, TOGETHER),
        ("DUR803", IN_A_ROW, ORDERED),
        ("DUR806", POINTLESS, NEEDED),
        ("DUR808", UNLIMITED, LIMITED),
    )
    for table in tables
    for name, body in table.items()
]


@pytest.mark.parametrize(("code", "body"), CASES)
def test_bodies(code: str, body: str, tmp_path: Path) -> None:
    above = 'import os\nSETTINGS = {"stage": "test"}\ntable = connect()\n'
    assert difference(tmp_path, code, {"handler.py": program(body, above)}) == []


@pytest.mark.parametrize(
    ("code", "helper", "body"),
    [
        (
            "DUR801",
            'def read(context: DurableContext, event):\n    return context.step(lambda _: event["a"])  # <- I\n',
            "helpers.read(context, event)",
        ),
        (
            "DUR802",
            "def one(context: DurableContext, item):\n    return context.step(work(item))\n",
            'for item in event["items"]:\n    helpers.one(context, item)  # <- I',
        ),
        (
            "DUR802",
            'def one(context: DurableContext, item):\n    return context.step(work(item), name=f"one_{item}")\n',
            'for item in event["items"]:\n    helpers.one(context, item)',
        ),
        (
            "DUR803",
            "def a(_):\n    return ask(1)\n\n\ndef b(_):\n    return ask(2)\n",
            'context.step(helpers.a, name="load_a")  # <- I\ncontext.step(helpers.b, name="load_b")',
        ),
        (
            "DUR806",
            'def rest(context: DurableContext):\n    context.wait(Duration.from_seconds(70), name="rest_wait")\n',
            "context.step(work())\nhelpers.rest(context)  # <- I",
        ),
        (
            "DUR808",
            "LIMIT = 10\nGENTLE = MapConfig(max_concurrency=LIMIT)\n",
            'context.map(event["items"], lambda ctx, item, i, items: ctx.step(work(item)), config=helpers.GENTLE)',
        ),
    ],
)
def test_helpers_in_another_module(code: str, helper: str, body: str, tmp_path: Path) -> None:
    files = {"helpers.py": f"{HEAD}\n{helper}", "handler.py": program(body, "import helpers")}
    assert difference(tmp_path, code, files) == []


@pytest.mark.parametrize(("allowed", "mark"), [(None, ""), (2, "  # <- I"), (3, "")])
def test_number_of_operations_is_configured(allowed: int | None, mark: str, tmp_path: Path) -> None:
    text = program("context.step(work())\ncontext.step(work())\ncontext.wait(Duration.from_seconds(5))")
    text = text.replace("context: DurableContext):", f"context: DurableContext):{mark}")
    assert difference(tmp_path, "DUR807", {"handler.py": text}, allowed) == []


@pytest.mark.parametrize(
    ("name", "words", "mark"),
    [
        ("process_everything", "Do it.", "  # <- I"),
        ("process", "Take orders, write bills, send mail...", "  # <- I"),
        ("process", "Process one order through validation, payment, and fulfillment.", ""),
        ("process", "Load the order, charge the card, ship the parcel.", ""),
        ("process", "Wait...", ""),
    ],
)
def test_what_a_handler_says_of_itself(name: str, words: str, mark: str, tmp_path: Path) -> None:
    text = f'{HEAD}\n@durable_execution\ndef {name}(event, context: DurableContext):{mark}\n    """{words}"""\n'
    assert difference(tmp_path, "DUR807", {"handler.py": text}) == []
