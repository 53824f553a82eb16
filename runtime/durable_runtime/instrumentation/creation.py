"""The plugins of an invocation are made: one by each factory that can."""

from __future__ import annotations

import copy
import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from durable_runtime.instrumentation.containment import contained, log, type_name
from durable_runtime.instrumentation.hooks import DurableInstrumentationPlugin

if TYPE_CHECKING:
    from durable_runtime.instrumentation.hooks import DurableInstrumentationPluginFactory
    from durable_runtime.instrumentation.infos import InvocationStartInfo


def create_plugins(
    factories: Iterable[DurableInstrumentationPluginFactory], info: InvocationStartInfo
) -> list[DurableInstrumentationPlugin]:
    """Call each factory; what raises, or returns anything but a plugin, is logged and left out.

    Raises only what tells the thread to stop.
    """
    return [plugin for factory in factories if (plugin := _created(factory, info)) is not None]


def _created(
    factory: DurableInstrumentationPluginFactory, info: InvocationStartInfo
) -> DurableInstrumentationPlugin | None:
    name = type_name(factory)
    try:
        plugin = factory.create_plugin(info)
        # In here, because a proxy's __class__ may run code of the user's.
        fits = isinstance(plugin, DurableInstrumentationPlugin)
    except BaseException as error:
        control = contained(error, "Plugin factory %s exception ignored", name)
        if control is not None:
            raise control from None
        return None
    if fits:
        return plugin
    if plugin is None:
        log(logging.ERROR, "Plugin factory %s returned None; plugin ignored", name)
    else:
        log(
            logging.ERROR,
            "Plugin factory %s returned %s, which is not a DurableInstrumentationPlugin; plugin ignored",
            name,
            type_name(plugin),
        )
    return None


def copied_for_plugins(execution_input: Any) -> Any:
    """Plugins and the handler must not see each other's changes to the event."""
    try:
        return copy.deepcopy(execution_input)
    except Exception as error:
        log(logging.ERROR, "Failed to copy execution input for plugins; omitting plugin input", error=error)
        return None
