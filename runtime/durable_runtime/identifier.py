"""Who an operation is: its id from its place in the code, and the check that history holds the same one there."""

from __future__ import annotations

from dataclasses import field

from durable_runtime.exceptions import NonDeterministicExecutionError
from durable_runtime.lambda_service import Operation, OperationType
from durable_runtime.records import record

# The same function, without the 3 ms that hashlib takes to load OpenSSL.
try:
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b


@record(frozen=True)
class OperationIdNamespace:
    """The ids within one context: position n always has the same one."""

    prefix: str | None = None

    def create_id_for_step(self, step: int) -> str:
        """Return the id at position `step`: 64 hexadecimal digits of BLAKE2b over "n" or "prefix-n"."""
        key = f"{self.prefix}-{step}" if self.prefix else str(step)
        return blake2b(key.encode()).hexdigest()[:64]


def is_recorded_as(
    recorded: Operation, kind: OperationType, sub_type: str, parent_id: str | None, name: str | None
) -> bool:
    """Tell whether a recorded operation is the one that the code states."""
    return (
        recorded.operation_type is kind
        and recorded.sub_type == sub_type
        and (recorded.name or None) == (name or None)
        and (recorded.parent_id or None) == (parent_id or None)
    )


@record(frozen=True)
class OperationIdentifier:
    """An operation as the code states it.

    `sub_type` is the value of an OperationSubType, or the string that a config asked for.
    """

    operation_id: str
    sub_type: str
    parent_id: str | None = None
    name: str | None = None
    operation_type: OperationType = field(kw_only=True)

    @property
    def type(self) -> OperationType:
        """The operation's type."""
        return self.operation_type

    def validate_checkpoint(self, checkpoint: Operation | None) -> None:
        """Make sure that the recorded operation at this place is this one.

        Raises:
            NonDeterministicExecutionError: Type, subtype, name or parent differ.
        """
        if not isinstance(checkpoint, Operation):
            return
        if is_recorded_as(checkpoint, self.operation_type, self.sub_type, self.parent_id, self.name):
            return
        raise NonDeterministicExecutionError(
            f"Non-deterministic operation identity at id={self.operation_id!r}: {self._differences(checkpoint)}",
            step_id=self.operation_id,
        )

    def _differences(self, checkpoint: Operation) -> str:
        pairs = (
            ("type", checkpoint.operation_type.value, self.operation_type.value),
            ("subtype", checkpoint.sub_type, self.sub_type),
            ("name", checkpoint.name or None, self.name or None),
            ("parent_id", checkpoint.parent_id or None, self.parent_id or None),
        )
        return ", ".join(
            f"{what} checkpoint={recorded!r} current={current!r}"
            for what, recorded, current in pairs
            if recorded != current
        )
