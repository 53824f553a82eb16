"""Reads the TOML tables.

A table is a few long literal strings of names, because tomllib is pure Python and slow on structure but fast on
literal strings. The notation of such a block, one or more lines:

    owner other.owner: name name name

stands for every ``owner.name`` and ``other.owner.name``. An indented line goes on with the line above. ``get_*`` as a
name stands for every call on that owner whose name begins so, ``*`` for every one that begins with a small letter (a
capital begins a class, and building an object is not an effect), ``**`` for any name at all. An owner ``package.**``
means the names at any depth below it. The most exact entry counts.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from functools import cache
from typing import Any

_HERE = os.path.dirname(os.path.abspath(__file__))


@cache
def read_table(name: str) -> dict[str, Any]:
    """The parsed table ``<name>.toml`` that is shipped beside this module; not to be changed."""
    with open(os.path.join(_HERE, f"{name}.toml"), "rb") as file:
        return tomllib.load(file)


def block_lines(block: str) -> Iterator[tuple[list[str], list[str]]]:
    """Each entry of a block of names as (left of the colon, right of the colon), both split at blanks."""
    for entry in block.replace("\n ", " ").splitlines():
        left, colon, right = entry.partition(": ")
        if colon:
            yield left.split(), right.split()


def block_names(block: str) -> Iterator[tuple[str, str]]:
    """Each (owner, name) that a block of names stands for."""
    for owners, names in block_lines(block):
        for owner in owners:
            for name in names:
                yield owner, name
