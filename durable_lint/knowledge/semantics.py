"""What repeating a call means: clients without a timeout, calls that do a thing twice, keys, attempts of strategies."""

from __future__ import annotations

from functools import cache
from typing import Any

from durable_lint.knowledge.tables import block_lines, block_names, read_table

SPELLINGS = frozenset(
    {"idempotency_key", "idempotency_token", "idempotence_key", "client_token", "client_request_token"}
)
"""How a parameter of a function of one's own is called that takes a key."""

_BOTO3 = "boto3 "


def is_key(name: str) -> bool:
    """Whether a parameter, header or entry of this name tells a receiver that it has seen a request before."""
    return _plain(name) in _keys()


def is_request_id(name: str) -> bool:
    """Whether an argument is called a request's id; as a header it serves tracing more often than anything else."""
    return _plain(name) in _request_ids()


def waits_forever(source: str) -> bool:
    """Whether an HTTP call, by its dotted name, waits for its answer without limit unless a timeout is given."""
    return source in _named("waits")


def timeout_position(source: str) -> int | None:
    """Where the timeout stands among the positional arguments of such a call; ``None`` where it needs its name."""
    places = {name: int(right[0]) for left, right in block_lines(_table()["timeout_position"]) for name in left}
    return places.get(source)


def repeats(source: str) -> bool:
    """Whether a call, by its dotted name or as ``boto3 sqs.send_message``, does a thing once more each time."""
    if source.startswith(_BOTO3):
        return source.removeprefix(_BOTO3) in _named("repeats_of_boto3")
    below = any(
        source.startswith(f"{root}.") and source.rpartition(".")[2] == leaf
        for root, leaf in block_names(_table()["repeats_below"])
    )
    return below or source in _named("repeats")


def runs_statements(source: str) -> bool:
    """Whether a call runs the SQL statement that it is given first."""
    return source.rpartition(".")[2] in _table()["runs_statements"].split()


def repeats_by_update(source: str) -> bool:
    """Whether a call of boto3 changes an item as its update expression says."""
    return source.removeprefix(_BOTO3) in _table()["repeats_by_update"].split()


def asks(address: str) -> bool:
    """Whether a POST to this address asks for something, by the words in its path, rather than changing it."""
    words = address.lower()
    return any(word in words for word in _table()["asking"].split())


def is_uncertain(error: str) -> bool:
    """Whether nobody knows, after an error of this dotted name, if the other side did what it was asked for."""
    return error in _named("uncertain")


@cache
def attempts(strategy: str) -> int | None:
    """How often at most a step runs under one of the SDK's strategies (``RetryPresets.default``) as it comes."""
    return next((int(right[0]) for left, right in block_lines(_table()["attempts"]) if strategy in left), None)


def _plain(name: str) -> str:
    return name.replace("-", "").replace("_", "").lower()


@cache
def _keys() -> frozenset[str]:
    return frozenset(_plain(name) for name in _table()["keys"].split())


@cache
def _request_ids() -> frozenset[str]:
    return frozenset(_plain(name) for name in _table()["request_ids"].split())


@cache
def _named(block: str) -> frozenset[str]:
    return frozenset(f"{owner}.{name}" for owner, name in block_names(_table()[block]))


@cache
def _table() -> dict[str, Any]:
    return read_table("semantics")
