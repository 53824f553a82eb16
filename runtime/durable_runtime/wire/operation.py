"""Operations as the service reports them."""

from __future__ import annotations

import datetime
from collections.abc import Callable, MutableMapping
from typing import Any

from durable_runtime.records import record
from durable_runtime.wire.details import (
    CallbackDetails,
    ChainedInvokeDetails,
    ContextDetails,
    ExecutionDetails,
    StepDetails,
    WaitDetails,
    recorded_error,
)
from durable_runtime.wire.enums import OperationStatus, OperationType

# An enum's own lookup costs twice as much; replay does both for every operation.
_TYPES: dict[Any, OperationType] = {member.value: member for member in OperationType}
_STATUSES: dict[Any, OperationStatus] = {member.value: member for member in OperationStatus}


class TimestampConverter:
    """Between datetimes and the epoch milliseconds of the invocation event."""

    @staticmethod
    def to_unix_millis(dt: datetime.datetime | None) -> int | None:
        """Return the milliseconds since the epoch, cut to whole ones."""
        return int(dt.timestamp() * 1000) if dt else None

    @staticmethod
    def from_unix_millis(ms: int | None) -> datetime.datetime | None:
        """Return the datetime in UTC."""
        return datetime.datetime.fromtimestamp(ms / 1000, tz=datetime.UTC) if ms is not None else None


@record(frozen=True)
class Operation:
    """The state of one operation."""

    operation_id: str
    operation_type: OperationType
    status: OperationStatus
    parent_id: str | None = None
    name: str | None = None
    start_timestamp: datetime.datetime | None = None
    end_timestamp: datetime.datetime | None = None
    sub_type: str | None = None
    execution_details: ExecutionDetails | None = None
    context_details: ContextDetails | None = None
    step_details: StepDetails | None = None
    wait_details: WaitDetails | None = None
    callback_details: CallbackDetails | None = None
    chained_invoke_details: ChainedInvokeDetails | None = None

    @classmethod
    def from_dict(cls, data: MutableMapping[str, Any]) -> Operation:
        """Read the API's form, with datetimes.

        Raises:
            KeyError: There is no Id.
            ValueError: The Type or Status is none that exists.
        """
        return _operation(cls, data, _unchanged)

    def to_dict(self) -> MutableMapping[str, Any]:
        """Return the API's form, with datetimes."""
        wire: dict[str, Any] = {
            "Id": self.operation_id,
            "Type": self.operation_type._value_,
            "Status": self.status._value_,
        }
        if self.parent_id:
            wire["ParentId"] = self.parent_id
        if self.name:
            wire["Name"] = self.name
        if self.start_timestamp:
            wire["StartTimestamp"] = self.start_timestamp
        if self.end_timestamp:
            wire["EndTimestamp"] = self.end_timestamp
        if self.sub_type:
            wire["SubType"] = self.sub_type
        self._add_details(wire)
        return wire

    def _add_details(self, wire: dict[str, Any]) -> None:
        if self.execution_details:
            wire["ExecutionDetails"] = {"InputPayload": self.execution_details.input_payload}
        if context := self.context_details:
            wire["ContextDetails"] = {"Result": context.result}
            if context.error:
                wire["ContextDetails"]["Error"] = context.error.to_dict()
            if context.replay_children:
                wire["ContextDetails"]["ReplayChildren"] = context.replay_children
        if step := self.step_details:
            wire["StepDetails"] = {"Attempt": step.attempt}
            if step.next_attempt_timestamp:
                wire["StepDetails"]["NextAttemptTimestamp"] = step.next_attempt_timestamp
            _add_outcome(wire["StepDetails"], step)
        if wait := self.wait_details:
            end = wait.scheduled_end_timestamp
            wire["WaitDetails"] = {"ScheduledEndTimestamp": end} if end else {}
        if callback := self.callback_details:
            wire["CallbackDetails"] = {"CallbackId": callback.callback_id}
            _add_outcome(wire["CallbackDetails"], callback)
        if invoke := self.chained_invoke_details:
            wire["ChainedInvokeDetails"] = {}
            _add_outcome(wire["ChainedInvokeDetails"], invoke)

    def to_json_dict(self) -> MutableMapping[str, Any]:
        """Return the form of the invocation event, with epoch milliseconds."""
        wire = self.to_dict()
        _to_millis(wire, "StartTimestamp")
        _to_millis(wire, "EndTimestamp")
        if step := wire.get("StepDetails"):
            _to_millis(step, "NextAttemptTimestamp")
        if wait := wire.get("WaitDetails"):
            _to_millis(wait, "ScheduledEndTimestamp")
        return wire

    @classmethod
    def from_json_dict(cls, data: MutableMapping[str, Any]) -> Operation:
        """Read the form of the invocation event, with epoch milliseconds."""
        return _operation(cls, data, _moment)


def _unchanged(timestamp: Any) -> Any:
    return timestamp


def _moment(timestamp: Any) -> Any:
    return None if timestamp is None else _from_timestamp(timestamp / 1000, _UTC)


_from_timestamp, _UTC = datetime.datetime.fromtimestamp, datetime.UTC


def _operation(cls: type[Operation], data: MutableMapping[str, Any], moment: Callable[[Any], Any]) -> Operation:
    """Read an operation whose timestamps `moment` understands; a replay does little else as often."""
    get = data.get
    kind, status = get("Type"), get("Status")
    execution = get("ExecutionDetails")
    context = get("ContextDetails")
    step = get("StepDetails")
    wait = get("WaitDetails")
    callback = get("CallbackDetails")
    invoke = get("ChainedInvokeDetails")
    return cls(
        data["Id"],
        _TYPES.get(kind) or OperationType(kind),
        _STATUSES.get(status) or OperationStatus(status),
        get("ParentId"),
        get("Name"),
        moment(get("StartTimestamp")),
        moment(get("EndTimestamp")),
        get("SubType") or None,
        ExecutionDetails.from_dict(execution) if execution else None,
        ContextDetails.from_dict(context) if context else None,
        _step_details(step, moment) if step else None,
        WaitDetails(moment(wait.get("ScheduledEndTimestamp"))) if wait else None,
        CallbackDetails.from_dict(callback) if callback else None,
        ChainedInvokeDetails.from_dict(invoke) if invoke else None,
    )


def _step_details(data: MutableMapping[str, Any], moment: Callable[[Any], Any]) -> StepDetails:
    get = data.get
    next_attempt = get("NextAttemptTimestamp")
    return StepDetails(
        get("Attempt", 0),
        None if next_attempt is None else moment(next_attempt),
        get("Result"),
        recorded_error(data) if "Error" in data else None,
    )


def _add_outcome(details: dict[str, Any], outcome: StepDetails | CallbackDetails | ChainedInvokeDetails) -> None:
    if outcome.result:
        details["Result"] = outcome.result
    if outcome.error:
        details["Error"] = outcome.error.to_dict()


def _to_millis(wire: MutableMapping[str, Any], key: str) -> None:
    if (value := wire.get(key)) is not None:
        wire[key] = TimestampConverter.to_unix_millis(value)
