"""What programs are executed on."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Ground:
    """An SDK and the engine below it, by the packages that hold the SDK and the test runner."""

    sdk: str
    testing: str

    def runner(self, handler: Any) -> Any:
        """A runner of one durable function, as AWS's testing SDK defines it, for a handler that speaks for another."""
        # Our engine serves several SDKs, and looks there for the one whose classes the handler takes.
        handler.__wrapped__ = importlib.import_module(self.sdk).durable_execution(lambda event, context: None)
        return importlib.import_module(self.testing).DurableFunctionTestRunner(handler, poll_interval=0.02)

    def __str__(self) -> str:
        return self.sdk


AWS = Ground("aws_durable_execution_sdk_python", "aws_durable_execution_sdk_python_testing")
OURS = Ground("durable_runtime", "durable_runtime.testing")
GROUNDS = (AWS, OURS)
