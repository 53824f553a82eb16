"""Strategies for wait_for_condition: when to look again, when to stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic

from durable_runtime.arguments import check_callable, check_duration, check_member, check_number, check_serdes
from durable_runtime.config import Duration, JitterStrategy, T
from durable_runtime.exceptions import WaitForConditionError
from durable_runtime.records import record

if TYPE_CHECKING:
    from durable_runtime.serdes import SerDes

Numeric = int | float


@dataclass
class WaitStrategyConfig(Generic[T]):
    """Configuration of a wait strategy with exponentially growing delays.

    Args:
        should_continue_polling: Gets the state of the last check; True means that the condition is not met yet.
        max_attempts: Checks after which the operation fails.
        initial_delay: Delay after the first check.
        max_delay: Longest delay.
        backoff_rate: Factor from one delay to the next.
        jitter_strategy: How much chance is in the delays.
    """

    should_continue_polling: Callable[[T], bool]
    max_attempts: int = 60
    initial_delay: Duration = field(default_factory=lambda: Duration.from_seconds(5))
    max_delay: Duration = field(default_factory=lambda: Duration.from_minutes(5))
    backoff_rate: Numeric = 1.5
    jitter_strategy: JitterStrategy = field(default=JitterStrategy.FULL)

    def __post_init__(self) -> None:
        check_callable("WaitStrategyConfig.should_continue_polling", self.should_continue_polling)
        check_number("WaitStrategyConfig.max_attempts", self.max_attempts)
        check_duration("WaitStrategyConfig.initial_delay", self.initial_delay)
        check_duration("WaitStrategyConfig.max_delay", self.max_delay)
        check_number("WaitStrategyConfig.backoff_rate", self.backoff_rate)
        check_member("WaitStrategyConfig.jitter_strategy", self.jitter_strategy, JitterStrategy)

    @property
    def initial_delay_seconds(self) -> int:
        """The initial delay in seconds."""
        return self.initial_delay.to_seconds()

    @property
    def max_delay_seconds(self) -> int:
        """The longest delay in seconds."""
        return self.max_delay.to_seconds()


@record(frozen=True)
class WaitForConditionDecision:
    """What a wait strategy answers: look again after a delay, or stop."""

    should_continue: bool
    delay: Duration

    @property
    def delay_seconds(self) -> int:
        """The delay in seconds."""
        return self.delay.to_seconds()

    @classmethod
    def continue_waiting(cls, delay: Duration) -> WaitForConditionDecision:
        """Look again after `delay`."""
        return cls(should_continue=True, delay=delay)

    @classmethod
    def stop_polling(cls) -> WaitForConditionDecision:
        """Stop: the condition is met."""
        return cls(should_continue=False, delay=Duration())


def create_wait_strategy(config: WaitStrategyConfig[T]) -> Callable[[T, int], WaitForConditionDecision]:
    """Return the strategy for a config: (state, attempts_made) -> WaitForConditionDecision.

    The strategy raises WaitForConditionError when the attempts are used up and the condition is not met.
    """

    def wait_strategy(result: T, attempts_made: int) -> WaitForConditionDecision:
        # First the condition: one that is met at the last attempt is met.
        if not config.should_continue_polling(result):
            return WaitForConditionDecision.stop_polling()
        if attempts_made >= config.max_attempts:
            raise WaitForConditionError(
                f"wait_for_condition exhausted {config.max_attempts} attempts before the condition was met"
            )
        delay = min(config.initial_delay_seconds * config.backoff_rate ** (attempts_made - 1), config.max_delay_seconds)
        return WaitForConditionDecision.continue_waiting(Duration(seconds=config.jitter_strategy.finalize_delay(delay)))

    return wait_strategy


@record(frozen=True)
class WaitForConditionConfig(Generic[T]):
    """Configuration of wait_for_condition.

    Args:
        wait_strategy: Called after each check with its state and the number of checks so far.
        initial_state: What the first check gets, after a round trip through the serdes.
        serdes: For the state. None means the default serdes.
    """

    wait_strategy: Callable[[T, int], WaitForConditionDecision]
    initial_state: T
    serdes: SerDes[Any] | None = None

    def __post_init__(self) -> None:
        check_callable(
            "WaitForConditionConfig.wait_strategy",
            self.wait_strategy,
            "a function (state, attempts_made) -> WaitForConditionDecision",
            "make one of a config with create_wait_strategy(config)",
        )
        check_serdes("WaitForConditionConfig.serdes", self.serdes)
