"""How long the warehouse waits for others."""

from aws_durable_execution_sdk_python.config import Duration

CARRIER_DAYS = 14
CARRIER = Duration.from_days(CARRIER_DAYS)
INSPECTION = Duration.from_hours(48)
