"""Structured logs: one JSON object a line, with the operation that speaks.

    import logging
    from durable_runtime.json_logging import log_as_json

    log_as_json(logging.INFO)

    @durable_execution
    def handler(event, context):
        context.logger.info("charging %s", event["order"], extra={"amount": 12})

writes, here broken into lines,

    {"timestamp": "2026-03-04T05:06:07.890Z", "level": "INFO", "logger": "root", "message": "charging o-17",
     "executionArn": "arn:aws:lambda:…", "amount": 12}

What `context.logger` knows is added by itself: `executionArn`, `parentId`, `operationName`, `attempt`, `operationId`,
each where there is one. With `dictConfig` name the formatter alone:

    "formatters": {"json": {"()": "durable_runtime.json_logging.JsonFormatter"}}
"""

from __future__ import annotations

import datetime
import json
import logging
from typing import Any, TextIO

# What every record has; all else is an extra. A new interpreter may add to it, so it is asked.
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonFormatter(logging.Formatter):
    """Formats a record as one line of JSON.

    The keys are `timestamp` (UTC, milliseconds), `level`, `logger`, `message`, then the record's extras, then
    `exception` with `type`, `message` and `stackTrace`, and `stackInfo`, where there are any. An extra of one of these
    names is left out. A value that JSON has no form for is written as its text. Only a message that does not fit its
    arguments raises, as in every formatter; `logging` reports that.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The record's line, without a line end."""
        created = datetime.datetime.fromtimestamp(record.created, datetime.UTC)
        fields: dict[str, Any] = {
            "timestamp": created.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        last: dict[str, Any] = {}
        if exception := self._exception(record):
            last["exception"] = exception
        if record.stack_info:
            last["stackInfo"] = self.formatStack(record.stack_info)
        for key, value in vars(record).items():
            if key not in _STANDARD and key not in last:
                fields.setdefault(key, value)
        return "{" + ", ".join(f"{json.dumps(key)}: {_json(value)}" for key, value in (fields | last).items()) + "}"

    def _exception(self, record: logging.LogRecord) -> dict[str, str]:
        _, error, _ = record.exc_info or (None, None, None)
        if error is None:
            # A record that came through a queue has nothing but the text.
            return {"stackTrace": record.exc_text} if record.exc_text else {}
        kind = type(error)
        name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
        return {"type": name, "message": _text(error), "stackTrace": self.formatException(record.exc_info)}  # type: ignore[arg-type]


def log_as_json(level: int | str = logging.INFO, stream: TextIO | None = None) -> None:
    """Let everything that reaches the root logger be written as JSON; its other handlers are removed.

    Args:
        level: the root logger's; a number or a name such as "DEBUG".
        stream: where to write, the standard error output by default.
    """
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)


def _json(value: object) -> str:
    try:
        return json.dumps(value, default=str, allow_nan=False)
    except Exception:
        # Keys that are no text, a circle, nan, a __str__ that raises: a log line must not be lost for that.
        return json.dumps(_text(value))


def _text(value: object) -> str:
    try:
        return str(value)
    except Exception:
        return object.__repr__(value)
