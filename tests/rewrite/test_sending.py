"""Sending: where JSON is made of results, payloads and return values, and what becomes of their readers."""

from __future__ import annotations

from pathlib import Path

import pytest

from durable_lint.finding import Safety
from tests.rewrite.fixed_program import findings, fixed

_PROGRAM = """\
import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from uuid import UUID, uuid5

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


class Shift(Enum):
    DAY = "day"


{function}


@durable_execution
def handler(event: dict, context: DurableContext) -> object:
{body}
"""


def _program(function: str, body: str) -> str:
    indented = "\n".join(f"    {line}" for line in body.splitlines())
    return _PROGRAM.format(function=function.strip("\n"), body=indented)


def _reader(code: str, made: str, body: str, folder: Path) -> tuple[str | None, str]:
    """The safety of the fix for a step that returns something, and the handler's body that the fix leaves."""
    program = _program(f"@durable_step\ndef load(step_context: StepContext):\n    return {made}", body)
    result = fixed(folder, program, code).decode()
    (folder / "handler.py").write_text(program, encoding="utf-8")
    offered = [found.fix.safety.value for found in findings(folder) if found.code == code and found.fix]
    after = result.split("-> object:\n", 1)[1].rstrip("\n")
    return offered[0] if offered else None, "\n".join(line[4:] for line in after.splitlines())


_SAME = [
    ("DUR302", "dt.date.today()", "context.step(load())"),
    ("DUR302", "dt.date.today()", "return context.step(load())"),
    ("DUR302", "dt.date.today()", "day = context.step(load())\nreturn {'day': [day]}"),
    ("DUR302", "dt.date.today()", "day = context.step(load())\nreturn f'{day}' + str(day)"),
    ("DUR302", "Decimal('1.5')", "return float(context.step(load()))"),
    ("DUR302", "(1, 2)", "low, high = context.step(load())\nreturn low + high"),
    ("DUR302", "(1, 2)", "pair = context.step(load())\nreturn pair[0] + pair[-1]"),
    ("DUR302", "(1, 2)", "return [x for x in context.step(load())]"),
    ("DUR301", "{1, 2}", "ids = context.step(load())\nreturn 1 in ids and len(ids)"),
    ("DUR301", "{1, 2}", "ids = context.step(load())\nif not ids:\n    return 0\nfor x in ids:\n    pass\nreturn 1"),
    ("DUR301", "(x for x in (1, 2))", "return sum(context.step(load()))"),
    ("DUR302", "{'at': dt.date.today(), 'n': 1}", "return context.step(load())['n']"),
    ("DUR302", "{'at': dt.date.today(), 'n': 1}", "made = context.step(load())\nreturn str(made.get('at'))"),
    ("DUR302", "{'a': {'at': (1, 2)}}", "made = context.step(load())\nreturn made['a']['at'][0]"),
]


@pytest.mark.parametrize(("code", "made", "body"), _SAME)
def test_readers_that_get_the_same_stay(code: str, made: str, body: str, tmp_path: Path) -> None:
    assert _reader(code, made, body, tmp_path) == ("safe", body)


_AGAIN = [
    (
        "DUR302",
        "dt.date.today()",
        "days = [context.step(load())]\nreturn days[0].year",
        "days = [dt.date.fromisoformat(context.step(load()))]\nreturn days[0].year",
    ),
    (
        "DUR302",
        "dt.date.today()",
        "day = context.step(load())\nreturn day.year",
        "day = dt.date.fromisoformat(context.step(load()))\nreturn day.year",
    ),
    (
        "DUR302",
        "Decimal('1.5')",
        "return (context.step(load()) * 2) > 3",
        "return (Decimal(context.step(load())) * 2) > 3",
    ),
    (
        "DUR302",
        "dt.datetime.now(dt.UTC)",
        "at = context.step(load(), name='x')  # when\nprint(at - at)",
        "at = dt.datetime.fromisoformat(context.step(load(), name='x'))  # when\nprint(at - at)",
    ),
    (
        "DUR301",
        "{1, 2}",
        "ids = context.step(load())\nids.add(3)",
        "ids = set(context.step(load()))\nids.add(3)",
    ),
    (
        "DUR301",
        "Shift('day')",
        "if context.step(load()) is Shift.DAY:\n    return 1",
        "if Shift(context.step(load())) is Shift.DAY:\n    return 1",
    ),
    (
        "DUR301",
        "{1, 2}",
        "a = context.step(load(), name='a')\nb = context.step(load(), name='b')\nreturn len(a | b)",
        "a = set(context.step(load(), name='a'))\nb = set(context.step(load(), name='b'))\nreturn len(a | b)",
    ),
    (
        "DUR301",
        "{1, 2}",
        "ids = context.step(\n    load(),  # first\n    name='a',\n)\nreturn ids == {1}",
        "ids = set(context.step(\n    load(),  # first\n    name='a',\n))\nreturn ids == {1}",
    ),
]


@pytest.mark.parametrize(("code", "made", "body", "after"), _AGAIN)
def test_value_is_made_again_for_other_readers(code: str, made: str, body: str, after: str, tmp_path: Path) -> None:
    assert _reader(code, made, body, tmp_path) == ("safe", after)


_UNSEEN = [
    ("DUR302", "{'at': dt.date.today()}", "made = context.step(load())\nprint(made)"),
    ("DUR302", "{'at': dt.date.today()}", "made = context.step(load())\nfor at in made.values():\n    pass"),
    ("DUR302", "[(1, 2)]", "made = context.step(load())\nreturn made[0][0]"),
]


@pytest.mark.parametrize(("code", "made", "body"), _UNSEEN)
def test_readers_that_are_not_seen_make_it_unsafe(code: str, made: str, body: str, tmp_path: Path) -> None:
    assert _reader(code, made, body, tmp_path) == ("unsafe", body)


_NEVER = [
    ("DUR302", "{'at': dt.date.today()}", "return context.step(load())['at'].year"),
    ("DUR301", "{event for event in step_context.events}", "return len(context.step(load()))"),
    ("DUR301", "{'a': {1}}", "made = context.step(load())\nmade['a'].add(2)"),
    ("DUR302", "dt.date.today() if step_context else None", "return str(context.step(load()))"),
]


@pytest.mark.parametrize(("code", "made", "body"), _NEVER)
def test_no_fix(code: str, made: str, body: str, tmp_path: Path) -> None:
    assert _reader(code, made, body, tmp_path) == (None, body)


@pytest.mark.parametrize("end", ["", "\n    return", "\n    if step_context.name:\n        return None"])
def test_a_function_that_gives_nothing_in_some_cases_is_left(end: str, tmp_path: Path) -> None:
    function = f"""
@durable_step
def load(step_context: StepContext):
    if step_context.logger:
        return dt.date.today(){end}"""
    program = _program(function, "day = context.step(load())\nreturn day.year if day else 0")
    assert fixed(tmp_path, program, "DUR302").decode() == program


def test_function_used_elsewhere_makes_it_unsafe(tmp_path: Path) -> None:
    function = "@durable_step\ndef load(step_context: StepContext):\n    return dt.date.today()"
    program = _program(function, "return context.step(load())")
    other = {"report.py": "from handler import load\n"}
    assert "isoformat" not in fixed(tmp_path, program, "DUR302", other, (Safety.SAFE,)).decode()
    assert "isoformat" in fixed(tmp_path, program, "DUR302", other).decode()


_SHARED = """\
from decimal import Decimal

from aws_durable_execution_sdk_python import StepContext, durable_step


@durable_step
def quote(step_context: StepContext, price: str) -> Decimal:
    return Decimal(price)
"""
_READS_SHARED = """\
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from prices import quote


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    price = context.step(quote(event["price"]))
    return {{"price": {read}}}
"""


def test_reader_in_another_file_that_would_break_is_seen(tmp_path: Path) -> None:
    program = _READS_SHARED.format(read="int(price * 100)")
    fixed(tmp_path, program, "DUR302", {"prices.py": _SHARED})
    offered = [finding.fix for finding in findings(tmp_path) if finding.code == "DUR302"]
    assert None in offered


def test_annotation_in_another_file_follows_too(tmp_path: Path) -> None:
    fixed(tmp_path, _READS_SHARED.format(read="ledger.text(price)"), "DUR302", {"prices.py": _SHARED})
    expected = _SHARED.replace("-> Decimal", "-> str").replace("return Decimal(price)", "return str(Decimal(price))")
    assert (tmp_path / "prices.py").read_text() == expected


def test_function_called_by_hand_makes_it_unsafe(tmp_path: Path) -> None:
    function = "def load(step_context):\n    return dt.date.today()"
    program = _program(function, "first = load(None)\nreturn str(context.step(load, name='load'))")
    assert "isoformat" not in fixed(tmp_path, program, "DUR302", None, (Safety.SAFE,)).decode()


@pytest.mark.parametrize(
    ("annotation", "made", "after"),
    [
        ("set[int]", "{1, 2}", "list[int]"),
        ("frozenset[str]", "frozenset('ab')", "list[str]"),
        ("tuple[int, str]", "1, 'a'", "list[int | str]"),
        ("Decimal", "Decimal(1)", "str"),
        ("dt.date", "dt.date.today()", "str"),
        ("Shift", "Shift.DAY", "str"),
        ("'Decimal'", "Decimal(1)", "'Decimal'"),
        ("object", "Decimal(1)", "object"),
    ],
)
def test_annotation_follows(annotation: str, made: str, after: str, tmp_path: Path) -> None:
    function = f"@durable_step\ndef load(step_context: StepContext) -> {annotation}:\n    return {made}"
    program = _program(function, "context.step(load())")
    for code in ("DUR301", "DUR302"):
        program = fixed(tmp_path, program, code).decode()
    assert f"step_context: StepContext) -> {after}:" in program


_LAMBDAS = [
    (
        "x = context.step(lambda _: {1, 2}, name='x'); x.add(3)",
        "x = set(context.step(lambda _: sorted({1, 2}), name='x')); x.add(3)",
    ),
    (
        "if event: return len(context.step(lambda _: {1, 2}, name='x'))",
        "if event: return len(context.step(lambda _: sorted({1, 2}), name='x'))",
    ),
    (
        "print([context.step(lambda _: {1, 2}, name=f'x{i}') for i in range(2)])",
        "print([set(context.step(lambda _: sorted({1, 2}), name=f'x{i}')) for i in range(2)])",
    ),
    (
        "x = context.step(lambda _: {1, 2}, name='x'); "
        "y = context.step(lambda _: {'a'}, name='y'); x.add(3); y.add('b')",
        "x = set(context.step(lambda _: sorted({1, 2}), name='x')); "
        "y = set(context.step(lambda _: sorted({'a'}), name='y')); x.add(3); y.add('b')",
    ),
    (
        "def inner():\n    return {1}\nx = context.step(lambda _: inner(), name='x')\nx.add(3)",
        "def inner():\n    return {1}\nx = set(context.step(lambda _: sorted(inner()), name='x'))\nx.add(3)",
    ),
    ("set = list\ncontext.step(lambda _: {1, 2}, name='x').add(3)", None),
    ("sorted = list\ncontext.step(lambda _: {1, 2}, name='x')", None),
    ("print(f\"{context.step(lambda _: frozenset([1]), name='x').union([2])}\")", None),
]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(("body", "after"), _LAMBDAS)
def test_lambda(body: str, after: str | None, newline: str, tmp_path: Path) -> None:
    program = _program("", body).replace("\n", newline)
    expected = _program("", after if after is not None else body).replace("\n", newline)
    assert fixed(tmp_path, program.encode(), "DUR301").decode() == expected


def test_tabs_and_no_last_newline(tmp_path: Path) -> None:
    step, after = "context.step(lambda _: {1, 2}, name='x')", "set(context.step(lambda _: sorted({1, 2}), name='x'))"
    program = _program("", f"x = {step}\nx.add(3)").replace("    ", "\t").rstrip("\n")
    assert fixed(tmp_path, program, "DUR301").decode() == program.replace(step, after)


_RETURNED = [
    ("return Decimal(1) + 1", "return str(Decimal(1) + 1)"),
    ("return {'a': [Decimal(1), (2, Decimal(3))]}", "return {'a': [str(Decimal(1)), (2, str(Decimal(3)))]}"),
    ("made = {'a': Decimal(1)}\nreturn made", "made = {'a': str(Decimal(1))}\nreturn made"),
    ("made = {'a': Decimal(1)}\nprint(made)\nreturn made", None),
    ("made = {'a': Decimal(1)}\nmade['b'] = 1\nreturn made", None),
    ("return [Decimal(x) for x in event]", "return [str(Decimal(x)) for x in event]"),
    ("return {k: UUID(v) for k, v in event.items()}", "return {k: str(UUID(v)) for k, v in event.items()}"),
    ("return dict(a=Decimal(1))", "return dict(a=str(Decimal(1)))"),
    ("return (made := Decimal(1))", None),
    ("return Decimal(1) if event else None", None),
    ("return {event['a']}", None),
    ("at = event.get('at')\nif at is None:\n    at = Decimal(1)\nreturn {'at': at}", None),
    ("try:\n    at = Decimal(event['at'])\nexcept ValueError:\n    at = event['at']\nreturn at", None),
    ("return {'at': event['at'] and dt.date.fromisoformat(event['at'])}", None),
    ("make = lambda: event.get('at') or Decimal(1)\nreturn make()", None),
    (
        "at = Decimal(1)\nif event:\n    at = Decimal(2)\nreturn at",
        "at = Decimal(1)\nif event:\n    at = Decimal(2)\nreturn str(at)",
    ),
    ("bill = {'at': Decimal(1)}\nbill.update(event)\nreturn {'at': bill['at']}", None),
    ("event.at = event['at']\nif event:\n    event.at = Decimal(1)\nreturn {'at': event.at}", None),
    ("return {'shift': Shift.DAY}", "return {'shift': Shift.DAY.value}"),
]


@pytest.mark.parametrize(("body", "after"), _RETURNED)
def test_handler_result(body: str, after: str | None, tmp_path: Path) -> None:
    program = _program("", body)
    assert fixed(tmp_path, program, "DUR303").decode() == _program("", after if after is not None else body)


_SENT = [
    ("context.invoke('f', Decimal(1), name='f')", "context.invoke('f', str(Decimal(1)), name='f')"),
    ("context.invoke('f', payload={'a': {1}}, name='f')", "context.invoke('f', payload={'a': sorted({1})}, name='f')"),
    (
        "bill = {'a': Decimal(1), 'b': {Decimal(2)}}\ncontext.invoke('f', bill, name='f')",
        None,
    ),
    (
        "bill = {'a': Decimal(1), 'b': dt.date(2026, 1, 1)}\ncontext.invoke('f', bill, name='f')",
        "bill = {'a': str(Decimal(1)), 'b': dt.date(2026, 1, 1).isoformat()}\ncontext.invoke('f', bill, name='f')",
    ),
]


@pytest.mark.parametrize(("body", "after"), _SENT)
def test_payload(body: str, after: str | None, tmp_path: Path) -> None:
    program = _program("", body)
    assert fixed(tmp_path, program, "DUR304").decode() == _program("", after if after is not None else body)
