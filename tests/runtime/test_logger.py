from __future__ import annotations

import logging
from types import SimpleNamespace
from typing import Any

import aws_durable_execution_sdk_python.identifier as aws_identifier
import aws_durable_execution_sdk_python.lambda_service as aws_wire
import aws_durable_execution_sdk_python.logger as aws
import durable_runtime.identifier as our_identifier
import durable_runtime.lambda_service as our_wire
import durable_runtime.logger as ours
import pytest

from tests.runtime.oracle import plain

STATE = SimpleNamespace(durable_execution_arn="arn")
LEVELS = ["debug", "info", "warning", "error", "exception"]


class Noting:
    """A logger that notes the calls it gets."""

    def __init__(self) -> None:
        self.calls: list[Any] = []

    def __getattr__(self, level: str) -> Any:
        return lambda *args, **kwargs: self.calls.append((level, args, kwargs))


def logged(package: Any, info: dict[str, Any], extra: Any, replaying: bool) -> Any:
    target = Noting()
    log_info = package.LogInfo(STATE, **info)
    logger = package.Logger.from_log_info(target, log_info, lambda: replaying)
    for level in LEVELS:
        getattr(logger, level)("message %s", "argument", extra=extra)
        getattr(logger.with_log_info(log_info.with_parent_id("other")), level)("m")
        getattr(logger.with_is_replaying(lambda: not replaying), level)("m")
        getattr(package.Logger(target, {"default": 1}), level)("m", extra=extra)
    assert logger.get_logger() is target
    return target.calls


@pytest.mark.parametrize(
    "info",
    [
        {},
        {"parent_id": "p", "operation_id": "o", "name": "n", "attempt": 2},
        {"parent_id": "", "operation_id": "", "name": "", "attempt": 0},
    ],
)
@pytest.mark.parametrize("extra", [None, {}, {"executionArn": "own", "more": 1}])
@pytest.mark.parametrize("replaying", [True, False])
def test_calls_reach_the_logger_as_with_aws(info: dict[str, Any], extra: Any, replaying: bool) -> None:
    mine = logged(ours, info, extra, replaying)
    assert mine == logged(aws, info, extra, replaying)
    assert mine


def test_info_of_an_operation_is_that_of_aws() -> None:
    def of_operation(package: Any, identifier: Any, wire: Any) -> Any:
        operation = identifier.OperationIdentifier("o", "Step", "p", "n", operation_type=wire.OperationType.STEP)
        info = package.LogInfo.from_operation_identifier("state", operation, 3)
        return plain(info), plain(info.with_parent_id("q"))

    mine = of_operation(ours, our_identifier, our_wire)
    assert mine == of_operation(aws, aws_identifier, aws_wire)
    assert mine[0][1]["attempt"] == 3


def test_a_logger_of_the_standard_library_gets_the_extras_on_its_records(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    info = ours.LogInfo(STATE, operation_id="o", name="n")  # type: ignore[arg-type]
    logger = ours.Logger.from_log_info(logging.getLogger("handler"), info)
    logger.info("done with %s", "it")
    record: Any = caplog.records[-1]
    assert record.getMessage() == "done with it"
    assert (record.executionArn, record.operationId, record.operationName) == ("arn", "o", "n")
