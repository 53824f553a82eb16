"""The pytest plugin: fixture `durable_runner`, marker `durable_execution`, and timelines of executions in failures.

Loaded in every pytest session of an environment, so it imports nothing of the runtime before a test asks for it.
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

if TYPE_CHECKING:
    from durable_runtime.testing.marked import DurableRunner
    from durable_runtime.testing.timeline import Teller

_AWS = "aws_durable_execution_sdk_python"

_MARKER = (
    "durable_execution(handler, lambda_function_name=None, skip_time=True): the durable function that the fixture "
    "durable_runner runs, the name it is deployed under, and whether its waits are skipped."
)

_EXAMPLE = "@pytest.mark.durable_execution(handler=handler)"

_collected = pytest.StashKey[list[tuple[str, "Teller"]]]()
_sdk = pytest.StashKey[str]()


def pytest_addoption(parser: pytest.Parser) -> None:
    meaning = "Which SDK AWS's import names mean: AWS's own package (aws) or durable-runtime in its place (runtime)."
    parser.getgroup("durable functions").addoption("--durable-sdk", choices=("aws", "runtime"), help=meaning)
    parser.addini("durable_sdk", meaning, default="")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Settle the SDK before a conftest imports one."""
    _settle_sdk(early_config)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", _MARKER)
    _settle_sdk(config)


def pytest_report_header(config: pytest.Config) -> str | None:
    if config.stash[_sdk] == "runtime":
        return "durable functions: AWS's import names mean durable-runtime"
    return None


def _settle_sdk(config: pytest.Config) -> None:
    if _sdk in config.stash:
        return
    chosen = config.known_args_namespace.__dict__.get("durable_sdk") or config.getini("durable_sdk")
    if chosen not in ("", "aws", "runtime"):
        raise pytest.UsageError(f"durable_sdk = {chosen}: there are aws and runtime")
    if chosen == "runtime":
        _put_runtime_in_place()
    elif not (_AWS in sys.modules or find_spec(_AWS)):
        if chosen == "aws":
            raise pytest.UsageError(
                f"AWS's SDK was asked for, and is not installed: pip install {_AWS.replace('_', '-')}, "
                "or choose --durable-sdk=runtime"
            )
        # Nobody else has the name.
        _put_runtime_in_place()
        chosen = "runtime"
    config.stash[_sdk] = str(chosen)


def _put_runtime_in_place() -> None:
    import durable_runtime

    try:
        durable_runtime.as_aws_sdk()
    except ImportError as error:
        raise pytest.UsageError(str(error)) from error


@pytest.fixture
def durable_runner(request: pytest.FixtureRequest) -> Iterator[DurableRunner]:
    """Runs the durable function that the marker `durable_execution` names.

    Use it as a context manager, or as it is. `run(input)` takes a dict, or any other value, or JSON text. Waits,
    retries and timeouts pass at once. To complete a callback, call `run_async`, `wait_for_callback`,
    `send_callback_success` and `wait_for_result`.
    """
    from durable_runtime.testing.marked import DurableRunner

    handler, name, skip_time = _marked(request.node)
    module = getattr(request, "module", None)
    with DurableRunner(handler, function_name=name, skip_time=skip_time, module=module) as runner:
        yield runner


def _marked(item: pytest.Item) -> tuple[Any, str | None, bool]:
    """What the test's marker says; a mistake in it is the test's error."""
    marker = item.get_closest_marker("durable_execution")
    if marker is None:
        _wrong("durable_runner does not know what to run", f"mark the test with {_EXAMPLE}")
    known = {"handler": None, "lambda_function_name": None, "skip_time": True}
    if unknown := [*map(repr, marker.args), *(name for name in marker.kwargs if name not in known)]:
        _wrong(f"the marker durable_execution does not take {', '.join(unknown)}", f"it is {_MARKER}")
    handler, name, skip_time = {**known, **marker.kwargs}.values()
    if handler is None:
        _wrong("the marker durable_execution names no handler", f"write {_EXAMPLE}")
    if not callable(handler):
        _wrong(f"the handler of the marker durable_execution is {handler!r}", "it has to be the decorated function")
    from durable_runtime.testing.vocabulary import decorated_in

    if decorated_in(handler) is None:
        title = getattr(handler, "__qualname__", repr(handler))
        _wrong(f"{title} is not a durable function", "decorate it with @durable_execution")
    return handler, name, bool(skip_time)


def _wrong(what: str, remedy: str) -> NoReturn:
    pytest.fail(f"{what}: {remedy}", pytrace=False)


def pytest_assertrepr_compare(config: pytest.Config, op: str, left: object, right: object) -> list[str] | None:
    """Explain comparisons with what a runner gave."""
    from durable_runtime.testing.explanation import explained

    return explained(config, op, left, right)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Collect the executions that a test starts, with whichever runner."""
    from durable_runtime.testing.timeline import collected

    with collected() as executions:
        item.stash[_collected] = executions
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the timelines of a failed test's executions in its report."""
    report = yield
    if report.failed:
        for title, tell in item.stash.get(_collected, []):
            report.sections.append((title, tell()))
    return report
