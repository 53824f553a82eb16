"""AWS's import names stand for our modules: the same objects, whether AWS's packages are installed or not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import durable_runtime

RUNTIME = Path(durable_runtime.__file__).parents[1]
ROOT = Path(__file__).parents[3]


def run(program: str, *, isolated: bool = False) -> str:
    """Run a program in a new process and return what it printed; isolated, without installed packages."""
    flags = ["-S"] if isolated else []
    result = subprocess.run(
        [sys.executable, *flags, "-c", program],
        env={**os.environ, "PYTHONPATH": f"{RUNTIME}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


SAME_OBJECTS = """
from durable_runtime import as_aws_sdk
import durable_runtime.concurrency.models, durable_runtime.config
spec, name = durable_runtime.config.__spec__, durable_runtime.config.__name__
as_aws_sdk()
as_aws_sdk()
import sys
import aws_durable_execution_sdk_python as sdk
import aws_durable_execution_sdk_python.config as config
from aws_durable_execution_sdk_python.concurrency.models import BatchResult
from aws_durable_execution_sdk_python import StepError, durable_execution
assert sdk is durable_runtime
assert config is durable_runtime.config
assert BatchResult is durable_runtime.BatchResult
assert StepError is durable_runtime.exceptions.StepError
assert sys.modules["aws_durable_execution_sdk_python.config"] is sys.modules["durable_runtime.config"]
assert durable_runtime.config.__spec__ is spec and durable_runtime.config.__name__ == name
assert len([finder for finder in sys.meta_path if type(finder).__module__ == "durable_runtime.aliasing"]) == 1
print("fine")
"""


def test_the_same_objects() -> None:
    assert run(SAME_OBJECTS) == "fine"


def test_without_aws_installed() -> None:
    assert run(SAME_OBJECTS, isolated=True) == "fine"


def test_the_testing_sdk_is_loaded_when_it_is_asked_for() -> None:
    program = """
from durable_runtime import as_aws_sdk
import sys
as_aws_sdk()
assert not [name for name in sys.modules if name.startswith("durable_runtime.testing")]
import aws_durable_execution_sdk_python_testing as testing
print(testing.__name__)
"""
    assert run(program) == "durable_runtime.testing"


def test_what_we_do_not_have_is_not_found() -> None:
    program = """
from durable_runtime import as_aws_sdk
as_aws_sdk()
try:
    import aws_durable_execution_sdk_python.nothing
except ModuleNotFoundError as error:
    print(error.name, error)
"""
    assert run(program) == (
        "aws_durable_execution_sdk_python.nothing No module named 'aws_durable_execution_sdk_python.nothing' "
        "('durable_runtime.nothing' stands for it)"
    )


def test_too_late() -> None:
    program = """
import aws_durable_execution_sdk_python
from durable_runtime import as_aws_sdk
try:
    as_aws_sdk()
except ImportError as error:
    print(error)
"""
    message = run(program)
    assert message.startswith("aws_durable_execution_sdk_python was already imported, from ")
    assert "call durable_runtime.as_aws_sdk() before anything imports it" in message


def test_other_packages_are_left_alone() -> None:
    program = """
from durable_runtime import as_aws_sdk
as_aws_sdk()
import json, importlib.util
print(importlib.util.find_spec("aws_durable_execution_sdk"), json.__name__)
"""
    assert run(program) == "None json"


def test_aws_testing_sdk_drives_our_sdk() -> None:
    """Its runner checks updates as the service does; here it cannot tell our SDK from AWS's."""
    program = """
import logging
logging.disable(logging.CRITICAL)
from durable_runtime.aliasing import install_aliases
install_aliases({"aws_durable_execution_sdk_python": "durable_runtime"})
from aws_durable_execution_sdk_python_testing.runner import DurableFunctionTestRunner
from tests.runtime.core import programs
from tests.runtime.core.sdks import AWS, Sdk
sdk = Sdk(AWS)
assert sdk.durable_execution.__module__ == "durable_runtime.execution"
for program in (
    programs.steps, programs.retried_step, programs.failing_step, programs.waits, programs.child_contexts,
    programs.failing_child, programs.virtual_child, programs.large_child, programs.condition, programs.retried_block,
    programs.mapped, programs.branches, programs.flat, programs.nested_batches, programs.large_batch,
):
    with DurableFunctionTestRunner(sdk.durable_execution(program(sdk))) as runner:
        result = runner.run(input="{}")
    print(program.__name__, result.status.value)
"""
    lines = run(program).splitlines()
    assert len(lines) == 15
    assert [line for line in lines if not line.endswith(" SUCCEEDED")] == []
