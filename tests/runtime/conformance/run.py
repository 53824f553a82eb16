"""Run the handlers with one SDK on one engine, and write down what came of each requirement.

``python -m tests.runtime.conformance.run --sdk ours --engine memory --output results.json --suite step --only 1-5``
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import random
import tempfile
import threading
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.runtime.conformance import logs, registry, sdks
from tests.runtime.conformance.service import CloudFormationClient, Engine, EngineTime, Invoker, LambdaClient, NoTime

SUITES = (
    "step",
    "wait",
    "child",
    "callback",
    "invoke",
    "wait_for_condition",
    "wait_for_callback",
    "parallel",
    "map",
    "plugin",
)

# Executions at a time; most of them wait: for real time in AWS's runner, for the end of invocations in AWS's SDK.
AT_ONCE = {"aws": 24, "memory": 8, "sqlite": 8}

Open = Callable[[str, str, registry.Entry], Engine]


def opening(engine: str, sdk: str, folder: Path) -> Open:
    """What opens the engine for one requirement of a suite: AWS's runner, or ours with one of its stores."""
    if engine == "aws":
        from tests.runtime.conformance.aws_runner import AwsRunner

        return functools.partial(AwsRunner, sdk)
    from tests.runtime.conformance.own_engine import OwnEngine

    return functools.partial(OwnEngine, sdk, folder if engine == "sqlite" else None)


class Judge:
    """The conformance package's own validator, with its clients and its time replaced."""

    def __init__(self, open_engine: Open, folder: Path) -> None:
        from aws_durable_execution_conformance_tests import cloudwatch, config, history, validate, variables

        self._validate = validate
        self._load = history.load_yaml_file
        self.tests = config.TESTS_DIR
        self._open = open_engine
        self._folder = folder
        self._time = EngineTime()
        self._random = threading.local()
        validate.time = self._time
        cloudwatch.time = NoTime()
        variables.choice = lambda letters: self._random.source.choice(letters)

    def result(self, file: Path, entry: registry.Entry) -> dict[str, Any]:
        """What the package finds wrong, and what else is."""
        from tests.runtime.conformance import strict

        identifier = file.stem
        engine = self._open(file.parent.name, identifier, entry)
        invoker = Invoker(engine)
        self._time.follow(engine)
        # The same values in every driver, so that their histories can be compared.
        self._random.source = random.Random(identifier)
        try:
            judged = self._validate.validate_description(
                function_name=identifier,
                description_id=identifier,
                test_file=str(file),
                invoker=invoker,
                tmp_dir=str(self._folder),
                region="us-west-2",
                aws_clients={
                    "lambda": LambdaClient(engine),
                    "cloudformation": CloudFormationClient(),
                    "logs": logs.LogsClient(self._folder),
                },
                output_dir=str(self._folder / "histories"),
            )
            history, execution = engine.history(str(invoker.arn)), engine.execution(str(invoker.arn))
        finally:
            engine.close()
        expected = self._load(str(file)).get("ExpectedExecutionHistory", [])
        return {
            "errors": judged.errors,
            "deviations": strict.deviations(identifier, expected, history, execution),
            "history": history["Events"],
            "execution": execution,
            "log": logs.LogsClient(self._folder).records(str(invoker.arn)),
        }


def run(sdk: str, engine: str, suites: Sequence[str], only: Collection[str]) -> dict[str, Any]:
    """The results by requirement; a requirement without a handler has none."""
    sdks.use(sdk, with_aws_runner=engine == "aws")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ[registry.FOLDER] = name
        entries = registry.load(*suites)
        assert sdks.used() == sdk
        logs.capture(folder)
        judge = Judge(opening(engine, sdk, folder), folder)
        files = {file.stem: file for suite in suites for file in sorted((judge.tests / suite).glob("*.yaml"))}
        judged = [identifier for identifier in files if identifier in entries and identifier in (only or files)]
        with ThreadPoolExecutor(AT_ONCE[engine]) as pool:
            results = pool.map(lambda identifier: judge.result(files[identifier], entries[identifier]), judged)
            return dict(zip(judged, results, strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sdk", choices=[sdks.OURS, sdks.AWS], required=True)
    parser.add_argument("--engine", choices=list(AT_ONCE), required=True)
    parser.add_argument("--suite", nargs="*", choices=SUITES, default=SUITES, help="all of them by default")
    parser.add_argument("--only", nargs="*", default=[], help="requirements of the suites; all of them by default")
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    results = run(options.sdk, options.engine, options.suite, options.only)
    options.output.write_text(json.dumps(results, default=str), encoding="utf-8")
    # Threads of an engine that failed must not keep the process.
    os._exit(0)


if __name__ == "__main__":
    main()
