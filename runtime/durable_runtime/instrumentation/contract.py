"""What a factory's class may say about its registration: exclusive groups, and a callback for the outcome.

Only a class that declares `__durable_registration_api__ = 1` takes part; attributes of the same names elsewhere are
somebody else's. Candidates may be any object at all, also one whose metaclass raises, so classes are read through
`type` itself.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from durable_runtime.exceptions import PluginLoadError
from durable_runtime.instrumentation.containment import class_of, log
from durable_runtime.instrumentation.factories import qualified_name

_MARK = "__durable_registration_api__"


def check_exclusive_groups(factories: Iterable[object]) -> None:
    """Refuse two factories of one group.

    Raises:
        PluginLoadError: there are two, or a group is not a name.
    """
    owners: dict[str, type] = {}
    for cls in map(class_of, factories):
        if _declaring_class(cls) is None:
            continue
        for group in _groups(cls):
            owner = owners.get(group)
            if owner is cls:
                raise PluginLoadError(
                    f"Durable instrumentation plugin {qualified_name(cls)} is registered more than once in exclusive "
                    f"group '{group}'. Register this plugin only once in plugins."
                )
            if owner is not None:
                raise PluginLoadError(
                    f"Durable instrumentation plugins {qualified_name(owner)} and {qualified_name(cls)} are mutually "
                    f"exclusive (group '{group}'). Keep only one plugin from this group in plugins and "
                    "DURABLE_EXECUTION_PLUGINS."
                )
            owners[group] = cls


def announce(candidates: Iterable[object], *, registered: bool) -> None:
    """Tell each candidate once whether the handler was registered with it; what it raises is logged."""
    for candidate in {id(candidate): candidate for candidate in candidates}.values():
        try:
            callback = _result_callback(candidate)
            if callable(callback):
                callback(registered)
        except Exception as error:
            log(logging.ERROR, "Plugin registration-result callback failed", error=error)


def _lineage(cls: type) -> list[tuple[type, Mapping[str, Any]]]:
    """The class and its bases with what each of them declares itself."""
    bases: tuple[type, ...] = type.__dict__["__mro__"].__get__(cls)
    return [(base, type.__dict__["__dict__"].__get__(base)) for base in bases]


def _takes_part(namespace: Mapping[str, Any]) -> bool:
    version = namespace.get(_MARK)
    return type(version) is int and version == 1


def _declaring_class(cls: type) -> type | None:
    """The class whose declarations count: the nearest with a mark, if it is of the version that we know."""
    for base, namespace in _lineage(cls):
        if _MARK in namespace:
            return base if _takes_part(namespace) else None
    return None


def _groups(cls: type) -> list[str]:
    """The groups of all classes in the lineage that take part, each once."""
    groups: dict[str, None] = {}
    for base, namespace in _lineage(cls):
        if not _takes_part(namespace):
            continue
        try:
            group = getattr(base, "exclusive_group", None)
        except Exception as error:
            raise PluginLoadError(f"Cannot read exclusive_group for {qualified_name(cls)}.") from error
        if group is None:
            continue
        if type(group) is not str or not group.strip():
            raise PluginLoadError(
                f"Durable instrumentation plugin {qualified_name(cls)} must declare exclusive_group as None or a "
                "non-empty string."
            )
        groups[group] = None
    return list(groups)


def _result_callback(factory: object) -> object:
    """The callback, bound; a subclass's method of that name is not it unless the subclass is marked itself."""
    cls = class_of(factory)
    declaring = _declaring_class(cls)
    if declaring is None:
        return None
    if declaring is cls:
        return getattr(factory, "on_registration_result", None)
    for _, namespace in _lineage(declaring):
        if "on_registration_result" in namespace:
            callback = namespace["on_registration_result"]
            bind = getattr(callback, "__get__", None)
            return callback if bind is None else bind(factory, cls)
    return None
