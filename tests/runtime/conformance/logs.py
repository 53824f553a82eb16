"""What handlers log and print, as the JSON lines that Lambda writes to CloudWatch, from every process of a run."""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import threading
from pathlib import Path
from typing import Any

FILE = "log.jsonl"

# What every record has of itself; the rest of a record is what its logger was given as ``extra``.
OF_THE_RECORD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class Appender:
    """Adds whole lines to one file; several threads and processes may share it."""

    def __init__(self, folder: Path) -> None:
        self._descriptor = os.open(folder / FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def add(self, line: str) -> None:
        os.write(self._descriptor, line.encode() + b"\n")


class Lines:
    """A standard output of lines."""

    encoding = "utf-8"

    def __init__(self, appender: Appender) -> None:
        self._appender = appender
        self._begun = threading.local()

    def write(self, text: str) -> int:
        *lines, rest = (getattr(self._begun, "text", "") + text).split("\n")
        self._begun.text = rest
        for line in lines:
            self._appender.add(line)
        return len(text)

    def flush(self) -> None:
        """Nothing waits: a line is added as soon as it is whole."""


class JsonHandler(logging.Handler):
    """Lambda's JSON log format, with the extras of a record beside its message."""

    def __init__(self, appender: Appender) -> None:
        super().__init__()
        self._appender = appender

    def emit(self, record: logging.LogRecord) -> None:
        extras = {key: value for key, value in vars(record).items() if key not in OF_THE_RECORD}
        fields = {"level": record.levelname, "message": record.getMessage(), "logger": record.name}
        self._appender.add(json.dumps(extras | fields, default=str))


def capture(folder: Path) -> None:
    """Send this process's standard output and log to the file in ``folder`` from now on."""
    appender = Appender(folder)
    sys.stdout = Lines(appender)
    logging.basicConfig(level=logging.INFO, handlers=[JsonHandler(appender)], force=True)


class LogsClient:
    """The part of CloudWatch's client that the conformance package asks for log lines."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE

    def filter_log_events(self, *, filterPattern: str, **_: Any) -> dict[str, Any]:
        """The JSON lines that name the execution of the pattern, each later than the one before it."""
        (arn,) = set(re.findall(r'"([^"]+)"', filterPattern))
        lines = enumerate(self.records(arn))
        return {
            "events": [
                {"timestamp": number, "ingestionTime": number, "message": json.dumps(record)}
                for number, record in lines
            ]
        }

    def records(self, arn: str) -> list[dict[str, Any]]:
        """What was logged of an execution, in order."""
        # Other executions may just be adding to the file: its last line need not be whole.
        whole, _, _ = self._file.read_text(encoding="utf-8", errors="replace").rpartition("\n")
        records = [json.loads(line) for line in whole.split("\n") if line.startswith("{")]
        return [record for record in records if arn in (record.get("durableExecutionArn"), record.get("executionArn"))]
