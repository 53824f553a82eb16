"""Structured logs: each line is one JSON object, whatever is logged."""

from __future__ import annotations

import io
import json
import logging
import logging.config
import math
import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from durable_runtime.identifier import OperationIdentifier
from durable_runtime.json_logging import JsonFormatter, log_as_json
from durable_runtime.lambda_service import OperationType
from durable_runtime.logger import Logger, LogInfo
from hypothesis import given
from hypothesis import strategies as st


class Log:
    """A logger of its own, and the objects it has written."""

    def __init__(self) -> None:
        self.stream = io.StringIO()
        handler = logging.StreamHandler(self.stream)
        handler.setFormatter(JsonFormatter())
        self.logger = logging.Logger("orders", logging.DEBUG)
        self.logger.addHandler(handler)

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line, parse_constant=pytest.fail) for line in self.stream.getvalue().splitlines()]


@pytest.fixture
def log() -> Log:
    return Log()


def test_a_line(log: Log) -> None:
    log.logger.info("charging %s for %d", "o-17", 12, extra={"amount": 12.5, "items": ["a", "b"]})
    [line] = log.lines
    timestamp = line.pop("timestamp")
    assert len(timestamp) == len("2026-03-04T05:06:07.890Z")
    assert timestamp.endswith("Z")
    assert list(line.items()) == [
        ("level", "INFO"),
        ("logger", "orders"),
        ("message", "charging o-17 for 12"),
        ("amount", 12.5),
        ("items", ["a", "b"]),
    ]


def test_the_timestamp_is_the_record_s(log: Log) -> None:
    record = logging.makeLogRecord({"msg": "m", "created": 1772600767.8905})
    assert json.loads(JsonFormatter().format(record))["timestamp"] == "2026-03-04T05:06:07.890Z"


def test_what_the_context_knows_is_in_it(log: Log) -> None:
    state: Any = SimpleNamespace(durable_execution_arn="arn")
    operation = OperationIdentifier(
        operation_id="1", sub_type="Step", parent_id="0", name="charge", operation_type=OperationType.STEP
    )
    logger = Logger.from_log_info(log.logger, LogInfo.from_operation_identifier(state, operation, attempt=2))
    logger.warning("slow", extra={"seconds": 3})
    [line] = log.lines
    assert {key: line[key] for key in list(line)[3:]} == {
        "message": "slow",
        "executionArn": "arn",
        "parentId": "0",
        "operationName": "charge",
        "attempt": 2,
        "operationId": "1",
        "seconds": 3,
    }


class OrderError(Exception):
    pass


def test_an_exception(log: Log) -> None:
    for error in (ValueError("no"), OrderError("late\nand long")):
        try:
            raise error
        except Exception:
            log.logger.exception("failed")
    first, second = log.lines
    assert (first["exception"]["type"], first["exception"]["message"]) == ("ValueError", "no")
    assert first["exception"]["stackTrace"].splitlines()[-1] == "ValueError: no"
    assert second["exception"]["type"] == f"{__name__}.OrderError"
    assert second["level"] == "ERROR"


def test_an_exception_that_cannot_be_shown(log: Log) -> None:
    class Mute(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    log.logger.error("failed", exc_info=Mute())
    assert "Mute object at" in log.lines[0]["exception"]["message"]


def test_no_exception_is_being_handled(log: Log) -> None:
    log.logger.error("failed", exc_info=True)
    assert "exception" not in log.lines[0]


def test_a_record_that_came_through_a_queue() -> None:
    record = logging.makeLogRecord({"msg": "m", "exc_text": "Traceback …"})
    assert json.loads(JsonFormatter().format(record))["exception"] == {"stackTrace": "Traceback …"}


def test_the_stack_on_request(log: Log) -> None:
    log.logger.info("here", stack_info=True)
    assert "test_the_stack_on_request" in log.lines[0]["stackInfo"]


def test_extras_do_not_hide_the_record_s_own_fields(log: Log) -> None:
    log.logger.info("m", extra={"level": "mine", "timestamp": 1, "exception": "kept, for there is none"})
    [line] = log.lines
    assert (line["level"], line["exception"]) == ("INFO", "kept, for there is none")
    assert line["timestamp"] != 1


class Mute:
    def __str__(self) -> str:
        raise RuntimeError

    __repr__ = __str__


def test_values_that_json_has_no_form_for(log: Log) -> None:
    circle: list[object] = []
    circle.append(circle)
    values = {
        "set": {1},
        "nested": {"error": ValueError("no")},
        "keys": {(1, 2): 3},
        "nan": math.nan,
        "circle": circle,
        "surrogate": "\ud800",
        "line ends": "a\nb\u2028c",
        "mute": Mute(),
    }
    log.logger.info("m", extra=values)
    [line] = log.lines
    assert line["set"] == "{1}"
    assert line["nested"] == {"error": "no"}
    assert line["keys"] == "{(1, 2): 3}"
    assert line["nan"] == "nan"
    assert line["circle"] == "[[...]]"
    assert (line["surrogate"], line["line ends"]) == (values["surrogate"], values["line ends"])
    assert "Mute object at" in line["mute"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(message=st.text(), value=JSON)
def test_what_is_json_is_kept(message: str, value: object) -> None:
    record = logging.makeLogRecord({"msg": message, "value": value})
    line = JsonFormatter().format(record)
    assert len(line.splitlines()) == 1
    read = json.loads(line)
    assert (read["message"], read["value"]) == (message, value)


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield root
    root.handlers[:] = before
    root.setLevel(level)


def test_log_as_json_takes_the_root_logger_over(root: logging.Logger) -> None:
    stream = io.StringIO()
    root.addHandler(logging.StreamHandler(stream))
    log_as_json("WARNING", stream)
    logging.getLogger("deep.inside").warning("once")
    logging.getLogger("deep.inside").info("below the level")
    [line] = stream.getvalue().splitlines()
    assert json.loads(line)["logger"] == "deep.inside"


def test_log_as_json_writes_to_the_error_output(root: logging.Logger, capsys: pytest.CaptureFixture[str]) -> None:
    log_as_json()
    logging.getLogger("x").info("m")
    captured = capsys.readouterr()
    assert json.loads(captured.err)["message"] == "m"
    assert captured.out == ""


def test_dict_config(root: logging.Logger, capsys: pytest.CaptureFixture[str]) -> None:
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"json": {"()": "durable_runtime.json_logging.JsonFormatter"}},
            "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "json", "stream": sys.stdout}},
            "root": {"handlers": ["out"], "level": "INFO"},
        }
    )
    logging.getLogger("x").info("m")
    assert json.loads(capsys.readouterr().out)["message"] == "m"
