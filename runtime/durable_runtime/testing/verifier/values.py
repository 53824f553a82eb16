"""Describes values so that two processes can compare them: equal data gives equal text.

Only plain data is described whole; of any other object no more than its type, as it may be a client or a connection
that is made anew in each process. Order counts in lists and tuples, not in dictionaries and sets.
"""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import enum
import fractions
import os
import uuid
from collections.abc import Callable, Iterator
from hashlib import blake2b
from typing import Any

from durable_runtime.strict import function_footprint

_DEPTH = 12
_ITEMS = 5_000
_LENGTH = 240

_ATOMS = (
    type(None),
    bool,
    int,
    float,
    complex,
    str,
    bytes,
    bytearray,
    decimal.Decimal,
    fractions.Fraction,
    uuid.UUID,
    datetime.date,
    datetime.time,
    datetime.timedelta,
    os.PathLike,
    range,
)


def described(value: Any) -> str:
    """Describe a value: whole if that is short, else by its beginning, length and hash."""
    text = _Describer().text(value, _DEPTH)
    if len(text) <= _LENGTH:
        return text
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
    return f"{text[:120]}… ({len(text)} characters, BLAKE2b {digest})"


def given(function: Callable[..., Any]) -> str:
    """Describe what a function takes with it: arguments bound to it, and variables of the code around it."""
    return described(dict(_bound(function, 3)))


class _Describer:
    def __init__(self) -> None:
        self._left = _ITEMS
        self._inside: set[int] = set()

    def text(self, value: Any, depth: int) -> str:
        self._left -= 1
        if isinstance(value, enum.Enum):
            return f"{type(value).__qualname__}.{value.name}"
        if isinstance(value, _ATOMS):
            return repr(value)
        if depth == 0 or self._left < 0 or id(value) in self._inside:
            return "…"
        self._inside.add(id(value))
        try:
            return self._composed(value, depth - 1)
        finally:
            self._inside.discard(id(value))

    def _composed(self, value: Any, depth: int) -> str:
        if isinstance(value, dict):
            pairs = sorted(f"{self.text(key, depth)}: {self.text(item, depth)}" for key, item in list(value.items()))
            return f"{{{', '.join(pairs)}}}"
        if isinstance(value, list | tuple):
            texts = ", ".join(self.text(item, depth) for item in list(value))
            return f"[{texts}]" if isinstance(value, list) else f"({texts})"
        if isinstance(value, set | frozenset):
            return f"{{{', '.join(sorted(self.text(item, depth) for item in list(value)))}}}"
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            fields = {field.name: getattr(value, field.name, None) for field in dataclasses.fields(value)}
            texts = ", ".join(f"{name}={self.text(item, depth)}" for name, item in fields.items())
            return f"{type(value).__qualname__}({texts})"
        if isinstance(value, type):
            return value.__qualname__
        if callable(value) and hasattr(value, "__code__"):
            return function_footprint(value)
        return f"<{type(value).__qualname__}>"


def _bound(function: Any, depth: int) -> Iterator[tuple[str, Any]]:
    """The plain values that a function takes with it, by name."""
    if depth == 0:
        return
    if (inner := getattr(function, "func", None)) is not None:
        yield from ((f"argument {number}", value) for number, value in enumerate(getattr(function, "args", ())))
        yield from (getattr(function, "keywords", None) or {}).items()
        yield from _bound(inner, depth - 1)
        return
    function = getattr(function, "__func__", function)
    code = getattr(function, "__code__", None)
    if code is None:
        return
    for name, cell in zip(code.co_freevars, function.__closure__ or (), strict=False):
        try:
            value = cell.cell_contents
        except ValueError:
            continue  # not assigned yet
        if callable(value) and hasattr(value, "__code__"):
            yield from ((f"{inner_name} of {name}", item) for inner_name, item in _bound(value, depth - 1))
        elif name not in ("args", "kwargs") or value:
            yield name, value
    for number, value in enumerate(function.__defaults__ or ()):
        yield f"default {number}", value
    yield from (function.__kwdefaults__ or {}).items()
