"""What the comments `# differs: cause` in a program promise."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any

CAUSES = {
    "clock": "The clock decides it",
    "random": "Random numbers decide it",
    "hash": "The order of a set, or hash(), decides it",
    "sandbox": "Something that Lambda sets anew decides it",
    "module": "state of a module",
    "process": "It differs from process to process",
    "every": "It is so in every replay",
    "swallowed": "is swallowed",
    "late": "is called while the execution is being suspended",
    "suspended": "is made whenever the execution is suspended",
    "again": "is made again on replay",
}
"""What a finding says of each cause."""

_COMMENT = "# differs: "


def handlers(module: ModuleType) -> list[str]:
    """The names of a module's durable functions."""
    return [
        name
        for name, value in vars(module).items()
        if callable(value) and getattr(value, "__module__", "") == module.__name__ and _is_durable(value)
    ]


def marked_lines(handler: Callable[..., Any]) -> dict[int, str]:
    """The lines of a handler that are to blame, and why."""
    lines, first = inspect.getsourcelines(inspect.unwrap(handler))
    return {number: line.partition(_COMMENT)[2].strip() for number, line in enumerate(lines, first) if _COMMENT in line}


def _is_durable(value: Any) -> bool:
    return getattr(value, "__globals__", {}).get("__name__", "").endswith(".execution")
