"""Names for operations that have none, and names that vary for those in loops."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rewrite.fixed_program import findings, fixed

HEAD = """from functools import partial
from aws_durable_execution_sdk_python import DurableContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration, StepConfig


@durable_step
def weigh(step_context, parcel=None):
    return 1


def count_pages(step_context=None, *rest):
    return 12


def do_it(step_context):
    return 1


def send_letter(context, letter):
    return context.step(weigh(letter))


SEAL = "seal_parcel"


@durable_execution
def handler(event: dict, context: DurableContext):
"""


def _check(folder: Path, code: str, body: str, expected: str, left: int = 0) -> None:
    def program(text: str) -> str:
        return HEAD + "".join(f"    {line}\n" if line else "\n" for line in text.strip("\n").split("\n"))

    made = fixed(folder, program(body), code).decode()
    assert made.removeprefix(HEAD) == program(expected or body).removeprefix(HEAD)
    assert len([finding for finding in findings(folder) if finding.code == code]) == left


IN_LOOPS = {
    "an index is put in": (
        """
for parcel in event["parcels"]: context.step(weigh(parcel))
""",
        """
for index, parcel in enumerate(event["parcels"]): context.step(weigh(parcel), name=f"weigh_{index}")
""",
    ),
    "once for all operations": (
        """
for parcel in event["parcels"]:
    context.step(weigh(parcel))
    context.wait(Duration.from_seconds(5), name="belt_wait")
""",
        """
for index, parcel in enumerate(event["parcels"]):
    context.step(weigh(parcel), name=f"weigh_{index}")
    context.wait(Duration.from_seconds(5), name=f"belt_wait_{index}")
""",
    ),
    "an id that is read": (
        """
for parcel in event["parcels"]:
    context.step(weigh(parcel["parcel_id"]), "weigh-parcel")
""",
        """
for parcel in event["parcels"]:
    context.step(weigh(parcel["parcel_id"]), f"weigh-parcel-{parcel['parcel_id']}")
""",
    ),
    "single quotes, text with holes, a variable": (
        """
for i in range(3):
    context.step(weigh(), name='weigh_all')
    context.step(weigh(), name=f"weigh_{event['order']}")
    context.step(weigh(), name=SEAL)
""",
        """
for i in range(3):
    context.step(weigh(), name=f'weigh_all_{i}')
    context.step(weigh(), name=f"weigh_{event['order']}_{i}")
    context.step(weigh(), name=f"{SEAL}_{i}")
""",
    ),
    "single quotes and an id": (
        """
for x in event["x"]:
    context.step(weigh(x["id"]), name='weigh_all')
""",
        """
for x in event["x"]:
    context.step(weigh(x["id"]), name=f"weigh_all_{x['id']}")
""",
    ),
    "a number that was dropped": (
        """
for _ in range(3):
    context.step(weigh(lambda _: 3))
    context.wait(Duration.from_minutes(2))
""",
        """
for index in range(3):
    context.step(weigh(lambda _: 3), name=f"weigh_{index}")
    context.wait(Duration.from_minutes(2), name=f"wait_2_minutes_{index}")
""",
    ),
    "a blank that is read": (
        """
for _ in range(3):
    context.step(weigh(_))
""",
        """
for index, _ in enumerate(range(3)):
    context.step(weigh(_), name=f"weigh_{index}")
""",
    ),
    "an index that was dropped": (
        """
for _, x in enumerate(event["x"]):
    context.step(weigh(x))
""",
        """
for index, x in enumerate(event["x"]):
    context.step(weigh(x), name=f"weigh_{index}")
""",
    ),
    "nested loops": (
        """
for a, b in event["pairs"]:
    for c in event["others"]:
        context.step(weigh(a))
    context.step(weigh(b))
""",
        """
for index, (a, b) in enumerate(event["pairs"]):
    for position, c in enumerate(event["others"]):
        context.step(weigh(a), name=f"weigh_{index}_{position}")
    context.step(weigh(b), name=f"weigh_2_{index}")
""",
    ),
    "brackets of tuples": (
        """
for (a, b) in event["pairs"], 3:
    context.step(weigh(a))
for a in (3, event):
    context.step(weigh(a))
""",
        """
for index, (a, b) in enumerate((event["pairs"], 3)):
    context.step(weigh(a), name=f"weigh_{index}")
for index, a in enumerate((3, event)):
    context.step(weigh(a), name=f"weigh_2_{index}")
""",
    ),
    "comprehensions": (
        """
done = [context.step(weigh(p)) for p in event["parcels"]]
more = {q: context.step(weigh(p)) for p in event for q in event[p]}
""",
        """
done = [context.step(weigh(p), name=f"weigh_{index}") for index, p in enumerate(event["parcels"])]
more = {q: context.step(weigh(p), name=f"weigh_2_{p}_{position}") for p in event for position, q in enumerate(event[p])}
""",
    ),
    "while with a counter": (
        """
n = 0
while n < 3:
    context.step(weigh(n), name="weigh_all")
    n += 1
""",
        """
n = 0
while n < 3:
    context.step(weigh(n), name=f"weigh_all_{n}")
    n += 1
""",
    ),
    "how calls are written": (
        """
for k, v in event["parcels"].items():
    context.step(
        weigh(v),
        config=StepConfig(),  # as it is
    )
    context.step(
        weigh(v),
        config=StepConfig()  # as it is
    )
    context.step(
        weigh(
            v,
        )
    )
    context.step(weigh(
        v,
    ))
    context.step(weigh(v), )
    context.step((weigh(v)))
    context.step(
        (weigh(v)
         )  # one
        # two
        ,  # three
        # four
    )
""",
        """
for k, v in event["parcels"].items():
    context.step(
        weigh(v),
        config=StepConfig(),  # as it is
        name=f"weigh_{k}",
    )
    context.step(
        weigh(v),
        config=StepConfig(),  # as it is
        name=f"weigh_2_{k}"
    )
    context.step(
        weigh(
            v,
        ),
        name=f"weigh_3_{k}"
    )
    context.step(weigh(
        v,
    ), name=f"weigh_4_{k}")
    context.step(weigh(v), name=f"weigh_5_{k}", )
    context.step((weigh(v)), name=f"weigh_6_{k}")
    context.step(
        (weigh(v)
         )  # one
        # two
        ,  # three
        name=f"weigh_7_{k}",
        # four
    )
""",
    ),
    "zip, reversed, enumerate": (
        """
for i, (a, b) in enumerate(event["x"].items(), start=1):
    context.step(weigh(a))
for x, y in zip(event["x"], event["y"]):
    context.step(weigh(x))
for x in reversed(event["x"]):
    context.step(weigh(x))
""",
        """
for i, (a, b) in enumerate(event["x"].items(), start=1):
    context.step(weigh(a), name=f"weigh_{i}")
for index, (x, y) in enumerate(zip(event["x"], event["y"])):
    context.step(weigh(x), name=f"weigh_2_{index}")
for index, x in enumerate(reversed(event["x"])):
    context.step(weigh(x), name=f"weigh_3_{index}")
""",
    ),
    "names of operations that have none": (
        """
for p in event["parcels"]:
    context.step(lambda _: count_pages())
    pages = context.step(lambda _: len(event))
    context.invoke("Find-Stock", {})
    approval = context.create_callback()
    context.run_in_child_context(lambda ctx: send_letter(ctx, p))
""",
        """
for index, p in enumerate(event["parcels"]):
    context.step(lambda _: count_pages(), name=f"count_pages_{index}")
    pages = context.step(lambda _: len(event), name=f"compute_pages_{index}")
    context.invoke("Find-Stock", {}, name=f"invoke_find_stock_{index}")
    approval = context.create_callback(name=f"approval_callback_{index}")
    context.run_in_child_context(lambda ctx: send_letter(ctx, p), name=f"send_letter_{index}")
""",
    ),
    "a name that is taken": (
        """
index = 3
for p in event["parcels"]:
    context.step(weigh(p))
""",
        """
index = 3
for loop_index, p in enumerate(event["parcels"]):
    context.step(weigh(p), name=f"weigh_{loop_index}")
""",
    ),
    "a helper's own loop": (
        """
def helper():
    for x in event["x"]:
        context.step(weigh(x))
helper()
""",
        """
def helper():
    for index, x in enumerate(event["x"]):
        context.step(weigh(x), name=f"weigh_{index}")
helper()
""",
    ),
    "one line": (
        """
for x in range(3):
    if event: context.step(weigh(event)); continue
""",
        """
for x in range(3):
    if event: context.step(weigh(event), name=f"weigh_{x}"); continue
""",
    ),
    "the same name twice": (
        """
for x in range(3):
    context.step(weigh(x), name="weigh_all")
    context.step(weigh(x), name="weigh_all")
""",
        """
for x in range(3):
    context.step(weigh(x), name=f"weigh_all_{x}")
    context.step(weigh(x), name=f"weigh_all_2_{x}")
""",
    ),
    "waits": (
        """
for x in range(3):
    context.wait(Duration.from_seconds(seconds=3))
    context.wait(duration=Duration.from_hours(1))
""",
        """
for x in range(3):
    context.wait(Duration.from_seconds(seconds=3), name=f"wait_3_seconds_{x}")
    context.wait(duration=Duration.from_hours(1), name=f"wait_1_hour_{x}")
""",
    ),
    "other targets": (
        """
for x, *rest in event["x"]: context.step(weigh(x))
for [a, b] in event["y"]: context.step(weigh(a))
for q in event["q"]:
    for r in q["r"]:
        if context.step(weigh(r)): break
    else:
        context.step(weigh(q))
""",
        """
for index, (x, *rest) in enumerate(event["x"]): context.step(weigh(x), name=f"weigh_{index}")
for index, [a, b] in enumerate(event["y"]): context.step(weigh(a), name=f"weigh_2_{index}")
for index, q in enumerate(event["q"]):
    for position, r in enumerate(q["r"]):
        if context.step(weigh(r), name=f"weigh_3_{index}_{position}"): break
    else:
        context.step(weigh(q), name=f"weigh_4_{index}")
""",
    ),
    "an empty name": (
        """
for x in range(3):
    context.step(weigh(x), name="")
""",
        """
for x in range(3):
    context.step(weigh(x), name=f"weigh_{x}")
""",
    ),
    "a loop in a child context": (
        """
def settle(ctx):
    for x in event["x"]:
        ctx.step(weigh(x))
for n in range(3):
    context.run_in_child_context(settle)
""",
        """
def settle(ctx):
    for index, x in enumerate(event["x"]):
        ctx.step(weigh(x), name=f"weigh_{index}")
for n in range(3):
    context.run_in_child_context(settle, name=f"settle_{n}")
""",
    ),
}

IN_LOOPS_LEFT_ALONE = {
    "while without a counter": """
while event:
    context.step(weigh())
""",
    "a helper called in a loop": """
for p in event["parcels"]:
    send_letter(context, p)
""",
    "in text": """
for x in range(3):
    y = f"{context.step(weigh(3))}"
""",
    "nothing to name it after": """
for x in range(3):
    context.create_callback()
""",
    "no name that says anything": """
for x in range(3):
    context.step(do_it)
""",
    "another enumerate": """
def enumerate(x): return x
for x in event["x"]:
    context.step(weigh(x))
""",
    "no free name": """
index = loop_index = 3
for x in event["x"]:
    context.step(weigh(x))
""",
    "a name put together": """
for x in range(3):
    context.step(weigh(x), name="weigh" + SEAL)
""",
    "quotes in a name": """
for x in range(3):
    context.step(weigh(x), name="weigh 'em")
""",
    "a wait of unknown length": """
while event:
    context.wait(Duration.from_seconds(event["n"]))
""",
    "a lambda that map calls": """
list(map(lambda x: context.step(weigh(x)), event["x"]))
""",
    "an inner while": """
for x in range(3):
    while event:
        context.step(weigh(x))
""",
}

WITHOUT_NAMES = {
    "lambda, function, partial": (
        """
title = context.step(lambda _: event["title"].strip())
pages = context.step(count_pages)
printed = context.step(partial(count_pages, 3))
""",
        """
title = context.step(lambda _: event["title"].strip(), name="strip_title")
pages = context.step(count_pages, name="count_pages")
printed = context.step(partial(count_pages, 3), name="count_pages_2")
""",
    ),
    "two alike on a line": (
        """
total = context.step(lambda _: event["a"] + 1)
total = context.step(lambda _: event["a"] + 1)
context.step(lambda _: count_pages(event)); context.step(count_pages)
context.step(lambda _: event, name="count_pages_3")
""",
        """
total = context.step(lambda _: event["a"] + 1, name="compute_total")
total = context.step(lambda _: event["a"] + 1, name="compute_total_2")
context.step(lambda _: count_pages(event), name="count_pages"); context.step(count_pages, name="count_pages_2")
context.step(lambda _: event, name="count_pages_3")
""",
    ),
    "methods": (
        """
context.step(lambda _: event["shop"].put_item(Item=event))
answer = {"page": context.step(lambda _: event["shop"].fetch())}
answer["price"] = context.step(lambda _: event["shop"].fetch())
""",
        """
context.step(lambda _: event["shop"].put_item(Item=event), name="put_item")
answer = {"page": context.step(lambda _: event["shop"].fetch(), name="fetch_page")}
answer["price"] = context.step(lambda _: event["shop"].fetch(), name="fetch_price")
""",
    ),
    "a comment behind the callable": (
        """
context.step(
    lambda _: count_pages(event),  # count
    config=StepConfig(),
)
""",
        """
context.step(
    lambda _: count_pages(event),  # count
    config=StepConfig(),
    name="count_pages",
)
""",
    ),
    "child contexts": (
        """
def settle(ctx):
    return ctx.step(lambda _: count_pages(event))
settled = context.run_in_child_context(settle)
done = context.run_in_child_context(lambda ctx: ctx.step(count_pages))
""",
        """
def settle(ctx):
    return ctx.step(lambda _: count_pages(event), name="count_pages")
settled = context.run_in_child_context(settle, name="settle")
done = context.run_in_child_context(lambda ctx: ctx.step(count_pages, name="count_pages"), name="compute_done")
""",
    ),
    "arms of an if": (
        """
if event: context.step(count_pages, name="")
elif 3: context.step(count_pages)
else: context.step(func=count_pages)
""",
        """
if event: context.step(count_pages, name="count_pages")
elif 3: context.step(count_pages, name="count_pages_2")
else: context.step(func=count_pages, name="count_pages_3")
""",
    ),
}

WITHOUT_NAMES_LEFT_ALONE = {
    "names that say nothing": """
context.step(do_it)
context.step(lambda _: do_it(3))
result = context.step(lambda _: event["a"] + 1)
x = context.step(lambda _: event["a"] + 1)
""",
    "no call and no target": """
context.step(lambda _: event["a"])
context.step(lambda _: print(event))
""",
    "one of two functions": """
context.step(count_pages if event else do_it)
""",
    "in text": """
x = f"{context.step(count_pages)}"
""",
}


@pytest.mark.parametrize(("body", "expected"), IN_LOOPS.values(), ids=IN_LOOPS)
def test_in_loop(body: str, expected: str, tmp_path: Path) -> None:
    _check(tmp_path, "DUR401", body, expected)


@pytest.mark.parametrize("body", IN_LOOPS_LEFT_ALONE.values(), ids=IN_LOOPS_LEFT_ALONE)
def test_in_loop_left_alone(body: str, tmp_path: Path) -> None:
    _check(tmp_path, "DUR401", body, body, left=1)


@pytest.mark.parametrize(("body", "expected"), WITHOUT_NAMES.values(), ids=WITHOUT_NAMES)
def test_without_name(body: str, expected: str, tmp_path: Path) -> None:
    _check(tmp_path, "DUR402", body, expected)


@pytest.mark.parametrize("body", WITHOUT_NAMES_LEFT_ALONE.values(), ids=WITHOUT_NAMES_LEFT_ALONE)
def test_without_name_left_alone(body: str, tmp_path: Path) -> None:
    _check(tmp_path, "DUR402", body, body, left=body.count("context."))


def test_line_ends_and_tabs_stay(tmp_path: Path) -> None:
    body = 'for x in event["x"]:\n\tcontext.step(\n\t\tweigh(x),\n\t)'
    program = (HEAD + "".join(f"\t{line}\n" for line in body.split("\n"))).rstrip("\n").replace("\n", "\r\n").encode()
    made = fixed(tmp_path, program, "DUR401")
    assert made.decode().replace(HEAD.replace("\n", "\r\n"), "").split("\r\n") == [
        '\tfor index, x in enumerate(event["x"]):',
        "\t\tcontext.step(",
        "\t\t\tweigh(x),",
        '\t\t\tname=f"weigh_{index}",',
        "\t\t)",
    ]


def test_another_module_lends_its_name(tmp_path: Path) -> None:
    program = HEAD.replace("SEAL = ", "import phases as p\nSEAL = ") + "    context.step(p.press)\n"
    made = fixed(tmp_path, program, "DUR402", {"phases.py": "def press(step_context):\n    return 1\n"})
    assert made.decode().endswith('context.step(p.press, name="press")\n')


def test_the_operation_sequence_changes(tmp_path: Path) -> None:
    (tmp_path / "handler.py").write_text(HEAD + "    context.step(count_pages)\n", encoding="utf-8")
    (found,) = (finding for finding in findings(tmp_path) if finding.code == "DUR402")
    assert found.fix is not None
    assert found.fix.changes_operations
    assert found.fix.title == "Name it `count_pages`"
