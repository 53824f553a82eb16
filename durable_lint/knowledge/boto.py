"""Which boto3 calls reach AWS, and whether they only look.

boto3's methods are named by service models, so the table holds rules for names and the exceptions to them; a test
compares what they decide for every operation of every service with what the installed botocore knows.
"""

from __future__ import annotations

from functools import cache
from typing import Literal, NamedTuple

from durable_lint.knowledge.fact import Fact
from durable_lint.knowledge.tables import read_table

Access = Literal["read", "write"]


class _Rules(NamedTuple):
    read: frozenset[str]
    local: frozenset[str]
    signing: frozenset[str]
    collection: frozenset[str]
    polling: frozenset[str]
    exceptions: dict[str, dict[str, Access]]


def classify(service: str | None, operation: str, surface: str = "client") -> Access | None:
    """Whether calling this method reads from AWS or changes something there; ``None`` when nothing is sent.

    ``operation`` is the Python name of the method (``put_item``). ``surface`` says what it is called on: ``client``,
    ``resource`` (a service or any resource of it, a table or batch writer too), ``collection`` (``bucket.objects``),
    ``waiter`` or ``paginator`` (all of them read). Calls whose effect the arguments decide (PartiQL statements, models
    that are billed) count as writes. ``service`` may be ``None`` when it is unknown.
    """
    rules = _rules()
    if surface in ("waiter", "paginator"):
        return "read" if operation in rules.polling else None
    if surface == "collection":
        return "read" if operation in rules.collection else "write"
    if operation in rules.local or operation in rules.signing or operation[:1].isupper() or operation.startswith("_"):
        return None
    exception = rules.exceptions.get(service or "", {}).get(operation) or rules.exceptions["resource"].get(operation)
    if exception is not None:
        return exception
    return "read" if any(prefix in rules.read for prefix in _beginnings(operation)) else "write"


def facts(service: str | None, operation: str, surface: str = "client") -> tuple[Fact, ...]:
    """``classify`` as facts: network, or clock for a presigned URL, which is signed with the time of day."""
    if operation in _rules().signing:
        return (Fact("clock", "read", "signs with the time of day"),)
    access = classify(service, operation, surface)
    return () if access is None else (Fact("network", access, "calls AWS"),)


@cache
def _rules() -> _Rules:
    table = read_table("boto")
    exceptions: dict[str, dict[str, Access]] = {}
    accesses: tuple[Access, ...] = ("read", "write")
    for access in accesses:
        for service, names in table["exceptions"][access].items():
            exceptions.setdefault(service, {}).update(dict.fromkeys(names.split(), access))
    return _Rules(
        frozenset(table["read"].split()),
        frozenset(table["local"].split()),
        frozenset(table["signing"].split()),
        frozenset(table["collection"].split()),
        frozenset(table["polling"].split()),
        exceptions,
    )


def _beginnings(operation: str) -> list[str]:
    words = operation.split("_")
    return ["_".join(words[:count]) for count in range(1, len(words) + 1)]
