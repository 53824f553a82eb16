"""Registers factories for a handler: checks the explicit ones, loads those the environment names."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING

from durable_runtime.exceptions import PluginLoadError
from durable_runtime.instrumentation.containment import log
from durable_runtime.instrumentation.contract import announce, check_exclusive_groups
from durable_runtime.instrumentation.factories import description, is_factory
from durable_runtime.instrumentation.names import PLUGIN_ENTRY_POINT_GROUP, PLUGIN_ENVIRONMENT_VARIABLE

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from durable_runtime.instrumentation.hooks import DurableInstrumentationPluginFactory


def registered(
    explicit: list[DurableInstrumentationPluginFactory], configured: str
) -> list[DurableInstrumentationPluginFactory]:
    """All factories, in order; each candidate that asks for it is told whether they were registered.

    Raises:
        PluginLoadError: see `load_configured_plugins`.
    """
    # What was loaded before something failed may hold resources, too: it is told even if it is no factory.
    candidates: list[object] = list(explicit)
    try:
        _check_explicit(explicit)
        factories = list(explicit)
        for name, entry_point in _selected(_names(configured)):
            factory = _loaded(name, entry_point, candidates)
            if any(factory is known for known in factories):
                log(
                    logging.WARNING,
                    "Skipping dynamically configured plugin '%s' because the same plugin factory is already "
                    "registered.",
                    name,
                )
            else:
                factories.append(factory)
        check_exclusive_groups(factories)
    except Exception:
        announce(candidates, registered=False)
        raise
    announce(factories, registered=True)
    return factories


def _check_explicit(explicit: list[DurableInstrumentationPluginFactory]) -> None:
    for index, factory in enumerate(explicit):
        if not is_factory(factory):
            raise PluginLoadError(
                f"Durable instrumentation plugin at plugins[{index}] must be a plugin factory -- an object with a "
                "create_plugin(info) method returning a DurableInstrumentationPlugin -- but is "
                f"{description(factory)}. Pass a factory rather than a plugin, a plugin class, or a plain callable, "
                "and pass a factory instance rather than the factory class, for example "
                "plugins=[MyPluginFactory(exporter)]."
            )


def _names(configured: str) -> list[str]:
    if not configured.strip():
        return []
    names = [name.strip() for name in configured.split(",")]
    if not all(names):
        raise PluginLoadError(f"{PLUGIN_ENVIRONMENT_VARIABLE} must contain non-empty, comma-separated plugin names.")
    for index, name in enumerate(names):
        if name in names[:index]:
            raise PluginLoadError(f"{PLUGIN_ENVIRONMENT_VARIABLE} contains duplicate plugin name '{name}'.")
    return names


def _selected(names: list[str]) -> Iterator[tuple[str, EntryPoint]]:
    """The entry point of each name, one after the other: what comes first is loaded before the next is looked for."""
    if not names:
        return
    installed = _installed()
    for name in names:
        found = installed.get(name, [])
        if not found:
            raise PluginLoadError(
                f"No durable instrumentation plugin provider named '{name}' was found in entry-point group "
                f"'{PLUGIN_ENTRY_POINT_GROUP}'. Installed providers: {', '.join(sorted(installed)) or 'none'}. Ensure "
                "the provider package is installed in the function artifact or an attached Lambda layer."
            )
        if len(found) > 1:
            raise PluginLoadError(
                f"Multiple durable instrumentation plugin providers named '{name}' were found in entry-point group "
                f"'{PLUGIN_ENTRY_POINT_GROUP}': {', '.join(map(_distribution, found))}. Remove the duplicate provider "
                "package."
            )
        yield name, found[0]


def _installed() -> dict[str, list[EntryPoint]]:
    from importlib import metadata  # slow to import: only when the environment names a plugin

    try:
        entry_points = list(metadata.entry_points(group=PLUGIN_ENTRY_POINT_GROUP))
    except Exception as error:
        raise PluginLoadError(
            "Failed to inspect installed durable instrumentation plugin providers in entry-point group "
            f"'{PLUGIN_ENTRY_POINT_GROUP}': {error}"
        ) from error
    by_name: dict[str, list[EntryPoint]] = {}
    for entry_point in entry_points:
        by_name.setdefault(entry_point.name, []).append(entry_point)
    return by_name


def _loaded(name: str, entry_point: EntryPoint, candidates: list[object]) -> DurableInstrumentationPluginFactory:
    try:
        factory: DurableInstrumentationPluginFactory = entry_point.load()
    except Exception as error:
        raise PluginLoadError(
            f"Failed to load durable instrumentation plugin factory '{name}' from '{entry_point.value}' "
            f"({_distribution(entry_point)}): {error}"
        ) from error
    candidates.append(factory)
    if not is_factory(factory):
        raise PluginLoadError(
            f"Durable instrumentation plugin entry point '{name}' must resolve to a plugin factory -- an object with a "
            "create_plugin(info) method returning a DurableInstrumentationPlugin -- but resolved to "
            f"{description(factory)}. Name the factory instance, not a plugin, not a plugin class, and not the factory "
            "class."
        )
    return factory


def _distribution(entry_point: EntryPoint) -> str:
    distribution = getattr(entry_point, "dist", None)
    return "unknown distribution" if distribution is None else distribution.metadata.get("Name", "unknown distribution")
