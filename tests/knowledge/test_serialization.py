"""The verdicts on types, compared with what the real serializers do to real values."""

from __future__ import annotations

import array
import builtins
import collections
import datetime
import decimal
import enum
import fractions
import functools
import http
import io
import ipaddress
import itertools
import json
import logging
import os
import pathlib
import platform
import queue
import random
import re
import signal
import string
import threading
import time
import traceback
import types
import typing
import urllib.parse
import uuid
import zoneinfo
from collections.abc import Callable
from typing import Any

import pytest
from aws_durable_execution_sdk_python.concurrency.models import BatchResult
from aws_durable_execution_sdk_python.serdes import ExtendedTypeSerDes, JsonSerDes, SerDesContext

from durable_lint.knowledge import shipped

VALUES: dict[str, Any] = {
    "builtins.NoneType": None,
    "builtins.bool": True,
    "builtins.int": 7,
    "builtins.float": 1.5,
    "builtins.str": "a",
    "builtins.bytes": b"a",
    "builtins.bytearray": bytearray(b"a"),
    "builtins.memoryview": memoryview(b"a"),
    "builtins.list": [1],
    "builtins.tuple": (1, 2),
    "builtins.dict": {"a": 1},
    "builtins.set": {1},
    "builtins.frozenset": frozenset([1]),
    "builtins.range": range(3),
    "builtins.complex": 1j,
    "builtins.object": object(),
    "builtins.slice": slice(1),
    "builtins.type": int,
    "builtins.function": lambda: 1,
    "builtins.generator": (x for x in [1]),
    "builtins.map": map(str, [1]),
    "builtins.filter": filter(None, [1]),
    "builtins.zip": zip([1], strict=True),
    "builtins.enumerate": enumerate([1]),
    "builtins.Exception": Exception("a"),
    "builtins.ValueError": ValueError("a"),
    "builtins.dict_keys": {}.keys(),
    "builtins.dict_values": {}.values(),
    "builtins.dict_items": {}.items(),
    "datetime.datetime": datetime.datetime(2024, 1, 2, 3, 4),
    "datetime.date": datetime.date(2024, 1, 2),
    "datetime.time": datetime.time(1),
    "datetime.timedelta": datetime.timedelta(1),
    "datetime.timezone": datetime.UTC,
    "decimal.Decimal": decimal.Decimal("1.5"),
    "fractions.Fraction": fractions.Fraction(1, 2),
    "uuid.UUID": uuid.UUID(int=1),
    "zoneinfo.ZoneInfo": zoneinfo.ZoneInfo("UTC"),
    "collections.OrderedDict": collections.OrderedDict(a=1),
    "collections.defaultdict": collections.defaultdict(int, a=1),
    "collections.Counter": collections.Counter("aa"),
    "collections.deque": collections.deque([1]),
    "collections.ChainMap": collections.ChainMap({}),
    "collections.UserDict": collections.UserDict(),
    "collections.UserList": collections.UserList(),
    "collections.UserString": collections.UserString("a"),
    "types.MappingProxyType": types.MappingProxyType({}),
    "types.SimpleNamespace": types.SimpleNamespace(),
    "types.ModuleType": types,
    "array.array": array.array("i", [1]),
    "string.Template": string.Template("a"),
    "random.Random": random.Random(1),
    "pathlib.PurePath": pathlib.PurePath("a"),
    "pathlib.Path": pathlib.Path("a"),
    "re.Pattern": re.compile("a"),
    "re.Match": re.match("a", "a"),
    "ipaddress.IPv4Address": ipaddress.ip_address("127.0.0.1"),
    "ipaddress.IPv6Address": ipaddress.ip_address("::1"),
    "io.StringIO": io.StringIO(),
    "io.BytesIO": io.BytesIO(),
    "time.struct_time": time.gmtime(0),
    "os.stat_result": os.stat("."),
    "os.terminal_size": os.terminal_size((1, 2)),
    "urllib.parse.ParseResult": urllib.parse.urlparse("http://a"),
    "urllib.parse.SplitResult": urllib.parse.urlsplit("http://a"),
    "platform.uname_result": platform.uname(),
    "http.HTTPStatus": http.HTTPStatus.OK,
    "http.HTTPMethod": http.HTTPMethod.GET,
    "signal.Signals": signal.SIGTERM,
    "traceback.StackSummary": traceback.StackSummary(),
    "threading.Thread": threading.Thread(),
    "threading.Event": threading.Event(),
    "queue.Queue": queue.Queue(),
    "functools.partial": functools.partial(len),
    "itertools.count": itertools.count(),
    "logging.Logger": logging.getLogger("a"),
    "aws_durable_execution_sdk_python.BatchResult": BatchResult.from_items([]),
}


class Shade(enum.Enum):
    DARK = 1


class Level(enum.IntEnum):
    LOW = 1


class Tone(enum.StrEnum):
    FLAT = "flat"


class Mixed(str, enum.Enum):  # noqa: UP042
    ONE = "one"


class Bits(enum.Flag):
    LEFT = 1


class IntBits(enum.IntFlag):
    LEFT = 1


class Plain:
    pass


class Point(typing.NamedTuple):
    x: int


class Record(typing.TypedDict):
    x: int


class Bag(dict[str, int]):
    pass


class Row(list[int]):
    pass


class Pair(tuple[int, ...]):
    pass


class Text(str):
    pass


class Moment(datetime.datetime):
    pass


class Failure(ValueError):
    pass


class Box(typing.Generic[typing.TypeVar("T")]):
    pass


CLASSES: list[tuple[Any, tuple[str, ...]]] = [
    (Shade.DARK, ("enum.Enum",)),
    (Level.LOW, ("enum.IntEnum",)),
    (Tone.FLAT, ("enum.StrEnum",)),
    (Mixed.ONE, ("builtins.str", "enum.Enum")),
    (Bits.LEFT, ("enum.Flag",)),
    (IntBits.LEFT, ("enum.IntFlag",)),
    (Plain(), ("builtins.object",)),
    (Point(1), ("typing.NamedTuple",)),
    (Record(x=1), ("typing.TypedDict",)),
    (Bag(a=1), ("builtins.dict",)),
    (Row([1]), ("builtins.list",)),
    (Pair((1,)), ("builtins.tuple",)),
    (Text("a"), ("builtins.str",)),
    (Moment(2024, 1, 2), ("datetime.datetime",)),
    (Failure("a"), ("builtins.ValueError",)),
    (Box(), ("typing.Generic",)),
]

KEYS: list[tuple[Any, str, tuple[str, ...]]] = [
    ("a", "builtins.str", ()),
    (1, "builtins.int", ()),
    (1.5, "builtins.float", ()),
    (True, "builtins.bool", ()),
    (None, "builtins.NoneType", ()),
    ((1, 2), "builtins.tuple", ()),
    (b"a", "builtins.bytes", ()),
    (uuid.UUID(int=1), "uuid.UUID", ()),
    (datetime.date(2024, 1, 2), "datetime.date", ()),
    (decimal.Decimal(1), "decimal.Decimal", ()),
    (frozenset([1]), "builtins.frozenset", ()),
    (Level.LOW, "shop.Level", ("enum.IntEnum",)),
    (Tone.FLAT, "shop.Tone", ("enum.StrEnum",)),
    (Shade.DARK, "shop.Shade", ("enum.Enum",)),
    (Mixed.ONE, "shop.Mixed", ("builtins.str", "enum.Enum")),
]


def extended(value: object) -> object:
    serdes: ExtendedTypeSerDes = ExtendedTypeSerDes()
    context = SerDesContext()
    return serdes.deserialize(serdes.serialize(value, context), context)


def plain_json(value: object) -> object:
    serdes: JsonSerDes[object] = JsonSerDes()
    context = SerDesContext()
    return serdes.deserialize(serdes.serialize(value, context), context)


def handler(value: object) -> object:
    return json.loads(json.dumps(value))


SERIALIZERS: dict[str, Callable[[object], object]] = {"extended": extended, "json": plain_json, "handler": handler}


def measured(value: object, round_trip: Callable[[object], object]) -> str:
    try:
        back = round_trip(value)
    except Exception:
        return "rejected"
    return "exact" if type(back) is type(value) else "changed"


@pytest.mark.parametrize("serdes", SERIALIZERS)
@pytest.mark.parametrize("dotted", VALUES)
def test_known_types(dotted: str, serdes: typing.Literal["extended", "json", "handler"]) -> None:
    assert shipped().verdict(dotted, serdes) == measured(VALUES[dotted], SERIALIZERS[serdes])


@pytest.mark.parametrize("serdes", SERIALIZERS)
@pytest.mark.parametrize(("value", "bases"), CLASSES)
def test_classes_of_a_project(
    value: object, bases: tuple[str, ...], serdes: typing.Literal["extended", "json", "handler"]
) -> None:
    assert shipped().verdict("shop.Thing", serdes, bases) == measured(value, SERIALIZERS[serdes])


@pytest.mark.parametrize("round_trip", SERIALIZERS.values())
@pytest.mark.parametrize(("key", "dotted", "bases"), KEYS)
def test_keys(key: object, dotted: str, bases: tuple[str, ...], round_trip: Callable[[object], object]) -> None:
    try:
        (back,) = round_trip({key: 1})  # type: ignore[attr-defined]
    except Exception:
        expected = "rejected"
    else:
        expected = "exact" if type(back) is type(key) else "changed"
    assert shipped().key_verdict(dotted, bases) == expected


def test_what_a_changed_value_becomes() -> None:
    knowledge = shipped()
    assert knowledge.becomes("collections.Counter", "extended") == "builtins.dict"
    assert knowledge.becomes("builtins.tuple", "json") == "builtins.list"
    assert knowledge.becomes("shop.Point", "extended", ("typing.NamedTuple",)) == "builtins.tuple"
    assert knowledge.becomes("builtins.set", "extended") == ""
    assert knowledge.becomes("shop.Thing", "extended") is None


def test_a_class_with_an_unknown_base_is_unknown() -> None:
    assert shipped().verdict("shop.Thing", "extended", ("vendor.Base",)) is None
    assert shipped().verdict("shop.Thing", "extended", ("vendor.Base", "abc.ABC")) is None
    assert shipped().verdict("shop.Thing", "extended", ("vendor.Base", "builtins.dict")) == "changed"


def test_every_builtin_exception_is_refused() -> None:
    for name, value in vars(builtins).items():
        public = not name.startswith("_") and isinstance(value, type)
        if public and issubclass(value, BaseException) and value.__name__ == name:
            assert shipped().verdict(f"builtins.{name}", "extended") == "rejected", name


@pytest.mark.parametrize(
    ("dotted", "serdes", "verdict"),
    [
        ("pydantic.BaseModel", "extended", "rejected"),
        ("pydantic.main.BaseModel", "handler", "rejected"),
        ("numpy.float64", "extended", "changed"),
        ("numpy.int64", "extended", "rejected"),
        ("pandas.Timestamp", "extended", "changed"),
        ("pandas.Timestamp", "json", "rejected"),
        ("pandas.DataFrame", "extended", "rejected"),
    ],
)
def test_third_party_types(dotted: str, serdes: typing.Literal["extended", "json"], verdict: str) -> None:
    assert shipped().verdict(dotted, serdes) == verdict
