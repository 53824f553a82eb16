"""Sets and listings that are gone through in the same order everywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rewrite.fixed_program import findings, fixed

HEAD = """import glob
import os
from concurrent.futures import as_completed
from pathlib import Path

from aws_durable_execution_sdk_python import DurableContext, durable_execution, durable_step


@durable_step
def weigh(step_context, parcel=None):
    return 1


@durable_step
def stack(step_context, parcel: str, height: int = 0):
    return 1


def copied(names: list[str]) -> list[str]:
    return list(set(names))


def copied_behind(names: list[str]) -> list[str]:
    return ["z", *set(names)]


def copied_in_a_dict(names: list[str]) -> dict:
    return {"names": list(set(names))}


def copied_after(context, names: list[str]) -> list[str]:
    for name in set(names):
        context.step(weigh(name), name=f"press_{name}")
    return list(set(names))


@durable_execution
def handler(event: dict, context: DurableContext):
    print(open("/mnt/note").read())
"""

SORTED = {
    "a set that is written out": (
        """
for name in {"a", "b"}: context.step(weigh(name), name=f"weigh_{name}")
""",
        """
for name in sorted({"a", "b"}): context.step(weigh(name), name=f"weigh_{name}")
""",
    ),
    "over lines": (
        """
for name in {
    "a",  # first
    "b",
}:
    context.step(weigh(name), name=f"weigh_{name}")
""",
        """
for name in sorted({
    "a",  # first
    "b",
}):
    context.step(weigh(name), name=f"weigh_{name}")
""",
    ),
    "a set of declared text": (
        """
names: set[str] = event["names"]
for name in names:
    context.step(weigh(name), name=f"weigh_{name}")
context.step(weigh(list(names)), name="weigh_all"); context.step(weigh(tuple(names)), name="weigh_some")
context.step(weigh([name.upper() for name in names] + [*names]), name="weigh_upper")
context.step(weigh(",".join(n for n in names)), name=f"weigh_joined")
if "a" in names and len(names):
    context.step(weigh(next(iter(names))), name="weigh_first")
""",
        """
names: set[str] = event["names"]
for name in sorted(names):
    context.step(weigh(name), name=f"weigh_{name}")
context.step(weigh(sorted(names)), name="weigh_all"); context.step(weigh(tuple(sorted(names))), name="weigh_some")
context.step(weigh([name.upper() for name in sorted(names)] + [*sorted(names)]), name="weigh_upper")
context.step(weigh(",".join(n for n in sorted(names))), name=f"weigh_joined")
if "a" in names and len(names):
    context.step(weigh(next(iter(sorted(names)))), name="weigh_first")
""",
    ),
    "words": (
        """
words = set("a b".split())
for number, word in enumerate(words, start=1):
    context.step(weigh(word), name=f"weigh_{number}")
for word, number in zip(words, range(3)):
    context.step(weigh(word), name=f"seal_{number}")
context.map(words, lambda c, x, i, xs: c.step(weigh(x), name="weigh_word"), name="weigh_words")
""",
        """
words = set("a b".split())
for number, word in enumerate(sorted(words), start=1):
    context.step(weigh(word), name=f"weigh_{number}")
for word, number in zip(sorted(words), range(3)):
    context.step(weigh(word), name=f"seal_{number}")
context.map(sorted(words), lambda c, x, i, xs: c.step(weigh(x), name="weigh_word"), name="weigh_words")
""",
    ),
    "numbers, tuples, text that is made": (
        """
for x in {1.5, 2.5}: context.step(weigh(x), name=f"weigh_{x}")
for x in {("a", 3), ("b", 4)}: context.step(weigh(x), name=f"bend_{x[0]}")
for x in {f"a{o}" for o in event["orders"]}: context.step(weigh(x), name=f"move_{x}")
""",
        """
for x in {1.5, 2.5}: context.step(weigh(x), name=f"weigh_{x}")
for x in sorted({("a", 3), ("b", 4)}): context.step(weigh(x), name=f"bend_{x[0]}")
for x in sorted({f"a{o}" for o in event["orders"]}): context.step(weigh(x), name=f"move_{x}")
""",
    ),
    "a helper's list": (
        """
names = copied(event["names"])
context.step(weigh(names), name="weigh_all")
""",
        """
names = sorted(copied(event["names"]))
context.step(weigh(names), name="weigh_all")
""",
    ),
    "what a step says that it takes": (
        """
for x in {o["x"] for o in event["orders"]}:
    context.step(stack(x), name=f"stack_{x}")
stacked = [context.step(stack(parcel=x), name=f"stack_{x}") for x in set(event["parcels"])]
for n in set(event["numbers"]): context.step(stack("a", n), name=f"stack_{n}")
""",
        """
for x in sorted({o["x"] for o in event["orders"]}):
    context.step(stack(x), name=f"stack_{x}")
stacked = [context.step(stack(parcel=x), name=f"stack_{x}") for x in sorted(set(event["parcels"]))]
for n in sorted(set(event["numbers"])): context.step(stack("a", n), name=f"stack_{n}")
""",
    ),
    "what is joined": (
        """
text = ", ".join(set(event["parcels"]))
context.step(weigh(text), name="weigh_all")
""",
        """
text = ", ".join(sorted(set(event["parcels"])))
context.step(weigh(text), name="weigh_all")
""",
    ),
    "listings": (
        """
for name in os.listdir("/mnt"):
    context.step(weigh(name), name=f"weigh_{name}")
names = glob.glob("/mnt/*")
context.step(weigh(names), name=f"weigh_all")
for number, path in enumerate(Path("/mnt").glob("*.pdf")):
    context.step(weigh(path.name), name=f"weigh_{number}")
""",
        """
for name in sorted(os.listdir("/mnt")):
    context.step(weigh(name), name=f"weigh_{name}")
names = sorted(glob.glob("/mnt/*"))
context.step(weigh(names), name=f"weigh_all")
for number, path in enumerate(sorted(Path("/mnt").glob("*.pdf"))):
    context.step(weigh(path.name), name=f"weigh_{number}")
""",
    ),
}

LEFT_ALONE = {
    "a variable that was changed before it is handed on": """
for x in {o["x"] for o in event["orders"]}:
    x = str(x)
    context.step(stack(x, 3), name=f"stack_{x}")
""",
    "elements that are joined behind a change": """
text = ", ".join(str(x) for x in {o["x"] for o in event["orders"]})
context.step(weigh(text), name="weigh_all")
""",
    "elements of two types": """
for x in {o["x"] for o in event["orders"]}: context.step(stack(x, x), name=f"stack_{x}")
""",
    "elements of which nothing is known": """
for x in {o["x"] for o in event["orders"]}: context.step(weigh(x), name=f"weigh_{x}")
""",
    "elements with a known default": """
for x in {o.get("x", "") for o in event["orders"]}: context.step(weigh(x), name=f"weigh_{x}")
""",
    "elements one of which is not known": """
for x in {"a", event["x"]}: context.step(weigh(x), name=f"weigh_{x}")
""",
    "elements that cannot be compared": """
for x in {"a", 3}: context.step(weigh(x), name=f"weigh_{x}")
""",
    "tuples that cannot be compared": """
for x in {("a", 3), (3, "a")}: context.step(weigh(x), name=f"weigh_{x[0]}")
""",
    "none among them": """
for x in {"a", None}: context.step(weigh(x), name=f"weigh_{x}")
""",
    "a set or a list": """
names = {"a", "b"} if event["x"] else ["b", "a"]
for x in names: context.step(weigh(x), name=f"weigh_{x}")
""",
    "another sorted": """
sorted = len
for x in {"a", "b"}: context.step(weigh(x), name=f"weigh_{x}")
""",
    "in text": """
x = f"{context.step(weigh([y for y in {'a', 'b'}]), name='weigh_all')}"
""",
    "an element that is taken out": """
words = set("a b".split())
context.step(weigh(words.pop()), name="weigh_one")
""",
    "unpacked": """
first, second = set("a b".split())
context.step(weigh(first), name="weigh_first")
""",
    "a dict from a helper": """
names = copied_in_a_dict(event["names"])
context.step(weigh(names), name="weigh_all")
""",
    "a generator of paths that is kept": """
found = Path("/mnt").glob("*.pdf")
context.step(weigh([p.name for p in found]), name="weigh_all")
""",
    "a list that has an order in a helper": """
names = copied_behind(event["names"])
context.step(weigh(names), name="weigh_all")
""",
    "elements that are looked at before they are handed on": """
for x in {o["x"] for o in event["orders"]}:
    if x is not None:
        context.step(stack(x), name=f"stack_{x}")
""",
    "elements some of which are passed over": """
for x in {o["x"] for o in event["orders"]}:
    if x is None:
        continue
    context.step(stack(x), name=f"stack_{x}")
""",
    "elements that are handed on in one case": """
for x in {o["x"] for o in event["orders"]}:
    context.step(stack(x), name=f"stack_{x}") if x else None
""",
    "elements that a comprehension chooses": """
all = [context.step(stack(x), name=f"stack_{x}") for x in {o["x"] for o in event["orders"]} if x]
""",
    "entries that cannot be compared": """
for entry in os.scandir("/mnt"): context.step(weigh(entry.name), name=f"weigh_{entry.name}")
""",
}


def _check(folder: Path, body: str, expected: str, left: int) -> None:
    def program(text: str) -> str:
        return HEAD + "".join(f"    {line}\n" for line in text.strip("\n").split("\n"))

    made = fixed(folder, program(body), "DUR109").decode()
    assert made.removeprefix(HEAD) == program(expected).removeprefix(HEAD)
    assert len([finding for finding in findings(folder) if finding.code == "DUR109"]) == left


@pytest.mark.parametrize(("body", "expected"), SORTED.values(), ids=SORTED)
def test_sorted(body: str, expected: str, tmp_path: Path) -> None:
    _check(tmp_path, body, expected, left=0)


@pytest.mark.parametrize("body", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_left_alone(body: str, tmp_path: Path) -> None:
    _check(tmp_path, body, body, left=1)


def test_every_evaluation_counts(tmp_path: Path) -> None:
    body = """
def each(names):
    for name in set(names):
        context.step(weigh(name), name=f"weigh_{name}")
each("a b".split())
each(event["names"])
"""
    _check(tmp_path, body, body, left=1)


def test_a_helper_with_operations_is_changed_itself(tmp_path: Path) -> None:
    body = '    names = copied_after(context, event["names"])\n    context.step(weigh(names), name="weigh_all")\n'
    start = HEAD.index("def copied_after")
    helper = HEAD[start:].replace("in set(names)", "in sorted(set(names))").replace("list(set", "sorted(set")
    assert fixed(tmp_path, HEAD + body, "DUR109").decode() == HEAD[:start] + helper + body


def test_line_ends_and_tabs_stay(tmp_path: Path) -> None:
    text = HEAD + '\tfor name in {"a", "b"}:\n\t\tcontext.step(weigh(name), name=f"weigh_{name}")'
    program = text.replace("    print", "\tprint").replace("\n", "\r\n").encode()
    assert fixed(tmp_path, program, "DUR109") == program.replace(b'{"a", "b"}', b'sorted({"a", "b"})')
