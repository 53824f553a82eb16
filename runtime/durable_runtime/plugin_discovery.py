"""Which plugin factories a handler has: those passed to the decorator, then those the environment names."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from durable_runtime.exceptions import PluginLoadError
from durable_runtime.instrumentation.containment import logger
from durable_runtime.instrumentation.names import PLUGIN_ENTRY_POINT_GROUP, PLUGIN_ENVIRONMENT_VARIABLE

if TYPE_CHECKING:
    from durable_runtime.plugin import DurableInstrumentationPluginFactory

__all__ = [
    "PLUGIN_ENTRY_POINT_GROUP",
    "PLUGIN_ENVIRONMENT_VARIABLE",
    "PluginLoadError",
    "load_configured_plugins",
    "logger",
]


def load_configured_plugins(
    explicit_plugins: Sequence[DurableInstrumentationPluginFactory] | None,
    *,
    environment: Mapping[str, str] | None = None,
) -> list[DurableInstrumentationPluginFactory]:
    """The factories of a handler: the explicit ones, then those named in `DURABLE_EXECUTION_PLUGINS`, in its order.

    The variable holds names of entry points of the group `aws_durable_execution.plugins`, separated by commas. A
    factory that is both passed and named is registered once; factories are told apart by identity.

    Args:
        environment: instead of the process's.

    Raises:
        PluginLoadError: something that is not a factory, a name that is blank, repeated, unknown, ambiguous or can't be
            loaded, or two factories of one exclusive group. Factories that ask for it are told of the failure.
    """
    configured = (os.environ if environment is None else environment).get(PLUGIN_ENVIRONMENT_VARIABLE, "")
    if not explicit_plugins and not configured.strip():
        return []
    # Imported only now: most handlers have no plugins.
    from durable_runtime.instrumentation import registration

    return registration.registered(list(explicit_plugins or ()), configured)
