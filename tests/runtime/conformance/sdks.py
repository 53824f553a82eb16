"""Which SDK answers to the import names of AWS's in this process."""

from __future__ import annotations

import importlib

OURS = "ours"
AWS = "aws"

# Tells a worker process which of them to use.
VARIABLE = "CONFORMANCE_SDK"


AWS_NAME = "aws_durable_execution_sdk_python"


def use(sdk: str, *, with_aws_runner: bool = False) -> None:
    """To be called before anything imports the SDK.

    AWS's runner is a part of AWS's testing SDK, for which ours would stand as well.
    """
    if sdk == AWS:
        return
    if with_aws_runner:
        from durable_runtime.aliasing import install_aliases

        install_aliases({AWS_NAME: "durable_runtime"})
    else:
        import durable_runtime

        durable_runtime.as_aws_sdk()


def used() -> str:
    """The one that is in use."""
    return AWS if importlib.import_module(AWS_NAME).__name__ == AWS_NAME else OURS
