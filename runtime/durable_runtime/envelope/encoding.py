"""From values to enveloped JSON data.

This runs for every element of every result, so it looks a value's type up in tables and returns plain dictionaries.
Only a type that the tables do not hold, such as a subclass, is compared with one type after the other.
"""

from __future__ import annotations

import binascii
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NoReturn
from uuid import UUID

from durable_runtime.exceptions import SerDesError

Encoder = Callable[[Any], dict[str, Any]]

_PLAIN_TAGS: dict[type, str] = {str: "s", int: "i", float: "f", bool: "b", type(None): "n"}


def encode(value: Any) -> dict[str, Any]:
    """Return the envelope of a value.

    Raises:
        SerDesError: The value, or one within it, is of a type that the envelope does not know.
    """
    kind = type(value)
    tag = _PLAIN_TAGS.get(kind)
    if tag is not None:
        return {"t": tag, "v": value}
    encoder = _ENCODERS.get(kind)
    if encoder is not None:
        return encoder(value)
    for known, encoder in _BY_INSTANCE:
        if isinstance(value, known):
            return encoder(value)
    from durable_runtime.concurrency.models import BatchResult

    if isinstance(value, BatchResult):
        return {"t": "br", "v": _dict(value.to_dict())["v"]}
    return _unsupported(value)


def _unsupported(value: Any) -> NoReturn:
    raise SerDesError(f"Unsupported type: {type(value)}")


def _str(value: str) -> dict[str, Any]:
    return {"t": "s", "v": value}


def _int(value: int) -> dict[str, Any]:
    return {"t": "i", "v": value}


def _float(value: float) -> dict[str, Any]:
    return {"t": "f", "v": value}


def _bytes(value: bytes | bytearray | memoryview) -> dict[str, Any]:
    return {"t": "B", "v": binascii.b2a_base64(bytes(value), newline=False).decode("ascii")}


def _uuid(value: UUID) -> dict[str, Any]:
    return {"t": "u", "v": str(value)}


def _decimal(value: Decimal) -> dict[str, Any]:
    return {"t": "d", "v": str(value)}


def _datetime(value: datetime) -> dict[str, Any]:
    return {"t": "dt", "v": value.isoformat()}


def _date(value: date) -> dict[str, Any]:
    return {"t": "D", "v": value.isoformat()}


def _list(value: list[Any]) -> dict[str, Any]:
    return {"t": "l", "v": [encode(element) for element in value]}


def _tuple(value: tuple[Any, ...]) -> dict[str, Any]:
    return {"t": "t", "v": [encode(element) for element in value]}


def _dict(value: dict[Any, Any]) -> dict[str, Any]:
    for key in value:
        if isinstance(key, tuple):
            raise SerDesError("Tuple keys not supported")
    return {"t": "m", "v": {key: encode(element) for key, element in value.items()}}


_ENCODERS: dict[type, Encoder] = {
    dict: _dict,
    list: _list,
    tuple: _tuple,
    datetime: _datetime,
    date: _date,
    Decimal: _decimal,
    UUID: _uuid,
    bytes: _bytes,
}

# The order decides what a class with several of these bases becomes. A bool has no subclasses.
_BY_INSTANCE: tuple[tuple[type | tuple[type, ...], Encoder], ...] = (
    (str, _str),
    (int, _int),
    (float, _float),
    ((bytes, bytearray, memoryview), _bytes),
    (UUID, _uuid),
    (Decimal, _decimal),
    (datetime, _datetime),
    (date, _date),
    (list, _list),
    (tuple, _tuple),
    (dict, _dict),
)
