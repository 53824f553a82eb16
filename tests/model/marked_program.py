"""Programs whose comments say what must be found: ``# <- DUR105[E]`` at the end of a line."""

from __future__ import annotations

import re
from pathlib import Path

from durable_lint.analysis import AnalysisSettings, Analyzer
from durable_lint.finding import Finding, Severity
from durable_lint.registry import rules

_MARK = re.compile(r"# <- (DUR\d{3}\[[EWI]\](?: DUR\d{3}\[[EWI]\])*)")
_LETTERS = {Severity.ERROR: "E", Severity.WARNING: "W", Severity.INFO: "I"}

PRELUDE = """
import boto3
import logging
import os
import random
import time
import uuid

from aws_durable_execution_sdk_python import (
    DurableContext,
    StepContext,
    durable_execution,
    durable_step,
    durable_with_child_context,
)
from aws_durable_execution_sdk_python.config import Duration, MapConfig


@durable_step
def use(step_context: StepContext, value: object) -> str:
    return "used"

"""

Files = dict[str, str]


def handler(body: str, above: str = "") -> str:
    """A module with one durable function of this body; ``above`` stands before it."""
    lines = "\n".join(f"    {line}" for line in body.strip("\n").splitlines())
    return f"{PRELUDE}\n{above}\n\n@durable_execution\ndef handler(event: dict, context: DurableContext):\n{lines}\n"


def difference(
    folder: Path, files: Files, entry: str = "handler.py", codes: str = "DUR1", advice: bool = False
) -> list[str]:
    """What is found in a project but not marked, and what is marked but not found.

    Advice only counts where it is marked, unless it is what a test is about.
    """
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    analyzer = Analyzer(AnalysisSettings(), [rule for rule in rules() if rule.code.startswith(codes)])
    result = analyzer.analyze(str(folder / entry))
    assert result.failures == []
    expected = {f"{name}:{row} {mark}" for name, text in files.items() for row, mark in _marks(text)}
    found = _worst(folder, result.findings)
    loud = {place for place in found if advice or not place.endswith("[I]")}
    return [f"missing {place}" for place in sorted(expected - found)] + [
        f"extra {place}" for place in sorted(loud - expected)
    ]


def _marks(text: str) -> list[tuple[int, str]]:
    found = ((row, _MARK.search(line)) for row, line in enumerate(text.splitlines(), 1))
    return [(row, mark) for row, match in found if match for mark in match[1].split()]


def _worst(folder: Path, findings: list[Finding]) -> set[str]:
    places: dict[str, Severity] = {}
    for finding in findings:
        name = Path(finding.filename).relative_to(folder).as_posix()
        place = f"{name}:{finding.span.row} {finding.code}"
        if place not in places or places[place].rank < finding.severity.rank:
            places[place] = finding.severity
    return {f"{place}[{_LETTERS[severity]}]" for place, severity in places.items()}
