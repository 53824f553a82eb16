"""From values to enveloped JSON text.

This runs for every element of every result. A value's type picks its writer from a table, and the writers put the text
together themselves: to build nested dictionaries and hand them to `json.dumps` takes three times as long.
"""

from __future__ import annotations

import binascii
import json
import sys
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from json.encoder import encode_basestring_ascii as quoted
from typing import TYPE_CHECKING, Any

from durable_runtime.concurrency.models import BatchResult
from durable_runtime.exceptions import SerDesError

if TYPE_CHECKING:
    from uuid import UUID

Writer = Callable[[Any], str]

_NOT_FINITE = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}


def _plain_float(value: float) -> str:
    text = float.__repr__(value)
    return _NOT_FINITE.get(text, text)


def _plain_bool(value: bool) -> str:
    return "true" if value else "false"


def _plain_none(value: None) -> str:
    return "null"


# JSON text without an envelope, as `json.dumps` writes it.
PLAIN: dict[type, Writer] = {
    str: quoted,
    int: int.__repr__,
    float: _plain_float,
    bool: _plain_bool,
    type(None): _plain_none,
}


def encode(value: Any) -> str:
    """Return the envelope of a value.

    Raises:
        SerDesError: The value, or one within it, is of a type that the envelope does not know.
        TypeError: The key of a dictionary is of a type that JSON does not know.
    """
    return (_WRITERS.get(type(value)) or _writer_for(value))(value)


def _key(value: Any) -> str:
    """Return the text of a dictionary's key as JSON has it: numbers, booleans and None become strings."""
    if isinstance(value, tuple):
        raise SerDesError("Tuple keys not supported")
    return json.dumps({value: 0}, separators=(",", ":"))[1:-3]


def _writer_for(value: Any) -> Writer:
    """Find the writer of a type that the table does not hold, such as a subclass."""
    for known, writer in _BY_INSTANCE:
        if isinstance(value, known):
            return writer
    if is_uuid(value):
        return _uuid
    raise SerDesError(f"Unsupported type: {type(value)}")


def is_uuid(value: Any) -> bool:
    """Tell whether a value is a UUID, without importing the module: as long as nobody has, there are none."""
    module = sys.modules.get("uuid")
    return module is not None and isinstance(value, module.UUID)


def _none(value: None) -> str:
    return '{"t":"n","v":null}'


def _str(value: str) -> str:
    return '{"t":"s","v":' + quoted(value) + "}"


def _bool(value: bool) -> str:
    return '{"t":"b","v":true}' if value else '{"t":"b","v":false}'


def _int(value: int) -> str:
    return '{"t":"i","v":' + int.__repr__(value) + "}"


def _float(value: float) -> str:
    return '{"t":"f","v":' + _plain_float(value) + "}"


def _bytes(value: bytes | bytearray | memoryview) -> str:
    return '{"t":"B","v":"' + binascii.b2a_base64(bytes(value), newline=False).decode("ascii") + '"}'


def _uuid(value: UUID) -> str:
    return '{"t":"u","v":' + quoted(str(value)) + "}"


def _decimal(value: Decimal) -> str:
    return '{"t":"d","v":' + quoted(str(value)) + "}"


def _datetime(value: datetime) -> str:
    return '{"t":"dt","v":' + quoted(value.isoformat()) + "}"


def _date(value: date) -> str:
    return '{"t":"D","v":' + quoted(value.isoformat()) + "}"


def _elements(value: list[Any] | tuple[Any, ...]) -> str:
    writers = _WRITERS
    return ",".join([(writers.get(type(element)) or _writer_for(element))(element) for element in value])


def _list(value: list[Any]) -> str:
    return '{"t":"l","v":[' + _elements(value) + "]}"


def _tuple(value: tuple[Any, ...]) -> str:
    return '{"t":"t","v":[' + _elements(value) + "]}"


def _entries(value: dict[Any, Any]) -> str:
    writers = _WRITERS
    return ",".join(
        [
            (quoted(name) if type(name) is str else _key(name))
            + ":"
            + (writers.get(type(element)) or _writer_for(element))(element)
            for name, element in value.items()
        ]
    )


def _dict(value: dict[Any, Any]) -> str:
    return '{"t":"m","v":{' + _entries(value) + "}}"


def _batch_result(value: BatchResult[Any]) -> str:
    return '{"t":"br","v":{' + _entries(value.to_dict()) + "}}"


_WRITERS: dict[type, Writer] = {
    str: _str,
    int: _int,
    float: _float,
    bool: _bool,
    type(None): _none,
    dict: _dict,
    list: _list,
    tuple: _tuple,
    datetime: _datetime,
    date: _date,
    Decimal: _decimal,
    bytes: _bytes,
    BatchResult: _batch_result,
}

# The order decides what a class with several of these bases becomes. Nothing derives from bool.
_BY_INSTANCE: tuple[tuple[type | tuple[type, ...], Writer], ...] = (
    (str, _str),
    (int, _int),
    (float, _float),
    ((bytes, bytearray, memoryview), _bytes),
    (Decimal, _decimal),
    (datetime, _datetime),
    (date, _date),
    (list, _list),
    (tuple, _tuple),
    (dict, _dict),
    (BatchResult, _batch_result),
)
