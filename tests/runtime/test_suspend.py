from __future__ import annotations

import datetime as dt
import time
from typing import Any

import aws_durable_execution_sdk_python.suspend as aws
import durable_runtime.suspend as ours
import pytest
from durable_runtime.exceptions import SuspendExecution, TimedSuspendExecution

FUTURE = dt.datetime(2200, 1, 1, tzinfo=dt.UTC)
PAST = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def suspension(function: Any, *arguments: Any) -> tuple[str, str, float | None]:
    with pytest.raises(BaseException, match="operation") as caught:
        function("the operation", *arguments)
    return type(caught.value).__name__, str(caught.value), getattr(caught.value, "scheduled_timestamp", None)


@pytest.mark.parametrize("moment", [None, FUTURE, PAST])
def test_until_a_time_as_with_aws(moment: dt.datetime | None) -> None:
    mine = suspension(ours.suspend_with_optional_resume_timestamp, moment)
    theirs = suspension(aws.suspend_with_optional_resume_timestamp, moment)
    assert mine[:2] == theirs[:2]
    assert (mine[2] is None) == (theirs[2] is None)
    if moment is FUTURE:
        assert mine[2] == FUTURE.timestamp()


@pytest.mark.parametrize("delay", [None, 0, 5, -5])
def test_for_a_delay_as_with_aws(delay: int | None) -> None:
    before = time.time()
    mine = suspension(ours.suspend_with_optional_resume_delay, delay)
    theirs = suspension(aws.suspend_with_optional_resume_delay, delay)
    assert mine[:2] == theirs[:2]
    if delay is not None:
        assert mine[2] is not None
        assert before + max(delay, 0) <= mine[2] <= time.time() + max(delay, 0)


def test_a_time_in_the_past_means_now() -> None:
    before = time.time()
    with pytest.raises(TimedSuspendExecution) as caught:
        ours.suspend_with_optional_resume_timestamp("m", PAST)
    assert before - 1 <= caught.value.scheduled_timestamp <= time.time()


def test_without_a_time_there_is_none() -> None:
    with pytest.raises(SuspendExecution) as caught:
        ours.suspend_with_optional_resume_delay("m")
    assert not isinstance(caught.value, TimedSuspendExecution)
