"""Programs whose comments say what one rule must find, advice too: ``# <- E`` at the end of a line."""

from __future__ import annotations

import re
from pathlib import Path

from durable_lint.analysis import AnalysisSettings, Analyzer
from durable_lint.registry import rules

_MARK = re.compile(r"# <- ([EWI])$")

HEAD = """
import base64
import hashlib
import io
import itertools
import json
import zipfile
from pathlib import Path

import boto3
import pandas as pd
import requests

from aws_durable_execution_sdk_python import *
from aws_durable_execution_sdk_python.config import *
from aws_durable_execution_sdk_python.serdes import *
from aws_durable_execution_sdk_python.waits import *

s3 = boto3.client("s3")


@durable_step
def work(step_context, *given):
    return "done"

"""


def program(body: str, above: str = "") -> str:
    """A module with one durable function of this body; ``above`` stands before it."""
    lines = "\n".join(f"    {line}" for line in body.strip("\n").splitlines())
    return f"{HEAD}\n{above}\n\n@durable_execution\ndef handler(event: dict, context: DurableContext):\n{lines}\n"


def difference(folder: Path, code: str, files: dict[str, str], max_operations: int | None = None) -> list[str]:
    """What one rule finds in ``handler.py`` and what it uses but no comment marks, and what is marked but not found."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    rule = next(rule for rule in rules() if rule.code == code)
    settings = AnalysisSettings(max_operations=max_operations)
    result = Analyzer(settings, [rule]).analyze(str(folder / "handler.py"))
    assert result.failures == []
    expected = {
        f"{name}:{row} {mark[1]}"
        for name, text in files.items()
        for row, line in enumerate(text.splitlines(), 1)
        if (mark := _MARK.search(line))
    }
    found = {
        f"{Path(f.filename).relative_to(folder).as_posix()}:{f.span.row} {f.severity.value[0].upper()}"
        for f in result.findings
    }
    return [f"missing {place}" for place in sorted(expected - found)] + [
        f"unmarked {place}" for place in sorted(found - expected)
    ]
