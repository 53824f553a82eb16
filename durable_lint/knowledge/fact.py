"""A fact about a library: what one call or attribute does to the determinism of code that is replayed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

KINDS = frozenset(
    (
        "clock",
        "random",
        "id",
        "host",
        "network",
        "file",
        "process",
        "sleep",
        "concurrency",
        "order",
        "identity",
        "metadata",
        "log",
        "exit",
    )
)
ACCESSES = frozenset(("read", "write", "unknown"))

_WRITING_MODES = frozenset("wax+cn")


@dataclass(frozen=True, slots=True)
class Fact:
    """What one library call (or attribute) does.

    ``kind`` is one of ``KINDS``. ``access`` tells a call that only looks at the outside world from one that changes it;
    ``unknown`` stands for calls where the arguments decide. ``reason`` completes "it …" in the words of a message.
    ``when`` is the condition on the arguments under which the fact holds, ``None`` for always:

    * ``no-args``: only when called without any argument;
    * ``no-arg:1:name``: only when neither positional argument 1 (counted from 0) nor the keyword ``name`` is given;
    * ``no-arg:0``: the same, where no keyword stands for the argument;
    * ``mode:1:mode``: always, but the literal mode at that place decides between read and write.
    """

    kind: str
    access: str
    reason: str
    when: str | None = None

    def fires(self, positional: int, keywords: Collection[str] = (), unpacks: bool = False) -> bool:
        """Whether the fact holds for a call with that many positional arguments and these keywords.

        ``unpacks`` is true for a call with ``*args`` or ``**kwargs``, which may hold the argument that is asked for:
        such a call is given the benefit of the doubt.
        """
        if self.when is None or self.when.startswith("mode"):
            return True
        if unpacks:
            return False
        if self.when == "no-args":
            return positional == 0 and not keywords
        index, keyword = _place(self.when)
        return positional <= index and keyword not in keywords

    @property
    def mode_place(self) -> tuple[int, str] | None:
        """Where the mode of an open-like call stands, as position (from 0) and keyword; else ``None``."""
        return _place(self.when) if self.when is not None and self.when.startswith("mode") else None

    def access_with(self, mode: str | None) -> str:
        """The access of an open-like call whose mode is this literal; ``None`` means that no mode is given."""
        if self.mode_place is None or mode is None:
            return self.access
        return "write" if _WRITING_MODES.intersection(mode.partition(":")[0].partition("|")[0]) else "read"


def _place(condition: str) -> tuple[int, str]:
    _, index, *keyword = condition.split(":")
    return int(index), keyword[0] if keyword else ""
