"""How values become text in checkpoints, and values again."""

from __future__ import annotations

import json
import logging
from abc import ABC, abstractmethod
from typing import Any, Generic, TypeVar

from durable_runtime.concurrency.models import BatchResult
from durable_runtime.envelope.codecs import (
    TYPE_CODEC,
    BytesCodec,
    Codec,
    ContainerCodec,
    DateTimeCodec,
    DecimalCodec,
    EncodedValue,
    PrimitiveCodec,
    TypeCodec,
    UuidCodec,
)
from durable_runtime.envelope.decoding import decode, parsed
from durable_runtime.envelope.encoding import PLAIN, encode
from durable_runtime.envelope.tags import TYPE_TOKEN, VALUE_TOKEN, TypeTag
from durable_runtime.exceptions import DurableExecutionsError, RetryableSerDesError, SerDesError
from durable_runtime.records import record

__all__ = [
    "DEFAULT_JSON_SERDES",
    "EXTENDED_TYPES_SERDES",
    "TYPE_CODEC",
    "TYPE_TOKEN",
    "VALUE_TOKEN",
    "BatchResult",
    "BytesCodec",
    "Codec",
    "ContainerCodec",
    "DateTimeCodec",
    "DecimalCodec",
    "DurableExecutionsError",
    "EncodedValue",
    "ExtendedTypeSerDes",
    "JsonSerDes",
    "PassThroughSerDes",
    "PrimitiveCodec",
    "RetryableSerDesError",
    "SerDes",
    "SerDesContext",
    "SerDesError",
    "TypeCodec",
    "TypeTag",
    "UuidCodec",
    "deserialize",
    "serialize",
]

logger = logging.getLogger(__name__)

T = TypeVar("T")

_compact = json.JSONEncoder(separators=(",", ":")).encode


@record(frozen=True)
class SerDesContext:
    """Whose value it is: the id of its operation, and the ARN of the execution."""

    operation_id: str = ""
    durable_execution_arn: str = ""


class SerDes(ABC, Generic[T]):
    """Turns values into text and back; subclass it for formats of your own.

    Raise SerDesError for a failure that stays and RetryableSerDesError for one that passes; any other exception counts
    as a SerDesError.
    """

    @abstractmethod
    def serialize(self, value: T, serdes_context: SerDesContext) -> str:
        """Return the text for a value."""

    @abstractmethod
    def deserialize(self, data: str, serdes_context: SerDesContext) -> T:
        """Return the value of a text."""

    @staticmethod
    def is_primitive(obj: Any) -> bool:
        """Tell whether plain JSON keeps the value: None, str, int, float, bool, and lists of these."""
        if obj is None or isinstance(obj, str | int | float):
            return True
        return isinstance(obj, list) and all(map(SerDes.is_primitive, obj))


class PassThroughSerDes(SerDes[T]):
    """Takes text for the value and the value for text."""

    def serialize(self, value: T, _: SerDesContext) -> str:
        """Return the value."""
        return value  # type: ignore[return-value]

    def deserialize(self, data: str, _: SerDesContext) -> T:
        """Return the text."""
        return data  # type: ignore[return-value]


class JsonSerDes(SerDes[T]):
    """Plain JSON: tuples come back as lists; datetimes, decimals, UUIDs, bytes and sets are refused."""

    def serialize(self, value: T, _: SerDesContext) -> str:
        """Return JSON text."""
        return json.dumps(value)

    def deserialize(self, data: str, _: SerDesContext) -> T:
        """Return the value of JSON text."""
        value: T = json.loads(data)
        return value


class ExtendedTypeSerDes(SerDes[T]):
    """The default: keeps the types of Python's own data.

    Those are None, str, int, float, bool, bytes, UUID, Decimal, datetime, date, list, tuple, dict, and BatchResult.
    Primitives and lists of them are plain JSON; all else is an envelope. Subclasses come back as their base, the keys
    of dictionaries as strings.
    """

    def serialize(self, value: Any, context: SerDesContext | None = None) -> str:
        """Return JSON text.

        Raises:
            SerDesError: The value, or one within it, is of another type.
        """
        plain = PLAIN.get(type(value))
        if plain is not None:
            return plain(value)
        return _compact(value) if SerDes.is_primitive(value) else encode(value)

    def deserialize(self, data: str, context: SerDesContext | None = None) -> Any:
        """Return the value of JSON text.

        Raises:
            SerDesError: The text is JSON, but not of this format.
        """
        value = parsed(data)
        if not isinstance(value, dict):
            if type(value) in PLAIN or SerDes.is_primitive(value):
                return value
        elif TYPE_TOKEN in value and VALUE_TOKEN in value:
            return decode(_root_tag(value[TYPE_TOKEN]), value[VALUE_TOKEN])
        raise SerDesError('Malformed envelope: missing "t" or "v" at root.')


def _root_tag(tag: Any) -> str:
    try:
        return TypeTag(tag)
    except ValueError:
        raise SerDesError(f'Unknown type tag: "{tag}"') from None


_extended = ExtendedTypeSerDes[Any]()

DEFAULT_JSON_SERDES: SerDes[Any] = JsonSerDes()
EXTENDED_TYPES_SERDES: SerDes[Any] = _extended


def serialize(serdes: SerDes[T] | None, value: T, operation_id: str, durable_execution_arn: str) -> str:
    """Serialize a value of an operation; None as the serdes means EXTENDED_TYPES_SERDES.

    Raises:
        RetryableSerDesError: The serdes says that the failure passes.
        SerDesError: Any other failure.
    """
    try:
        if serdes:
            return serdes.serialize(value, SerDesContext(operation_id, durable_execution_arn))
        return _extended.serialize(value)
    except (RetryableSerDesError, SerDesError):
        raise
    except Exception as error:
        logger.exception("Serialization failed for id: %s", operation_id)
        raise SerDesError(f"Serialization failed for id: {operation_id}, error: {error}.") from error


def deserialize(serdes: SerDes[T] | None, data: str, operation_id: str, durable_execution_arn: str) -> T:
    """Deserialize a value of an operation; None as the serdes means EXTENDED_TYPES_SERDES.

    Raises:
        RetryableSerDesError: The serdes says that the failure passes.
        SerDesError: Any other failure.
    """
    try:
        if serdes:
            return serdes.deserialize(data, SerDesContext(operation_id, durable_execution_arn))
        value: T = _extended.deserialize(data)
        return value
    except (RetryableSerDesError, SerDesError):
        raise
    except Exception as error:
        logger.exception("Deserialization failed for id: %s", operation_id)
        raise SerDesError(f"Deserialization failed for id: {operation_id}, error: {error}.") from error
