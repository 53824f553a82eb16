"""Stands for the installed package."""

from .context import DurableContext, StepContext, durable_step
from .execution import durable_execution

__all__ = ["DurableContext", "StepContext", "durable_execution", "durable_step"]
