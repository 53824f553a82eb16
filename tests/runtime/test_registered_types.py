"""What RegisteredTypesSerDes takes comes back as it was, type and all; what would not, it refuses."""

from __future__ import annotations

import datetime as dt
import enum
import json
import subprocess
import sys
from collections import OrderedDict, defaultdict, deque
from dataclasses import InitVar, dataclass, field
from decimal import Decimal
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import pydantic
import pytest
from durable_runtime.concurrency.models import BatchItem, BatchItemStatus, BatchResult, CompletionReason
from durable_runtime.exceptions import SerDesError
from durable_runtime.registered_types import RegisteredTypesSerDes
from durable_runtime.serdes import EXTENDED_TYPES_SERDES, SerDesContext, deserialize, serialize
from hypothesis import given, settings
from hypothesis import strategies as st


class Colour(enum.Enum):
    RED = "red"
    GREEN = (0, 255, 0)
    LIME = GREEN


class Size(enum.IntEnum):
    SMALL = 1


class Word(enum.StrEnum):
    A = "a"


class Rights(enum.Flag):
    READ = 1
    WRITE = 2


class Pair(NamedTuple):
    left: Any
    right: Any = None


@dataclass
class Line:
    sku: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Order:
    id: UUID
    lines: list[Line]
    colour: Colour = Colour.RED
    tags: frozenset[str] = frozenset()
    total: Decimal = field(default=Decimal(0), compare=True)


@dataclass
class Normalised:
    """One whose constructor would not take back what it made."""

    cents: int
    factor: InitVar[int] = 100
    text: str = field(init=False, default="")

    def __post_init__(self, factor: int) -> None:
        self.cents *= factor
        self.text = f"{self.cents} ct"


class Address(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(strict=True)
    street: str = pydantic.Field(alias="streetName")
    since: dt.date
    zips: set[int] = set()


class Box(pydantic.RootModel[list[Address]]):
    pass


SERDES = RegisteredTypesSerDes(Colour, Size, Word, Rights, Pair, Line, Order, Normalised, Address, Box)
BERLIN = ZoneInfo("Europe/Berlin")
ADDRESS = Address(streetName="Main", since=dt.date(2026, 1, 2), zips={1, 2})
VALUES = [
    Colour.RED, Colour.LIME, Size.SMALL, Word.A, Rights.READ, Rights.READ | Rights.WRITE, Rights(0), [Word.A],
    Pair(1, {Pair(2)}), Line("a"), Order(UUID(int=1), [Line("b", 2)], Colour.GREEN, frozenset("xy"), Decimal("1.5")),
    Normalised(2), ADDRESS, Box([ADDRESS]), {"deep": ({Size.SMALL: [ADDRESS]},)},
    set(), {1, "1", None}, frozenset({(1, 2)}), {frozenset({1}): {2}}, dt.timedelta(-1, 5, 7), dt.time(1, 2, 3, 4),
    dt.time(1, tzinfo=dt.UTC), Path("a/b"), PurePosixPath("/x"), PureWindowsPath("C:\\y"),
    dt.datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN), dt.datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=BERLIN),
    dt.datetime(2026, 1, 2, fold=1), {1: "a", "1": "b", None: 0, (1, 2): 3}, {"t": "dc", "v": {"type": "os"}},
    None, True, "x", [1, [2.5]], b"x", dt.date(2026, 1, 2), dt.datetime(2026, 1, 2, tzinfo=dt.UTC),
]  # fmt: skip


def same(left: Any, right: Any) -> bool:
    """Equal, and of the same types all the way down."""
    if type(left) is not type(right) or left != right:
        return False
    if isinstance(left, dict):
        return all(same(one, other) for one, other in zip(left.items(), right.items(), strict=True))
    if isinstance(left, list | tuple):
        return all(map(same, left, right))
    if isinstance(left, dt.datetime):
        return (left.fold, type(left.tzinfo)) == (right.fold, type(right.tzinfo))
    return True


# Numbers for names: the order of a set's text differs between the processes that share out the tests.
@pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
def test_a_value_comes_back_as_it_was(value: Any) -> None:
    text = serialize(SERDES, value, "id", "arn")
    assert same(deserialize(SERDES, text, "id", "arn"), value), text


# Deferred, for else each strategy that is built on them carries all of this in its representation.
leaves = st.deferred(
    lambda: (
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary(max_size=9)
        | st.uuids() | st.decimals(allow_nan=False) | st.dates() | st.timedeltas() | st.times()
        | st.datetimes(timezones=st.sampled_from([None, dt.UTC, BERLIN]))
        | st.sampled_from([*Colour, *Size, *Word, *Rights, Path("p"), PurePosixPath("q"), ADDRESS.since])
    )
)  # fmt: skip
hashable = st.deferred(
    lambda: st.recursive(
        leaves, lambda inner: st.tuples(inner, inner) | st.frozensets(inner, max_size=3) | st.builds(Pair, inner, inner)
    )
)
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(hashable, inner, max_size=3)
        | st.sets(hashable, max_size=3)
        | st.builds(Line, inner, inner)
        | st.builds(Pair, inner, inner)
    ),
    max_leaves=10,
)


@settings(deadline=None, max_examples=300)
@given(values)
def test_law_every_value_comes_back_as_it_was(value: Any) -> None:
    text = SERDES.serialize(value)
    json.loads(text)
    assert same(SERDES.deserialize(text), value)


@settings(deadline=None)
@given(
    st.recursive(
        leaves.filter(
            lambda leaf: isinstance(leaf, int | str | bytes | UUID | Decimal) and not isinstance(leaf, enum.Enum)
        ),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
        max_leaves=8,
    )
)
def test_what_the_default_keeps_is_written_alike_and_read_from_it(value: Any) -> None:
    text = EXTENDED_TYPES_SERDES.serialize(value, SerDesContext())
    assert SERDES.serialize(value) == text
    assert SERDES.deserialize(text) == value


def test_batch_results_come_back() -> None:
    result = BatchResult([BatchItem(0, BatchItemStatus.SUCCEEDED, {1}, None)], CompletionReason.ALL_COMPLETED)
    assert SERDES.deserialize(SERDES.serialize(result)) == result


@pytest.mark.parametrize(
    "value",
    [OrderedDict(a=1), defaultdict(int), deque(), bytearray(b"x"), object(), 1j, ValueError(), lambda: 1, range(2)],
    ids=lambda value: type(value).__name__,
)
@pytest.mark.parametrize("within", [lambda value: value, lambda value: [value], lambda value: {"a": {1: value}}])
def test_what_would_not_come_back_is_refused(value: Any, within: Any) -> None:
    with pytest.raises(SerDesError, match=f"Unsupported type: {type(value)}"):
        SERDES.serialize(within(value))


@pytest.mark.parametrize("value", [Line("a"), Colour.RED, Pair(1), ADDRESS, Word.A, [Size.SMALL]], ids=repr)
def test_a_class_that_is_not_registered_is_named_with_the_remedy(value: Any) -> None:
    with pytest.raises(SerDesError, match=r"is not registered: pass the class to RegisteredTypesSerDes"):
        RegisteredTypesSerDes().serialize(value)


def test_a_recorded_class_that_is_not_registered_is_named_and_not_imported() -> None:
    text = SERDES.serialize(Line("a")).replace(f"{__name__}.Line", "antigravity.Line")
    with pytest.raises(SerDesError, match=r"of type antigravity.Line was .*renamed=\{\"antigravity.Line\": New"):
        SERDES.deserialize(text)
    assert "antigravity" not in sys.modules


def test_a_renamed_class_is_found_again() -> None:
    text = SERDES.serialize([Line("a"), Colour.RED]).replace(f"{__name__}.Line", "old.Row")
    moved = RegisteredTypesSerDes(Colour, renamed={"old.Row": Line})
    assert moved.deserialize(text) == [Line("a"), Colour.RED]
    assert moved.deserialize(moved.serialize(Line("b"))) == Line("b")


def recorded(**fields: Any) -> str:
    return json.dumps({"t": "dc", "v": {"type": f"{__name__}.Line", "fields": fields}})


def test_fields_that_were_added_get_their_default_and_removed_ones_are_dropped() -> None:
    text = {"t": "s", "v": "a"}
    assert SERDES.deserialize(recorded(sku=text)) == Line("a", 1)
    assert SERDES.deserialize(recorded(sku=text, gone=text)) == Line("a", 1)
    with pytest.raises(SerDesError, match=r"recorded .*Line has no field sku.*give the new field a default"):
        SERDES.deserialize(recorded(count=text))


def test_members_and_kinds_that_are_gone_are_named() -> None:
    with pytest.raises(SerDesError, match="Colour has no member BLUE any more"):
        SERDES.deserialize(SERDES.serialize(Colour.RED).replace("RED", "BLUE"))
    with pytest.raises(SerDesError, match="Line was recorded as another kind of class"):
        SERDES.deserialize(SERDES.serialize(Colour.RED).replace("Colour", "Line"))
    with pytest.raises(SerDesError, match='Cannot read a value with the type tag "zz"'):
        SERDES.deserialize('{"t":"zz","v":1}')
    with pytest.raises(SerDesError, match="Malformed envelope"):
        SERDES.deserialize('{"a":1}')


def test_the_default_serdes_says_which_tag_it_does_not_know() -> None:
    with pytest.raises(SerDesError, match='Unknown type tag: "set"'):
        EXTENDED_TYPES_SERDES.deserialize(SERDES.serialize({1}), SerDesContext())


@pytest.mark.parametrize("wrong", [int, dict, Line("a"), "Line", type("Own", (), {})])
def test_only_classes_that_can_be_rebuilt_are_registered(wrong: Any) -> None:
    with pytest.raises(TypeError, match="RegisteredTypesSerDes takes dataclasses, enums, named tuples and pydantic"):
        RegisteredTypesSerDes(wrong)


def test_times_of_day_in_a_zone_are_refused() -> None:
    with pytest.raises(SerDesError, match="use a datetime"):
        SERDES.serialize(dt.time(1, tzinfo=BERLIN))


def test_a_set_is_the_same_text_in_every_process() -> None:
    code = (
        "from durable_runtime.registered_types import RegisteredTypesSerDes\n"
        "print(RegisteredTypesSerDes().serialize({'a', 'b', 'c', 'd', 'e'}))"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONPATH": "runtime", "PYTHONHASHSEED": seed}, capture_output=True,
            text=True, check=True, timeout=60,
        ).stdout
        for seed in ("1", "2", "3")
    }  # fmt: skip
    assert len(texts) == 1
