"""What a test calls: `verify`."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from inspect import getsourcefile, unwrap
from pathlib import Path
from typing import Any

from durable_runtime.service.functions import Function, FunctionLoadError, Handler
from durable_runtime.testing.verifier.baseline import Task
from durable_runtime.testing.verifier.verdict import Verdict
from durable_runtime.testing.verifier.verification import verified

__all__ = ["verify"]

_AWS_PACKAGE = "aws_durable_execution_sdk_python"


def verify(
    target: str | Handler,
    input: Any = None,
    *,
    callbacks: Mapping[str, Any] | None = None,
    functions: Mapping[str, str | Handler] | None = None,
    plain_functions: Mapping[str, str | Handler] | None = None,
    most_replays: int = 50,
    seed: int = 0,
    timeout: float = 30,
) -> Verdict:
    """Verify a durable function.

    Args:
        target: the function, or where it is: `package.module:attribute` or `path/file.py::attribute`. Other processes
            must be able to import it.
        input: its event, as a value, or as JSON text.
        callbacks: results of the callbacks that it waits for, by name: text as it is, other values as JSON, an
            exception to fail the callback.
        functions: durable functions that it invokes, by name.
        plain_functions: ordinary Lambda functions that it invokes, by name.
        most_replays: how many states of the execution are probed at most.
        seed: draws what is sampled, and all that is random; the same seed gives the same verdict.
        timeout: real seconds that one invocation may take.

    Raises:
        FunctionLoadError: a function cannot be loaded, or other processes could not find it.
        ValueError: the input cannot be written as JSON, or is not JSON.
    """
    handler = Function("verified", target).load()
    others = [
        *(Function(name, _place(other)) for name, other in (functions or {}).items()),
        *(Function(name, _place(other), durable=False) for name, other in (plain_functions or {}).items()),
    ]
    task = Task(
        function=Function(_name(handler), _place(target)),
        others=others,
        payload=_payload(input),
        callbacks={name: _result(value) for name, value in (callbacks or {}).items()},
        timeout=timeout,
    )
    return verified(
        task, package=_package(handler), aliased=_is_aliased(), seed=seed, most_replays=max(1, most_replays)
    )


def _name(handler: Handler) -> str:
    name = str(getattr(unwrap(handler), "__name__", "function"))
    return name if name.isidentifier() and name.isascii() else "function"


def _place(target: str | Handler) -> str:
    """Where another process finds a function."""
    if isinstance(target, str):
        return target
    function = unwrap(target)
    module, name = getattr(function, "__module__", ""), getattr(function, "__qualname__", "<locals>")
    file = getsourcefile(function) if hasattr(function, "__code__") else None
    if "<" in name or file is None:
        raise FunctionLoadError(
            f"{name} cannot be found by another process: define it at the top level of a module, "
            "or name it as package.module:attribute or path/file.py::attribute"
        )
    return f"{module}:{name}" if _is_importable(module, Path(file)) else f"{Path(file).resolve()}::{name}"


def _is_importable(module: str, file: Path) -> bool:
    """Whether another process gets this file when it imports the module; pytest imports files under other names."""
    top, *rest = module.split(".")
    specs = (finder.find_spec(top, None) for finder in sys.meta_path if hasattr(finder, "find_spec"))
    spec = next((spec for spec in specs if spec is not None), None)
    if spec is None:
        return False
    if not rest:
        return spec.origin is not None and Path(spec.origin).resolve() == file.resolve()
    paths = [Path(location, *rest) for location in spec.submodule_search_locations or ()]
    return any(
        file.resolve() in (path.with_suffix(".py").resolve(), (path / "__init__.py").resolve()) for path in paths
    )


def _package(handler: Handler) -> str:
    """The SDK that a handler is written with."""
    function: Any = handler
    while function is not None:
        module = getattr(function, "__globals__", {}).get("__name__", "")
        if module == f"{_AWS_PACKAGE}.execution":
            return _AWS_PACKAGE
        function = getattr(function, "__wrapped__", None)
    return "durable_runtime"


def _is_aliased() -> bool:
    """Whether the import names of AWS's packages stand for this runtime in this process."""
    from durable_runtime.aliasing import is_installed

    return is_installed()


def _payload(input: Any) -> str:
    if isinstance(input, str):
        try:
            json.loads(input)
        except ValueError:
            return json.dumps(input)
        return input
    return json.dumps({} if input is None else input)


def _result(value: Any) -> str | Exception | None:
    return value if value is None or isinstance(value, str | Exception) else json.dumps(value)
