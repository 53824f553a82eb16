"""The names that tests import from AWS's testing SDK are found here, with the signatures they have there."""

from __future__ import annotations

import dataclasses
import inspect
from importlib import import_module
from pathlib import Path
from typing import Any

import aws_durable_execution_sdk_python_testing as theirs
import pytest

NAMES = {
    "": ["DurableChildContextTestRunner", "DurableFunctionCloudTestRunner", "DurableFunctionTestResult",
         "DurableFunctionTestRunner", "__version__"],
    ".runner": ["CallbackOperation", "ContextOperation", "DurableChildContextTestRunner",
                "DurableFunctionCloudTestRunner", "DurableFunctionTestResult", "DurableFunctionTestRunner",
                "ExecutionOperation", "InvokeOperation", "Operation", "StepOperation", "WaitOperation"],
    ".model": ["Event", "EventType", "GetDurableExecutionHistoryResponse", "GetDurableExecutionResponse"],
    ".execution": ["ExecutionStatus"],
    ".exceptions": ["CallbackTimeoutException", "DurableFunctionsLocalRunnerError", "DurableFunctionsTestError",
                    "ExecutionAlreadyStartedException", "InvalidParameterValueException", "ResourceNotFoundException",
                    "ServiceException", "TooManyRequestsException"],
    ".stores.memory": ["InMemoryExecutionStore"],
    ".stores.sqlite": ["SQLiteExecutionStore"],
    ".stores.filesystem": ["FileSystemExecutionStore"],
}  # fmt: skip

SERVERS_OF_THEIRS = {"WebRunner", "WebRunnerConfig"}
"""They start AWS's HTTP server around a SAM endpoint, which has no counterpart in this package."""

CLASSES = [
    "DurableFunctionTestRunner",
    "DurableFunctionCloudTestRunner",
    "DurableChildContextTestRunner",
    "DurableFunctionTestResult",
    "ContextOperation",
]


@pytest.mark.parametrize(("module", "name"), [(module, name) for module, names in NAMES.items() for name in names])
def test_names_are_there(module: str, name: str) -> None:
    own = getattr(import_module(f"durable_runtime.testing{module}"), name)
    their = getattr(import_module(f"aws_durable_execution_sdk_python_testing{module}"), name)
    if dataclasses.is_dataclass(their):
        assert _fields(own) == _fields(their)


def test_nothing_at_the_top_is_forgotten() -> None:
    assert {*theirs.__all__} == {*NAMES[""], *SERVERS_OF_THEIRS}


@pytest.mark.parametrize("name", CLASSES)
def test_methods_take_what_they_take_there(name: str) -> None:
    own = getattr(import_module("durable_runtime.testing.runner"), name)
    their = getattr(import_module("aws_durable_execution_sdk_python_testing.runner"), name)
    if name == "DurableFunctionTestResult":
        # They build results from their own store's rows, we from the wire's.
        methods = [method for method in _methods(their) if method not in ("create", "from_execution_history")]
    else:
        methods = [method for method in _methods(their) if method != "from_svc_operation"]
    for method in methods:
        assert _parameters(getattr(own, method)) == _parameters(getattr(their, method)), method


def _methods(owner: type) -> list[str]:
    public = [name for name, value in inspect.getmembers(owner, inspect.isroutine) if not name.startswith("_")]
    return public if dataclasses.is_dataclass(owner) else [*public, "__init__"]


def _parameters(function: Any) -> list[tuple[str, Any, Any]]:
    parameters = inspect.signature(function).parameters.values()
    return [(parameter.name, parameter.default, parameter.kind) for parameter in parameters]


def _fields(owner: Any) -> list[tuple[str, Any]]:
    # Keyword-only fields of ours are what the service tells beyond theirs.
    their_keywords = ("parent_id", "name", "sub_type", "start_timestamp", "end_timestamp")
    fields = [field for field in dataclasses.fields(owner) if not field.kw_only or field.name in their_keywords]
    return [(field.name, field.default) for field in fields]


def test_stores_keep_executions(tmp_path: Path) -> None:
    from durable_runtime import durable_execution
    from durable_runtime.testing import DurableFunctionTestRunner
    from durable_runtime.testing.stores.filesystem import FileSystemExecutionStore
    from durable_runtime.testing.stores.memory import InMemoryExecutionStore
    from durable_runtime.testing.stores.sqlite import SQLiteExecutionStore

    handler = durable_execution(lambda event, context: context.step(lambda _: event))
    for store in (
        InMemoryExecutionStore(),
        SQLiteExecutionStore.create_and_initialize(tmp_path / "executions.db"),
        FileSystemExecutionStore.create(tmp_path / "folder"),
    ):
        with DurableFunctionTestRunner(handler, store=store) as runner:
            assert runner.run({"a": 1}).value == {"a": 1}
    assert (tmp_path / "executions.db").exists()
    assert (tmp_path / "folder").is_dir()
