"""The command line `durable-run`."""

from durable_runtime.cli.app import main

__all__ = ["main"]
