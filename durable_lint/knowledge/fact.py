"""A fact about a library: what one call or attribute does to the determinism of code that is replayed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from durable_lint.dataclasses import dataclass

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

_PATH_TYPES = ("builtins.str", "pathlib.")
_WRITING_MODES = frozenset("wax+cn")


@dataclass(frozen=True, slots=True)
class Fact:
    """What one library call (or attribute) does.

    ``kind`` is one of ``KINDS``. ``access`` tells a call that only looks at the outside world from one that changes it;
    ``unknown`` stands for calls where the arguments decide. ``reason`` completes "it …" in the words of a message.
    ``when`` holds the conditions on the arguments, all of which must be met, ``None`` for always:

    * ``no-args``: called without any argument;
    * ``no-arg:1:name``: neither positional argument 1 (counted from 0) nor the keyword ``name`` is given, ``no-arg:0``
      where no keyword stands for the argument;
    * ``path:0:name``: the argument at that place is not known to be a buffer or an open file;
    * ``text:0:name``: the argument at that place is known to be text or a path, not a buffer;
    * ``mode:1:mode``: always met, but the literal mode at that place decides between read and write.
    """

    kind: str
    access: str
    reason: str
    when: str | None = None

    def fires(
        self,
        positional: int,
        keywords: Collection[str] = (),
        unpacks: bool = False,
        types: Mapping[int | str, str] | None = None,
    ) -> bool:
        """Whether the fact holds for a call with that many positional arguments and these keywords.

        ``unpacks`` is true for a call with ``*args`` or ``**kwargs``, which may hold the argument that is asked for:
        such a call is given the benefit of the doubt. ``types`` gives the dotted types of the arguments that are known,
        by position or keyword.
        """
        call = _Call(positional, keywords, unpacks, types or {})
        return all(_holds(condition, call) for condition in self._conditions)

    @property
    def mode_place(self) -> tuple[int, str] | None:
        """Where the mode of an open-like call stands, as position (from 0) and keyword; else ``None``."""
        places = (_split(condition)[1:] for condition in self._conditions if condition.startswith("mode"))
        return next(places, None)

    def access_with(self, mode: str | None) -> str:
        """The access of an open-like call whose mode is this literal; ``None`` means that no mode is given."""
        if self.mode_place is None or mode is None:
            return self.access
        return "write" if _WRITING_MODES.intersection(mode.partition(":")[0].partition("|")[0]) else "read"

    @property
    def _conditions(self) -> list[str]:
        return self.when.split() if self.when else []


class _Call(NamedTuple):
    positional: int
    keywords: Collection[str]
    unpacks: bool
    types: Mapping[int | str, str]


def _holds(condition: str, call: _Call) -> bool:
    if condition == "no-args":
        return call.positional == 0 and not call.keywords and not call.unpacks
    what, index, keyword = _split(condition)
    if what == "no-arg":
        return call.positional <= index and keyword not in call.keywords and not call.unpacks
    given = call.types.get(index) or call.types.get(keyword) or ""
    if what == "path":
        return not given.startswith("io.")
    return what == "mode" or given.startswith(_PATH_TYPES)


def _split(condition: str) -> tuple[str, int, str]:
    what, index, *keyword = condition.split(":")
    return what, int(index), keyword[0] if keyword else ""
