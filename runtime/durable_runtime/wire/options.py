"""What an update asks of the service, by type of operation. The ranges are those of botocore's Lambda model."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any, TypeAlias

from durable_runtime.records import record
from durable_runtime.wire.details import ReplayChildren

TimeoutSeconds: TypeAlias = int


@record(frozen=True)
class StepOptions:
    """With RETRY: seconds until the next attempt, 1 to 31,622,400."""

    next_attempt_delay_seconds: int = 0

    @classmethod
    def from_dict(cls, data: MutableMapping[str, Any]) -> StepOptions:
        """Read the API's form."""
        return cls(data.get("NextAttemptDelaySeconds", 0))

    def to_dict(self) -> MutableMapping[str, Any]:
        """Return the API's form."""
        return {"NextAttemptDelaySeconds": self.next_attempt_delay_seconds}


@record(frozen=True)
class WaitOptions:
    """Seconds that a wait takes, 1 to 31,622,400."""

    wait_seconds: int = 1

    @classmethod
    def from_dict(cls, data: MutableMapping[str, Any]) -> WaitOptions:
        """Read the API's form."""
        return cls(data.get("WaitSeconds", 1))

    def to_dict(self) -> MutableMapping[str, Any]:
        """Return the API's form."""
        return {"WaitSeconds": self.wait_seconds}


@record(frozen=True)
class CallbackOptions:
    """Seconds until a callback times out, and between its heartbeats; 0 means no limit."""

    timeout_seconds: TimeoutSeconds = 0
    heartbeat_timeout_seconds: int = 0

    @classmethod
    def from_dict(cls, data: MutableMapping[str, Any]) -> CallbackOptions:
        """Read the API's form."""
        return cls(data.get("TimeoutSeconds", 0), data.get("HeartbeatTimeoutSeconds", 0))

    def to_dict(self) -> MutableMapping[str, Any]:
        """Return the API's form."""
        return {
            "TimeoutSeconds": self.timeout_seconds,
            "HeartbeatTimeoutSeconds": self.heartbeat_timeout_seconds,
        }


@record(frozen=True)
class ChainedInvokeOptions:
    """The function to invoke, its tenant, and the trace header to pass on."""

    function_name: str
    tenant_id: str | None = None
    x_amzn_trace_id: str | None = None

    @classmethod
    def from_dict(cls, data: MutableMapping[str, Any]) -> ChainedInvokeOptions:
        """Read the API's form."""
        return cls(data["FunctionName"], data.get("TenantId"), data.get("XAmznTraceId"))

    def to_dict(self) -> MutableMapping[str, Any]:
        """Return the API's form."""
        wire: dict[str, Any] = {"FunctionName": self.function_name}
        if self.tenant_id is not None:
            wire["TenantId"] = self.tenant_id
        if self.x_amzn_trace_id is not None:
            wire["XAmznTraceId"] = self.x_amzn_trace_id
        return wire


@record(frozen=True)
class ContextOptions:
    """Whether the body of a context runs again on replay because its result was too large to store."""

    replay_children: ReplayChildren = False

    @classmethod
    def from_dict(cls, data: MutableMapping[str, Any]) -> ContextOptions:
        """Read the API's form."""
        return cls(data.get("ReplayChildren", False))

    def to_dict(self) -> MutableMapping[str, Any]:
        """Return the API's form."""
        return {"ReplayChildren": self.replay_children}
