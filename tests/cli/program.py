"""Runs the program as people do: a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

HANDLER = """\
import time

from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> int:
    if time.time() > event["deadline"]:
        context.step(lambda _: 1, name="charge_late_fee")
    return 1
"""
"""A handler with one defect: the clock decides which operations run, in row 8 from column 8."""

ORDINARY = "def add(a, b):\n    return a + b\n"
"""A file without durable code."""


def environment(**changes: str) -> dict[str, str]:
    """Our environment without what would colour or silence output."""
    kept = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")}
    return kept | {"PYTHONIOENCODING": "utf-8"} | changes


def durable_lint(
    *arguments: str, cwd: Path, stdin: str | bytes | None = None, **changes: str
) -> subprocess.CompletedProcess[str]:
    """``python -m durable_lint`` with these arguments; ``changes`` are environment variables."""
    result = subprocess.run(
        [sys.executable, "-m", "durable_lint", *arguments],
        cwd=cwd,
        input=stdin.encode() if isinstance(stdin, str) else stdin if stdin is not None else b"",
        capture_output=True,
        env=environment(**changes),
        check=False,
        timeout=120,
    )
    return subprocess.CompletedProcess(
        result.args, result.returncode, result.stdout.decode("utf-8"), result.stderr.decode("utf-8")
    )
