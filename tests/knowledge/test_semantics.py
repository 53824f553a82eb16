"""What the tables say of repeating a call, compared with the installed SDK and with Python's own clients."""

from __future__ import annotations

import inspect
import urllib.request

import aws_durable_execution_sdk_python as installed
import pytest
from aws_durable_execution_sdk_python import retries

from durable_lint.knowledge import semantics, shipped
from durable_lint.knowledge.sdk import facts
from durable_lint.knowledge.tables import block_names, read_table

_STRATEGIES = [left for left in read_table("semantics")["attempts"].split() if left.endswith(":")]


@pytest.mark.parametrize("name", [name.rstrip(":") for name in _STRATEGIES])
def test_strategies_make_as_many_attempts_as_recorded(name: str) -> None:
    if installed.__version__ != facts("3").version:
        pytest.skip("another version is installed")
    owner, _, method = name.rpartition(".")
    strategy = getattr(getattr(retries, owner) if owner else retries, method)()
    made = next(number for number in range(1, 50) if not strategy(RuntimeError("x"), number).should_retry)
    assert semantics.attempts(name) == made


def test_the_presets_of_every_kind_are_recorded() -> None:
    presets = [name for name in vars(retries.RetryPresets) if not name.startswith("_")]
    assert {semantics.attempts(f"RetryPresets.{name}") is not None for name in presets} == {True}
    assert semantics.attempts("RetryPresets.nothing") is None


def test_the_place_of_a_timeout_is_that_of_the_signature() -> None:
    opened = list(inspect.signature(urllib.request.urlopen).parameters)
    assert opened.index("timeout") == semantics.timeout_position("urllib.request.urlopen")
    opener = list(inspect.signature(urllib.request.OpenerDirector.open).parameters)[1:]
    assert opener.index("timeout") == semantics.timeout_position("urllib.request.OpenerDirector.open")
    assert semantics.timeout_position("requests.get") is None


@pytest.mark.parametrize("block", ["waits", "repeats"])
def test_what_is_said_of_a_call_is_said_of_one_that_leaves_the_program(block: str) -> None:
    for owner, name in block_names(read_table("semantics")[block]):
        kinds = {fact.kind for fact in shipped().call(f"{owner}.{name}")}
        assert "network" in kinds, f"{owner}.{name}"


def test_keys_are_known_in_every_spelling() -> None:
    for name in ("Idempotency-Key", "idempotency_key", "idempotencyKey", "ClientToken", "MessageDeduplicationId"):
        assert semantics.is_key(name)
    assert not semantics.is_key("X-Request-Id")
    assert not semantics.is_key("key")


def test_a_batch_ends_at_the_first_failure_unless_told_otherwise() -> None:
    if installed.__version__ != facts("3").version:
        pytest.skip("another version is installed")
    from aws_durable_execution_sdk_python.concurrency.models import CompletionPolicy
    from aws_durable_execution_sdk_python.config import CompletionConfig, MapConfig, ParallelConfig

    for config in (MapConfig().completion_config, ParallelConfig().completion_config, CompletionConfig()):
        assert CompletionPolicy.from_config(9, config).is_tolerance_exceeded(1)
    tolerant = (
        CompletionConfig.all_completed(),
        CompletionConfig(min_successful=1),
        CompletionConfig.first_successful(),
    )
    assert not any(CompletionPolicy.from_config(9, config).is_tolerance_exceeded(1) for config in tolerant)
