"""The pytest plugin, in pytest runs of its own over `corpora/post_office`."""

from __future__ import annotations

from pathlib import Path

import pytest

POST_OFFICE = Path(__file__).parent / "corpora" / "post_office"

WITHOUT_AWS = """
import sys
from importlib.machinery import PathFinder

class WithoutAws(PathFinder):
    @classmethod
    def find_spec(cls, fullname, path=None, target=None):
        if fullname.startswith("aws_durable_execution"):
            return None
        return super().find_spec(fullname, path, target)

sys.meta_path = [WithoutAws if finder is PathFinder else finder for finder in sys.meta_path]
"""

RUNTIME_IN_PLACE = "durable functions: AWS's import names mean durable-runtime"


@pytest.fixture
def post_office(plugin_installed: pytest.Pytester) -> pytest.Pytester:
    for file in POST_OFFICE.glob("*.py"):
        plugin_installed.path.joinpath(file.name).write_text(file.read_text())
    return plugin_installed


def _run(pytester: pytest.Pytester, *options: str) -> pytest.RunResult:
    return pytester.runpytest_subprocess("--strict-markers", "-p", "no:cacheprovider", *options, timeout=120)


def test_what_works(post_office: pytest.Pytester) -> None:
    result = _run(post_office, "--durable-sdk=runtime", "-rA", "test_passing.py")
    result.assert_outcomes(passed=19)
    result.stdout.fnmatch_lines([RUNTIME_IN_PLACE])
    result.stdout.no_fnmatch_line("*execution started*")


@pytest.mark.long
def test_works_with_aws_sdk(post_office: pytest.Pytester) -> None:
    # Changed arguments are noticed by the runtime's SDK alone.
    result = _run(post_office, "--durable-sdk=aws", "test_passing.py", "-k", "not strict")
    result.assert_outcomes(passed=18, deselected=1)
    result.stdout.no_fnmatch_line("durable functions: *")


def test_failing_tests_show_what_the_executions_did(post_office: pytest.Pytester) -> None:
    result = _run(post_office, "--durable-sdk=runtime", "test_failing.py")
    result.assert_outcomes(failed=6)
    result.stdout.fnmatch_lines(
        [
            "*_ test_wrong_value _*",
            "E  *assert {'stamps': 3} == {*",
            "E  *'seals': 2*",
            "*- durable execution execution-name of stamp_letter -*",
            '*0 s  execution started: {"letter": "xxx*"}',
            "* step 'weigh' succeeded: 45",
            "* wait 'counter_closed' started: 5 h",
            "* -- end of invocation 1, *",
            "5 h* wait 'counter_closed' succeeded",
            "* -- end of invocation 2, *",
            '* execution succeeded: {"stamps": 3}',
            "*_ test_runner_of_its_own _*",
            "*- durable execution execution-name of test-function -*",
            "*- durable execution execution-name of other -*",
            "*_ test_still_waiting _*",
            "*callback 'signature' started: timeout 3 d",
            "*_ test_wrong_status _*",
            "E  *This is the status of an operation, and InvocationStatus stands for the status of a whole execution:",
            "E  *compare with OperationStatus.SUCCEEDED.",
            "*_ test_wrong_text _*",
            "E  *assert '1' == 'one'",
            "*_ test_value_for_text _*",
            "E  *'\"signed by Kim\"' == 'signed by Kim'",
            "E  *These are the recorded text and a value: compare with the value, `.value`, *",
        ]
    )


def test_mistakes_in_the_marker_are_explained(post_office: pytest.Pytester) -> None:
    result = _run(post_office, "--durable-sdk=runtime", "test_mistakes.py")
    result.assert_outcomes(errors=6)
    result.stdout.fnmatch_lines(
        [
            "*ERROR at setup of test_no_marker*",
            "durable_runner does not know what to run: mark the test with @pytest.mark.durable_execution(handler=*)",
            "*ERROR at setup of test_no_handler*",
            "the marker durable_execution names no handler: write @pytest.mark.durable_execution(handler=handler)",
            "*ERROR at setup of test_unknown_name*",
            "the marker durable_execution does not take timeout: it is durable_execution(handler, *",
            "*ERROR at setup of test_position*",
            "the marker durable_execution does not take 'stamp': it is durable_execution(handler, *",
            "*ERROR at setup of test_text*",
            "the handler of the marker durable_execution is 'post_office.stamp': it has to be the decorated function",
            "*ERROR at setup of test_plain_function*",
            "plain is not a durable function: decorate it with @durable_execution",
        ]
    )
    result.stdout.no_fnmatch_line("*Traceback*")


def test_runs_under_xdist(post_office: pytest.Pytester) -> None:
    result = _run(post_office, "--durable-sdk=runtime", "-n", "2", "-k", "wrong_value or what_the_marker_names")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*- durable execution execution-name of stamp_letter -*", "*'weigh' succeeded: 45"])


def test_marker_and_fixture_are_documented(post_office: pytest.Pytester) -> None:
    markers = _run(post_office, "--markers")
    markers.stdout.fnmatch_lines(
        ["@pytest.mark.durable_execution(handler, lambda_function_name=None, skip_time=True): *"]
    )
    fixtures = _run(post_office, "--durable-sdk=runtime", "--fixtures", "test_passing.py")
    fixtures.stdout.fnmatch_lines(["durable_runner -- *", "    Runs the durable function that the marker*"])


def test_the_ini_option_chooses_the_sdk(post_office: pytest.Pytester) -> None:
    post_office.makeini("[pytest]\ndurable_sdk = runtime\n")
    post_office.makeconftest(
        """
        import aws_durable_execution_sdk_python, durable_runtime

        def pytest_sessionstart():
            print("\\nin place:", aws_durable_execution_sdk_python is durable_runtime)
        """
    )
    only_one = "test_passing.py::test_runs_what_the_marker_names"
    _run(post_office, "-s", only_one).stdout.fnmatch_lines(["in place: True", RUNTIME_IN_PLACE, "*1 passed*"])
    chosen = _run(post_office, "-s", "--durable-sdk=aws", only_one)
    chosen.stdout.fnmatch_lines(["in place: False", "*1 passed*"])


def test_the_installed_package_keeps_its_names_unless_asked(post_office: pytest.Pytester) -> None:
    post_office.makepyfile(
        """
        import sys
        import aws_durable_execution_sdk_python

        def test_names():
            assert "site-packages" in aws_durable_execution_sdk_python.__file__

        def test_engine():
            assert "durable_runtime.testing.runner" not in sys.modules
            assert "durable_runtime.service.engine" not in sys.modules
            assert 1 == 1.0
        """
    )
    file = "test_the_installed_package_keeps_its_names_unless_asked.py"
    _run(post_office, file).assert_outcomes(passed=2)


def test_a_mistyped_ini_option_is_an_error(post_office: pytest.Pytester) -> None:
    post_office.makeini("[pytest]\ndurable_sdk = ours\n")
    result = _run(post_office)
    result.stderr.fnmatch_lines(["*durable_sdk = ours: there are aws and runtime"])
    assert result.ret == pytest.ExitCode.USAGE_ERROR


def test_a_package_that_was_imported_too_early_is_an_error(post_office: pytest.Pytester) -> None:
    post_office.makepyfile(early="import aws_durable_execution_sdk_python\n")
    result = _run(post_office, "--durable-sdk=runtime", "-p", "early")
    result.stderr.fnmatch_lines(["ERROR: aws_durable_execution_sdk_python was already imported*"])
    assert result.ret == pytest.ExitCode.USAGE_ERROR


def test_a_package_that_is_not_there(post_office: pytest.Pytester) -> None:
    post_office.path.joinpath("site", "sitecustomize.py").write_text(WITHOUT_AWS)
    unasked = _run(post_office, "test_passing.py::test_runs_what_the_marker_names")
    unasked.assert_outcomes(passed=1)
    unasked.stdout.fnmatch_lines([RUNTIME_IN_PLACE])
    asked = _run(post_office, "--durable-sdk=aws")
    asked.stderr.fnmatch_lines(["*AWS's SDK was asked for, and is not installed: pip install aws-durable-execution-*"])
    assert asked.ret == pytest.ExitCode.USAGE_ERROR
