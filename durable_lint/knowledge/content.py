"""What gives all that a file, a download or a table of data holds, and what keeps all of it."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from durable_lint.knowledge.tables import block_lines, read_table


class Whole(NamedTuple):
    """The whole of something: the type that it comes as, and whether that is hardly ever small."""

    type: str
    is_large: bool


class Opener(NamedTuple):
    """A function that opens files: where its mode stands, and the mode when none is given."""

    position: int
    mode: str


class _Table(NamedTuple):
    read: dict[str, Whole]
    held: dict[str, Whole]
    encoded: dict[str, str]
    kept: dict[str, str]
    streams: dict[tuple[str, str], str]
    parts: frozenset[str]
    openers: dict[str, Opener]
    readers: frozenset[str]


def opener(dotted: str) -> Opener | None:
    """How a call by its dotted name opens a file; ``None`` when it does not."""
    return _table().openers.get(dotted)


def reads_file(method: str) -> bool:
    """Whether a method of an open file gives all of it."""
    return method in _table().readers


def read_by(dotted: str) -> Whole | None:
    """What a call by its dotted name reads to the end; ``None`` when it does not."""
    return _table().read.get(dotted)


def held_by(dotted: str) -> Whole | None:
    """What an attribute by its dotted name holds all of."""
    return _table().held.get(dotted)


def encoded_by(dotted: str) -> str | None:
    """The type of the result of a function that turns all it is given into something else of that size."""
    return _table().encoded.get(dotted)


def kept_by(method: str) -> str | None:
    """The type of the result of a method, by its dotted name, that holds all of what it is called on."""
    return _table().kept.get(method)


def stream_of(service: str, operation: str) -> str | None:
    """The key of an AWS response under which its stream lies."""
    return _table().streams.get((service, operation))


def reads_part(keyword: str) -> bool:
    """Whether an argument of this name makes a call read a part only."""
    return keyword in _table().parts


@cache
def _table() -> _Table:
    table = read_table("content")
    return _Table(
        {name: Whole(type_, True) for name, type_ in _types(table["large"])}
        | {name: Whole(type_, False) for name, type_ in _types(table["unsized"])},
        {name: Whole(type_, True) for name, type_ in _types(table["attributes"])},
        dict(_types(table["encoders"])),
        dict(_types(table["methods"])),
        {
            (left[0], call.partition("=")[0]): call.partition("=")[2]
            for left, right in block_lines(table["streams"])
            for call in right
        },
        frozenset(table["parts"].split()),
        {name: Opener(int(left[0]), left[1]) for left, right in block_lines(table["openers"]) for name in right},
        frozenset(table["readers"].split()),
    )


def _types(block: str) -> list[tuple[str, str]]:
    return [(name, left[0]) for left, right in block_lines(block) for name in right]
