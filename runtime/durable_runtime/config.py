"""Configuration of the operations. All classes are frozen and check what they are given."""

from __future__ import annotations

import math
import string
from collections.abc import Callable
from dataclasses import field
from enum import Enum, StrEnum
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from durable_runtime.arguments import (
    check_callable,
    check_duration,
    check_member,
    check_number,
    check_optional_number,
    check_serdes,
    check_text,
    refuse,
)
from durable_runtime.completion import (
    BatchItemStatus,
    CompletionConfig,
    CompletionDecision,
    CompletionItemStatus,
    CompletionOutcome,
    CompletionStatus,
    complete_batch,
    continue_batch,
)
from durable_runtime.exceptions import ValidationError
from durable_runtime.records import record

__all__ = [
    "BatchItemStatus",
    "CallbackConfig",
    "ChildConfig",
    "CompletionConfig",
    "CompletionDecision",
    "CompletionItemStatus",
    "CompletionOutcome",
    "CompletionStatus",
    "Duration",
    "InvokeConfig",
    "JitterStrategy",
    "MapConfig",
    "NestingType",
    "Numeric",
    "P",
    "ParallelBranch",
    "ParallelConfig",
    "R",
    "StepConfig",
    "StepSemantics",
    "T",
    "ValidationError",
    "WaitForCallbackConfig",
    "complete_batch",
    "continue_batch",
]

if TYPE_CHECKING:
    from durable_runtime.retries import RetryDecision
    from durable_runtime.serdes import SerDes
    from durable_runtime.types import SummaryGenerator

P = TypeVar("P")
R = TypeVar("R")
T = TypeVar("T")

Numeric = int | float

# Lambda's model: SubType is 1 to 32 characters of [a-zA-Z0-9-_].
_SUB_TYPE_MAX_LENGTH = 32
_SUB_TYPE_CHARACTERS = frozenset(string.ascii_letters + string.digits + "-_")


@record(frozen=True)
class Duration:
    """A length of time in seconds. The service counts whole seconds and takes at least 1, at most 366 days.

    The `from_…` methods drop fractions of a second: `Duration.from_seconds(0.5)` is zero.

    Raises:
        ValidationError: The length is negative.
    """

    seconds: int = 0

    def __post_init__(self) -> None:
        check_number("Duration.seconds", self.seconds)
        if self.seconds < 0:
            raise ValidationError("Duration seconds must be positive")

    def to_seconds(self) -> int:
        """Return the seconds."""
        return self.seconds

    @classmethod
    def from_seconds(cls, value: float) -> Duration:
        """Return a duration of `value` seconds."""
        return cls(seconds=int(value))

    @classmethod
    def from_minutes(cls, value: float) -> Duration:
        """Return a duration of `value` minutes."""
        return cls(seconds=int(value * 60))

    @classmethod
    def from_hours(cls, value: float) -> Duration:
        """Return a duration of `value` hours."""
        return cls(seconds=int(value * 3600))

    @classmethod
    def from_days(cls, value: float) -> Duration:
        """Return a duration of `value` days of 24 hours."""
        return cls(seconds=int(value * 86400))


class NestingType(Enum):
    """Whether each item of a map, or branch of a parallel, is an operation of its own.

    NESTED: each is a CONTEXT operation, visible in history, with a result of its own.
    FLAT: the items' operations belong to the map or parallel directly; fewer operations count against the limit.
    """

    NESTED = "NESTED"
    FLAT = "FLAT"


def _check_batch(owner: str, config: MapConfig[Any] | ParallelConfig) -> None:
    check_optional_number(f"{owner}.max_concurrency", config.max_concurrency)
    if config.max_concurrency is not None and config.max_concurrency < 1:
        raise ValidationError(f"max_concurrency must be at least 1, got: {config.max_concurrency}")
    if config.completion_config is None or not hasattr(config.completion_config, "should_complete"):
        refuse(f"{owner}.completion_config", "a CompletionConfig", config.completion_config)
    check_serdes(f"{owner}.serdes", config.serdes)
    check_serdes(f"{owner}.item_serdes", config.item_serdes)
    check_callable(f"{owner}.summary_generator", config.summary_generator)
    check_member(f"{owner}.nesting_type", config.nesting_type, NestingType)


@record(frozen=True)
class ParallelConfig:
    """Configuration of a parallel operation.

    Args:
        max_concurrency: Most branches in flight at a time; None means all.
        completion_config: When the operation is complete; by default at the first failure.
        serdes: For the BatchResult; without `item_serdes` for the branches' results too. None means the default serdes.
        item_serdes: For the branches' results.
        summary_generator: Writes the `summary` that is stored in place of a BatchResult above 256 KiB, for people to
            read; the result itself is then rebuilt from the branches on replay.
        nesting_type: Whether each branch is an operation of its own.
    """

    max_concurrency: int | None = None
    completion_config: CompletionConfig = field(default_factory=CompletionConfig.all_successful)
    serdes: SerDes[Any] | None = None
    item_serdes: SerDes[Any] | None = None
    summary_generator: SummaryGenerator[Any] | None = None
    nesting_type: NestingType = NestingType.NESTED

    def __post_init__(self) -> None:
        _check_batch("ParallelConfig", self)


@record(frozen=True)
class ParallelBranch(Generic[T]):
    """A branch of a parallel with a name of its own; without one it is called "parallel-branch-<index>"."""

    func: Callable[..., T]
    name: str | None = None

    def __call__(self, *args: Any, **kwargs: Any) -> T:
        """Run the branch's function."""
        return self.func(*args, **kwargs)


class StepSemantics(Enum):
    """How often an attempt of a step may run.

    AT_LEAST_ONCE_PER_RETRY: an attempt that an invocation's end interrupts runs again.
    AT_MOST_ONCE_PER_RETRY: its start is recorded before it runs; if interrupted, it counts as failed.
    """

    AT_MOST_ONCE_PER_RETRY = "AT_MOST_ONCE_PER_RETRY"
    AT_LEAST_ONCE_PER_RETRY = "AT_LEAST_ONCE_PER_RETRY"


def _check_sub_type(owner: str, sub_type: str | None) -> None:
    check_text(f"{owner}.sub_type", sub_type)
    if sub_type and (len(sub_type) > _SUB_TYPE_MAX_LENGTH or not _SUB_TYPE_CHARACTERS.issuperset(sub_type)):
        raise ValidationError(
            f"sub_type must be 1 to {_SUB_TYPE_MAX_LENGTH} characters from "
            f"A-Z, a-z, 0-9, hyphen, and underscore, got: {sub_type!r}"
        )


def _check_retry_strategy(owner: str, strategy: Any) -> None:
    check_callable(
        f"{owner}.retry_strategy",
        strategy,
        "a function (error, attempts_made) -> RetryDecision",
        "make one of a config with create_retry_strategy(config)",
    )


@record(frozen=True)
class StepConfig:
    """Configuration of a step.

    Args:
        retry_strategy: Decides after each failed attempt whether and when to try again. None means
            RetryPresets.default(): 6 attempts.
        step_semantics: How often an attempt may run.
        serdes: For the result. None means the default serdes.
        sub_type: The subtype to record instead of "Step": 1 to 32 characters of A-Z, a-z, 0-9, - and _. It belongs to
            the step's identity, so a change breaks executions in flight.
    """

    retry_strategy: Callable[[Exception, int], RetryDecision] | None = None
    step_semantics: StepSemantics = StepSemantics.AT_LEAST_ONCE_PER_RETRY
    serdes: SerDes[Any] | None = None
    sub_type: str | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        _check_retry_strategy("StepConfig", self.retry_strategy)
        check_member("StepConfig.step_semantics", self.step_semantics, StepSemantics)
        check_serdes("StepConfig.serdes", self.serdes)
        _check_sub_type("StepConfig", self.sub_type)


@record(frozen=True)
class ChildConfig(Generic[T]):
    """Configuration of a child context.

    Args:
        serdes: For the result. None means the default serdes.
        sub_type: The subtype to record instead of "RunInChildContext"; see StepConfig.
        summary_generator: Writes what is stored in place of a result above 256 KiB; on replay the body runs again.
        is_virtual: Record no operation for the context itself; its operations then belong to the caller's context.
    """

    serdes: SerDes[Any] | None = None
    sub_type: str | None = None
    summary_generator: SummaryGenerator[Any] | None = None
    is_virtual: bool = False

    def __post_init__(self) -> None:
        check_serdes("ChildConfig.serdes", self.serdes)
        _check_sub_type("ChildConfig", self.sub_type)
        check_callable("ChildConfig.summary_generator", self.summary_generator)


@record(frozen=True)
class MapConfig(Generic[T]):
    """Configuration of a map operation.

    Args:
        max_concurrency: Most items in flight at a time; None means all.
        completion_config: When the operation is complete; by default at the first failure.
        serdes: For the BatchResult; without `item_serdes` for the items' results too. None means the default serdes.
        item_serdes: For the items' results.
        summary_generator: As in ParallelConfig.
        nesting_type: Whether each item is an operation of its own.
        item_namer: Gives the item at an index a name instead of "map-item-<index>". It is asked for every item, on
            every replay, so it must always answer the same.
    """

    max_concurrency: int | None = None
    completion_config: CompletionConfig = field(default_factory=CompletionConfig)
    serdes: SerDes[Any] | None = None
    item_serdes: SerDes[Any] | None = None
    summary_generator: SummaryGenerator[Any] | None = None
    nesting_type: NestingType = NestingType.NESTED
    item_namer: Callable[[T, int], str] | None = None

    def __post_init__(self) -> None:
        _check_batch("MapConfig", self)
        check_callable("MapConfig.item_namer", self.item_namer)


@record(frozen=True)
class InvokeConfig(Generic[P, R]):
    """Configuration of an invoke.

    Args:
        serdes_payload: For the payload. None means plain JSON.
        serdes_result: For the result. None means plain JSON.
        tenant_id: The tenant whose isolated environment runs the function.
    """

    serdes_payload: SerDes[P] | None = None
    serdes_result: SerDes[R] | None = None
    tenant_id: str | None = None

    def __post_init__(self) -> None:
        check_serdes("InvokeConfig.serdes_payload", self.serdes_payload)
        check_serdes("InvokeConfig.serdes_result", self.serdes_result)
        check_text("InvokeConfig.tenant_id", self.tenant_id)


@record(frozen=True)
class CallbackConfig:
    """Configuration of a callback.

    Args:
        timeout: How long to wait for the result; zero means without end.
        heartbeat_timeout: How long to wait from one heartbeat to the next; zero means without end.
        serdes: For the result. None means the text as it was sent.
        sub_type: The subtype to record instead of "Callback"; see StepConfig.
    """

    timeout: Duration = field(default_factory=Duration)
    heartbeat_timeout: Duration = field(default_factory=Duration)
    serdes: SerDes[Any] | None = None
    sub_type: str | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        owner = type(self).__name__
        check_duration(f"{owner}.timeout", self.timeout)
        check_duration(f"{owner}.heartbeat_timeout", self.heartbeat_timeout)
        check_serdes(f"{owner}.serdes", self.serdes)
        _check_sub_type(owner, self.sub_type)

    @property
    def timeout_seconds(self) -> int:
        """The timeout in seconds."""
        return self.timeout.to_seconds()

    @property
    def heartbeat_timeout_seconds(self) -> int:
        """The heartbeat timeout in seconds."""
        return self.heartbeat_timeout.to_seconds()


@record(frozen=True)
class WaitForCallbackConfig(CallbackConfig):
    """Configuration of wait_for_callback: of its callback, and the retries of its submitter."""

    retry_strategy: Callable[[Exception, int], RetryDecision] | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_retry_strategy("WaitForCallbackConfig", self.retry_strategy)


class JitterStrategy(StrEnum):
    """How much chance is in a delay, so that many retries do not come at the same moment.

    NONE: none. FULL: anything from zero to the delay. HALF: anything from half the delay to all of it.
    """

    NONE = "NONE"
    FULL = "FULL"
    HALF = "HALF"

    def apply_jitter(self, delay: float) -> float:
        """Return a delay of this kind, in the unit of `delay`."""
        # Most invocations draw nothing, and the module takes its time to import.
        import random

        if self is JitterStrategy.NONE:
            return delay
        if self is JitterStrategy.HALF:
            return delay / 2 + random.random() * (delay / 2)
        return random.random() * delay

    def finalize_delay(self, base_delay: float) -> int:
        """Return a delay of this kind in whole seconds, rounded up and at least 1."""
        return max(1, math.ceil(self.apply_jitter(base_delay)))
