"""The logger of a context: silent while the context replays, and it says which operation speaks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from durable_runtime.records import record
from durable_runtime.types import LoggerInterface

if TYPE_CHECKING:
    from durable_runtime.identifier import OperationIdentifier
    from durable_runtime.state import ExecutionState


def _never() -> bool:
    return False


@record(frozen=True)
class LogInfo:
    """What a logger adds to each of its records."""

    execution_state: ExecutionState
    parent_id: str | None = None
    operation_id: str | None = None
    name: str | None = None
    attempt: int | None = None

    @classmethod
    def from_operation_identifier(
        cls, execution_state: ExecutionState, op_id: OperationIdentifier, attempt: int | None = None
    ) -> LogInfo:
        """Take the facts from an operation; `attempt` counts from 1."""
        return cls(execution_state, op_id.parent_id, op_id.operation_id, op_id.name, attempt)

    def with_parent_id(self, parent_id: str) -> LogInfo:
        """Return a copy with another parent."""
        return LogInfo(self.execution_state, parent_id, self.operation_id, self.name, self.attempt)


class Logger(LoggerInterface):
    """Passes records on to another logger, with `default_extra` merged into their `extra`.

    Args:
        logger: Where the records go, such as a standard library logger.
        default_extra: What every record gets; the `extra` of a call wins over it.
        is_replaying: Records are dropped while it returns True. A logger without a context always logs.
    """

    def __init__(
        self,
        logger: LoggerInterface,
        default_extra: Mapping[str, object],
        is_replaying: Callable[[], bool] = _never,
    ) -> None:
        self._logger = logger
        self._default_extra = default_extra
        self._is_replaying = is_replaying

    @classmethod
    def from_log_info(cls, logger: LoggerInterface, info: LogInfo, is_replaying: Callable[[], bool] = _never) -> Logger:
        """Build a logger whose records carry executionArn, parentId, operationName, attempt and operationId."""
        extra: dict[str, object] = {"executionArn": info.execution_state.durable_execution_arn}
        if info.parent_id:
            extra["parentId"] = info.parent_id
        if info.name:
            # Not "name": the standard library's records have an attribute of that name and refuse another.
            extra["operationName"] = info.name
        if info.attempt is not None:
            extra["attempt"] = info.attempt
        if info.operation_id:
            extra["operationId"] = info.operation_id
        return cls(logger, extra, is_replaying)

    def with_log_info(self, info: LogInfo) -> Logger:
        """Return a logger for another operation of the same context."""
        return Logger.from_log_info(self._logger, info, self._is_replaying)

    def with_is_replaying(self, is_replaying: Callable[[], bool]) -> Logger:
        """Return a logger of a context with a replay status of its own."""
        return Logger(self._logger, self._default_extra, is_replaying)

    def get_logger(self) -> LoggerInterface:
        """Return the logger that the records go to."""
        return self._logger

    def debug(self, msg: object, *args: object, extra: Mapping[str, object] | None = None) -> None:
        """Log at DEBUG."""
        self._log(self._logger.debug, msg, *args, extra=extra)

    def info(self, msg: object, *args: object, extra: Mapping[str, object] | None = None) -> None:
        """Log at INFO."""
        self._log(self._logger.info, msg, *args, extra=extra)

    def warning(self, msg: object, *args: object, extra: Mapping[str, object] | None = None) -> None:
        """Log at WARNING."""
        self._log(self._logger.warning, msg, *args, extra=extra)

    def error(self, msg: object, *args: object, extra: Mapping[str, object] | None = None) -> None:
        """Log at ERROR."""
        self._log(self._logger.error, msg, *args, extra=extra)

    def exception(self, msg: object, *args: object, extra: Mapping[str, object] | None = None) -> None:
        """Log at ERROR with the exception being handled."""
        self._log(self._logger.exception, msg, *args, extra=extra)

    def _log(
        self, log: Callable[..., Any], msg: object, *args: object, extra: Mapping[str, object] | None = None
    ) -> None:
        if not self._is_replaying():
            log(msg, *args, extra={**self._default_extra, **(extra or {})})
