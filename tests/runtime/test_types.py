from __future__ import annotations

import dataclasses
import logging

import aws_durable_execution_sdk_python.types as aws
import durable_runtime.types as ours
import pytest

from tests.runtime.oracle import plain

PREFIX = "arn:aws:lambda:eu-central-1:123456789012:function"


@pytest.mark.parametrize(
    "arn",
    [
        f"{PREFIX}:f:1/durable-execution/name/id",
        f"{PREFIX}:f:$LATEST/durable-execution/name/id",
        "arn:aws-cn:lambda:::function:f:v/durable-execution/n/i",
        f"{PREFIX}:f/durable-execution/name/id",
        f"{PREFIX}:f:1/durable-execution/name/id/more",
        f"{PREFIX}:f:1/durable-execution/name",
        f"{PREFIX}:f:1",
        "uuid/uuid",
        "",
    ],
)
def test_arns_are_parsed_as_by_aws(arn: str) -> None:
    assert plain(ours.DurableExecutionArn.from_arn(arn)) == plain(aws.DurableExecutionArn.from_arn(arn))


def test_an_arn_gives_its_parts() -> None:
    assert ours.DurableExecutionArn.from_arn(f"{PREFIX}:f:1/durable-execution/name/id") == ours.DurableExecutionArn(
        "f", "name", "id"
    )


def test_contexts_are_frozen_and_carry_logger_and_attempt() -> None:
    logger = logging.getLogger()
    context = ours.StepContext(logger, 2)
    assert (context.logger, context.attempt) == (logger, 2)
    with pytest.raises(dataclasses.FrozenInstanceError):
        context.attempt = 3  # type: ignore[misc]
    assert ours.WaitForCallbackContext(logger=logger) == ours.WaitForCallbackContext(logger)
    assert ours.WaitForConditionCheckContext(logger, 1) != ours.StepContext(logger, 1)
