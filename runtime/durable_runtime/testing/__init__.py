"""Test durable functions on this machine, in virtual time; source-compatible with AWS's testing SDK.

With pytest, the fixture `durable_runner` and the marker `durable_execution` are all it takes; anywhere else:

    with DurableFunctionTestRunner(handler) as runner:
        result = runner.run({"order_id": 7})
    assert result.status is InvocationStatus.SUCCEEDED
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from durable_runtime.__about__ import __version__

if TYPE_CHECKING:
    from durable_runtime.execution import InvocationStatus
    from durable_runtime.testing.cloud import DurableFunctionCloudTestRunner
    from durable_runtime.testing.effects import effect
    from durable_runtime.testing.results import DurableFunctionTestResult
    from durable_runtime.testing.runner import DurableChildContextTestRunner, DurableFunctionTestRunner

__all__ = [
    "DurableChildContextTestRunner",
    "DurableFunctionCloudTestRunner",
    "DurableFunctionTestResult",
    "DurableFunctionTestRunner",
    "InvocationStatus",
    "__version__",
    "effect",
]

_PLACES = {
    "DurableChildContextTestRunner": "durable_runtime.testing.runner",
    "DurableFunctionCloudTestRunner": "durable_runtime.testing.cloud",
    "DurableFunctionTestResult": "durable_runtime.testing.results",
    "DurableFunctionTestRunner": "durable_runtime.testing.runner",
    "InvocationStatus": "durable_runtime.testing.statuses",
    "effect": "durable_runtime.testing.effects",
}


def __getattr__(name: str) -> Any:
    """Import a name when it is asked for: the pytest plugin is loaded in sessions that need none of them."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_PLACES[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
