"""What the SDK is said to want beyond its signatures, tried on the installed one."""

from __future__ import annotations

import importlib
from collections.abc import Callable

import pytest
from aws_durable_execution_sdk_python.exceptions import ValidationError

from durable_lint.knowledge.contract import contract, history
from durable_lint.knowledge.sdk import LINES, NEWEST_LINE, facts
from durable_lint.knowledge.tables import block_lines, read_table

TABLE = read_table("sdk-contract")
NOT_REFUSED = {"at_least": (1, 7), "within": (0, 50.5, 100), "not_negative": (0, -1e-6, 4), "sub_type": ("a-B_9", "")}
REFUSED = {"at_least": (-1,), "within": (-0.1, 100.1), "not_negative": (-1, -7.5), "sub_type": ("a b", "x" * 33, "é")}


def _callable(name: str) -> Callable[..., object]:
    package = "aws_durable_execution_sdk_python"
    owner, _, method = name.partition(".")
    for home in ("config", "retries", "waits"):
        found = getattr(importlib.import_module(f"{package}.{home}"), owner, None)
        if found is not None:
            return getattr(found, method) if method else found
    raise LookupError(name)


@pytest.mark.parametrize("row", [left[0] for left, _ in block_lines(TABLE["refused"])])
def test_the_newest_line_refuses_these_values(row: str) -> None:
    call, _, parameter = row.rpartition(".")
    demand = contract(NEWEST_LINE).demand(call, parameter)
    assert demand is not None
    for value in NOT_REFUSED[demand.test]:
        _callable(call)(**{parameter: value})
    for value in REFUSED[demand.test]:
        with pytest.raises(ValidationError):
            _callable(call)(**{parameter: value})
    if demand.test == "at_least":
        _callable(call)(**{parameter: int(demand.bounds[0])})
        with pytest.raises(ValidationError):
            _callable(call)(**{parameter: int(demand.bounds[0]) - 1})


@pytest.mark.parametrize("row", [left[0] for left, _ in block_lines(TABLE["exclusive"])])
def test_these_fields_exclude_each_other(row: str) -> None:
    call, _, parameter = row.rpartition(".")
    for other in contract(NEWEST_LINE).excluded(call, parameter):
        with pytest.raises(ValidationError):
            _callable(call)(**{parameter: print, other: 1})


def test_a_configuration_knows_the_number_of_branches() -> None:
    config = _callable("CompletionConfig")(min_successful=3)
    validate: Callable[[int], None] = getattr(config, "_validate_for_total")  # noqa: B009
    validate(3)
    with pytest.raises(ValidationError):
        validate(2)


def test_every_name_in_the_table_is_the_sdk_s() -> None:
    for (call, *_), words in block_lines(TABLE["kinds"]):
        known = [line for line in LINES if facts(line).parameters(call) is not None]
        assert "3" in known
        for name in (word.partition("=")[0] for word in words):
            assert any(p.name == name for p in facts("3").parameters(call) or ()), (call, name)
    for left, right in block_lines(TABLE["makers"]):
        assert facts("3").fields(left[0]) is not None
        assert facts("3").parameters(right[0]) is not None
    for left, right in block_lines(TABLE["refused"]):
        call, _, name = left[0].rpartition(".")
        for line in LINES:
            has = any(p.name == name for p in facts(line).parameters(call) or ())
            assert has or line not in left[1:], (left, line)
        assert right


def test_history_names_the_line_that_brought_or_dropped_a_thing() -> None:
    def has(name: str) -> Callable[..., bool]:
        return lambda known: known.fields(name) is not None

    assert history("3", has("ItemBatcher")) == "was removed in 2.0"
    assert history("1", has("CompletionDecision")) == "came with 2.0"
    assert history("2", has("Unheard")) == ""
