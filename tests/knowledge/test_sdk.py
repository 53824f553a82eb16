"""The recorded facts about the SDK, compared with the installed one where its line is recorded."""

from __future__ import annotations

import builtins
import importlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Literal

import aws_durable_execution_sdk_python as installed
import pytest

from durable_lint.knowledge import sdk
from durable_lint.knowledge.sdk import Parameter, facts
from durable_lint.model.operations import SHAPES

ROOT = Path(__file__).resolve().parents[2]
LINES: tuple[Literal["1", "2", "3"], ...] = ("1", "2", "3")


def test_the_newest_line_is_as_installed() -> None:
    recorded = (ROOT / "durable_lint" / "knowledge" / f"sdk-{sdk.NEWEST_LINE}.toml").read_text("utf-8")
    if installed.__version__ != facts(sdk.NEWEST_LINE).version:
        pytest.skip(f"recorded from {facts(sdk.NEWEST_LINE).version}, installed is {installed.__version__}")
    tool = subprocess.run(
        [sys.executable, ROOT / "tools" / "sdk_facts.py"], capture_output=True, text=True, check=True, timeout=60
    )
    assert tool.stdout == recorded


def test_our_runtime_is_as_recorded() -> None:
    recorded = (ROOT / "durable_lint" / "knowledge" / "sdk-runtime.toml").read_text("utf-8")
    tool = subprocess.run(
        [sys.executable, ROOT / "tools" / "sdk_facts.py", "--runtime"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT / "runtime")},
    )
    assert tool.stdout == recorded, "run: PYTHONPATH=runtime python tools/sdk_facts.py durable_lint/knowledge --runtime"


def test_our_runtime_has_what_code_uses_of_the_sdk() -> None:
    newest, runtime = facts(sdk.NEWEST_LINE), facts(sdk.RUNTIME_LINE)
    root, theirs = runtime.exports("durable_runtime"), newest.exports("aws_durable_execution_sdk_python")
    assert root is not None
    assert theirs is not None
    assert root - theirs == {"as_aws_sdk"}
    assert theirs <= root
    assert "testing" in runtime.borrowed("durable_runtime")
    for module in ("config", "exceptions", "retries", "serdes", "waits", "logger"):
        exports = newest.exports(f"aws_durable_execution_sdk_python.{module}")
        assert runtime.exports(f"durable_runtime.{module}") == exports
    assert runtime.operations == newest.operations
    for call in (
        *(f"DurableContext.{operation}" for operation in runtime.operations),
        "StepConfig",
        "Duration.from_days",
    ):
        assert runtime.parameters(call) == newest.parameters(call)
    for cls in ("DurableContext", "BatchResult", "StepContext", "Callback"):
        assert runtime.attributes(cls) == newest.attributes(cls)
    assert runtime.raises("step") == newest.raises("step")


@pytest.mark.parametrize("line", LINES)
def test_paths_lead_to_public_names(line: Literal["1", "2", "3"]) -> None:
    sdk_facts = facts(line)
    package = "aws_durable_execution_sdk_python"
    assert sdk_facts.version.startswith(f"{line}.")
    assert sdk_facts.canonical(f"{package}.durable_step") == "durable_step"
    assert sdk_facts.canonical(f"{package}.context.durable_step") == "durable_step"
    assert sdk_facts.canonical(f"{package}.config.Duration.from_seconds") == "Duration.from_seconds"
    assert sdk_facts.canonical("durable_runtime.durable_execution") == "durable_execution"
    assert sdk_facts.canonical("durable_runtime.config.StepConfig") == "StepConfig"
    assert sdk_facts.canonical("aws_durable_execution_sdk_python_testing.DurableContext") is None
    assert sdk_facts.canonical("shop.durable_step") is None
    assert sdk_facts.canonical(package) is None
    assert sdk_facts.is_package("durable_runtime")
    assert not sdk_facts.is_package("durable_functions")


def test_exports_are_exact() -> None:
    newest = facts("3")
    top = newest.exports("aws_durable_execution_sdk_python")
    assert top is not None
    assert "durable_step" in top
    assert "StepConfig" not in top
    config = newest.exports("aws_durable_execution_sdk_python.config")
    assert config is not None
    assert "StepConfig" in config
    assert newest.exports("aws_durable_execution_sdk_python.nothing") is None
    older = facts("1").exports("aws_durable_execution_sdk_python.config")
    assert older is not None
    assert "ItemBatcher" in older
    assert "ItemBatcher" not in config
    for line in ("1", "3", "runtime"):
        assert facts(line).exports("durable_runtime.config") == config


@pytest.mark.parametrize("line", LINES)
def test_the_order_of_parameters(line: Literal["1", "2", "3"]) -> None:
    def names(call: str) -> list[str]:
        parameters = facts(line).parameters(call)
        assert parameters is not None, call
        return [parameter.name for parameter in parameters]

    assert names("DurableContext.step") == ["func", "name", "config"]
    assert names("DurableContext.map") == ["inputs", "func", "name", "config"]
    assert names("DurableContext.parallel") == ["functions", "name", "config"]
    assert names("DurableContext.wait") == ["duration", "name"]
    assert names("DurableContext.wait_for_condition") == ["check", "config", "name"]
    assert names("DurableContext.invoke")[:3] == ["function_name", "payload", "name"]
    assert names("DurableContext.is_replaying") == []
    assert names("BatchResult.get_results") == []
    assert names("with_retry") == ["context", "func", "config", "name"]
    assert facts(line).parameters("DurableContext.nothing") is None


def test_fields_and_their_defaults() -> None:
    fields = facts("3").fields("StepConfig")
    assert fields is not None
    assert fields[0] == Parameter("retry_strategy", "None")
    assert fields[-1] == Parameter("sub_type", "None", keyword_only=True)
    assert facts("3").parameters("StepConfig") == fields
    older = facts("2").fields("StepConfig")
    assert older is not None
    assert "sub_type" not in [field.name for field in older]
    assert facts("3").fields("durable_step") is None
    duration = facts("3").parameters("Duration.from_seconds")
    assert duration is not None
    assert duration[0].required


def test_variadic_parameters_keep_their_stars() -> None:
    assert facts("3").parameters("Logger.info") == (
        Parameter("msg", None),
        Parameter("*args", None),
        Parameter("extra", "None", keyword_only=True),
    )
    assert not Parameter("*args", None).required


@pytest.mark.parametrize("line", LINES)
def test_shapes_name_real_parameters(line: Literal["1", "2", "3"]) -> None:
    sdk_facts = facts(line)
    for operation in (*sdk_facts.operations, "with_retry"):
        call = operation if operation == "with_retry" else f"DurableContext.{operation}"
        parameters = sdk_facts.parameters(call)
        assert parameters is not None
        shape = sdk_facts.callable_shape(operation)
        if shape is not None:
            assert shape.parameter in [parameter.name for parameter in parameters]
            assert shape.role in ("replayed", "step")
    assert {"step", "map", "wait", "invoke", "create_callback"} <= set(sdk_facts.operations)


def test_arities() -> None:
    arities = {
        name: facts("3").arity(name) for name in ("step", "map", "parallel", "wait_for_callback", "durable_step")
    }
    assert arities == {"step": 1, "map": 4, "parallel": 1, "wait_for_callback": 2, "durable_step": 1}
    assert facts("3").arity("wait_for_condition") == facts("3").arity("with_retry") == 2
    assert facts("3").arity("wait") is None


@pytest.mark.parametrize("line", LINES)
def test_raised_errors_exist_in_their_line(line: Literal["1", "2", "3"]) -> None:
    sdk_facts = facts(line)
    for operation in (*sdk_facts.operations, "with_retry", "Callback.result", "BatchResult.throw_if_error"):
        for error in sdk_facts.raises(operation):
            assert error == "*" or "Exception" in sdk_facts.bases(error), (operation, error)
    for error in sdk_facts.common_errors:
        assert "Exception" in sdk_facts.bases(error)
    for error in sdk_facts.control_flow:
        assert "BaseException" in sdk_facts.bases(error)
        assert "Exception" not in sdk_facts.bases(error)


def test_errors_and_their_bases() -> None:
    assert facts("3").raises("step") == ("StepError",)
    assert facts("1").raises("step")[0] == "CallableRuntimeError"
    assert facts("3").raises("map") == ()
    assert facts("3").bases("StepError") == (
        "DurableOperationError",
        "DurableExecutionsError",
        "Exception",
        "BaseException",
    )
    errors = importlib.import_module("aws_durable_execution_sdk_python.exceptions")
    real = [base.__name__ for base in errors.CallbackTimeoutError.__mro__[1:-1]]
    assert list(facts("3").bases("CallbackTimeoutError")) == real
    assert all(hasattr(builtins, name) for name in ("Exception", "BaseException"))


def test_values_travel_by_default() -> None:
    newest = facts("3")
    assert newest.default_serdes("step") == "extended"
    assert newest.default_serdes("invoke") == "json"
    assert newest.default_serdes("wait_for_callback") == "text"
    assert newest.default_serdes("durable_execution") == "handler"
    assert newest.default_serdes("wait") is None


def test_attributes_and_members() -> None:
    newest = facts("3")
    assert {"get_results", "has_failure", "all", "throw_if_error"} <= set(newest.attributes("BatchResult"))
    assert {"step", "logger", "lambda_context", "is_replaying"} <= set(newest.attributes("DurableContext"))
    assert "attempt" in newest.attributes("StepContext")
    assert "attempt" not in facts("1").attributes("StepContext")
    assert newest.members("NestingType") == ("NESTED", "FLAT")
    assert newest.members("StepConfig") == ()


def test_attributes_listed_by_hand_are_real() -> None:
    context = importlib.import_module("aws_durable_execution_sdk_python.context")
    models = importlib.import_module("aws_durable_execution_sdk_python.concurrency.models")
    for name in ("status", "has_failure", "success_count", "failure_count", "started_count", "total_count"):
        assert isinstance(vars(models.BatchResult)[name], property)
    source = Path(context.__file__).read_text("utf-8")
    for name in ("logger", "execution_context", "lambda_context", "state"):
        assert f"self.{name}" in source


@pytest.mark.parametrize("line", LINES)
def test_shapes_of_the_model_are_the_recorded_signatures(line: Literal["1", "2", "3"]) -> None:
    recorded = facts(line)
    for name, shape in SHAPES.items():
        parameters = recorded.parameters(name if name == "with_retry" else f"DurableContext.{name}")
        assert parameters is not None
        assert tuple(parameter.name for parameter in parameters) == shape.parameters
        called = recorded.callable_shape(name)
        assert (None if called is None else called.parameter) == shape.callable
