"""How long things may take."""

from __future__ import annotations

import os
from datetime import timedelta

from aws_durable_execution_sdk_python.config import CallbackConfig, Duration

BACKOFF = 15
CLEANING = timedelta(minutes=45)
AT_ONCE = Duration.from_seconds(20)
QUESTION = CallbackConfig(timeout=Duration.from_minutes(5))


class Deadlines:
    """Deadlines that customers know of."""

    DELIVERY = Duration.from_hours(24)
    SIGN_OF_LIFE = Duration.from_minutes(30)


def config_for(event: dict) -> CallbackConfig:
    """Limits that the configuration of the function decides."""
    return CallbackConfig(timeout=Duration.from_hours(int(os.environ.get("OBJECTION_HOURS", "48"))))
