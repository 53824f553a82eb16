"""Executions in memory."""

from durable_runtime.service.store.memory import MemoryStore as InMemoryExecutionStore

__all__ = ["InMemoryExecutionStore"]
