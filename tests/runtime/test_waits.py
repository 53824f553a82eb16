from __future__ import annotations

import random
from typing import Any

import aws_durable_execution_sdk_python.config as aws_config
import aws_durable_execution_sdk_python.waits as aws
import durable_runtime.config as our_config
import durable_runtime.waits as ours
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.runtime.oracle import outcome, plain

fields = st.fixed_dictionaries(
    {},
    optional={
        "max_attempts": st.integers(0, 8),
        "initial_delay": st.integers(0, 100),
        "max_delay": st.integers(0, 200),
        "backoff_rate": st.sampled_from([1, 1.5, 2.0]),
        "jitter_strategy": st.sampled_from(["NONE", "FULL", "HALF"]),
    },
)


def not_ready(state: str) -> bool:
    return state != "ready"


def decisions(package: Any, config: Any, chosen: dict[str, Any]) -> list[Any]:
    made = dict(chosen)
    for delay in {"initial_delay", "max_delay"} & made.keys():
        made[delay] = config.Duration(made[delay])
    if "jitter_strategy" in made:
        made["jitter_strategy"] = config.JitterStrategy(made["jitter_strategy"])
    configured = package.WaitStrategyConfig(not_ready, **made)
    strategy = package.create_wait_strategy(configured)
    random.seed(5)
    return [(configured.initial_delay_seconds, configured.max_delay_seconds)] + [
        outcome(lambda: (strategy(state, attempt), strategy(state, attempt).delay_seconds))  # noqa: B023
        for state in ("waiting", "ready")
        for attempt in range(1, 9)
    ]


@settings(deadline=None)
@given(fields)
def test_strategies_decide_as_those_of_aws(chosen: dict[str, Any]) -> None:
    assert decisions(ours, our_config, chosen) == decisions(aws, aws_config, chosen)


def test_exhaustion_is_an_error_and_the_condition_wins_over_it() -> None:
    strategy = ours.create_wait_strategy(ours.WaitStrategyConfig(not_ready, max_attempts=2))
    assert not strategy("ready", 2).should_continue
    assert outcome(lambda: strategy("waiting", 2)) == (
        "raised",
        ("WaitForConditionError", "wait_for_condition exhausted 2 attempts before the condition was met", None),
    )


def test_a_condition_config_has_the_fields_of_aws() -> None:
    assert plain(ours.WaitForConditionConfig(max, {"a": 1})) == plain(aws.WaitForConditionConfig(max, {"a": 1}))
