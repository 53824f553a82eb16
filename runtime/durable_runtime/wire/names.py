"""Names of error classes as they stand in checkpoints."""

from __future__ import annotations

_OWN_PREFIX = f"{__name__.partition('.')[0]}."
_WIRE_PREFIX = "aws_durable_execution_sdk_python."


def error_type_name(error_class: type[BaseException]) -> str:
    """Return the `ErrorType` under which a class of errors is checkpointed.

    It is the qualified name with its module, builtins without. The SDK's own errors are recorded under the name they
    have in AWS's package: a history reads the same whichever of the two SDKs wrote it, and either can replay it.
    """
    module = error_class.__module__
    if module == "builtins":
        return error_class.__qualname__
    if module.startswith(_OWN_PREFIX):
        module = _WIRE_PREFIX + module[len(_OWN_PREFIX) :]
    return f"{module}.{error_class.__qualname__}"
