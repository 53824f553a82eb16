"""Conversions: the text that goes there makes JSON, and the text that comes back makes the same value again."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from durable_lint.finding import Safety
from durable_lint.knowledge import shipped
from durable_lint.model.body import Body
from durable_lint.model.entries import evaluate_file
from durable_lint.model.interpreter import Interpreter
from durable_lint.model.project import Project
from durable_lint.model.values import Value
from durable_lint.rewrite.conversions import Conversion, is_plain, json_form
from durable_lint.rewrite.edits import source_of

_PRELUDE = """\
import datetime as dt
import enum
import os
import pathlib
import random
import time
import uuid
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, time as clock, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")
SHIFTED = timezone(timedelta(hours=2))
NOWHERE = None


class Shift(enum.Enum):
    DAY = "day"
    NIGHT = "night"


class Odd(enum.Enum):
    BOTH = (1, 2)


@dataclass
class Order:
    number: str
    cents: int = 0


@dataclass
class Derived:
    number: str
    shown: str = field(default="", init=False)


@dataclass
class Dated:
    on: date


def load():
    return datetime.now(BERLIN)
"""
_PROGRAM = """
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    zone = timezone.utc
    {line}
    return {{}}
"""


def _asked(folder: Path, expression: str, line: str = "use({})") -> tuple[Body, ast.expr, Value]:
    """The last call in a handler that gets the expression, the node of the expression, and its value."""
    path = folder / "handler.py"
    path.write_text(_PRELUDE + _PROGRAM.format(line=line.format(f"({expression})")), encoding="utf-8")
    module = Project().load(str(path))
    assert module is not None
    interpreter = Interpreter(Project(), shipped())
    (body,) = [body for body in evaluate_file(interpreter, module) if body.name == "handler"]
    (node,) = [
        call.args[0]
        for call in ast.walk(module.tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "use"
    ]
    frame = interpreter.module_frame(module)
    return body, node, body.values.get(node) or frame.evaluate(node)


def _form(folder: Path, expression: str, line: str = "use({})") -> Conversion | None:
    body, node, value = _asked(folder, expression, line)
    assert body.interpreter is not None
    return json_form(body.interpreter, body.module, node, value, source_of(body.module, node))


_EXACT = [
    ("datetime(2026, 1, 2, 3, 4, 5, 678)", "datetime(2026, 1, 2, 3, 4, 5, 678).isoformat()"),
    ("datetime.now()", "datetime.now().isoformat()"),
    ("datetime.now(UTC)", "datetime.now(UTC).isoformat()"),
    ("dt.datetime.now(tz=dt.timezone.utc)", "dt.datetime.now(tz=dt.timezone.utc).isoformat()"),
    ("datetime(2026, 1, 2, tzinfo=BERLIN)", "datetime(2026, 1, 2, tzinfo=BERLIN).isoformat()"),
    ("datetime.now(BERLIN)", "datetime.now(BERLIN).isoformat()"),
    ("datetime.now(SHIFTED)", "datetime.now(SHIFTED).isoformat()"),
    ("datetime.now(ZoneInfo('Asia/Tokyo')).replace(second=0)", None),
    ("datetime.fromtimestamp(0, BERLIN)", None),
    ("datetime.now(UTC).astimezone(BERLIN)", None),
    ("datetime.now(UTC) + timedelta(days=1)", "(datetime.now(UTC) + timedelta(days=1)).isoformat()"),
    ("date.today()", "date.today().isoformat()"),
    ("datetime.now().date()", "datetime.now().date().isoformat()"),
    ("datetime.now().time()", "datetime.now().time().isoformat()"),
    ("timedelta(days=30, microseconds=1)", "timedelta(days=30, microseconds=1).total_seconds()"),
    ("datetime.now() - datetime(2020, 1, 1)", "(datetime.now() - datetime(2020, 1, 1)).total_seconds()"),
    ("uuid.uuid4()", "str(uuid.uuid4())"),
    ("Decimal('1.10') * 3", "str(Decimal('1.10') * 3)"),
    ("os.urandom(4)", "os.urandom(4).hex()"),
    ("b'a' b'b'", "b'a' b'b'.hex()"),
    ("Path('/tmp') / 'a'", "str(Path('/tmp') / 'a')"),
    ("{3, 1, 2}", "sorted({3, 1, 2})"),
    ("frozenset(['b', 'a'])", "sorted(frozenset(['b', 'a']))"),
    ("(1, 'a')", "[1, 'a']"),
    ("(1,)", "[1]"),
    ("tuple([1.5])", "list(tuple([1.5]))"),
    ("Shift('day')", "Shift('day').value"),
    ("Shift.NIGHT", "Shift.NIGHT.value"),
    ("Order('a', 1)", "asdict(Order('a', 1))"),
]


@pytest.mark.parametrize(("expression", "there"), _EXACT, ids=[case[0] for case in _EXACT])
def test_value_comes_back_as_it_was(expression: str, there: str | None, tmp_path: Path) -> None:
    form = _form(tmp_path, expression)
    assert form is not None
    assert form.safety is Safety.SAFE
    assert form.edits == ()
    assert form.there == there or there is None
    names: dict[str, Any] = {}
    exec(compile(_PRELUDE, "prelude", "exec", dont_inherit=True), names)
    names["kept"] = value = eval(expression, names)
    sent = json.dumps(eval(form.there.replace(_written(tmp_path), "kept"), names))
    names["sent"] = json.loads(sent)
    again = eval(form.back("sent"), names)
    assert again == value
    assert type(again) is type(value)
    if hasattr(value, "tzinfo"):
        assert str(again.tzinfo) == str(value.tzinfo)


def _written(folder: Path) -> str:
    """The expression as the program has it; a conversion of a display has no such part."""
    text = (folder / "handler.py").read_text(encoding="utf-8")
    return text.split("use((", 1)[1].rsplit("))\n", 1)[0]


_NOT_EXACT = [
    "load()",
    "datetime.now(zone)",
    "datetime.now(NOWHERE)",
    "event['clock'].now()",
    "{event['a']}",
    "{(1, 2)}",
    "(1, datetime.now())",
    "Odd('a')",
    "Derived('a')",
    "Dated(date.today())",
    "time.localtime()",
    "random.choice([1, 2])",
    "event['a']",
    "time.time()",
    "{'at': datetime.now()}",
    "datetime.now() if event else None",
]


@pytest.mark.parametrize("expression", _NOT_EXACT)
def test_what_is_not_certain_is_not_safe(expression: str, tmp_path: Path) -> None:
    form = _form(tmp_path, expression)
    assert form is None or form.safety is Safety.UNSAFE


@pytest.mark.parametrize(
    ("expression", "line"),
    [
        ("uuid.uuid4()", "str = 1; use({})"),
        ("uuid.uuid4()", "uuid = event; use({})"),
        ("{3, 1}", "sorted = event; use({})"),
        ("{3, 1}", "set = event; use({})"),
        ("Shift('day')", "Shift = event; use({})"),
        ("datetime.now()", "dt = datetime = event; use({})"),
    ],
)
def test_shadowed_names_make_no_conversion(expression: str, line: str, tmp_path: Path) -> None:
    assert _form(tmp_path, expression, line) is None


_PLAIN = [
    ("time.time()", True),
    ("uuid.uuid4().hex", True),
    ("str(uuid.uuid4())", True),
    ("f'{time.time()}'", True),
    ("date.today().year", True),
    ("datetime.now().isoformat()", True),
    ("os.getpid()", True),
    ("[time.time(), None, 'a']", True),
    ("{'at': time.time()}", True),
    ("dict(a=1)", True),
    ("datetime.now() > datetime(2026, 1, 1)", True),
    ("uuid.uuid4()", False),
    ("(1, 2)", False),
    ("{1: 'a'}", False),
    ("[datetime.now()]", False),
    ("{'a': {1}}", False),
    ("event['a']", None),
    ("[event['a']]", None),
    ("dict(a=event)", None),
    ("os.listdir('.')", None),
]


@pytest.mark.parametrize(("expression", "expected"), _PLAIN, ids=[case[0] for case in _PLAIN])
def test_plain_json(expression: str, expected: bool | None, tmp_path: Path) -> None:
    body, _, value = _asked(tmp_path, expression)
    assert body.interpreter is not None
    assert is_plain(body.interpreter, value, body.site) is expected
