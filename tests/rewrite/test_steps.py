"""Recording values: which expression goes into a step, under what name, and how the value gets out again."""

from __future__ import annotations

from pathlib import Path

import pytest

from durable_lint.finding import Safety
from tests.rewrite.fixed_program import findings, fixed

_PROGRAM = """\
import contextlib
import os
import random
import secrets
import time
import uuid
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import clocks
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
{line}
    context.step(lambda _: print(value), name="show_value")
    return {{}}
"""
_CLOCKS = """\
import time
import uuid
from datetime import UTC, datetime

_SEEN = []


def moment():
    return datetime.now(UTC)


def is_late(order):
    return time.time() > order["deadline"]


def stamp(order):
    order["stamped"] = time.time()
    return order


def new_id():
    return uuid.uuid4()


def noted(order):
    _SEEN.append(order)
    return f"{order}-{uuid.uuid4()}"


def taken(order):
    kind = order.pop("kind")
    return f"{kind}-{uuid.uuid4()}"


def grown(lines):
    lines += ["x"]
    return f"{len(lines)}-{uuid.uuid4()}"


def marked_elsewhere(order):
    stamp(order)
    return f"{order['id']}-{uuid.uuid4()}"


def marked_inside(order):
    for line in order["lines"]:
        line["seen"] = True
    return uuid.uuid4().hex


def of_its_own(order):
    made = {"lines": []}
    made["lines"].append(order)
    return f"{made}-{uuid.uuid4()}"


def given_or_now(order):
    if order.get("at"):
        return order["at"]
    return datetime.now(UTC)


def given_or_new(order):
    return order.get("id") or str(uuid.uuid4())


def from_library(order):
    return order.convert(time.time())
"""

_RECORDED = [
    ("DUR101", "time.time()", 'context.step(lambda _: time.time(), name="read_value")'),
    ("DUR101", "(now := time.time())", '(now := context.step(lambda _: time.time(), name="read_value"))'),
    ("DUR101", "int(time.time()) // 60", 'int(context.step(lambda _: time.time(), name="read_value")) // 60'),
    ("DUR101", "time.localtime().tm_hour", 'context.step(lambda _: time.localtime().tm_hour, name="read_value")'),
    ("DUR101", "datetime.now(UTC).weekday()", 'context.step(lambda _: datetime.now(UTC).weekday(), name="read_value")'),
    (
        "DUR101",
        "datetime.now(UTC).date().isoformat()",
        'context.step(lambda _: datetime.now(UTC).date().isoformat(), name="read_value")',
    ),
    (
        "DUR101",
        "datetime.now(timezone.utc)",
        'datetime.fromisoformat(context.step(lambda _: datetime.now(timezone.utc).isoformat(), name="read_value"))',
    ),
    (
        "DUR101",
        "datetime.now() - timedelta(days=1)",
        'datetime.fromisoformat(context.step(lambda _: datetime.now().isoformat(), name="read_value"))'
        " - timedelta(days=1)",
    ),
    (
        "DUR101",
        'datetime.now(ZoneInfo("Europe/Berlin"))',
        'datetime.fromisoformat(context.step(lambda _: datetime.now(ZoneInfo("Europe/Berlin")).isoformat(), '
        'name="read_value")).astimezone(ZoneInfo("Europe/Berlin"))',
    ),
    (
        "DUR101",
        "date.today()",
        'date.fromisoformat(context.step(lambda _: date.today().isoformat(), name="read_value"))',
    ),
    (
        "DUR101",
        'f"{time.time():.0f}-{event["kind"]}"'.replace('["kind"]', "['kind']"),
        'context.step(lambda _: f"{time.time():.0f}-{event[\'kind\']}", name="read_value")',
    ),
    ("DUR101", "clocks.is_late(event)", 'context.step(lambda _: clocks.is_late(event), name="is_late")'),
    ("DUR102", 'random.choice(["a", "b"])', 'context.step(lambda _: random.choice(["a", "b"]), name="draw_value")'),
    ("DUR102", "secrets.randbelow(9)", 'context.step(lambda _: secrets.randbelow(9), name="draw_value")'),
    (
        "DUR102",
        "[random.random() for _ in range(3)]",
        'context.step(lambda _: [random.random() for _ in range(3)], name="draw_value")',
    ),
    (
        "DUR102",
        "sum(random.random() for _ in range(3))",
        'context.step(lambda _: sum(random.random() for _ in range(3)), name="draw_value")',
    ),
    (
        "DUR102",
        "os.urandom(8)",
        'bytes.fromhex(context.step(lambda _: os.urandom(8).hex(), name="draw_value"))',
    ),
    (
        "DUR103",
        'event.get("id", uuid.uuid4())',
        'event.get("id", uuid.UUID(context.step(lambda _: str(uuid.uuid4()), name="generate_uuid4")))',
    ),
    ("DUR103", "uuid.uuid4().hex[:8]", 'context.step(lambda _: uuid.uuid4().hex, name="generate_value")[:8]'),
    (
        "DUR103",
        '{"order_id": str(uuid.uuid4())}',
        '{"order_id": context.step(lambda _: str(uuid.uuid4()), name="generate_order_id")}',
    ),
    ("DUR103", "clocks.of_its_own(event)", 'context.step(lambda _: clocks.of_its_own(event), name="of_its_own")'),
    (
        "DUR103",
        "clocks.new_id()",
        'uuid.UUID(context.step(lambda _: str(clocks.new_id()), name="new_id"))',
    ),
]


@pytest.mark.parametrize(("code", "expression", "expected"), _RECORDED, ids=[case[1] for case in _RECORDED])
def test_value_is_recorded(code: str, expression: str, expected: str, tmp_path: Path) -> None:
    program = _PROGRAM.format(line=f"    value = {expression}  # kept")
    result = fixed(tmp_path, program, code, {"clocks.py": _CLOCKS}, (Safety.SAFE,)).decode()
    assert result == _PROGRAM.format(line=f"    value = {expected}  # kept")
    assert code not in {finding.code for finding in findings(tmp_path)}


_LEFT = [
    ("DUR101", "    value = clocks.stamp(event)"),
    ("DUR101", '    value = [clocks.stamp(item) for item in event["items"]]'),
    ("DUR101", "    context = object()\n    value = time.time()"),
    ("DUR101", "    try:\n        value = clocks.is_late(event)\n    except KeyError:\n        value = None"),
    (
        "DUR101",
        '    try:\n        context.step(lambda _: None, name="try_it")\n    finally:\n        value = time.time()',
    ),
    ("DUR101", "    value = time.localtime()"),
    ("DUR102", '    value = event["items"]\n    random.shuffle(value)'),
    ("DUR102", '    value = sorted(event["items"], key=lambda _: random.random())'),
    ("DUR103", "    value = {uuid.uuid4() for _ in range(3)}"),
    ("DUR103", "    value = lambda: uuid.uuid4()"),
    ("DUR101", "    value = time.perf_counter()"),
    ("DUR101", "    value = time.monotonic_ns() // 1000"),
    ("DUR101", "    value = clocks.given_or_now(event)"),
    ("DUR103", "    value = clocks.noted(event)"),
    ("DUR103", "    value = clocks.taken(event)"),
    ("DUR103", "    value = clocks.grown(event)"),
    ("DUR103", "    value = clocks.marked_elsewhere(event)"),
    ("DUR103", "    value = clocks.marked_inside(event)"),
    ("DUR103", "    items = [1]\n    value = f'{items.pop()}-{uuid.uuid4()}'"),
    ("DUR103", "    items = iter([1])\n    value = f'{next(items)}-{uuid.uuid4()}'"),
    ("DUR102", '    decks = [["a"]]\n    value = random.choice(decks.pop())'),
    ("DUR101", "    items = iter([1])\n    value = any(time.time() > item for item in items)"),
    ("DUR101", "    value = f\"{time.time()}-{locals()['event']}\""),
    (
        "DUR103",
        "    ids = []\n\n    def new():\n        ids.append(uuid.uuid4().hex)\n"
        "        return ids[-1]\n\n    value = new()",
    ),
    ("DUR103", "    with contextlib.suppress(KeyError):\n        value = clocks.marked_inside(event)"),
]


@pytest.mark.parametrize(("code", "line"), _LEFT, ids=[case[1] for case in _LEFT])
def test_value_is_left_where_a_step_would_change_the_meaning(code: str, line: str, tmp_path: Path) -> None:
    program = _PROGRAM.format(line=line)
    assert fixed(tmp_path, program, code, {"clocks.py": _CLOCKS}, (Safety.SAFE,)).decode() == program


_UNSURE = [
    ("DUR103", "clocks.given_or_new(event)", 'context.step(lambda _: clocks.given_or_new(event), name="given_or_new")'),
    (
        "DUR102",
        'random.choice(event["names"])',
        'context.step(lambda _: random.choice(event["names"]), name="draw_value")',
    ),
    (
        "DUR101",
        "clocks.from_library(event)",
        'context.step(lambda _: clocks.from_library(event), name="from_library")',
    ),
]


@pytest.mark.parametrize(("code", "expression", "expected"), _UNSURE, ids=[case[1] for case in _UNSURE])
def test_value_of_unknown_type_needs_a_persons_eye(code: str, expression: str, expected: str, tmp_path: Path) -> None:
    program = _PROGRAM.format(line=f"    value = {expression}")
    files = {"clocks.py": _CLOCKS}
    assert fixed(tmp_path, program, code, files, (Safety.SAFE,)).decode() == program
    assert fixed(tmp_path, program, code, files).decode() == _PROGRAM.format(line=f"    value = {expected}")


_BODIES = {
    "loop variables are bound, the name varies": (
        """
    for index, item in enumerate(event["items"]):
        token = tokens.issue(item)
        context.step(lambda _, token=token: print(token), name=f"print_{index}")
""",
        """
    for index, item in enumerate(event["items"]):
        token = context.step(lambda _, item=item: tokens.issue(item), name=f"generate_token_{index}")
        context.step(lambda _, token=token: print(token), name=f"print_{index}")
""",
    ),
    "a branch uses its own context": (
        """
    def ship(ctx):
        token = uuid.uuid4().hex
        return ctx.step(lambda _: token, name="ship")

    context.parallel([ship], name="ship_all")
""",
        """
    def ship(ctx):
        token = ctx.step(lambda _: uuid.uuid4().hex, name="generate_token")
        return ctx.step(lambda _: token, name="ship")

    context.parallel([ship], name="ship_all")
""",
    ),
    "two on one line": (
        """
    a, b = uuid.uuid4().hex, uuid.uuid4().hex; context.step(lambda _: [a, b], name="show_pair")
""",
        """
    a, b = context.step(lambda _: uuid.uuid4().hex, name="generate_a"), \
context.step(lambda _: uuid.uuid4().hex, name="generate_b"); \
context.step(lambda _: [a, b], name="show_pair")
""",
    ),
    "several lines with a comment": (
        """
    token = (
        uuid.uuid4(  # new each time
        )
        .hex
    )
    context.step(lambda _: token, name="show")
""",
        """
    token = (
        context.step(lambda _: uuid.uuid4(  # new each time
        )
        .hex, name="generate_token")
    )
    context.step(lambda _: token, name="show")
""",
    ),
    "an underscore in use": (
        """
    _ = event["namespace"]
    token = tokens.issue(_)
    context.step(lambda _: token, name="show")
""",
        """
    _ = event["namespace"]
    token = context.step(lambda step_context: tokens.issue(_), name="generate_token")
    context.step(lambda _: token, name="show")
""",
    ),
}
_HEAD = """\
import uuid

import tokens
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> None:\
"""
_TOKENS = """\
import uuid


def issue(item):
    return f"{item}-{uuid.uuid4()}"
"""


@pytest.mark.parametrize("case", _BODIES)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_step_fits_where_it_stands(case: str, newline: str, tmp_path: Path) -> None:
    before, after = (f"{_HEAD}{text}".replace("\n", newline).encode() for text in _BODIES[case])
    assert fixed(tmp_path, before, "DUR103", {"tokens.py": _TOKENS}) == after
    assert "DUR103" not in {finding.code for finding in findings(tmp_path)}


def test_helper_is_never_changed_its_call_is(tmp_path: Path) -> None:
    program = _PROGRAM.format(line="    value = clocks.is_late(event)")
    fixed(tmp_path, program, "DUR101", {"clocks.py": _CLOCKS})
    assert (tmp_path / "clocks.py").read_text() == _CLOCKS


def test_closure_uses_the_context_that_it_already_uses(tmp_path: Path) -> None:
    program = """\
import time

from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> None:
    def pay():
        now = time.time()
        context.step(lambda _: now, name="pay")

    pay()
"""
    expected = program.replace("time.time()", 'context.step(lambda _: time.time(), name="read_now")')
    assert fixed(tmp_path, program, "DUR101").decode() == expected


def test_method_uses_the_context_of_its_object(tmp_path: Path) -> None:
    program = """\
import time

from aws_durable_execution_sdk_python import DurableContext, durable_execution


class Order:
    def __init__(self, ctx: DurableContext) -> None:
        self.ctx = ctx

    def pay(self) -> None:
        now = time.time()
        self.ctx.step(lambda _: now, name="pay")


@durable_execution
def handler(event: dict, context: DurableContext) -> None:
    Order(context).pay()
"""
    expected = program.replace("time.time()", 'self.ctx.step(lambda _: time.time(), name="read_now")')
    assert fixed(tmp_path, program, "DUR101").decode() == expected


_HELPER = """\
import random
import time
import uuid

from aws_durable_execution_sdk_python import DurableContext, durable_execution


def stamp({parameter}):
    now = {expression}
    return now


@durable_execution
def handler(event: dict, context: DurableContext) -> None:
    first = stamp(context)
    {other}
    context.step(lambda _: print(first), name="show_first")
"""


@pytest.mark.parametrize(
    ("parameter", "other", "is_wrapped"),
    [
        ("ctx", "pass", True),
        ("ctx: DurableContext", "pass", True),
        ("ctx", 'context.step(lambda step_context: stamp(step_context), name="stamp")', False),
        ("ctx: DurableContext", 'context.step(lambda step_context: stamp(step_context), name="stamp")', False),
        ("ctx: DurableContext | None = None", 'context.step(lambda _: stamp(), name="stamp")', False),
        ("ctx=None", "stamp()", False),
    ],
)
def test_helper_uses_its_context_where_every_caller_hands_one(
    parameter: str, other: str, is_wrapped: bool, tmp_path: Path
) -> None:
    program = _HELPER.format(parameter=parameter, expression="time.time()", other=other)
    expected = program.replace("time.time()", 'ctx.step(lambda _: time.time(), name="read_now")')
    assert fixed(tmp_path, program, "DUR101").decode() == (expected if is_wrapped else program)


@pytest.mark.parametrize(
    ("parameter", "is_wrapped"), [("ctx", False), ("ctx: DurableContext", True), ("ctx: 'DurableContext'", True)]
)
def test_helper_that_other_files_name_has_to_say_what_it_takes(
    parameter: str, is_wrapped: bool, tmp_path: Path
) -> None:
    program = _HELPER.format(parameter=parameter, expression="time.time()", other="pass")
    expected = program.replace("time.time()", 'ctx.step(lambda _: time.time(), name="read_now")')
    files = {"tests/test_handler.py": "from handler import stamp\n\nassert stamp(None)\n"}
    assert fixed(tmp_path, program, "DUR101", files).decode() == (expected if is_wrapped else program)


@pytest.mark.parametrize(
    ("code", "expression", "is_wrapped"),
    [("DUR103", "uuid.uuid4().hex", True), ("DUR102", 'random.choice(["a", "b"][event:])', False)],
)
def test_helper_whose_caller_awaits_errors_is_left(
    code: str, expression: str, is_wrapped: bool, tmp_path: Path
) -> None:
    program = _HELPER.format(parameter="ctx, event=0", expression=expression, other="pass").replace(
        "    first = stamp(context)\n",
        "    try:\n        first = stamp(context)\n    except IndexError:\n        first = 'a'\n",
    )
    result = fixed(tmp_path, program, code).decode()
    assert (result != program) is is_wrapped


_NAMES = """\
import random
import uuid

from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> None:
{lines}
    context.step(lambda _: print(value), name="show_value")
"""


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        (
            "DUR102",
            """\
    for value in random.sample([value for value in "abc"], 2):
        context.step(lambda _, value=value: print(value), name="print_letter")""",
            """\
    for value in context.step(lambda _: random.sample([value for value in "abc"], 2), name="draw_sample"):
        context.step(lambda _, value=value: print(value), name="print_letter")""",
        ),
        (
            "DUR103",
            """\
    for item in event["items"]:
        pass
    else:
        value = f"{item}-{uuid.uuid4()}\"""",
            """\
    for item in event["items"]:
        pass
    else:
        value = context.step(lambda _: f"{item}-{uuid.uuid4()}", name="generate_value")""",
        ),
        (
            "DUR103",
            """\
    _, step_context = event["pair"]
    value = f"{_}-{step_context}-{uuid.uuid4()}\"""",
            """\
    _, step_context = event["pair"]
    value = context.step(lambda step_context_2: f"{_}-{step_context}-{uuid.uuid4()}", name="generate_value")""",
        ),
    ],
)
def test_names_mean_in_the_step_what_they_meant_outside(code: str, before: str, after: str, tmp_path: Path) -> None:
    assert fixed(tmp_path, _NAMES.format(lines=before), code).decode() == _NAMES.format(lines=after)
