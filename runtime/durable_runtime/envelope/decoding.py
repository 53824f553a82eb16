"""From enveloped JSON data back to values."""

from __future__ import annotations

import binascii
import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from durable_runtime.concurrency.models import BatchResult
from durable_runtime.envelope.tags import TypeTag
from durable_runtime.exceptions import SerDesError

if TYPE_CHECKING:
    from uuid import UUID

Decoder = Callable[[Any], Any]

_raw_decode = json.JSONDecoder().raw_decode


def parsed(text: str) -> Any:
    """Return what `json.loads` returns, in half the time for text that is nothing but one value.

    Raises:
        ValueError: The text is not JSON.
    """
    try:
        value, end = _raw_decode(text)
        if end == len(text):
            return value
    except (ValueError, TypeError):
        pass
    return json.loads(text)


def decode(tag: str, value: Any) -> Any:
    """Return the value that an envelope with this tag holds.

    Raises:
        SerDesError: The tag and the value do not go together.
        ValueError: There is no such tag.
    """
    decoder = _DECODERS.get(tag)
    return decoder(value) if decoder is not None else _DECODERS[TypeTag(tag)](value)


def _unwrapped(data: Any) -> Any:
    """Return the value of an envelope; anything else is returned as it is."""
    if type(data) is not dict or "t" not in data or "v" not in data:
        return data
    tag, value = data["t"], data["v"]
    return value if _PLAIN.get(tag) is type(value) else decode(tag, value)


def _none(value: Any) -> None:
    return None


def _uuid(value: Any) -> UUID:
    from uuid import UUID

    return UUID(value)


def _bytes(value: Any) -> bytes:
    return binascii.a2b_base64(value.encode("utf-8"))


def _datetime(value: Any) -> datetime:
    return datetime.fromisoformat(value)


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise SerDesError(f"Expected list, got {type(value)}")
    return [_unwrapped(element) for element in value]


def _tuple(value: Any) -> tuple[Any, ...]:
    return tuple(_list(value))


def _dict(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise SerDesError(f"Expected dict, got {type(value)}")
    return {key: _unwrapped(element) for key, element in value.items()}


def _batch_result(value: Any) -> BatchResult[Any]:
    return BatchResult.from_dict(_dict(value))


# Tags of values that JSON itself keeps.
_PLAIN: dict[str, type] = {"s": str, "i": int, "f": float, "b": bool}

_DECODERS: dict[str, Decoder] = {
    "n": _none,
    "s": str,
    "i": int,
    "f": float,
    "b": bool,
    "B": _bytes,
    "u": _uuid,
    "d": Decimal,
    "dt": _datetime,
    "D": date.fromisoformat,
    "t": _tuple,
    "l": _list,
    "m": _dict,
    "br": _batch_result,
}
