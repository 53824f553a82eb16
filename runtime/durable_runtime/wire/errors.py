"""Errors as they are recorded."""

from __future__ import annotations

import builtins
from collections.abc import MutableMapping
from typing import Any, NoReturn

from durable_runtime.exceptions import DurableOperationError, SerDesError
from durable_runtime.records import record
from durable_runtime.wire.names import error_type_name

_SERDES_ERROR_TYPE = error_type_name(SerDesError)


@record(frozen=True)
class ErrorObject:
    """A recorded error: the API's ErrorObject."""

    message: str | None
    type: str | None
    data: str | None
    stack_trace: list[str] | None

    @classmethod
    def from_dict(cls, data: MutableMapping[str, Any]) -> ErrorObject:
        """Read the API's form."""
        return cls(data.get("ErrorMessage"), data.get("ErrorType"), data.get("ErrorData"), data.get("StackTrace"))

    @classmethod
    def from_exception(cls, exception: BaseException) -> ErrorObject:
        """Record an exception under the qualified name of its class."""
        if isinstance(exception, SerDesError):
            # Subclasses too are recorded under this name: only so does replay know what to raise.
            return cls(exception.message, _SERDES_ERROR_TYPE, exception.data, exception.stack_trace)
        error_type = error_type_name(builtins.type(exception))
        if isinstance(exception, DurableOperationError):
            return cls(exception.message, error_type, exception.data, exception.stack_trace)
        return cls(str(exception), error_type, None, None)

    @classmethod
    def from_message(cls, message: str) -> ErrorObject:
        """Record a message without a type."""
        return cls(message, None, None, None)

    def to_dict(self) -> MutableMapping[str, Any]:
        """Return the API's form."""
        wire: dict[str, Any] = {}
        if self.message is not None:
            wire["ErrorMessage"] = self.message
        if self.type is not None:
            wire["ErrorType"] = self.type
        if self.data is not None:
            wire["ErrorData"] = self.data
        if self.stack_trace is not None:
            wire["StackTrace"] = self.stack_trace
        return wire

    def to_durable_operation_error(self) -> DurableOperationError:
        """Rebuild the error: one of the SDK's own classes where the type is theirs, else DurableOperationError."""
        return DurableOperationError.from_error_fields(self.type, self.message, self.data, self.stack_trace)

    def raise_as_operation_error(self, operation_error_cls: builtins.type[DurableOperationError]) -> NoReturn:
        """Raise what the caller of the operation sees, the same on the first run and on replay.

        Raises:
            SerDesError: The recorded failure is one of serialization, whatever the operation.
            operation_error_cls: Any other failure. `__cause__` is the error rebuilt from the record.
        """
        cause = self.to_durable_operation_error()
        error_class: builtins.type[DurableOperationError | SerDesError] = operation_error_cls
        if self.type == _SERDES_ERROR_TYPE:
            error_class = SerDesError
        raise error_class(
            message=self.message, error_type=self.type, data=self.data, stack_trace=self.stack_trace
        ) from cause
