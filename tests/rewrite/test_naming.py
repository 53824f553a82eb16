"""Names that fixes give: valid, unlike any other on the same context, told apart in loops."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from durable_lint import knowledge
from durable_lint.model.body import Body
from durable_lint.model.entries import evaluate_file
from durable_lint.model.interpreter import Interpreter
from durable_lint.model.project import Project
from durable_lint.rewrite.naming import distinct_name, name_for, varying_parts

HEAD = """
import time
from aws_durable_execution_sdk_python import *


@durable_execution
def handler(event: dict, context: DurableContext):
"""


def _places(folder: Path, body: str, head: str = HEAD) -> list[tuple[Body, ast.Call]]:
    """Every call of ``here`` with the body that it stands in."""
    path = folder / "handler.py"
    path.write_text(head + "".join(f"    {line}\n" for line in body.strip().splitlines()), encoding="utf-8")
    project = Project()
    module = project.load(str(path))
    assert module is not None
    bodies = evaluate_file(Interpreter(project, knowledge.shipped()), module)
    return [
        (body, node)
        for body in bodies
        for node in ast.walk(body.node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "here"
    ]


def _name(folder: Path, body: str, base: str = "read_time") -> str:
    ((found, node),) = _places(folder, body)
    return name_for(found, node, base)


LOOPS = {
    "no loop": ("here()", '"read_time"'),
    "range": ("for n in range(3): here()", 'f"read_time_{n}"'),
    "range of the event": ("for n in range(len(event['x'])): here()", 'f"read_time_{n}"'),
    "reversed range": ("for n in reversed(range(3)): here()", 'f"read_time_{n}"'),
    "enumerate": ("for i, x in enumerate(event['x']): here()", 'f"read_time_{i}"'),
    "enumerate from one": ("for i, x in enumerate(event['x'], start=1): here()", 'f"read_time_{i}"'),
    "enumerate of pairs": ("for i, (a, b) in enumerate(event['x'].items()): here()", 'f"read_time_{i}"'),
    "zip": ("for n, x in zip(range(3), event['x']): here()", 'f"read_time_{n}"'),
    "zip of what nobody knows": ("for n, x in zip(event['y'], event['x']): here()", '"read_time"'),
    "items": ("for k, v in event['x'].items(): here()", 'f"read_time_{k}"'),
    "items of a known dict": ("for k, v in {'a': 1, 'b': 2}.items(): here()", 'f"read_time_{k}"'),
    "keys of a known dict": ("for k in {'a': 1, 'b': 2}: here()", 'f"read_time_{k}"'),
    "texts": ("for x in ('a', 'b'): here()", 'f"read_time_{x}"'),
    "texts that are no names": ("for x in ('größe', 'b'): here()", '"read_time"'),
    "a text and what nobody knows": ("for x in ('a', event['x']): here()", '"read_time"'),
    "split text": ("for x in 'a b'.split(): here()", 'f"read_time_{x}"'),
    "what nobody knows": ("for x in event['x']: here()", '"read_time"'),
    "dicts": ("for x in [{'a': 1}]: here()", '"read_time"'),
    "a clock": ("for x in [str(time.time())]: here()", '"read_time"'),
    "a range by the clock": ("for x in range(int(time.time()), 5): here()", '"read_time"'),
    "an id that is read": ("for x in event['x']:\n    print(x['id'])\n    here()", "f\"read_time_{x['id']}\""),
    "an id that is read with it": (
        "for x in event['x']: here(lambda _: x['order_id'])",
        "f\"read_time_{x['order_id']}\"",
    ),
    "an id that a lambda would read": (
        "for x in event['x']:\n    late = lambda: x['id']\n    here(lambda _: late)",
        '"read_time"',
    ),
    "an attribute": ("for x in event['x']:\n    if x.sku:\n        here()", 'f"read_time_{x.sku}"'),
    "an id that may be missing": ("for x in event['x']:\n    if y: print(x['id'])\n    here()", '"read_time"'),
    "an id in one case": ("for x in event['x']: here(x['id'] if 'id' in x else 0)", '"read_time"'),
    "an id read later": ("for x in event['x']:\n    here()\n    print(x['id'])", '"read_time"'),
    "an id of something else": ("for x in event['x']: here(y['id'])", '"read_time"'),
    "an id that is set": ("for x in event['x']:\n    x['id'] = 3\n    here(x['id'])", '"read_time"'),
    "another field": ("for x in event['x']: here(x['text'])", '"read_time"'),
    "another value": ("for n in range(3):\n    n = event['x']\n    here()", '"read_time"'),
    "an inner loop's": ("for n in range(3):\n    for n in event['x']: here()", '"read_time"'),
    "a walrus": ("for n in range(3): here(n := event['x'])", '"read_time"'),
    "deleted": ("for n in range(3):\n    del n\n    here()", '"read_time"'),
    "nested": ("for n in range(3):\n    for m in range(2): here()", 'f"read_time_{n}_{m}"'),
    "nested with nothing inside": ("for n in range(3):\n    for x in event['x']: here()", 'f"read_time_{n}"'),
    "the head": ("for n in range(here()): print(n)", '"read_time"'),
    "the else": ("for n in range(3): print(n)\nelse: here()", '"read_time"'),
    "a comprehension": ("[here() for n in range(3)]", 'f"read_time_{n}"'),
    "a comprehension's condition": ("[n for n in range(3) if here()]", 'f"read_time_{n}"'),
    "a comprehension's source": ("[n for n in here()]", '"read_time"'),
    "a dict comprehension": ("{n: here() for n in range(3)}", 'f"read_time_{n}"'),
    "two in a comprehension": ("[here() for n in range(3) for m in range(2)]", 'f"read_time_{n}_{m}"'),
    "between two in a comprehension": ("[m for n in range(3) for m in here()]", 'f"read_time_{n}"'),
    "a loop round a comprehension": ("for n in range(3): [here() for m in range(n)]", 'f"read_time_{n}_{m}"'),
    "a counter": ("n = 0\nwhile n < 3:\n    here()\n    n += 1", 'f"read_time_{n}"'),
    "a counter that is written out": ("n: int = 0\nwhile n < 3:\n    n = n + 1\n    here()", 'f"read_time_{n}"'),
    "a counter in a branch": ("n = 0\nwhile n < 3:\n    here()\n    if event: n += 1", '"read_time"'),
    "a counter that may stand": ("n = 0\nwhile n < 3:\n    here()\n    if event: continue\n    n += 1", '"read_time"'),
    "a counter that goes down": ("n = 0\nwhile n < 3:\n    here()\n    n -= 1", '"read_time"'),
    "a counter that is set again": ("n = 0\nwhile n < 3:\n    here()\n    n += 1\n    n = 0", '"read_time"'),
    "a counter from outside": ("n = event['n']\nwhile n < 3:\n    here()\n    n += 1", '"read_time"'),
    "a counter set in a branch": ("if event: n = 0\nwhile n < 3:\n    here()\n    n += 1", '"read_time"'),
    "no counter": ("while event: here()", '"read_time"'),
}


@pytest.mark.parametrize(("body", "expected"), LOOPS.values(), ids=LOOPS)
def test_loop(body: str, expected: str, tmp_path: Path) -> None:
    assert _name(tmp_path, body) == expected


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("readTime", '"read_time"'),
        ("read time!", '"read_time"'),
        ("größe", '"gr_e"'),
        ("", '"read_value"'),
        ("{}", '"read_value"'),
        ("x" * 300, f'"{"x" * 100}"'),
    ],
)
def test_base(base: str, expected: str, tmp_path: Path) -> None:
    assert _name(tmp_path, "here()", base) == expected


def test_names_differ(tmp_path: Path) -> None:
    places = _places(tmp_path, "here()\nhere()\ncontext.step(event, name='read_time_3')\nhere()")
    names = [name_for(body, node, "read_time") for body, node in places]
    assert names == ['"read_time"', '"read_time_2"', '"read_time_4"']
    assert [name_for(body, node, "read_time") for body, node in reversed(places)] == names[::-1]


def test_other_contexts_have_names_of_their_own(tmp_path: Path) -> None:
    body = """
def child(inner):
    inner.step(event, name="read_time")
def helper():
    context.step(event, name="read_date")
helper()
context.run_in_child_context(child, name="work")
here()
"""
    ((found, node),) = _places(tmp_path, body)
    assert name_for(found, node, "read_time") == '"read_time"'
    ((found, node),) = _places(tmp_path, body)
    assert name_for(found, node, "read_date") == '"read_date_2"'


def test_a_helper_knows_its_callers(tmp_path: Path) -> None:
    body = """
def helper():
    here()
    return context.step(event, name="work")
helper()
context.step(event, name="read_time")
"""
    (inside, *_) = [place for place in _places(tmp_path, body) if place[0].name == "helper"]
    assert name_for(*inside, "read_time") == '"read_time_2"'


def test_every_evaluation_counts(tmp_path: Path) -> None:
    body = """
def helper(items):
    for item in items:
        here()
helper(["a"])
helper([{"a": 1}])
"""
    places = [place for place in _places(tmp_path, body) if place[0].name == "helper"]
    assert len(places) == 2
    assert {name_for(body, node, "read_time") for body, node in places} == {'"read_time"'}
    assert {str(varying_parts(body, node)) for body, node in places} == {"None"}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("here()", []),
        ("for n in range(3): here()", ["n"]),
        ("for n in range(3):\n    for x in event['x']: here()", None),
    ],
)
def test_varying_parts(body: str, expected: list[str] | None, tmp_path: Path) -> None:
    ((found, node),) = _places(tmp_path, body)
    assert varying_parts(found, node) == expected


def test_an_index_is_put_into_a_loop_that_offers_nothing(tmp_path: Path) -> None:
    ((found, node),) = _places(tmp_path, "for n in range(3):\n    for x in event['x']: here()")
    named = distinct_name(found, node, "read_time")
    assert named is not None
    assert named.expression == 'f"read_time_{n}_{position}"'
    assert [edit.text for edit in named.edits] == ["position, ", "enumerate(event['x'])"]


def test_nothing_is_put_where_a_name_will_do(tmp_path: Path) -> None:
    ((found, node),) = _places(tmp_path, "for n in range(3): here()")
    named = distinct_name(found, node, "read_time")
    assert named is not None
    assert named.edits == ()


def test_rounds_that_nothing_tells_apart(tmp_path: Path) -> None:
    ((found, node),) = _places(tmp_path, "while event: here()")
    assert distinct_name(found, node, "read_time") is None


@pytest.mark.parametrize("work", ["context.step(event, name=f'work_{n}')", "pass"])
@pytest.mark.parametrize(("calls", "is_repeated"), [("helper(1)", False), ("for n in range(3): helper(n)", True)])
def test_a_helper_that_a_loop_calls(work: str, calls: str, is_repeated: bool, tmp_path: Path) -> None:
    body = f"def helper(n):\n    here()\n    {work}\n{calls}"
    (inside, *_) = [place for place in _places(tmp_path, body) if place[0].name == "helper"]
    assert (distinct_name(*inside, "read_time") is None) is is_repeated
    assert (varying_parts(*inside) is None) is is_repeated
