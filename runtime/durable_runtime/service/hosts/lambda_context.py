"""The Lambda context handed to handlers."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from durable_runtime.service.hosts.protocol import Invocation


@dataclass(slots=True)
class LambdaContext:
    """What Lambda's Python runtime passes as a handler's second argument."""

    aws_request_id: str
    function_name: str
    function_version: str
    invoked_function_arn: str
    deadline: float
    """On `time.monotonic`'s clock."""
    tenant_id: str | None = None
    memory_limit_in_mb: str = "128"
    log_group_name: str = ""
    log_stream_name: str = ""
    identity: Any = None
    client_context: Any = None

    @classmethod
    def of(cls, invocation: Invocation) -> LambdaContext:
        """The context of an invocation that begins now."""
        name, _, qualifier = invocation.function_arn.partition(":function:")[2].partition(":")
        return cls(
            aws_request_id=invocation.request_id,
            function_name=name,
            function_version=qualifier if qualifier.isdecimal() else "$LATEST",
            invoked_function_arn=invocation.function_arn,
            deadline=time.monotonic() + invocation.timeout,
            tenant_id=invocation.tenant_id,
            log_group_name=f"/aws/lambda/{name}",
            log_stream_name=invocation.request_id,
        )

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the invocation times out."""
        return max(0, int((self.deadline - time.monotonic()) * 1000))

    def log(self, message: str) -> None:
        """Print a line, as Lambda's context does."""
        print(message)
