"""How an operation suspends: until a time, after a delay, or until something happens.

The wire wants delays of a second or more, which is the callers' business: within map and parallel a suspension of zero
seconds means "run this branch again at once".
"""

from __future__ import annotations

import datetime
from typing import NoReturn

from durable_runtime.exceptions import SuspendExecution, TimedSuspendExecution


def suspend_with_optional_resume_timestamp(msg: str, datetime_timestamp: datetime.datetime | None = None) -> NoReturn:
    """Suspend until a time zone aware timestamp; one in the past means at once, None means without a time.

    Raises:
        TimedSuspendExecution: A timestamp was given.
        SuspendExecution: None was given.
    """
    if datetime_timestamp is None:
        raise SuspendExecution(
            f"No timestamp provided. Suspending without retry timestamp. Original operation: [{msg}]"
        )
    now = datetime.datetime.now(tz=datetime.UTC)
    if datetime_timestamp < now:
        msg = f"Invalid timestamp {datetime_timestamp}, suspending with immediate retry, original operation: [{msg}]"
        datetime_timestamp = now
    raise TimedSuspendExecution.from_datetime(msg, datetime_timestamp)


def suspend_with_optional_resume_delay(msg: str, delay_seconds: int | None = None) -> NoReturn:
    """Suspend for a number of seconds; a negative one means at once, None means without a time.

    Raises:
        TimedSuspendExecution: A delay was given.
        SuspendExecution: None was given.
    """
    if delay_seconds is None:
        raise SuspendExecution(
            f"No delay_seconds provided, suspending without retry timestamp, original operation: [{msg}]"
        )
    if delay_seconds < 0:
        msg = f"Invalid delay_seconds {delay_seconds}, suspending with delay 0, original operation: [{msg}]"
        delay_seconds = 0
    raise TimedSuspendExecution.from_delay(msg, delay_seconds)
