"""A serdes for the types of an application: its dataclasses, enums, named tuples and pydantic models; and for sets."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from json.encoder import encode_basestring_ascii as quoted
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from durable_runtime.concurrency.models import BatchResult
from durable_runtime.envelope import decoding, encoding
from durable_runtime.exceptions import SerDesError
from durable_runtime.serdes import SerDes, SerDesContext

_compact = json.JSONEncoder(separators=(",", ":")).encode

_PLAIN = frozenset({str, int, float, bool, type(None)})
_KNOWN_LEAVES = _PLAIN | {bytes, UUID, Decimal, date}
_PATH_KINDS: dict[type[PurePath], str] = {type(Path()): "path", PurePosixPath: "posix", PureWindowsPath: "windows"}


class RegisteredTypesSerDes(SerDes[Any]):
    """Keeps every value's type, or refuses the value.

    The format is that of ExtendedTypeSerDes, which it can read, with further tags. Besides the types of that serdes it
    keeps set, frozenset, timedelta, time, paths, zones of datetimes, and keys of dictionaries that are no strings; and
    instances of the registered classes. Data never decides what is imported: a recorded name only picks one of the
    registered classes.

        serdes = RegisteredTypesSerDes(Order, Status)
        context.step(load(order_id), config=StepConfig(serdes=serdes))

    A dataclass is restored field by field, without `__init__`; fields that were added since get their default, fields
    that were removed are dropped. An enum member is stored by name. A pydantic model is validated as JSON.

    Args:
        types: Dataclasses, enums, named tuples and pydantic models.
        renamed: Names under which classes were recorded in the past, as "module.Class".

    Raises:
        TypeError: A type is of no such kind.
    """

    def __init__(self, *types: type, renamed: Mapping[str, type] | None = None) -> None:
        self._tags: dict[type, str] = {registered: _tag_of(registered) for registered in types}
        self._classes: dict[str, type] = {_name(registered): registered for registered in types}
        for name, registered in (renamed or {}).items():
            self._tags.setdefault(registered, _tag_of(registered))
            self._classes.setdefault(_name(registered), registered)
            self._classes[name] = registered

    def serialize(self, value: Any, serdes_context: SerDesContext | None = None) -> str:
        """Return JSON text.

        Raises:
            SerDesError: The value, or one within it, is of a type that would not come back.
        """
        return _compact(value) if _is_plain(value) else self._text(value)

    def deserialize(self, data: str, serdes_context: SerDesContext | None = None) -> Any:
        """Return the value of JSON text.

        Raises:
            SerDesError: A recorded type is not registered, or the text is not of this format.
        """
        value = decoding.parsed(data)
        if isinstance(value, dict) and not ("t" in value and "v" in value):
            raise SerDesError('Malformed envelope: missing "t" or "v" at root.')
        return self._unwrapped(value)

    # From values to text

    def _text(self, value: Any) -> str:
        kind = type(value)
        if kind in _KNOWN_LEAVES:
            return encoding.encode(value)
        if (tag := self._tags.get(kind)) is not None:
            return _envelope(tag, f'{{"type":{quoted(_name(kind))},{self._state(tag, value)}}}')
        if kind in (list, tuple):
            return _envelope("l" if kind is list else "t", self._array(value))
        if kind is dict:
            return self._dict_text(value)
        if kind in (set, frozenset):
            # Sorted, so that the same set is the same text in every process.
            return _envelope("set" if kind is set else "fs", f"[{','.join(sorted(map(self._text, value)))}]")
        if (writer := _WRITERS.get(kind)) is not None:
            return writer(value)
        if kind is BatchResult:
            return _envelope("br", self._object(value.to_dict()))
        raise SerDesError(_refusal(kind))

    def _array(self, values: Iterable[Any]) -> str:
        return f"[{','.join(map(self._text, values))}]"

    def _dict_text(self, value: dict[Any, Any]) -> str:
        if all(type(key) is str for key in value):
            return _envelope("m", self._object(value))
        return _envelope("kv", f"[{','.join(map(self._array, value.items()))}]")

    def _object(self, value: Mapping[str, Any]) -> str:
        return f"{{{','.join(f'{quoted(key)}:{self._text(element)}' for key, element in value.items())}}}"

    def _state(self, tag: str, value: Any) -> str:
        if tag == "en":
            # Only a combination of flags has no name among the members.
            named = value.name in type(value).__members__
            return f'"name":{quoted(value.name)}' if named else f'"value":{self._text(value.value)}'
        if tag == "pm":
            return f'"data":{value.model_dump_json(by_alias=True, round_trip=True)}'
        if tag == "nt":
            return f'"items":{self._array(value)}'
        return f'"fields":{self._object({field.name: getattr(value, field.name) for field in fields(value)})}'

    # From data to values

    def _unwrapped(self, data: Any) -> Any:
        if not (isinstance(data, dict) and "t" in data and "v" in data):
            return data
        tag, value = data["t"], data["v"]
        if tag in ("l", "t", "set", "fs"):
            return _COLLECTIONS[tag](self._unwrapped(element) for element in value)
        if tag in ("m", "br"):
            found = {key: self._unwrapped(element) for key, element in value.items()}
            return found if tag == "m" else BatchResult.from_dict(found)
        if tag == "kv":
            return {self._unwrapped(key): self._unwrapped(element) for key, element in value}
        if tag in ("dc", "en", "nt", "pm"):
            return self._restored(tag, value)
        if (decoder := _DECODERS.get(tag)) is not None:
            return decoder(value)
        try:
            return decoding.decode(tag, value)
        except ValueError as error:
            raise SerDesError(f'Cannot read a value with the type tag "{tag}": {error}') from error

    def _restored(self, tag: str, state: dict[str, Any]) -> Any:
        name = state["type"]
        registered: Any = self._classes.get(name)
        if registered is None:
            raise SerDesError(
                f"A value of type {name} was recorded, which is not registered: pass the class to "
                f'RegisteredTypesSerDes, or renamed={{"{name}": NewClass}} if it has moved'
            )
        if self._tags[registered] != tag:
            raise SerDesError(f"A value of type {name} was recorded as another kind of class than it is now")
        if tag == "en":
            return _member(registered, state, self._unwrapped)
        if tag == "pm":
            return registered.model_validate_json(_compact(state["data"]))
        if tag == "nt":
            return registered(*map(self._unwrapped, state["items"]))
        return self._dataclass(registered, state["fields"])

    def _dataclass(self, registered: Any, recorded: dict[str, Any]) -> Any:
        value = registered.__new__(registered)
        for field in fields(registered):
            found = self._unwrapped(recorded[field.name]) if field.name in recorded else _default(registered, field)
            object.__setattr__(value, field.name, found)
        return value


def _is_plain(value: Any) -> bool:
    return type(value) in _PLAIN or (type(value) is list and all(map(_is_plain, value)))


def _name(registered: type) -> str:
    return f"{registered.__module__}.{registered.__qualname__}"


def _tag_of(registered: Any) -> str:
    if isinstance(registered, type):
        if issubclass(registered, Enum):
            return "en"
        if hasattr(registered, "model_dump_json") and hasattr(registered, "model_validate_json"):
            return "pm"
        if is_dataclass(registered):
            return "dc"
        if issubclass(registered, tuple) and hasattr(registered, "_fields"):
            return "nt"
    raise TypeError(
        "RegisteredTypesSerDes takes dataclasses, enums, named tuples and pydantic models, "
        f"got {registered if isinstance(registered, type) else type(registered)}"
    )


def _refusal(kind: type) -> str:
    try:
        _tag_of(kind)
    except TypeError:
        return f"Unsupported type: {kind}"
    return f"Unsupported type: {kind} is not registered: pass the class to RegisteredTypesSerDes"


def _envelope(tag: str, text: str) -> str:
    return f'{{"t":"{tag}","v":{text}}}'


def _datetime_text(value: datetime) -> str:
    zone = value.tzinfo
    if not isinstance(zone, ZoneInfo):
        if not value.fold:
            return encoding.encode(value)
        return _envelope("dz", _compact([value.isoformat(), None, 1]))
    if zone.key is None:
        raise SerDesError("A datetime's ZoneInfo has no key, so that it could not be found again")
    return _envelope("dz", _compact([value.replace(tzinfo=None).isoformat(), zone.key, value.fold]))


def _timedelta_text(value: timedelta) -> str:
    return _envelope("td", _compact([value.days, value.seconds, value.microseconds]))


def _time_text(value: time) -> str:
    if value.tzinfo is not None and not isinstance(value.tzinfo, timezone):
        raise SerDesError("A time of day in a zone has no offset of its own: use a datetime, or an offset")
    return _envelope("tm", quoted(value.isoformat()))


def _path_text(value: PurePath) -> str:
    return _envelope("p", _compact([_PATH_KINDS[type(value)], str(value)]))


def _zoned_datetime(value: list[Any]) -> datetime:
    local, key, fold = value
    found = datetime.fromisoformat(local).replace(fold=fold)
    return found.replace(tzinfo=ZoneInfo(key)) if key else found


def _member(registered: Any, state: dict[str, Any], unwrapped: Any) -> Any:
    if "value" in state:
        return registered(unwrapped(state["value"]))
    if state["name"] not in registered.__members__:
        raise SerDesError(f"{_name(registered)} has no member {state['name']} any more, but one was recorded")
    return registered[state["name"]]


def _default(registered: type, field: Field[Any]) -> Any:
    if field.default is not MISSING:
        return field.default
    if field.default_factory is not MISSING:
        return field.default_factory()
    raise SerDesError(
        f"A recorded {_name(registered)} has no field {field.name}, which has no default: "
        "give the new field a default, or the executions in flight cannot go on"
    )


def _path(value: list[str]) -> PurePath:
    recorded, text = value
    for path_type, kind in _PATH_KINDS.items():
        if kind == recorded:
            return path_type(text)
    raise SerDesError(f'Cannot read a path of the kind "{recorded}"')


def _timedelta(value: list[int]) -> timedelta:
    days, seconds, microseconds = value
    return timedelta(days, seconds, microseconds)


_COLLECTIONS: dict[str, Any] = {"l": list, "t": tuple, "set": set, "fs": frozenset}
_DECODERS: dict[str, Any] = {"td": _timedelta, "tm": time.fromisoformat, "dz": _zoned_datetime, "p": _path}

_WRITERS: dict[type, Callable[[Any], str]] = {
    datetime: _datetime_text,
    timedelta: _timedelta_text,
    time: _time_text,
    **dict.fromkeys(_PATH_KINDS, _path_text),
}
