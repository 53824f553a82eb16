"""Retry strategies of steps, and retries of whole blocks of operations."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from durable_runtime.arguments import check_callable, check_duration, check_member, check_number, refuse
from durable_runtime.config import Duration, JitterStrategy
from durable_runtime.exceptions import SuspendExecution as SuspendExecution
from durable_runtime.records import record
from durable_runtime.strict import drawn_anew

if TYPE_CHECKING:
    from durable_runtime.config import ChildConfig
    from durable_runtime.types import DurableContext

T = TypeVar("T")

Numeric = int | float


@dataclass
class RetryDecision:
    """What a retry strategy answers: try again after a delay, or give up."""

    should_retry: bool
    delay: Duration

    @property
    def delay_seconds(self) -> int:
        """The delay in seconds."""
        return self.delay.to_seconds()

    @classmethod
    def retry(cls, delay: Duration) -> RetryDecision:
        """Try again after `delay`."""
        return cls(should_retry=True, delay=delay)

    @classmethod
    def no_retry(cls) -> RetryDecision:
        """Give up."""
        return cls(should_retry=False, delay=Duration())


@dataclass
class RetryStrategyConfig:
    """Configuration of a retry strategy with exponentially growing delays.

    Args:
        max_attempts: Attempts in all, the first included.
        initial_delay: Delay after the first attempt.
        max_delay: Longest delay.
        backoff_rate: Factor from one delay to the next.
        jitter_strategy: How much chance is in the delays.
        retryable_errors: Retry errors whose message contains one of these strings or matches one of these patterns.
        retryable_error_types: Retry errors of these types. Without either list every error is retried.
    """

    max_attempts: int = 3
    initial_delay: Duration = field(default_factory=lambda: Duration.from_seconds(5))
    max_delay: Duration = field(default_factory=lambda: Duration.from_minutes(5))
    backoff_rate: Numeric = 2.0
    jitter_strategy: JitterStrategy = field(default=JitterStrategy.FULL)
    retryable_errors: list[str | re.Pattern[str]] | None = None
    retryable_error_types: list[type[Exception]] | None = None

    def __post_init__(self) -> None:
        check_number("RetryStrategyConfig.backoff_rate", self.backoff_rate)
        _check_strategy_config("RetryStrategyConfig", self)

    @property
    def initial_delay_seconds(self) -> int:
        """The initial delay in seconds."""
        return self.initial_delay.to_seconds()

    @property
    def max_delay_seconds(self) -> int:
        """The longest delay in seconds."""
        return self.max_delay.to_seconds()


@dataclass
class LinearRetryStrategyConfig:
    """Configuration of a retry strategy whose delays grow by `increment` each time; else as RetryStrategyConfig."""

    max_attempts: int = 6
    initial_delay: Duration = field(default_factory=lambda: Duration.from_seconds(1))
    increment: Duration = field(default_factory=lambda: Duration.from_seconds(1))
    max_delay: Duration = field(default_factory=lambda: Duration.from_minutes(5))
    jitter_strategy: JitterStrategy = field(default=JitterStrategy.FULL)
    retryable_errors: list[str | re.Pattern[str]] | None = None
    retryable_error_types: list[type[Exception]] | None = None

    def __post_init__(self) -> None:
        check_duration("LinearRetryStrategyConfig.increment", self.increment)
        _check_strategy_config("LinearRetryStrategyConfig", self)

    @property
    def initial_delay_seconds(self) -> int:
        """The initial delay in seconds."""
        return self.initial_delay.to_seconds()

    @property
    def increment_seconds(self) -> int:
        """The increment in seconds."""
        return self.increment.to_seconds()

    @property
    def max_delay_seconds(self) -> int:
        """The longest delay in seconds."""
        return self.max_delay.to_seconds()


def _check_strategy_config(owner: str, config: RetryStrategyConfig | LinearRetryStrategyConfig) -> None:
    check_number(f"{owner}.max_attempts", config.max_attempts)
    check_duration(f"{owner}.initial_delay", config.initial_delay)
    check_duration(f"{owner}.max_delay", config.max_delay)
    check_member(f"{owner}.jitter_strategy", config.jitter_strategy, JitterStrategy)
    # A lone string is iterable too: each of its letters would pass for a message to retry.
    errors: Any = config.retryable_errors
    if isinstance(errors, str | re.Pattern):
        refuse(f"{owner}.retryable_errors", "a list of strings and patterns", errors)
    for wanted in errors or ():
        if not isinstance(wanted, str | re.Pattern):
            refuse(f"{owner}.retryable_errors", "a list of strings and patterns", wanted)
    types: Any = config.retryable_error_types
    if isinstance(types, type):
        refuse(f"{owner}.retryable_error_types", "a list of exception classes", types)


def _retries_everything(error: Exception) -> bool:
    return True


def _filter(config: RetryStrategyConfig | LinearRetryStrategyConfig) -> Callable[[Exception], bool]:
    if config.retryable_errors is None and config.retryable_error_types is None:
        return _retries_everything
    messages = config.retryable_errors or ()
    types = config.retryable_error_types or ()

    def retries(error: Exception) -> bool:
        text = str(error)
        return any(
            wanted.search(text) if isinstance(wanted, re.Pattern) else wanted in text for wanted in messages
        ) or any(isinstance(error, wanted) for wanted in types)

    return retries


def create_retry_strategy(config: RetryStrategyConfig | None = None) -> Callable[[Exception, int], RetryDecision]:
    """Return the strategy for a config: (error, attempts_made) -> RetryDecision."""
    settings = config if config is not None else RetryStrategyConfig()
    retries = _filter(settings)

    def retry_strategy(error: Exception, attempts_made: int) -> RetryDecision:
        if attempts_made >= settings.max_attempts or not retries(error):
            return RetryDecision.no_retry()
        delay = min(
            settings.initial_delay_seconds * settings.backoff_rate ** (attempts_made - 1), settings.max_delay_seconds
        )
        return RetryDecision.retry(Duration(seconds=settings.jitter_strategy.finalize_delay(delay)))

    return retry_strategy


def create_linear_retry_strategy(
    config: LinearRetryStrategyConfig | None = None,
) -> Callable[[Exception, int], RetryDecision]:
    """Return the strategy for a config: (error, attempts_made) -> RetryDecision."""
    settings = config if config is not None else LinearRetryStrategyConfig()
    retries = _filter(settings)

    def linear_retry_strategy(error: Exception, attempts_made: int) -> RetryDecision:
        if attempts_made >= settings.max_attempts or not retries(error):
            return RetryDecision.no_retry()
        delay = min(
            settings.initial_delay_seconds + settings.increment_seconds * (attempts_made - 1),
            settings.max_delay_seconds,
        )
        return RetryDecision.retry(Duration(seconds=settings.jitter_strategy.finalize_delay(delay)))

    return linear_retry_strategy


class RetryPresets:
    """Ready-made strategies."""

    @classmethod
    def none(cls) -> Callable[[Exception, int], RetryDecision]:
        """One attempt, no retries."""
        return create_retry_strategy(RetryStrategyConfig(max_attempts=1))

    @classmethod
    def default(cls) -> Callable[[Exception, int], RetryDecision]:
        """What a step gets without a strategy: 6 attempts, 5 s doubling to at most 1 min, full jitter."""
        return create_retry_strategy(
            RetryStrategyConfig(max_attempts=6, max_delay=Duration.from_minutes(1), backoff_rate=2)
        )

    @classmethod
    def transient(cls) -> Callable[[Exception, int], RetryDecision]:
        """For passing errors: 3 attempts, 5 s doubling, half jitter."""
        return create_retry_strategy(
            RetryStrategyConfig(max_attempts=3, backoff_rate=2, jitter_strategy=JitterStrategy.HALF)
        )

    @classmethod
    def resource_availability(cls) -> Callable[[Exception, int], RetryDecision]:
        """For resources that take a while: 5 attempts, 5 s doubling to at most 5 min, full jitter."""
        return create_retry_strategy(RetryStrategyConfig(max_attempts=5, backoff_rate=2))

    @classmethod
    def critical(cls) -> Callable[[Exception, int], RetryDecision]:
        """For what must succeed: 10 attempts, from 1 s by 1.5 to at most 1 min, no jitter."""
        return create_retry_strategy(
            RetryStrategyConfig(
                max_attempts=10,
                initial_delay=Duration.from_seconds(1),
                max_delay=Duration.from_minutes(1),
                backoff_rate=1.5,
                jitter_strategy=JitterStrategy.NONE,
            )
        )

    @classmethod
    def linear(cls) -> Callable[[Exception, int], RetryDecision]:
        """6 attempts after 1, 2, 3, 4 and 5 s, no jitter."""
        return create_linear_retry_strategy(LinearRetryStrategyConfig(jitter_strategy=JitterStrategy.NONE))

    @classmethod
    def fixed(cls, interval: Duration | None = None) -> Callable[[Exception, int], RetryDecision]:
        """5 attempts at the same interval, 5 s by default, no jitter."""
        delay = interval if interval is not None else Duration.from_seconds(5)
        return create_retry_strategy(
            RetryStrategyConfig(
                max_attempts=5,
                initial_delay=delay,
                max_delay=delay,
                backoff_rate=1,
                jitter_strategy=JitterStrategy.NONE,
            )
        )


@record(frozen=True)
class WithRetryConfig(Generic[T]):
    """Configuration of with_retry.

    Args:
        retry_strategy: Decides after each failure of the block. None means create_retry_strategy(): 3 attempts.
        wrap_with_run_in_child_context: Run the block in a child context, so that its final failure is a
            ChildContextError. Otherwise its operations are those of the caller, and the error passes unchanged.
        child_context_config: Configuration of that child context.
    """

    retry_strategy: Callable[[Exception, int], RetryDecision] | None = None
    wrap_with_run_in_child_context: bool = True
    child_context_config: ChildConfig[T] | None = None

    def __post_init__(self) -> None:
        check_callable(
            "WithRetryConfig.retry_strategy",
            self.retry_strategy,
            "a function (error, attempts_made) -> RetryDecision",
            "make one of a config with create_retry_strategy(config)",
        )


def with_retry(
    context: DurableContext,
    func: Callable[[DurableContext, int], T],
    config: WithRetryConfig[T],
    name: str | None = None,
) -> T:
    """Run a block of durable operations until it succeeds, waiting between the attempts.

    Args:
        context: The context to run in.
        func: The block: it gets a context and the number of the attempt, from 1.
        config: The retry strategy, and whether to use a child context.
        name: The name of the child context; the waits are called "<name>-backoff-<attempt>".

    Raises:
        ChildContextError: The last attempt failed, in a child context.
        Exception: The last attempt's error, without a child context.
    """
    retry_strategy = config.retry_strategy or create_retry_strategy()

    def attempts(ctx: DurableContext) -> T:
        attempt = 0
        while True:
            attempt += 1
            try:
                return func(ctx, attempt)
            except Exception as error:
                decision = retry_strategy(error, attempt)
                if not decision.should_retry:
                    raise
            # A strategy with jitter decides on another length each time that the attempts are replayed.
            with drawn_anew():
                ctx.wait(duration=decision.delay, name=f"{name}-backoff-{attempt}" if name else None)

    if config.wrap_with_run_in_child_context:
        return context.run_in_child_context(attempts, name=name, config=config.child_context_config)
    return attempts(context)
