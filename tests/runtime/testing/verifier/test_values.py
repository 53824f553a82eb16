"""Values are described so that equal data gives equal text in any process."""

from __future__ import annotations

import datetime
import functools
from dataclasses import dataclass
from typing import Any

import pytest
from durable_runtime.testing.verifier.values import described, given


@dataclass
class Point:
    x: int
    y: Any


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({"x", "y", "z"}, {"z", "y", "x"}),
        (Point(1, [2]), Point(1, [2])),
        (object(), object()),
        ([{1: {"a"}}], [{1: {"a"}}]),
    ],
)
def test_equal_data_is_described_alike(one: object, other: object) -> None:
    assert described(one) == described(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([1, 2], [2, 1]),
        ([1, 2], (1, 2)),
        (1, "1"),
        (1, 1.0),
        (Point(1, 2), Point(1, 3)),
        ({"a": 1}, {"a": 2}),
        (datetime.date(2026, 1, 1), datetime.date(2026, 1, 2)),
        ("x" * 1000 + "y", "x" * 1000 + "z"),
    ],
)
def test_different_data_is_described_differently(one: object, other: object) -> None:
    assert described(one) != described(other)


def test_an_object_that_is_made_anew_is_described_by_its_type() -> None:
    assert described([object()]) == "[<object>]"


def test_values_that_contain_themselves_have_an_end() -> None:
    value: list[Any] = [1]
    value.append(value)
    assert described(value) == "[1, …]"


def test_long_values_are_shortened() -> None:
    text = described("x" * 100_000)
    assert len(text) < 200
    assert "100002 characters" in text


def test_iterators_are_not_used_up() -> None:
    iterator = iter([1, 2])
    described({"items": iterator})
    assert list(iterator) == [1, 2]


def test_a_function_takes_with_it_what_is_around_it_and_bound_to_it() -> None:
    order = "A-17"

    def around(context: object) -> str:
        return order

    def bound(context: object, number: int, *, text: str = "t") -> int:
        return number

    assert given(around) == "{'order': 'A-17'}"
    assert given(functools.partial(bound, number=3)) == "{'number': 3, 'text': 't'}"
    assert given(lambda context, one=1: one) == "{'default 0': 1}"
    assert given(len) == "{}"
