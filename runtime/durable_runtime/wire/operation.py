"""Operations as the service reports them."""

from __future__ import annotations

import datetime
from collections.abc import Callable, MutableMapping
from typing import Any

from durable_runtime.records import filled, record
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

_Moment = Callable[[Any], Any]
"""What makes datetimes of the timestamps of one form."""

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


def _operation(cls: type[Operation], data: MutableMapping[str, Any], moment: _Moment) -> Operation:
    """Read an operation whose timestamps `moment` understands; a replay does little else as often."""
    get = data.get
    kind, status = get("Type"), get("Status")
    values = {
        "operation_id": data["Id"],
        "operation_type": _TYPES.get(kind) or OperationType(kind),
        "status": _STATUSES.get(status) or OperationStatus(status),
        "parent_id": get("ParentId"),
        "name": get("Name"),
        "sub_type": get("SubType") or None,
        "_wire": data,
        "_moment": moment,
    }
    return filled(cls, values)


class _ReadLater:
    """A field of an operation that is read when somebody asks for it: of thousands that are replayed, few are."""

    def __init__(self, name: str, key: str, read: Callable[[Any, _Moment], Any]) -> None:
        self._name = name
        self._key = key
        self._read = read

    def __get__(self, operation: Operation | None, owner: type[Operation]) -> Any:
        if operation is None:
            return None
        values = vars(operation)
        value = values[self._name] = self._read(values["_wire"].get(self._key), values["_moment"])
        return value


def _step_details(data: MutableMapping[str, Any] | None, moment: _Moment) -> StepDetails | None:
    if not data:
        return None
    next_attempt = moment(data.get("NextAttemptTimestamp"))
    return StepDetails(data.get("Attempt", 0), next_attempt, data.get("Result"), recorded_error(data))


def _wait_details(data: MutableMapping[str, Any] | None, moment: _Moment) -> WaitDetails | None:
    return WaitDetails(moment(data.get("ScheduledEndTimestamp"))) if data else None


def _timestamp(value: Any, moment: _Moment) -> Any:
    return moment(value)


def _details(cls: Any) -> Callable[[Any, _Moment], Any]:
    return lambda data, _: cls.from_dict(data) if data else None


# An operation that was made by its constructor has all of these in its dictionary, where they are found first.
for _field, _key, _reader in (
    ("start_timestamp", "StartTimestamp", _timestamp),
    ("end_timestamp", "EndTimestamp", _timestamp),
    ("execution_details", "ExecutionDetails", _details(ExecutionDetails)),
    ("context_details", "ContextDetails", _details(ContextDetails)),
    ("step_details", "StepDetails", _step_details),
    ("wait_details", "WaitDetails", _wait_details),
    ("callback_details", "CallbackDetails", _details(CallbackDetails)),
    ("chained_invoke_details", "ChainedInvokeDetails", _details(ChainedInvokeDetails)),
):
    setattr(Operation, _field, _ReadLater(_field, _key, _reader))


def _add_outcome(details: dict[str, Any], outcome: StepDetails | CallbackDetails | ChainedInvokeDetails) -> None:
    if outcome.result:
        details["Result"] = outcome.result
    if outcome.error:
        details["Error"] = outcome.error.to_dict()


def _to_millis(wire: MutableMapping[str, Any], key: str) -> None:
    if (value := wire.get(key)) is not None:
        wire[key] = TimestampConverter.to_unix_millis(value)
