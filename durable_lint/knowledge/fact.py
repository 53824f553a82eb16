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
    ``when`` holds the conditions on the arguments, all of which must be met, ``None`` for always:

    * ``no-args``: called without any argument;
    * ``no-arg:1:name``: neither positional argument 1 (counted from 0) nor the keyword ``name`` is given, ``no-arg:0``
      where no keyword stands for the argument; ``arg:1:name`` is the opposite;
    * ``mode:1:mode``: always met, but the literal mode at that place decides between read and write.
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
        return all(
            _holds(condition, positional, keywords, unpacks)
            for condition in self._conditions
            if not condition.startswith("mode")
        )

    @property
    def mode_place(self) -> tuple[int, str] | None:
        """Where the mode of an open-like call stands, as position (from 0) and keyword; else ``None``."""
        return next((_place(condition) for condition in self._conditions if condition.startswith("mode")), None)

    def access_with(self, mode: str | None) -> str:
        """The access of an open-like call whose mode is this literal; ``None`` means that no mode is given."""
        if self.mode_place is None or mode is None:
            return self.access
        return "write" if _WRITING_MODES.intersection(mode.partition(":")[0].partition("|")[0]) else "read"

    @property
    def _conditions(self) -> list[str]:
        return self.when.split() if self.when else []


def _holds(condition: str, positional: int, keywords: Collection[str], unpacks: bool) -> bool:
    if condition == "no-args":
        return positional == 0 and not keywords and not unpacks
    index, keyword = _place(condition)
    given = positional > index or keyword in keywords
    return given if condition.startswith("arg") else not (given or unpacks)


def _place(condition: str) -> tuple[int, str]:
    _, index, *keyword = condition.split(":")
    return int(index), keyword[0] if keyword else ""
