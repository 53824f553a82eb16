"""`ExecutionStatus`, where AWS's testing SDK has it."""

from durable_runtime.testing.results import ExecutionStatus

__all__ = ["ExecutionStatus"]
