"""Protocols and small types for annotations. Imports nothing else of the SDK that would import this module back."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from durable_runtime.records import record

if TYPE_CHECKING:
    from durable_runtime.config import (
        CallbackConfig,
        ChildConfig,
        Duration,
        MapConfig,
        ParallelBranch,
        ParallelConfig,
        StepConfig,
    )

T = TypeVar("T")
U = TypeVar("U")
C_co = TypeVar("C_co", covariant=True)
C_contra = TypeVar("C_contra", contravariant=True)


class LoggerInterface(Protocol):
    """What a logger must offer; those of the standard library do."""

    def debug(self, msg: object, *args: object, extra: Mapping[str, object] | None = None) -> None:
        """Log at DEBUG."""
        ...

    def info(self, msg: object, *args: object, extra: Mapping[str, object] | None = None) -> None:
        """Log at INFO."""
        ...

    def warning(self, msg: object, *args: object, extra: Mapping[str, object] | None = None) -> None:
        """Log at WARNING."""
        ...

    def error(self, msg: object, *args: object, extra: Mapping[str, object] | None = None) -> None:
        """Log at ERROR."""
        ...

    def exception(self, msg: object, *args: object, extra: Mapping[str, object] | None = None) -> None:
        """Log at ERROR with the exception being handled."""
        ...


@record(frozen=True)
class OperationContext:
    """What every function run by an operation gets: a logger that names the operation."""

    logger: LoggerInterface


@record(frozen=True)
class StepContext(OperationContext):
    """What a step's function gets; `attempt` counts from 1."""

    attempt: int


@record(frozen=True)
class WaitForCallbackContext(OperationContext):
    """What a callback's submitter gets."""


@record(frozen=True)
class WaitForConditionCheckContext(OperationContext):
    """What a condition's check gets; `attempt` counts from 1."""

    attempt: int


class Callback(Protocol, Generic[C_co]):
    """A callback that was created: hand `callback_id` to whoever shall complete it."""

    callback_id: str

    @abstractmethod
    def result(self) -> C_co | None:
        """Return the result, suspending until there is one."""
        ...


class BatchResult(Protocol, Generic[T]):
    """What map and parallel return, as far as annotations need it."""

    @abstractmethod
    def get_results(self) -> list[T]:
        """Return the results of the items that succeeded."""
        ...


class DurableContext(Protocol):
    """The durable operations, for annotations; `durable_runtime.context.DurableContext` implements them."""

    @abstractmethod
    def step(self, func: Callable[[StepContext], T], name: str | None = None, config: StepConfig | None = None) -> T:
        """Run a function once and remember its result."""
        ...

    @abstractmethod
    def run_in_child_context(
        self,
        func: Callable[[DurableContext], T],
        name: str | None = None,
        config: ChildConfig[T] | None = None,
    ) -> T:
        """Run a function that uses durable operations of its own."""
        ...

    @abstractmethod
    def map(
        self,
        inputs: Sequence[U],
        func: Callable[[DurableContext, U, int, Sequence[U]], T],
        name: str | None = None,
        config: MapConfig[U] | None = None,
    ) -> BatchResult[T]:
        """Run a function for each input, each in a context of its own."""
        ...

    @abstractmethod
    def parallel(
        self,
        functions: Sequence[Callable[[DurableContext], T] | ParallelBranch[T]],
        name: str | None = None,
        config: ParallelConfig | None = None,
    ) -> BatchResult[T]:
        """Run several functions, each in a context of its own."""
        ...

    @abstractmethod
    def wait(self, duration: Duration, name: str | None = None) -> None:
        """Suspend for a time."""
        ...

    @abstractmethod
    def create_callback(self, name: str | None = None, config: CallbackConfig | None = None) -> Callback[Any]:
        """Create a callback that something outside completes."""
        ...


class LambdaContext(Protocol):
    """The context object that Lambda passes to a handler."""

    aws_request_id: str
    log_group_name: str | None = None
    log_stream_name: str | None = None
    function_name: str | None = None
    memory_limit_in_mb: str | None = None
    function_version: str | None = None
    invoked_function_arn: str | None = None
    tenant_id: str | None = None
    client_context: Any | None = None
    identity: Any | None = None

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until Lambda ends this invocation."""
        ...

    def log(self, msg: Any) -> None:
        """Write to the function's log."""
        ...


class SummaryGenerator(Protocol[C_contra]):
    """Turns a result that is too large for a checkpoint into a short text to store in its place."""

    def __call__(self, result: C_contra) -> str:
        """Return the text."""
        ...


_EXECUTION_ARN = re.compile(
    r"^arn:[^:]*:lambda:[^:]*:[^:]*:function:([^:/]+):[^:/]+/durable-execution/([^/]+)/([^/]+)$"
)


@record(frozen=True)
class DurableExecutionArn:
    """The parts of an execution's ARN that vary within a function's region and account.

    The form is arn:<partition>:lambda:<region>:<account>:function:<function>:<version>, then
    /durable-execution/<execution>/<invocation>.
    """

    function_name: str
    execution_name: str
    invocation_id: str

    @classmethod
    def from_arn(cls, arn: str) -> DurableExecutionArn | None:
        """Return the parts, or None if `arn` has another form."""
        match = _EXECUTION_ARN.match(arn)
        return cls(*match.groups()) if match else None
