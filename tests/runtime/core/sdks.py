"""Both SDKs, so that one program can be run on either."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from types import ModuleType
from typing import Any

AWS, OURS = "aws_durable_execution_sdk_python", "durable_runtime"
_SUBMODULES = ("", "config", "exceptions", "retries", "waits", "serdes", "types", "lambda_service", "context")


class Sdk:
    """An SDK; its public names are attributes, wherever they are defined."""

    def __init__(self, package: str) -> None:
        self.package = package
        self.execution = self.module("execution")
        self.wire = self.module("lambda_service")

    def module(self, name: str) -> ModuleType:
        """Return a submodule, or the package for ""."""
        return importlib.import_module(f"{self.package}.{name}" if name else self.package)

    def __getattr__(self, name: str) -> Any:
        for submodule in _SUBMODULES:
            if hasattr(found := self.module(submodule), name):
                return getattr(found, name)
        raise AttributeError(name)

    def seconds(self, count: int) -> Any:
        """Return a Duration."""
        return self.Duration.from_seconds(count)

    def no_retry(self) -> Any:
        """Return a StepConfig without retries."""
        return self.StepConfig(retry_strategy=self.RetryPresets.none())

    def retry(self, attempts: int, delay: int = 2) -> Any:
        """Return a StepConfig with so many attempts and a fixed delay."""
        strategy = self.create_retry_strategy(
            self.RetryStrategyConfig(
                max_attempts=attempts,
                initial_delay=self.seconds(delay),
                backoff_rate=1,
                jitter_strategy=self.JitterStrategy.NONE,
            )
        )
        return self.StepConfig(retry_strategy=strategy)


# A program is written once: given an SDK, it makes a handler (event, context) that is not decorated yet.
Program = Callable[[Sdk], Callable[[Any, Any], Any]]
