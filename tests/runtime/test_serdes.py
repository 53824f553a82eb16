from __future__ import annotations

import datetime as dt
import enum
import fractions
import json
import logging
import math
import pathlib
import re
import uuid
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import aws_durable_execution_sdk_python.concurrency.models as aws_models
import aws_durable_execution_sdk_python.exceptions as aws_exceptions
import aws_durable_execution_sdk_python.lambda_service as aws_wire
import aws_durable_execution_sdk_python.serdes as aws
import durable_runtime.concurrency.models as our_models
import durable_runtime.exceptions as our_exceptions
import durable_runtime.lambda_service as our_wire
import durable_runtime.serdes as ours
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.runtime.oracle import outcome, plain

Point = namedtuple("Point", "x y")


class Text(enum.StrEnum):
    A = "a"


class Whole(enum.IntEnum):
    A = 1


class Plain(enum.Enum):
    A = 1


class Words(str):
    pass


class Rows(list):
    pass


@dataclass
class Data:
    a: int = 1


UTC = dt.UTC
KEPT = [
    None, True, False, 0, -1, 2**70, 1.5, -0.0, 1e300, "", "x", "ünïcode \u2028 \ud800 \"q\" \\ \x00", b"", b"\x00\xff",
    uuid.UUID(int=5), Decimal("1.50"), Decimal("NaN"), Decimal("1E+5"),
    dt.datetime(2026, 1, 2, 3, 4, 5, 6), dt.datetime(2026, 1, 2, tzinfo=UTC),
    dt.datetime(2026, 1, 2, tzinfo=dt.timezone(dt.timedelta(hours=5, minutes=30))), dt.date(2026, 2, 28),
    [], [1, "a", None], [[1], [2.5, [True]]], (), (1, (2, b"x")), {}, {"a": 1}, {"t": "s", "v": 1}, {"": {"": []}},
    [{"t": 1}, {"v": 2}], {"nested": [({"deep": (1, [uuid.UUID(int=1)])},)]},
]  # fmt: skip
CHANGED = [
    bytearray(b"x"), memoryview(b"y"), {1: "a"}, {1.5: "a", None: 1, True: 2, False: 3}, {1: "a", "1": "b"},
    {float("nan"): 1, math.inf: 2, 2**70: 3}, {Text.A: 1, Whole.A: 2, Words("w"): 3},
    OrderedDict(a=1), defaultdict(list, a=[1]), Counter("aab"), Point(1, 2), Text.A, Whole.A, Words("w"), Rows([1]),
    [Text.A, Whole.A], {"a": Text.A}, math.inf, -math.inf, math.nan, [math.nan], {"a": math.inf},
    dt.datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"), fold=1), Rows([{"a": 1}]),
]  # fmt: skip
REFUSED = [
    dt.time(1), dt.timedelta(1), {1, 2}, frozenset({1}), deque([1]), MappingProxyType({}), range(3), (n for n in ()),
    1j, fractions.Fraction(1, 2), Data(), Data, Plain.A, pathlib.PurePosixPath("a"), lambda: 1, object(), ValueError(),
    re.compile("a"), [Data()], {"a": {1}}, (1, (object(),)), {(1, 2): 3}, {"a": {(1,): object()}},
    {uuid.UUID(int=1): 1}, {b"a": 1}, {dt.date(2026, 1, 1): 1}, {Plain.A: 1}, {frozenset(): 1},
]  # fmt: skip

names = [f"{number}-{type(value).__name__}" for number, value in enumerate(KEPT + CHANGED + REFUSED)]


def without_addresses(result: Any) -> str:
    return re.sub(r"0x[0-9a-f]+", "0x…", repr(result))


@pytest.mark.parametrize("value", KEPT + CHANGED + REFUSED, ids=names)
@pytest.mark.parametrize("serdes", ["EXTENDED_TYPES_SERDES", "DEFAULT_JSON_SERDES", None])
def test_truth_table(serdes: str | None, value: Any) -> None:
    def written(package: Any) -> str:
        return package.serialize(serdes and getattr(package, serdes), value, "id", "arn")

    def read(package: Any, text: str) -> Any:
        return package.deserialize(serdes and getattr(package, serdes), text, "id", "arn")

    mine = outcome(lambda: written(ours))
    assert without_addresses(mine) == without_addresses(outcome(lambda: written(aws)))
    if mine[0] == "returned":
        assert repr(outcome(lambda: read(ours, mine[1]))) == repr(outcome(lambda: read(aws, mine[1])))


@pytest.mark.parametrize("value", [value for value in KEPT if value == value], ids=repr)
def test_what_is_kept_comes_back_as_it_was(value: Any) -> None:
    read = ours.EXTENDED_TYPES_SERDES.deserialize(ours.EXTENDED_TYPES_SERDES.serialize(value, None), None)  # type: ignore[arg-type]
    assert read == value
    assert type(read) is type(value)


scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(max_size=20) | st.uuids()
    | st.decimals(allow_nan=False) | st.dates()
    | st.datetimes(timezones=st.none() | st.just(UTC) | st.just(ZoneInfo("Europe/Berlin")))
)  # fmt: skip
keys = st.text(max_size=5) | st.integers() | st.booleans() | st.none() | st.sampled_from(["t", "v"])
values = st.recursive(
    scalars | st.sampled_from([Text.A, Whole.A, Point(1, 2), bytearray(b"z")]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.lists(inner, max_size=4).map(tuple) | st.dictionaries(keys, inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(deadline=None, max_examples=300)
@given(values)
@example([1.0, float("nan")])
def test_texts_are_those_of_aws_byte_for_byte_and_are_read_alike(value: Any) -> None:
    text = ours.serialize(None, value, "id", "arn")
    assert text == aws.serialize(None, value, "id", "arn")
    assert repr(ours.deserialize(None, text, "id", "arn")) == repr(aws.deserialize(None, text, "id", "arn"))


envelopes = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.sampled_from(["2026-01-02", "2026-01-02T03:04:05Z", "QQ==", "1"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "t", "v"]), inner, max_size=3)
        | st.fixed_dictionaries(
            {"t": st.sampled_from([*aws.TypeTag, "x", "", "set"]), "v": inner}, optional={"w": st.just(1)}
        )
    ),
    max_leaves=8,
)


@pytest.fixture(autouse=True)
def _no_reports(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)


@settings(deadline=None, max_examples=400)
@given(envelopes.filter(lambda data: '"br"' not in json.dumps(data)))
@example({"t": ["s"], "v": 1})
@example({"t": "m", "v": {"a": {"t": "i", "v": "5"}, "b": {"t": "b", "v": "x"}, "c": {"t": "s", "v": 5}}})
def test_foreign_data_is_read_or_refused_as_by_aws(data: Any) -> None:
    text = json.dumps(data)
    mine, theirs = (outcome(lambda: package.deserialize(None, text, "id", "arn")) for package in (ours, aws))  # noqa: B023
    if "unhashable" in repr(mine):  # where AWS says "not a valid TypeTag"
        assert mine[1][0] == theirs[1][0]
    else:
        assert repr(mine) == repr(theirs)


@pytest.mark.parametrize("text", ["", " 1 ", "[1] x", "{", "nul", '{"a":1}', "\ufeff1", '{"t":"s"}', "NaN", "[{}]"])
def test_other_texts_are_read_or_refused_as_by_aws(text: str) -> None:
    assert repr(outcome(lambda: ours.deserialize(None, text, "id", "arn"))) == repr(
        outcome(lambda: aws.deserialize(None, text, "id", "arn"))
    )


def batch_result(models: Any, wire: Any) -> Any:
    status, item = models.BatchItemStatus, models.BatchItem
    error = wire.ErrorObject("m", "T", None, None)
    return models.BatchResult(
        [item(0, status.SUCCEEDED, {"a": (1,)}, None), item(1, status.FAILED, None, error), item(2, status.STARTED)],
        models.CompletionReason.FAILURE_TOLERANCE_EXCEEDED,
    )


def test_batch_results_are_written_and_read_as_by_aws() -> None:
    mine, theirs = batch_result(our_models, our_wire), batch_result(aws_models, aws_wire)
    text = ours.serialize(None, [mine], "id", "arn")
    assert text == aws.serialize(None, [theirs], "id", "arn")
    assert ours.deserialize(None, text, "id", "arn") == [mine]


def test_recursive_values_are_refused() -> None:
    value: list[Any] = [object]
    value[0] = {"again": value}
    for package in (ours, aws):
        kind, (name, message, _) = outcome(lambda: package.serialize(None, value, "op", "arn"))  # noqa: B023
        assert (kind, name) == ("raised", "SerDesError")
        assert message.startswith("Serialization failed for id: op, error: maximum recursion depth exceeded")


class Raising(ours.SerDes[Any]):
    def __init__(self, error: Exception) -> None:
        self.error = error

    def serialize(self, value: Any, serdes_context: Any) -> str:
        raise self.error

    deserialize = serialize  # type: ignore[assignment]


@pytest.mark.parametrize("name", ["RetryableSerDesError", "SerDesError", "ValidationError"])
@pytest.mark.parametrize("direction", ["serialize", "deserialize"])
def test_errors_of_a_serdes_are_classified_as_by_aws(direction: str, name: str) -> None:
    mine, theirs = (
        outcome(lambda: getattr(package, direction)(Raising(getattr(errors, name)("why")), "1", "id", "arn"))  # noqa: B023
        for package, errors in ((ours, our_exceptions), (aws, aws_exceptions))
    )
    assert mine == theirs
    assert mine[0] == "raised"


def test_a_serdes_gets_the_context_of_its_operation() -> None:
    class Noting(ours.SerDes[Any]):
        def serialize(self, value: Any, serdes_context: ours.SerDesContext) -> str:
            return f"{value} of {serdes_context.operation_id} in {serdes_context.durable_execution_arn}"

        def deserialize(self, data: str, serdes_context: ours.SerDesContext) -> Any:
            return self.serialize(data, serdes_context)

    assert ours.serialize(Noting(), 1, "op", "arn") == "1 of op in arn"
    assert ours.deserialize(Noting(), "1", "op", "arn") == "1 of op in arn"
    assert ours.SerDesContext() == ours.SerDesContext("", "")


def test_pass_through_passes_through() -> None:
    serdes: ours.SerDes[Any] = ours.PassThroughSerDes()
    marker = object()
    assert ours.serialize(serdes, marker, "id", "arn") is marker
    assert ours.deserialize(serdes, "{", "id", "arn") == "{"


@pytest.mark.parametrize("value", [1, "a", None, 1.5, [1, ["a"]], [1, (2,)], {"a": 1}, (1,), b"", [object()], Text.A])
def test_primitives_are_those_of_aws(value: Any) -> None:
    assert ours.SerDes.is_primitive(value) == aws.SerDes.is_primitive(value)


def test_serdes_is_abstract_and_generic() -> None:
    with pytest.raises(TypeError, match="abstract"):
        ours.SerDes()  # type: ignore[abstract]
    assert ours.SerDes[int]
    assert plain(ours.TypeTag.DICT) == plain(aws.TypeTag.DICT)
