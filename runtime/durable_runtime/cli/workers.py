"""What worker processes do before they load handlers: the same as the command itself."""

from __future__ import annotations

from durable_runtime.aliasing import as_aws_sdk
from durable_runtime.cli.logs import show_log


def begin() -> None:
    """Begin a worker process in which AWS's import name means AWS's package."""
    show_log()


def begin_as_aws_sdk() -> None:
    """Begin a worker process in which AWS's import name means this package."""
    as_aws_sdk()
    show_log()
