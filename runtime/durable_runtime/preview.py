"""Small extracts of large values, for people who look at a checkpoint; any serdes may store one beside its data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import field
from enum import StrEnum
from typing import Any

from durable_runtime.arguments import check_member
from durable_runtime.records import record


class PreviewMode(StrEnum):
    """What is shown of the fields that no rule names: all (INCLUDE_ALL) or none (EXCLUDE_ALL)."""

    INCLUDE_ALL = "INCLUDE_ALL"
    EXCLUDE_ALL = "EXCLUDE_ALL"


class FieldMatchMode(StrEnum):
    """How a rule names a field: by its name at any depth (ANYWHERE), or by its dotted path from the root (PATH)."""

    ANYWHERE = "ANYWHERE"
    PATH = "PATH"


@record(frozen=True)
class PreviewField:
    """A rule's field: with ANYWHERE the field of that name and all below it, with PATH exactly the one at that path."""

    name: str
    match: FieldMatchMode = FieldMatchMode.ANYWHERE

    def __post_init__(self) -> None:
        check_member("PreviewField.match", self.match, FieldMatchMode)


@record(frozen=True)
class PreviewConfig:
    """What a preview shows.

    Args:
        mode: What is shown without a rule.
        include: Fields to show; of use with EXCLUDE_ALL.
        exclude: Fields not to show; wins over the other rules.
        mask: Fields to show as `mask_string`.
        mask_string: What stands for a masked value.
        max_preview_bytes: Most bytes of the preview as JSON; the fields that no longer fit are left out.
    """

    mode: PreviewMode
    include: list[PreviewField] = field(default_factory=list)
    exclude: list[PreviewField] = field(default_factory=list)
    mask: list[PreviewField] = field(default_factory=list)
    mask_string: str = "***"
    max_preview_bytes: int = 4096

    def __post_init__(self) -> None:
        check_member("PreviewConfig.mode", self.mode, PreviewMode)


class _Fields:
    """The fields of one rule, for quick look-up."""

    def __init__(self, fields: list[PreviewField]) -> None:
        self._paths = {field.name for field in fields if field.match is FieldMatchMode.PATH}
        self._names = {field.name for field in fields if field.match is FieldMatchMode.ANYWHERE}

    def __contains__(self, path: str) -> bool:
        return path in self._paths or not self._names.isdisjoint(path.split("."))


class _Rules:
    def __init__(self, config: PreviewConfig) -> None:
        self._include, self._exclude, self._mask = map(_Fields, (config.include, config.exclude, config.mask))
        self._shows_all = config.mode is PreviewMode.INCLUDE_ALL
        self._mask_string = config.mask_string

    def visible(self, value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
        """Yield path and value of each field to show, in the order of the data."""
        if isinstance(value, list):
            for element in value:
                yield from self.visible(element, path)
        elif isinstance(value, dict):
            for key, element in value.items():
                # A key with a dot in it would pass for a path.
                if "." not in str(key):
                    yield from self._visible_field(element, f"{path}.{key}" if path else str(key))

    def _visible_field(self, value: Any, path: str) -> Iterator[tuple[str, Any]]:
        if path in self._exclude:
            return
        if path in self._mask:
            yield path, self._mask_string
        elif isinstance(value, dict | list):
            yield from self.visible(value, path)
        elif self._shows_all or path in self._include:
            yield path, value


def build_preview(value: Any, config: PreviewConfig) -> dict[str, Any] | None:
    """Return the fields of a dictionary that `config` lets through, nested as they were.

    The fields of a list's elements are merged into one dictionary, of which the last element wins. Fields with a dot in
    their name are left out.

    Returns:
        The preview, or None if nothing is to be shown or `value` is no dictionary.

    Raises:
        TypeError: A field to show has a value that JSON does not know.
    """
    if not isinstance(value, dict):
        return None
    preview: dict[str, Any] = {}
    size = len("{}")
    for path, shown in _Rules(config).visible(value):
        size += len(f'"{path}":{json.dumps(shown)},'.encode())
        if size > config.max_preview_bytes:
            break
        _put(preview, path.split("."), shown)
    return preview or None


def _put(preview: dict[str, Any], path: list[str], value: Any) -> None:
    for name in path[:-1]:
        if not isinstance(preview.get(name), dict):
            preview[name] = {}
        preview = preview[name]
    preview[path[-1]] = value
