"""Recorded text that can be compared with the value it stands for."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any


class Payload(str):
    """A result as it was recorded: text, and equal to the value that it stands for.

    Compared with text it is the recorded text, exactly; compared with anything else it is the value:

        assert step.result == "[1, 2]"
        assert step.result == [1, 2]

    `value` is the value itself, also when that is text.
    """

    _decode: Callable[[str], Any]

    def __new__(cls, text: str, decode: Callable[[str], Any] = json.loads) -> Payload:
        payload = super().__new__(cls, text)
        payload._decode = decode
        return payload

    @property
    def value(self) -> Any:
        """What was serialized; the text itself when a serializer of one's own wrote it and it is no JSON."""
        try:
            return self._decode(str(self))
        except Exception:  # a decoder says in its own way that the text is not its own
            return str(self)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, str):
            return str.__eq__(self, other)
        return bool(self.value == other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__
