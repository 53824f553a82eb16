"""The API's answers as JSON: timestamps in epoch seconds, as rest-json wants them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, cast

from durable_runtime.service.errors import ServiceError
from durable_runtime.service.http.messages import Response
from durable_runtime.service.http.refusals import members
from durable_runtime.service.wire import epoch_milliseconds


def answer(value: Any, status: int = 200) -> Response:
    """A response that holds a wire value."""
    return Response(status, json.dumps(value, default=_seconds, separators=(",", ":")).encode())


def refusal(error: ServiceError) -> Response:
    """A response that tells of an error, in the shape of botocore's model."""
    return Response(error.status, answer(members(error)).body, {"x-amzn-ErrorType": error.code})


def _seconds(value: object) -> float:
    return epoch_milliseconds(cast(datetime, value)) / 1000
