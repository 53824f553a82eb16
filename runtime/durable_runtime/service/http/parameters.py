"""Parameters of the API's operations: where they are found in a request, and what they must look like."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal, get_args
from urllib.parse import parse_qs

from durable_runtime.service.arn import ExecutionArn
from durable_runtime.service.errors import InvalidParameterValueException
from durable_runtime.service.ledger.shapes import Misfit
from durable_runtime.service.wire import ExecutionStatus

Place = Literal["path", "query", "member", "body"]
"""Part of the path, of the query, member of the JSON object in the body, or the whole body."""

Read = Callable[[Any, str], Any]
"""Makes of what was sent what the engine takes, or raises `Misfit` with the name of the parameter."""

_NUMBER: Final = re.compile(r"[0-9]{1,9}")
_MOST_FIELDS: Final = 64


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an operation."""

    name: str
    """In the API."""
    keyword: str
    """Of the engine's method."""
    place: Place
    read: Read
    required: bool = False


def arguments(parameters: Sequence[Parameter], path: Mapping[str, str], query: str, body: bytes) -> dict[str, Any]:
    """The keyword arguments that a request gives.

    Args:
        parameters: those of the operation; others in the request are not looked at, as Lambda does not.
        path: values of the parts of the path, decoded.
        query: the query, still encoded.
        body: the body.

    Raises:
        InvalidParameterValueException: one is missing or malformed.
    """
    given: dict[Place, Mapping[str, Any]] = {"path": path, "query": fields(query)}
    if any(parameter.place == "member" for parameter in parameters):
        given["member"] = json_object(body)
    found: dict[str, Any] = {}
    for parameter in parameters:
        place = parameter.name[0].lower() + parameter.name[1:]
        value = body or None if parameter.place == "body" else given[parameter.place].get(parameter.name)
        if value is not None:
            found[parameter.keyword] = parameter.read(value, place)
        elif parameter.required:
            raise Misfit(place, "must not be null")
    return found


def fields(query: str) -> Mapping[str, list[str]]:
    """The values of each field of a query.

    Raises:
        InvalidParameterValueException: there are too many.
    """
    try:
        return parse_qs(query, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise InvalidParameterValueException(f"The query has more than {_MOST_FIELDS} fields") from None


def json_value(body: bytes) -> Any:
    """What the body says in JSON.

    Raises:
        ValueError: it is no JSON, or has text in it that is no Unicode.
    """
    try:
        value = json.loads(body, parse_constant=_refuse_constant)
        if b"\\ud" in body.lower():
            json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value


def json_object(body: bytes) -> dict[str, Any]:
    """The object that the body holds; an empty body holds an empty one.

    Raises:
        InvalidParameterValueException: it holds something else.
    """
    try:
        value = json_value(body) if body else {}
    except ValueError as error:
        raise InvalidParameterValueException(f"Could not parse request body into json: {error}") from None
    if not isinstance(value, dict):
        raise InvalidParameterValueException("The request body must be a JSON object")
    return value


# How values are read


def text(value: Any, place: str) -> str:
    """A string; of a query's values the last."""
    last = value[-1] if isinstance(value, list) and value else value
    if not isinstance(last, str):
        raise Misfit(place, "must be a string")
    return last


def execution_arn(value: Any, place: str) -> str:
    """The ARN of an execution, of the right form."""
    return str(ExecutionArn.parse(text(value, place)))


def boolean(value: Any, place: str) -> bool:
    """A JSON boolean, or `true` or `false` in a query."""
    if isinstance(value, bool):
        return value
    word = text(value, place)
    if word not in ("true", "false"):
        raise Misfit(place, "must be a boolean")
    return word == "true"


def number(value: Any, place: str) -> int:
    """A number in a query, not negative."""
    digits = text(value, place)
    if _NUMBER.fullmatch(digits) is None:
        raise Misfit(place, "must be an integer that is not negative")
    return int(digits)


def moment(value: Any, place: str) -> datetime:
    """A timestamp in a query: ISO 8601."""
    try:
        read = datetime.fromisoformat(text(value, place))
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Misfit(place, "must be a timestamp of ISO 8601") from None


def statuses(value: Any, place: str) -> list[ExecutionStatus]:
    """Statuses of executions."""
    known = get_args(ExecutionStatus)
    if not set(value) <= set(known):
        raise Misfit(place, f"must satisfy enum value set: [{', '.join(known)}]")
    return list(value)


def array(value: Any, place: str) -> list[Any]:
    """A JSON array; the ledger looks at what is in it."""
    if not isinstance(value, list):
        raise Misfit(place, "must be a list")
    return value


def structure(value: bytes, place: str) -> dict[str, Any]:
    """A body that is a JSON object."""
    return json_object(value)


def blob(value: bytes, place: str) -> bytes:
    """A body as it is."""
    return value


def _refuse_constant(word: str) -> Any:
    raise ValueError(f"{word} is no JSON")
