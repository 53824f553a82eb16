"""What the rules say of code that returns a value, compared with what the real serializers do to the value itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from aws_durable_execution_sdk_python.serdes import ExtendedTypeSerDes, JsonSerDes, SerDes, SerDesContext

from durable_lint.analysis import AnalysisSettings, Analyzer
from durable_lint.registry import rules

PRELUDE = """
import array, asyncio, base64, dataclasses, enum, fractions, functools, http, io, ipaddress, itertools, math, re, types
import string, time, uuid, zoneinfo
from collections import ChainMap, Counter, OrderedDict, UserDict, defaultdict, deque, namedtuple
from dataclasses import asdict, astuple, dataclass
from datetime import date, datetime, time as clock, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from pathlib import Path, PurePosixPath
from typing import Generic, NamedTuple, TypedDict, TypeVar
from uuid import UUID, uuid5


class Colour(enum.Enum):
    RED = "red"


class Level(enum.IntEnum):
    LOW = 1


class Word(enum.StrEnum):
    YES = "yes"


class Mixed(str, enum.Enum):
    A = "a"


class Bits(enum.Flag):
    ONE = 1


class Plain:
    def __init__(self) -> None:
        self.x = 1

    def to_dict(self) -> dict:
        return {"x": self.x}


@dataclass
class Point:
    x: int
    y: int = 0


@dataclass(frozen=True)
class Event:
    at: datetime


class Pair(NamedTuple):
    left: int
    right: object


class Row(TypedDict):
    amount: object


class Bag(dict):
    pass


class Names(list):
    pass


class Code(str):
    pass


class Failure(ValueError):
    pass


Spot = namedtuple("Spot", ["x", "y"])


class Near(Spot):
    pass


def plain_function() -> int:
    return 1


def letters():
    yield "a"


async def later() -> int:
    return 1


def declared_amount() -> Decimal:
    return eval("Decimal(3)")


NOW = datetime(2031, 1, 2, 3, 4, 5)
"""

VALUES = """
None
True
7
1.5
"text"
"a" + "b"
f"{7} days"
"a,b".split(",")
b"raw".decode()
[1, "a", None]
{"a": {"b": [1, 2]}}
[{"a": 1}, {"a": 2}]
dict(a=1, b=2)
sorted({3, 1})
list({1: 2})
len({1, 2})
[n for n in range(3)]
[colour for colour in Colour]
[colour.value for colour in Colour]
{level.name: level for level in Level}
list(Word)
max(Colour, key=lambda colour: colour.value).value
{str(n): n for n in range(3)}
max([1, 2])
sum([1, 2])
round(1.5)
"-".join(["a"])
NOW.isoformat()
NOW.year
NOW.timestamp()
NOW.strftime("%Y")
str(Decimal("1.5"))
float(Decimal("1.5"))
int(Decimal("2"))
timedelta(days=1).total_seconds()
str(uuid5(uuid.NAMESPACE_URL, "a"))
uuid5(uuid.NAMESPACE_URL, "a").hex
str(Path("a") / "b")
Path("a/b").name
Colour.RED.value
Colour.RED.name
asdict(Point(1))
Plain().to_dict()
dict(Counter("aa"))
list(deque([1]))
Pair(1, 2)._asdict()
base64.b64encode(b"a").decode()
Row(amount=1)
json_text()
asyncio.run(later())
declared_amount().is_zero()
list(letters())
next(letters())
set()
{1, 2}
frozenset([1])
set([1]) | {2}
{n for n in range(3)}
[{1}, {2}]
{"a": {"b": {1}}}
range(3)
(n for n in [1])
letters()
map(str, [1])
filter(None, [1])
zip([1], [2])
enumerate([1])
reversed([1])
iter([1])
{"a": 1}.keys()
{"a": 1}.values()
{"a": 1}.items()
object()
complex(1, 2)
3j
slice(1)
lambda: 1
plain_function
functools.partial(plain_function)
later()
int
Plain
Plain()
[Plain()]
Point(1)
{"point": Point(1)}
Event(NOW)
Colour.RED
[Colour.RED]
{"colour": Colour.RED}
Bits.ONE
Failure("no")
ValueError("no")
clock(1)
timedelta(days=1)
NOW - NOW
Path("a")
Path("a") / "b"
PurePosixPath("a")
re.compile("a")
re.match("a", "a")
io.StringIO()
types.SimpleNamespace(a=1)
deque([1])
ChainMap({})
UserDict()
array.array("i", [1])
Fraction(1, 3)
fractions.Fraction(1, 3)
ipaddress.ip_address("127.0.0.1")
string.Template("a")
itertools.count()
types
{(1, 2): "a"}
{Colour.RED: 1}
{b"a": 1}
{date(2031, 1, 2): 1}
b"raw"
"a".encode()
(1, 2)
1, 2
tuple([1])
[(1, 2)]
list(zip([1], [2]))
list({"a": 1}.items())
NOW
datetime.now()
NOW + timedelta(days=1)
NOW.replace(hour=1)
NOW.date()
date(2031, 1, 2)
date.today()
date(2031, 1, 2) + timedelta(days=1)
Decimal("1.5")
Decimal("1.5") * 2
Decimal(3) - Decimal(1)
declared_amount()
UUID(int=1)
uuid.uuid4()
uuid5(uuid.NAMESPACE_URL, "a")
{"at": NOW, "n": 1}
[Decimal("1")]
Row(amount=Decimal("1"))
{1: "a"}
{1.5: "a"}
{True: "a"}
{None: "a"}
{n: n for n in range(3)}
Counter("aa")
OrderedDict(a=1)
defaultdict(int)
Bag(a=1)
Names(["a"])
Code("a")
Level.LOW
Word.YES
Mixed.A
http.HTTPStatus.OK
Pair(1, 2)
Spot(1, 2)
Near(1, 2)
bytearray(b"a")
memoryview(b"a")
time.gmtime(0)
float("nan")
math.inf
{"ratio": math.nan}
""".strip().splitlines()


def real_value(expression: str) -> Any:
    scope: dict[str, Any] = {"json_text": lambda: json.loads('{"a": [1]}')}
    exec(compile(PRELUDE, "<prelude>", "exec", dont_inherit=True), scope)
    return eval(compile(expression, "<value>", "eval", dont_inherit=True), scope)


def travelled(serdes: SerDes[Any], value: Any) -> tuple[bool, Any]:
    """Whether a serializer takes a value, and what comes back."""
    context = SerDesContext()
    try:
        return True, serdes.deserialize(serdes.serialize(value, context), context)
    except Exception:
        return False, None


def is_same(first: Any, second: Any) -> bool:
    """Whether two values are equal and of the same types all the way down."""
    if type(first) is not type(second):
        return False
    if isinstance(first, dict):
        return [type(key) for key in first] == [type(key) for key in second] and all(
            key in second and is_same(first[key], second[key]) for key in first
        )
    if isinstance(first, (list, tuple)):
        return len(first) == len(second) and all(map(is_same, first, second))
    return bool(first == second) and first == first and first not in (float("inf"), float("-inf"))


def code_for_result(expression: str) -> set[str]:
    """The rule that fits what happens to a step's result."""
    value = real_value(expression)
    taken, back = travelled(ExtendedTypeSerDes(), value)
    if not taken:
        return {"DUR301"}
    if not is_same(value, back):
        return {"DUR305"}
    as_json, plain = travelled(JsonSerDes(), value)
    return set() if as_json and is_same(value, plain) else {"DUR302"}


def code_for_handler(expression: str) -> set[str]:
    """The rule that fits what happens to a handler's result."""
    try:
        json.dumps(real_value(expression))
    except Exception:
        return {"DUR303"}
    return set()


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], set[str]]:
    """The codes for each expression, returned by a step and returned by a handler."""
    program = "from aws_durable_execution_sdk_python import *\nfrom json import loads\n" + PRELUDE
    program += "\n\ndef json_text():\n    return loads('{}')\n"
    rows: dict[int, tuple[str, str]] = {}
    for number, expression in enumerate(VALUES):
        for where, head in (
            ("step", f"@durable_step\ndef step_{number}(step_context):"),
            ("handler", f"@durable_execution\ndef handler_{number}(event, context):"),
        ):
            program += f"\n\n{head}\n    return {expression}\n"
            rows[program.count("\n")] = (where, expression)
    path = tmp_path_factory.mktemp("payloads") / "handler.py"
    path.write_text(program, encoding="utf-8")
    chosen = [rule for rule in rules() if rule.code in ("DUR301", "DUR302", "DUR303", "DUR305")]
    result = Analyzer(AnalysisSettings(), chosen).analyze(str(path))
    assert result.failures == []
    found: dict[tuple[str, str], set[str]] = {key: set() for key in rows.values()}
    for finding in result.findings:
        found[rows[finding.span.row]].add(finding.code)
    return found


@pytest.mark.filterwarnings("ignore:coroutine")
@pytest.mark.parametrize("expression", VALUES)
def test_result_of_a_step(expression: str, findings: dict[tuple[str, str], set[str]]) -> None:
    assert findings["step", expression] == code_for_result(expression)


@pytest.mark.filterwarnings("ignore:coroutine")
@pytest.mark.parametrize("expression", VALUES)
def test_result_of_a_handler(expression: str, findings: dict[tuple[str, str], set[str]]) -> None:
    assert findings["handler", expression] == code_for_handler(expression)


LIBRARIES = {
    "import anthropic": (
        "anthropic.Anthropic().messages.create(model='m', max_tokens=1, messages=[])",
        "anthropic.Anthropic().messages.create(model='m', max_tokens=1, messages=[]).content[0].text",
    ),
    "import openai": (
        "openai.OpenAI().chat.completions.create(model='m', messages=[])",
        "openai.OpenAI().chat.completions.create(model='m', messages=[]).choices[0].message.content",
        "openai.OpenAI().chat.completions.create(model='m', messages=[]).model_dump()",
    ),
    "import pymongo": (
        "pymongo.MongoClient().shop.orders.insert_one({})",
        "str(pymongo.MongoClient().shop.orders.insert_one({}).inserted_id)",
        "list(pymongo.MongoClient().shop.orders.find({}, {'_id': 0}))",
    ),
    "import numpy as np": ("np.arange(3)", "np.arange(3).tolist()", "np.float64(1.5)", "int(np.argmax([1, 2]))"),
    "import polars": ("polars.read_csv('a.csv')", "polars.read_csv('a.csv').to_dicts()"),
    "import xml.etree.ElementTree as tree": ("tree.fromstring('<a/>')", "tree.fromstring('<a/>').text"),
    "import sqlalchemy.orm as orm": (
        "orm.Session().execute('select 1')",
        "orm.Session().execute('select 1').scalar_one()",
        "[row.id for row in orm.Session().execute('select 1')]",
    ),
}
"""What libraries give: first something that the serializer refuses, then what can be made of it."""


@pytest.mark.parametrize("imported", LIBRARIES)
def test_what_libraries_give(imported: str, tmp_path: Path) -> None:
    refused, *fine = LIBRARIES[imported]
    steps = [f"@durable_step\ndef read(step_context):\n    return {value}\n" for value in (refused, *fine)]
    program = "\n\n".join([f"\n{imported}", *steps])
    found = [row for row, code in codes(tmp_path, program) if code == "DUR301"]
    assert [program.splitlines()[row - 1].strip() for row in found] == [f"return {refused}"]


def codes(tmp_path: Path, program: str) -> list[tuple[int, str]]:
    path = tmp_path / "handler.py"
    head = "from aws_durable_execution_sdk_python import *\nfrom aws_durable_execution_sdk_python.config import *\n"
    path.write_text(head + PRELUDE + program, encoding="utf-8")
    first = (head + PRELUDE).count("\n")
    chosen = [rule for rule in rules() if rule.code.startswith("DUR3")]
    result = Analyzer(AnalysisSettings(), chosen).analyze(str(path))
    assert result.failures == []
    return sorted({(finding.span.row - first, finding.code) for finding in result.findings})


def test_tests_narrow_what_is_returned(tmp_path: Path) -> None:
    program = """
@durable_step
def as_text(step_context, moment: datetime | str, amount: Decimal | None, anything):
    if isinstance(moment, datetime):
        moment = moment.isoformat()
    if isinstance(anything, (set, frozenset)):
        return sorted(anything)
    match anything:
        case Decimal():
            return str(anything)
        case _:
            pass
    return [moment, str(amount) if amount is not None else None, anything]
"""
    assert codes(tmp_path, program) == []


def test_entries_that_are_replaced_or_taken_out_are_gone(tmp_path: Path) -> None:
    program = """
@durable_step
def clean(step_context):
    row = {"at": NOW, "amount": Decimal(1), "tags": {1}, "spare": Path("a")}
    row["at"] = row["at"].isoformat()
    row.update(amount="1")
    del row["tags"]
    row.pop("spare", None)
    return row


@durable_step
def still_there(step_context):
    row = {"id": 1}
    row.update({"tags": {1}})
    row.setdefault("at", NOW)
    return row
"""
    assert codes(tmp_path, program) == [(17, "DUR301"), (17, "DUR302")]


def test_a_result_comes_back_as_the_serializer_made_it(tmp_path: Path) -> None:
    program = """
@durable_execution
def handler(event, context):
    tags = context.step(lambda _: {1}, name="read_tags")
    pair = context.step(lambda _: Pair(1, 2), name="read_pair")
    when = context.step(lambda _: NOW, name="read_clock")
    return {
        "tags": tags,
        "pair": pair,
        "when": when,
    }
"""
    assert codes(tmp_path, program) == [(4, "DUR301"), (5, "DUR305"), (6, "DUR302"), (10, "DUR303")]


@pytest.mark.parametrize(
    ("config", "found"),
    [
        ("", ["DUR302"]),
        (", config=StepConfig()", ["DUR302"]),
        (", config=StepConfig(serdes=None)", ["DUR302"]),
        (", config=StepConfig(serdes=Custom())", []),
        (", config=StepConfig(serdes=JsonSerDes())", ["DUR301"]),
        (", config=StepConfig(serdes=ExtendedTypeSerDes())", ["DUR302"]),
        (", config=event['config']", []),
        (", **event", []),
    ],
)
def test_a_serdes_decides(config: str, found: list[str], tmp_path: Path) -> None:
    program = f"""
from aws_durable_execution_sdk_python.serdes import *


class Custom(SerDes):
    pass


@durable_execution
def handler(event, context):
    context.step(lambda _: NOW, name="read_clock"{config})
"""
    assert [code for _, code in codes(tmp_path, program)] == found


def test_an_item_serdes_is_not_enough(tmp_path: Path) -> None:
    program = """
from aws_durable_execution_sdk_python.serdes import *


class Custom(SerDes):
    pass


@durable_execution
def handler(event, context):
    context.map(event["a"], lambda c, item, i, items: Point(item), name="a", config=MapConfig(item_serdes=Custom()))
    context.map(event["a"], lambda c, item, i, items: Point(item), name="b", config=MapConfig(serdes=Custom()))
"""
    assert codes(tmp_path, program) == [(11, "DUR301")]


def test_a_function_that_another_file_runs_with_a_serdes_is_left_to_that_file(tmp_path: Path) -> None:
    head = "from aws_durable_execution_sdk_python import *\n"
    steps = head + "\n\n@durable_step\ndef read_tags(step_context):\n    return {1}\n"
    (tmp_path / "steps.py").write_text(steps, encoding="utf-8")
    chosen = [rule for rule in rules() if rule.code == "DUR301"]

    def found() -> list[int]:
        result = Analyzer(AnalysisSettings(), chosen).analyze(str(tmp_path / "steps.py"))
        return [finding.span.row for finding in result.findings]

    assert found() == [6]
    (tmp_path / "handler.py").write_text(
        "from steps import read_tags\nCONFIG = StepConfig(serdes=x)\n", encoding="utf-8"
    )
    assert found() == []
