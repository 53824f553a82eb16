"""The envelope as objects, one codec a family of types: for code that calls codecs directly or derives from them.

The SDK itself does not go through these objects; see `encoding` and `decoding`, which are much faster.
"""

from __future__ import annotations

from binascii import b2a_base64
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NoReturn, Protocol

from durable_runtime.concurrency.models import BatchResult
from durable_runtime.envelope import decoding
from durable_runtime.envelope.encoding import is_uuid
from durable_runtime.envelope.tags import TYPE_TOKEN, VALUE_TOKEN, TypeTag
from durable_runtime.exceptions import DurableExecutionsError, SerDesError
from durable_runtime.records import record


@record(frozen=True)
class EncodedValue:
    """A value in the form that JSON can hold, and the tag of its type."""

    tag: TypeTag
    value: Any


class Codec(Protocol):
    """Encodes and decodes values of some types."""

    def encode(self, obj: Any) -> EncodedValue:
        """Return the encoded value."""
        ...

    def decode(self, tag: TypeTag, value: Any) -> Any:
        """Return the value that was encoded."""
        ...


def _refuse(message: str) -> NoReturn:
    raise SerDesError(message)


_PRIMITIVES: dict[TypeTag, type] = {
    TypeTag.NONE: type(None),
    TypeTag.STR: str,
    TypeTag.BOOL: bool,  # before int, of which it is a subclass
    TypeTag.INT: int,
    TypeTag.FLOAT: float,
}


class PrimitiveCodec:
    """For None, str, bool, int and float."""

    def encode(self, obj: Any) -> EncodedValue:
        """Return the encoded value."""
        for tag, primitive in _PRIMITIVES.items():
            if isinstance(obj, primitive):
                return EncodedValue(tag, obj)
        _refuse(f"Unsupported primitive type: {type(obj)!r}")

    def decode(self, tag: TypeTag, value: Any) -> Any:
        """Return the value that was encoded."""
        if tag in _PRIMITIVES:
            return decoding.decode(tag, value)
        _refuse(f"Unknown primitive tag: {tag}")


class BytesCodec:
    """For bytes; bytearray and memoryview become bytes."""

    def encode(self, obj: Any) -> EncodedValue:
        """Return the encoded value."""
        return EncodedValue(TypeTag.BYTES, b2a_base64(bytes(obj), newline=False).decode("ascii"))

    def decode(self, tag: TypeTag, value: Any) -> Any:
        """Return the value that was encoded."""
        if tag == TypeTag.BYTES:
            return decoding.decode(tag, value)
        _refuse(f"Expected BYTES tag, got {tag}")


class UuidCodec:
    """For UUID."""

    def encode(self, obj: Any) -> EncodedValue:
        """Return the encoded value."""
        return EncodedValue(TypeTag.UUID, str(obj))

    def decode(self, tag: TypeTag, value: Any) -> Any:
        """Return the value that was encoded."""
        if tag == TypeTag.UUID:
            return decoding.decode(tag, value)
        _refuse(f"Expected UUID tag, got {tag}")


class DecimalCodec:
    """For Decimal."""

    def encode(self, obj: Any) -> EncodedValue:
        """Return the encoded value."""
        return EncodedValue(TypeTag.DECIMAL, str(obj))

    def decode(self, tag: TypeTag, value: Any) -> Any:
        """Return the value that was encoded."""
        if tag == TypeTag.DECIMAL:
            return Decimal(value)
        _refuse(f"Expected DECIMAL tag, got {tag}")


class DateTimeCodec:
    """For datetime and date."""

    def encode(self, obj: Any) -> EncodedValue:
        """Return the encoded value."""
        if isinstance(obj, datetime):
            return EncodedValue(TypeTag.DATETIME, obj.isoformat())
        if isinstance(obj, date):
            return EncodedValue(TypeTag.DATE, obj.isoformat())
        _refuse(f"Unsupported datetime type: {type(obj)!r}")

    def decode(self, tag: TypeTag, value: Any) -> Any:
        """Return the value that was encoded."""
        if tag in (TypeTag.DATETIME, TypeTag.DATE):
            return decoding.decode(tag, value)
        _refuse(f"Unknown datetime tag: {tag}")


class ContainerCodec(Codec):
    """For list, tuple, dict and BatchResult; the elements go through the dispatcher."""

    def __init__(self) -> None:
        self._dispatcher: Codec | None = None

    def set_dispatcher(self, dispatcher: Codec) -> None:
        """Set the codec for the elements."""
        self._dispatcher = dispatcher

    @property
    def dispatcher(self) -> Codec:
        """The codec for the elements.

        Raises:
            DurableExecutionsError: None was set.
        """
        if self._dispatcher is None:
            raise DurableExecutionsError("ContainerCodec not linked to a TypeCodec dispatcher.")
        return self._dispatcher

    def encode(self, obj: Any) -> EncodedValue:
        """Return the encoded value."""
        if isinstance(obj, BatchResult):
            return EncodedValue(TypeTag.BATCH_RESULT, self.dispatcher.encode(obj.to_dict()).value)
        if isinstance(obj, list | tuple):
            tag = TypeTag.LIST if isinstance(obj, list) else TypeTag.TUPLE
            return EncodedValue(tag, [self.dispatcher.encode(element) for element in obj])
        if isinstance(obj, dict):
            if any(isinstance(key, tuple) for key in obj):
                _refuse("Tuple keys not supported")
            return EncodedValue(TypeTag.DICT, {key: self.dispatcher.encode(element) for key, element in obj.items()})
        _refuse(f"Unsupported container type: {type(obj)!r}")

    def decode(self, tag: TypeTag, value: Any) -> Any:
        """Return the value that was encoded."""
        if tag == TypeTag.BATCH_RESULT:
            return BatchResult.from_dict(self.decode(TypeTag.DICT, value))
        if tag in (TypeTag.LIST, TypeTag.TUPLE):
            if not isinstance(value, list):
                _refuse(f"Expected list, got {type(value)}")
            elements = [self._unwrapped(element) for element in value]
            return elements if tag == TypeTag.LIST else tuple(elements)
        if tag == TypeTag.DICT:
            if not isinstance(value, dict):
                _refuse(f"Expected dict, got {type(value)}")
            return {key: self._unwrapped(element) for key, element in value.items()}
        _refuse(f"Unknown container tag: {tag}")

    def _unwrapped(self, element: Any) -> Any:
        if isinstance(element, EncodedValue):
            return self.dispatcher.decode(element.tag, element.value)
        if isinstance(element, dict) and TYPE_TOKEN in element and VALUE_TOKEN in element:
            return self.dispatcher.decode(TypeTag(element[TYPE_TOKEN]), element[VALUE_TOKEN])
        return element


class TypeCodec(Codec):
    """For all types of the envelope: hands each value to the codec of its family."""

    def __init__(self) -> None:
        self.primitive_codec = PrimitiveCodec()
        self.bytes_codec = BytesCodec()
        self.uuid_codec = UuidCodec()
        self.decimal_codec = DecimalCodec()
        self.datetime_codec = DateTimeCodec()
        self.container_codec = ContainerCodec()
        self.container_codec.set_dispatcher(self)
        primitive, container = self.primitive_codec, self.container_codec
        self._by_instance: tuple[tuple[type | tuple[type, ...], Codec], ...] = (
            ((type(None), str, int, float), primitive),
            ((bytes, bytearray, memoryview), self.bytes_codec),
            (Decimal, self.decimal_codec),
            (date, self.datetime_codec),
            ((list, tuple, dict, BatchResult), container),
        )
        self._by_tag: dict[str, Codec] = {
            **dict.fromkeys(_PRIMITIVES, primitive),
            TypeTag.BYTES: self.bytes_codec,
            TypeTag.UUID: self.uuid_codec,
            TypeTag.DECIMAL: self.decimal_codec,
            **dict.fromkeys((TypeTag.DATETIME, TypeTag.DATE), self.datetime_codec),
            **dict.fromkeys((TypeTag.LIST, TypeTag.TUPLE, TypeTag.DICT, TypeTag.BATCH_RESULT), container),
        }

    def encode(self, obj: Any) -> EncodedValue:
        """Return the encoded value."""
        for types, codec in self._by_instance:
            if isinstance(obj, types):
                return codec.encode(obj)
        if is_uuid(obj):
            return self.uuid_codec.encode(obj)
        _refuse(f"Unsupported type: {type(obj)}")

    def decode(self, tag: TypeTag, value: Any) -> Any:
        """Return the value that was encoded."""
        codec = self._by_tag.get(tag)
        if codec is None:
            _refuse(f"Unknown type tag: {tag}")
        return codec.decode(tag, value)


TYPE_CODEC = TypeCodec()
