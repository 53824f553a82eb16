"""Every requirement of AWS's conformance package, with each SDK on each engine.

On our engine both SDKs have to fulfil every requirement to the letter, with the same history. AWS's local runner
leaves out parts of the history, so there our SDK is compared with AWS's.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.runtime.conformance import package
from tests.runtime.conformance.comparison import comparable
from tests.runtime.conformance.sdks import AWS, OURS

ROOT = Path(__file__).parents[3]
SECONDS = 300

# Requirements that cannot be fulfilled to the letter on our engine, and why.
IMPOSSIBLE: dict[str, str] = {}

# What AWS's runner leaves out of every history, as the conformance package reports it.
LEFT_OUT_BY_AWS = re.compile(
    r"InvocationCompletedDetails: key missing"
    r"|StepSucceededDetails\.RetryDetails: key missing"  # the attempt of a success
    r"|StepSucceededDetails\.Result\.Payload: key missing"  # the state of a poll
    r"|CallbackStartedDetails\.(Heartbeat)?Timeout: key missing"
    r"|ChainedInvokeStartedDetails\.(ExecutedVersion|TenantId): key missing"
)
IMPOSSIBLE_FOR_AWS = dict.fromkeys(
    ("1-17", "1-18", "3-12"), "AWS's runner records no InvocationCompleted for an invocation whose process died"
)

Results = dict[str, dict[str, Any]]
Run = Callable[..., list[Results]]


@pytest.fixture(scope="module")
def package_folder() -> Path:
    """Where the conformance package can be imported from."""
    try:
        return package.obtained()
    except package.Unobtainable as error:
        pytest.fail(str(error))


@pytest.fixture(scope="module")
def requirements(package_folder: Path) -> set[str]:
    """All requirements of the package."""
    return {file.stem for file in (package_folder / package.NAME / "test_requirements").rglob("*.yaml")}


@pytest.fixture
def run(package_folder: Path, tmp_path: Path) -> Run:
    """Runs all handlers with pairs of SDK and engine, side by side, each in a process of its own."""
    paths = [str(ROOT), str(ROOT / "runtime"), str(package_folder)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths), "AWS_DEFAULT_REGION": "us-west-2"}

    def started(sdk: str, engine: str, output: Path) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.runtime.conformance.run", "--sdk", sdk, "--engine", engine]
        return subprocess.Popen(
            [*command, "--output", str(output)], cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True
        )

    def results(*pairs: tuple[str, str]) -> list[Results]:
        outputs = [tmp_path / f"{sdk}-{engine}.json" for sdk, engine in pairs]
        processes = [started(*pair, output) for pair, output in zip(pairs, outputs, strict=True)]
        try:
            for (sdk, engine), process in zip(pairs, processes, strict=True):
                _, errors = process.communicate(timeout=SECONDS)
                assert process.returncode == 0, f"SDK {sdk} on engine {engine}: {errors}"
        finally:
            for process in processes:
                process.kill()
        return [json.loads(output.read_text(encoding="utf-8")) for output in outputs]

    return results


def problems(results: Results, *lists: str) -> dict[str, list[str]]:
    """What is wrong with which requirement."""
    found = {identifier: [error for name in lists for error in result[name]] for identifier, result in results.items()}
    return {identifier: errors for identifier, errors in found.items() if errors}


def differences(some: Results, others: Results) -> Iterator[str]:
    for identifier in some:
        one, other = (comparable(identifier, results[identifier]) for results in (some, others))
        for part in one:
            if one[part] != other[part]:
                yield f"{identifier} {part}: {difference(one[part], other[part])}"


def difference(one: Any, other: Any) -> str:
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return "; ".join(f"{mine} != {yours}" for mine, yours in zip(one, other, strict=True) if mine != yours)
    return f"{one} != {other}"


def test_our_engine(run: Run, requirements: set[str]) -> None:
    ours, aws, stored = run((OURS, "memory"), (AWS, "memory"), (OURS, "sqlite"))

    for results in (ours, aws, stored):
        assert results.keys() == requirements
        found = problems(results, "errors", "deviations")
        assert found.keys() == IMPOSSIBLE.keys(), found
    assert list(differences(ours, aws)) == []
    assert list(differences(ours, stored)) == []


def test_aws_runner(run: Run, requirements: set[str]) -> None:
    ours, aws = run((OURS, "aws"), (AWS, "aws"))

    for results in (ours, aws):
        assert results.keys() == requirements
        found = {
            identifier: unexplained
            for identifier, errors in problems(results, "errors").items()
            if (unexplained := [error for error in errors if not LEFT_OUT_BY_AWS.search(error)])
        }
        assert found.keys() == IMPOSSIBLE_FOR_AWS.keys(), found
    assert list(differences(ours, aws)) == []
