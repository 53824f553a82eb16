"""Clients, made once for each environment."""

import boto3
from botocore.config import Config

_config = Config(retries={"max_attempts": 4, "mode": "adaptive"})
_session = boto3.session.Session(region_name="eu-west-1")

iot = _session.client("iot", config=_config)
iot_data = _session.client("iot-data", config=_config)
devices = _session.resource("dynamodb").Table("devices")
