"""The shapes of what callers send, as botocore's model of Lambda describes them: types, lengths, patterns, ranges."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from durable_runtime.service import limits
from durable_runtime.service.arn import FunctionName
from durable_runtime.service.errors import InvalidParameterValueException
from durable_runtime.service.wire import ErrorObject

_IDENTIFIER: Final = re.compile(r"[a-zA-Z0-9_-]+")
_TENANT: Final = re.compile(r"[a-zA-Z0-9._:/=+\-@ ]+")
_CLIENT_TOKEN: Final = re.compile(r"[\x21-\x7E]+")
_ERROR_FIELDS: Final = ("ErrorMessage", "ErrorType", "ErrorData")
_LONGEST_TEXT: Final = 65_536
_MOST_FRAMES: Final = 100


class Misfit(InvalidParameterValueException):
    """A value does not have the shape that its place asks for."""

    def __init__(self, place: str, constraint: str) -> None:
        super().__init__(
            f"1 validation error detected: Value at '{place}' failed to satisfy constraint: Member {constraint}"
        )
        self.place = place
        self.constraint = constraint

    @property
    def code(self) -> str:
        """The API knows no error of its own for this."""
        return InvalidParameterValueException.__name__

    def within(self, structure: str) -> Misfit:
        """The same, the place being a part of a structure."""
        return Misfit(f"{structure}.{self.place}", self.constraint)


def identifier(value: object, place: str, longest: int = limits.OPERATION_ID) -> None:
    """An operation id, a subtype or the name of an execution: letters, digits, `-` and `_`."""
    # Asked for several times for each update of each checkpoint: what is right is found out in one look.
    if not (isinstance(value, str) and len(value) <= longest and _IDENTIFIER.fullmatch(value)):
        _match(value, place, longest, _IDENTIFIER)


def name(value: object, place: str) -> None:
    """The name of an operation: printable ASCII."""
    text = _text(value, place, limits.OPERATION_NAME)
    if not (text.isascii() and text.isprintable()):
        raise Misfit(place, r"must satisfy regular expression pattern: [\x20-\x7E]+")


def seconds(value: object, place: str, least: int, most: int) -> None:
    """A duration in whole seconds."""
    if type(value) is not int:
        raise Misfit(place, "must be an integer")
    if value < least:
        raise Misfit(place, f"must have value greater than or equal to {least}")
    if value > most:
        raise Misfit(place, f"must have value less than or equal to {most}")


def request(reason: str | None, client_token: str | None) -> None:
    """What an operator gives with a request to pause or resume: why, and what tells a repetition from a new one."""
    if reason is not None:
        _text(reason, "reason", limits.REASON, least=0)
    if client_token is not None:
        _match(client_token, "clientToken", limits.CLIENT_TOKEN, _CLIENT_TOKEN)


def tenant(value: object, place: str) -> None:
    _match(value, place, limits.TENANT_ID, _TENANT)


def trace_header(value: object, place: str) -> None:
    _text(value, place, limits.TRACE_ID, least=0)


def flag(value: object, place: str) -> None:
    """A boolean, or null."""
    if value is not None and not isinstance(value, bool):
        raise Misfit(place, "must be a boolean")


def function(value: object) -> FunctionName:
    """The name or ARN of a function to invoke."""
    if not isinstance(value, str):
        raise InvalidParameterValueException(f"Invalid function ARN '{value}'")
    return FunctionName.parse(value)


def options(update: Mapping[str, Any], key: str, place: str) -> Mapping[str, Any]:
    """One of an update's structures of options; an empty one if it has none."""
    value = update.get(key)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise Misfit(place, "must be a structure")
    return value


def payload_size(value: object, place: str) -> int:
    """Bytes of a payload in UTF-8."""
    if not isinstance(value, str):
        raise Misfit(place, "must be a string")
    if value.isascii():
        return len(value)
    try:
        return len(value.encode())
    except UnicodeEncodeError:
        raise Misfit(place, "must be valid Unicode text") from None


def error_size(value: object, place: str) -> int:
    """Bytes of all fields of an error together.

    Raises:
        InvalidParameterValueException: it is no ErrorObject or larger than 1 MiB.
    """
    if not isinstance(value, Mapping):
        raise Misfit(place, "must be a structure")
    size = 0
    for field in _ERROR_FIELDS:
        text = value.get(field)
        if text is not None:
            size += payload_size(text, f"{place}.{field[0].lower()}{field[1:]}")
    trace = value.get("StackTrace")
    if trace is not None:
        if not isinstance(trace, list | tuple):
            raise Misfit(f"{place}.stackTrace", "must be a list")
        size += sum(payload_size(line, f"{place}.stackTrace") for line in trace)
    if size > limits.ERROR:
        raise InvalidParameterValueException(f"Error object size must be less than or equal to {limits.ERROR} bytes.")
    return size


def error_object(value: Mapping[str, Any]) -> ErrorObject:
    """The error with the fields that the API knows, none of them null."""
    made: ErrorObject = {}
    for field in _ERROR_FIELDS:
        if value.get(field) is not None:
            made[field] = value[field]
    if value.get("StackTrace") is not None:
        made["StackTrace"] = list(value["StackTrace"])
    return made


def crash(error: Mapping[str, Any]) -> ErrorObject:
    """A failure as an engine tells of it, fit to be stored: whatever a handler dies of must not stop the engine."""
    made = error_object(error)
    for field in _ERROR_FIELDS:
        if field in made:
            made[field] = _storable(made[field])
    if "StackTrace" in made:
        made["StackTrace"] = [_storable(line) for line in made["StackTrace"][:_MOST_FRAMES]]
    return made


def _storable(text: object) -> str:
    return str(text)[:_LONGEST_TEXT].encode("utf-8", "backslashreplace").decode()


def _text(value: object, place: str, longest: int, least: int = 1) -> str:
    if not isinstance(value, str):
        raise Misfit(place, "must be a string")
    if len(value) < least:
        raise Misfit(place, f"must have length greater than or equal to {least}")
    if len(value) > longest:
        raise Misfit(place, f"must have length less than or equal to {longest}")
    return value


def _match(value: object, place: str, longest: int, pattern: re.Pattern[str]) -> None:
    if pattern.fullmatch(_text(value, place, longest)) is None:
        raise Misfit(place, f"must satisfy regular expression pattern: {pattern.pattern}")
