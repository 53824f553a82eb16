"""Small projects with a template: written to a folder, checked, and compared with the marks in the template."""

from __future__ import annotations

import re
from pathlib import Path

from durable_lint.config.settings import Settings
from durable_lint.engine import Report, check

DURABLE = """
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def settle(step_context: StepContext, invoice: str) -> str:
    return f"settlement of {invoice}"


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    return context.step(settle(event["invoice"]))
"""

PLAIN = """
def handler(event, context):
    return {"statusCode": 200, "body": event["path"]}
"""

_MARK = re.compile(r"# <- ((?:DUR\d{3}\[[EWI]\] ?)+)")


def written(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def report(folder: Path, *paths: str) -> Report:
    found = check([str(folder / path) for path in paths or ("",)], Settings(str(folder), cache=False))
    assert not found.errors
    assert not found.unreadable
    return found


def found(folder: Path, *paths: str) -> list[tuple[str, int, str]]:
    """File, row and code with its letter of every finding."""
    return [
        (
            Path(finding.filename).relative_to(folder).as_posix(),
            finding.span.row,
            f"{finding.code}[{finding.severity.value[0].upper()}]",
        )
        for finding in report(folder, *paths).findings
    ]


def marked(files: dict[str, str | bytes]) -> list[tuple[str, int, str]]:
    """What the marks ``# <- DUR951[E]`` in the files say, in the order of reports."""
    return sorted(
        (name, row, code)
        for name, text in files.items()
        if isinstance(text, str)
        for row, line in enumerate(text.split("\n"), 1)
        if (mark := _MARK.search(line))
        for code in mark[1].split()
    )


def agrees(folder: Path, files: dict[str, str | bytes]) -> None:
    """The findings are those that are marked, and no others."""
    assert found(written(folder, files)) == marked(files)
