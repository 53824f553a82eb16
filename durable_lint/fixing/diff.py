"""What fixing would change, as a unified diff in bytes: a patch has to fit files in every encoding."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import diff_bytes, unified_diff

_NO_NEWLINE = b"\\ No newline at end of file\n"


def diff(name: str, before: bytes, after: bytes) -> Iterator[bytes]:
    r"""The lines of the diff of one file, each ending in ``\n``, as ``patch -p0`` and ``git apply -p0`` take it."""
    shown = name.encode("utf-8", "surrogateescape")
    for line in diff_bytes(unified_diff, _lines(before), _lines(after), shown, shown):
        yield line if line.endswith(b"\n") else line + b"\n" + _NO_NEWLINE


def _lines(data: bytes) -> list[bytes]:
    lines = [line + b"\n" for line in data.split(b"\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]
