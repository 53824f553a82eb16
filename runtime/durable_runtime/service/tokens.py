"""Checkpoint tokens and callback ids: opaque to callers, readable to the service.

Both are base64 (the pattern ``[A-Za-z0-9+/]+={0,2}`` of botocore's model) of the execution's ARN and one more field, so
the service finds the execution without an index. They are no secrets: whoever may call the service may make them.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass

from durable_runtime.service import limits
from durable_runtime.service.errors import InvalidParameterValueException, ResourceNotFoundException


@dataclass(frozen=True, slots=True)
class CheckpointToken:
    """Permission to write the checkpoint that follows number ``sequence`` of an execution."""

    arn: str
    sequence: int

    def __str__(self) -> str:
        return _pack(self.arn, str(self.sequence))

    @classmethod
    def parse(cls, text: str) -> CheckpointToken:
        """Read a token.

        Raises:
            InvalidParameterValueException: the text is not a token of this service.
        """
        fields = _unpack(text, limits.CHECKPOINT_TOKEN)
        if fields is None or not fields[1].isdecimal():
            raise InvalidParameterValueException("Invalid checkpoint token")
        return cls(fields[0], int(fields[1]))


@dataclass(frozen=True, slots=True)
class CallbackId:
    """Where the result of a callback belongs."""

    arn: str
    operation_id: str

    def __str__(self) -> str:
        return _pack(self.arn, self.operation_id)

    @classmethod
    def parse(cls, text: str) -> CallbackId:
        """Read a callback id.

        Raises:
            ResourceNotFoundException: the text is not a callback id of this service.
        """
        fields = _unpack(text, limits.CALLBACK_ID)
        if fields is None:
            raise ResourceNotFoundException(f"Callback not found: {text}")
        return cls(*fields)


def _pack(arn: str, field: str) -> str:
    return b64encode(f"{arn}\n{field}".encode()).decode()


def _unpack(text: str, longest: int) -> tuple[str, str] | None:
    if len(text) > longest:
        return None
    try:
        arn, separator, field = b64decode(text, validate=True).decode().partition("\n")
    except (NotBase64, UnicodeDecodeError, ValueError):
        return None
    return (arn, field) if separator and arn and field else None
