"""Names of error classes as they stand in checkpoints."""

from __future__ import annotations

_PACKAGE = __name__.partition(".")[0]
# Where both packages define the same errors.
_MODULES_ON_THE_WIRE = {
    f"{_PACKAGE}.{module}": f"aws_durable_execution_sdk_python.{module}"
    for module in ("exceptions", "concurrency.models")
}


def error_type_name(error_class: type[BaseException]) -> str:
    """Return the `ErrorType` under which a class of errors is checkpointed: its qualified name; of builtins, the name.

    The SDK's errors are recorded under the name they have in AWS's package: a history reads the same whichever of the
    two wrote it, and either can replay it.
    """
    module = error_class.__module__
    if module == "builtins":
        return error_class.__qualname__
    return f"{_MODULES_ON_THE_WIRE.get(module, module)}.{error_class.__qualname__}"
