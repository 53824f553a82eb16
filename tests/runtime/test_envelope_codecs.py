"""The codec classes of `serdes`, against AWS's."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import aws_durable_execution_sdk_python.serdes as aws
import durable_runtime.serdes as ours
import pytest

from tests.runtime.oracle import outcome, plain

VALUES = [
    None, True, 1, 1.5, "a", b"x", bytearray(b"y"), uuid.UUID(int=1), Decimal("1.5"), dt.datetime(2026, 1, 2),
    dt.date(2026, 1, 2), [1, [b"x"]], (1, ("a",)), {"a": {"b": (None,)}}, {(1,): 1}, object, 1j,
]  # fmt: skip
CODECS = ["PrimitiveCodec", "BytesCodec", "UuidCodec", "DecimalCodec", "DateTimeCodec", "TypeCodec"]


def tidy(result: Any) -> Any:
    """Without the errors of Python's own constructors, whose place in the code differs."""
    return result[:2] if result[0] == "raised" and result[1][0] not in ("SerDesError", "ValueError") else result


@pytest.mark.parametrize("value", VALUES, ids=repr)
@pytest.mark.parametrize("codec", CODECS)
def test_values_are_encoded_as_by_aws(codec: str, value: Any) -> None:
    mine = outcome(lambda: getattr(ours, codec)().encode(value))
    assert tidy(mine) == tidy(outcome(lambda: getattr(aws, codec)().encode(value)))


@pytest.mark.parametrize("tag", list(aws.TypeTag))
@pytest.mark.parametrize(
    "value", [None, "1", 1, [1, {"t": "i", "v": 2}], {"a": {"t": "t", "v": []}}, "QQ==", "2026-01-02"]
)
@pytest.mark.parametrize("codec", [*CODECS, "ContainerCodec"])
def test_values_are_decoded_as_by_aws(codec: str, value: Any, tag: Any) -> None:
    def decoded(package: Any) -> Any:
        return decoder(package, codec).decode(package.TypeTag(tag), value)

    if tag == "br" and isinstance(value, dict):
        assert outcome(lambda: decoded(ours))[0] == outcome(lambda: decoded(aws))[0] == "raised"
    else:
        mine, theirs = outcome(lambda: decoded(ours)), outcome(lambda: decoded(aws))
        assert mine[0] == theirs[0]
        if mine[0] == "returned" or theirs[1][0] == "SerDesError":
            assert mine == theirs


def decoder(package: Any, codec: str) -> Any:
    made = getattr(package, codec)()
    if codec == "ContainerCodec":
        made.set_dispatcher(package.TYPE_CODEC)
    return made


def test_encoded_values_nest_and_are_decoded_again() -> None:
    value = {"a": [1, (b"x", None)]}
    mine, theirs = ours.TYPE_CODEC.encode(value), aws.TYPE_CODEC.encode(value)
    assert plain(mine) == plain(theirs)
    assert ours.TYPE_CODEC.decode(mine.tag, mine.value) == value


def test_a_container_codec_needs_a_dispatcher() -> None:
    for package in (ours, aws):
        assert outcome(lambda: package.ContainerCodec().encode([1]))[1][:2] == (  # noqa: B023
            "DurableExecutionsError",
            "ContainerCodec not linked to a TypeCodec dispatcher.",
        )
    assert outcome(lambda: decoder(ours, "ContainerCodec").encode(5)) == outcome(
        lambda: decoder(aws, "ContainerCodec").encode(5)
    )
