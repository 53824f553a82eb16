"""What becomes of a value of a given type on its way through the SDK's serializers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Literal

from durable_lint.knowledge.tables import block_lines, read_table

Serdes = Literal["extended", "json", "handler"]
Verdict = Literal["exact", "changed", "rejected"]

Ancestors = Callable[[str], Sequence[str]]

_REFUSED = ""


def verdict(dotted: str, serdes: Serdes, bases: Sequence[str], ancestors: Ancestors) -> Verdict | None:
    """How a value of this type travels; ``None`` when neither the type nor enough of its bases are known."""
    target = becomes(dotted, serdes, bases, ancestors)
    if target is None:
        return None
    if target == _REFUSED:
        return "rejected"
    return "exact" if target == dotted else "changed"


def becomes(dotted: str, serdes: Serdes, bases: Sequence[str], ancestors: Ancestors) -> str | None:
    """The type that comes back, empty when the value is refused, ``None`` when nothing is known.

    The serializers look at bases, so a class that is not in the tables travels as its first base that travels, and is
    refused when every base is known to be.
    """
    known = _targets(serdes)
    if dotted in known:
        return known[dotted]
    supers = bases or ancestors(dotted)
    if not _typed_dicts().isdisjoint(supers):
        return dotted
    targets = [becomes(base, serdes, (), ancestors) for base in supers]
    travels = next((target for target in targets if target), None)
    if travels is not None:
        return travels
    return _REFUSED if targets and None not in targets else None


def key_verdict(dotted: str, bases: Sequence[str], ancestors: Ancestors) -> Verdict | None:
    """How a value of this type travels as the key of a dict, which is the same for every serializer."""
    keys = _keys()
    if dotted in keys:
        return keys[dotted]
    target = becomes(dotted, "json", bases, ancestors)
    if target is None:
        return None
    return "changed" if target in keys else "rejected"


def remedy(names: Sequence[str]) -> str | None:
    """What to write instead of a value of the first of these types (a class, then its bases) that has an entry."""
    known = _remedies()
    return next((known[name] for name in names if name in known), None)


@cache
def _remedies() -> dict[str, str]:
    return {name: entry["write"] for entry in read_table("types")["remedy"] for name in entry["types"].split()}


@cache
def _targets(serdes: Serdes) -> dict[str, str]:
    table = read_table("types")
    targets: dict[str, str] = {}
    for section in (table["both"], table["extended" if serdes == "extended" else "json"]):
        targets.update(dict.fromkeys(section["rejected"].split(), _REFUSED))
        for (target, *_), names in block_lines(section["changed"]):
            targets.update(dict.fromkeys(names, target))
        targets.update((name, name) for name in section["exact"].split())
    return targets


@cache
def _typed_dicts() -> frozenset[str]:
    return frozenset(read_table("types")["typed_dicts"].split())


@cache
def _keys() -> dict[str, Verdict]:
    section = read_table("types")["keys"]
    keys: dict[str, Verdict] = dict.fromkeys(section["changed"].split(), "changed")
    keys.update(dict.fromkeys(section["exact"].split(), "exact"))
    return keys
