"""Which SDK answers to the import names of AWS's in this process."""

from __future__ import annotations

OURS = "ours"
AWS = "aws"


def use(sdk: str) -> None:
    """To be called before anything imports the SDK."""
    if sdk == OURS:
        import durable_runtime

        durable_runtime.as_aws_sdk()
