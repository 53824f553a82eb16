"""What a handler does to the world, as it reports it to the verifier."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Witness = Callable[[str, Any], None]

_witness: Witness | None = None


def effect(name: str, value: Any = None) -> None:
    """Report that the calling code does something outside: charges a card, sends a letter, writes a file.

    Does nothing, unless the verifier runs the code. It finds effects that a replay makes again.

    Args:
        name: what is done, such as "charge".
        value: to what, or with what; shown in findings.
    """
    if _witness is not None:
        _witness(name, value)


def testify(witness: Witness) -> None:
    """Have `witness` hear of all effects in this process from now on."""
    global _witness
    _witness = witness
