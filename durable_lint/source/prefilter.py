"""Reading, and the cheapest questions asked of every file: can it hold durable code, or comments about it?"""

from __future__ import annotations


def names_durable(data: bytes) -> bool:
    """Whether the bytes of a file name anything durable.

    Every way into the SDK spells it: the package is ``aws_durable_execution_sdk_python`` (or ``durable_runtime``), the
    context ``DurableContext``, the decorators ``durable_execution``, ``durable_step``. A file without either spelling
    is only of interest when a durable module imports it. Costs about as much as reading the file.
    """
    return b"durable" in data or b"Durable" in data


def mentions_codes(data: bytes) -> bool:
    """Whether a file, durable or not, may hold a ``noqa`` comment for one of our codes."""
    if b"DUR" not in data:
        return False
    import re

    return re.search(rb"#\s*noqa", data, re.IGNORECASE) is not None


def read(path: str) -> bytes:
    """The bytes of a file. Raises OSError."""
    with open(path, "rb") as file:
        return file.read()
