"""The service's limits, in one place.

Sources: botocore's model of Lambda (2015-03-31) for shapes and ranges, Lambda's quota page for operations and storage.
Sizes are in bytes of UTF-8, durations in seconds.
"""

from __future__ import annotations

from typing import Final

MIB: Final = 1_048_576
DAY: Final = 86_400

OPERATIONS: Final = 3_000
"""Operations of one execution as Lambda meters them: the execution, each operation, and each retry of a step."""
STORAGE: Final = 100 * 1_000_000
"""All payloads and errors ever written to one execution."""

OPERATION_PAYLOAD: Final = MIB
ERROR: Final = MIB
CALLBACK_RESULT: Final = MIB
SYNCHRONOUS_PAYLOAD: Final = 6 * MIB
"""Input or result of an execution whose caller waits for it."""
ASYNCHRONOUS_PAYLOAD: Final = MIB
"""Input or result of an execution started asynchronously or by a chained invoke."""

OPERATION_ID: Final = 64
OPERATION_NAME: Final = 256
SUB_TYPE: Final = 32
EXECUTION_NAME: Final = 64
FUNCTION_NAME: Final = 256
TENANT_ID: Final = 256
TRACE_ID: Final = 8_192
REASON: Final = 1_024
CLIENT_TOKEN: Final = 64
CHECKPOINT_TOKEN: Final = 2_048
CALLBACK_ID: Final = 1_024
ARN: Final = 1_024

WAIT: Final = 366 * DAY
"""Longest wait, delay before a retry and execution timeout; no execution gets older, paused or not."""
CALLBACK_TIMEOUT: Final = 99_999_999
RETENTION_DAYS: Final = 90

PAGE_ITEMS: Final = 1_000
DEFAULT_PAGE_ITEMS: Final = 100
STATE_PAGE: Final = 5 * MIB
"""Operations put into one invocation event or one page of state; an event of Lambda holds 6 MiB."""
