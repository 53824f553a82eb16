"""From raw TOML values to settings: each key known, each value of its type, or an error that names file and key."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from durable_lint.config.errors import ConfigError, did_you_mean
from durable_lint.config.options import BY_KEY, OPTIONS, TABLES, Kind, Option
from durable_lint.config.patterns import anchored
from durable_lint.config.selectors import resolve_selectors
from durable_lint.config.settings import Selection, Settings


class Origin(NamedTuple):
    """Where raw values come from: how to name the place in an error, and the directory relative paths start from."""

    place: str
    root: str


def overlay(settings: Settings, raw: Mapping[str, object], origin: Origin) -> Settings:
    """Settings with the raw values of one origin laid over them. Raises ConfigError."""
    values = {option.key: _READERS[option.kind](option, value, origin) for option, value in _options(raw, "", origin)}
    selection = Selection(
        values.pop("select", None),
        values.pop("ignore", ()),
        values.pop("extend-select", ()),
        values.pop("preset", None),
    )
    changes: dict[str, Any] = {}
    if selection != Selection():
        changes["selections"] = (*settings.selections, selection)
    if ignores := values.pop("per-file-ignores", ()):
        changes["per_file_ignores"] = (*settings.per_file_ignores, *ignores)
    if effects := _table("effects", values):
        changes["effects"] = settings.effects._replace(**effects)
    if naming := _table("naming", values):
        changes["naming"] = tuple(sorted((dict(settings.naming) | naming).items()))
    changes |= {key.replace("-", "_"): value for key, value in values.items() if "." not in key}
    return settings._replace(**changes)


def _table(name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    return {key.partition(".")[2]: value for key, value in values.items() if key.startswith(f"{name}.")}


def _options(raw: Mapping[str, object], prefix: str, origin: Origin) -> Iterator[tuple[Option, object]]:
    for name, value in raw.items():
        key = prefix + name
        if key in BY_KEY:
            yield BY_KEY[key], value
        elif key in TABLES:
            if not isinstance(value, Mapping):
                raise _wrong(key, value, "a table", origin)
            yield from _options(value, f"{key}.", origin)
        else:
            known = (*(option.key for option in OPTIONS), *TABLES)
            remedy = did_you_mean(key, known) or "`durable-lint config` lists the options"
            raise ConfigError(origin.place, f"unknown option `{key}`", remedy)


def _wrong(key: str, value: object, wanted: str, origin: Origin, remedy: str = "") -> ConfigError:
    example = f"e.g. {BY_KEY[key].example}" if key in BY_KEY else ""
    return ConfigError(origin.place, f"`{key}` is {_shown(value)}, expected {wanted}", remedy or example)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "a table"
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


def _texts(option: Option, value: object, origin: Origin) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)) or not all(isinstance(entry, str) and entry for entry in value):
        raise _wrong(option.key, value, f"a {option.type_name}", origin)
    return tuple(value)


def _text(option: Option, value: object, origin: Origin) -> str:
    if not isinstance(value, str) or not value:
        raise _wrong(option.key, value, option.type_name, origin)
    return value


def _selectors(option: Option, value: object, origin: Origin) -> tuple[str, ...]:
    return resolve_selectors(option.key, _texts(option, value, origin), origin.place)


def _patterns(option: Option, value: object, origin: Origin) -> tuple[str, ...]:
    return tuple(anchored(pattern, origin.root) for pattern in _texts(option, value, origin))


def _pattern_table(option: Option, value: object, origin: Origin) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if not isinstance(value, Mapping):
        raise _wrong(option.key, value, f"a {option.type_name}", origin)
    return tuple(
        (anchored(pattern, origin.root), _selectors(option, selectors, origin)) for pattern, selectors in value.items()
    )


def _bool(option: Option, value: object, origin: Origin) -> bool:
    if not isinstance(value, bool):
        raise _wrong(option.key, value, option.type_name, origin)
    return value


def _choice(option: Option, value: object, origin: Origin) -> str:
    if value not in option.choices:
        remedy = did_you_mean(value, option.choices) if isinstance(value, str) else ""
        raise _wrong(option.key, value, option.type_name, origin, remedy)
    return str(value)


def _path(option: Option, value: object, origin: Origin) -> str:
    return os.path.normpath(os.path.join(origin.root, os.path.expanduser(_text(option, value, origin))))


def _paths(option: Option, value: object, origin: Origin) -> tuple[str, ...]:
    paths = tuple(os.path.normpath(os.path.join(origin.root, path)) for path in _texts(option, value, origin))
    for path in paths:
        if not os.path.isdir(path):
            raise ConfigError(
                origin.place,
                f"`{option.key}` names {path}, which is no directory",
                "paths start at the configuration file",
            )
    return paths


def _version(option: Option, value: object, origin: Origin) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[123](\.\d+){0,2}", value):
        raise _wrong(option.key, value, 'the text of a version from 1 to 3, such as "3" or "2.1"', origin)
    return value


def _dotted_names(option: Option, value: object, origin: Origin) -> tuple[str, ...]:
    names = _texts(option, value, origin)
    for name in names:
        if not all(part.isidentifier() for part in name.removesuffix(".*").split(".")):
            raise ConfigError(
                origin.place, f"`{option.key}` names `{name}`, which is no dotted name", f"e.g. {option.example}"
            )
    return names


def _effects(option: Option, value: object, origin: Origin) -> tuple[tuple[str, str], ...]:
    from durable_lint.knowledge import OverrideError, shipped

    if not isinstance(value, Mapping) or not all(isinstance(text, str) for text in value.values()):
        raise _wrong(option.key, value, f"a {option.type_name}", origin)
    try:
        shipped().with_overrides(add=value)
    except OverrideError as error:
        raise ConfigError(origin.place, f"`{option.key}`: {error}") from None
    return tuple(value.items())


def _expression(option: Option, value: object, origin: Origin) -> str:
    text = _text(option, value, origin)
    try:
        re.compile(text)
    except re.error as error:
        raise ConfigError(
            origin.place, f"`{option.key}` is no regular expression: {error}", f"e.g. {option.example}"
        ) from None
    return text


def _number(option: Option, value: object, origin: Origin) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise _wrong(option.key, value, option.type_name, origin)
    return value


_READERS: dict[Kind, Callable[[Option, object, Origin], Any]] = {
    "selectors": _selectors,
    "patterns": _patterns,
    "pattern table": _pattern_table,
    "bool": _bool,
    "choice": _choice,
    "path": _path,
    "paths": _paths,
    "version": _version,
    "names": _dotted_names,
    "effects": _effects,
    "expression": _expression,
    "number": _number,
}
