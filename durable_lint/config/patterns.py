"""File patterns as ruff understands them: a name anywhere, or a path below the configuration file."""

from __future__ import annotations

import os
import re
from functools import lru_cache


def matches_file(pattern: str, filename: str, root: str) -> bool:
    """Whether an absolute file name fits a pattern.

    A pattern fits the base name (``conftest.py``) or the path below ``root`` (``tests/*``, ``tests/``,
    ``**/legacy/*``); ``*`` also crosses slashes. With ``!`` in front it fits every file that it would not fit without.
    """
    wanted = not pattern.startswith("!")
    pattern = pattern.removeprefix("!")
    path = filename.replace(os.sep, "/")
    expression = _compiled(_absolute(pattern.rstrip("/"), root))
    by_name = "/" not in pattern and _compiled(pattern).fullmatch(path.rpartition("/")[2]) is not None
    found = by_name or expression.fullmatch(path) is not None or _below(expression, path)
    return found is wanted


def anchored(pattern: str, root: str) -> str:
    """The pattern with its place made absolute, where it has one: a pattern without a slash fits a name anywhere."""
    negation = "!" if pattern.startswith("!") else ""
    body = pattern.removeprefix("!").removeprefix("./")
    return negation + _absolute(body, root) if "/" in body else pattern


def _absolute(pattern: str, root: str) -> str:
    if os.path.isabs(pattern):
        return pattern
    escaped = re.sub(r"[*?\[{]", r"[\g<0>]", root.replace(os.sep, "/"))
    return f"{escaped.rstrip('/')}/{pattern}"


def _below(expression: re.Pattern[str], path: str) -> bool:
    """Whether a directory above the path fits."""
    head = path.rpartition("/")[0]
    while head:
        if expression.fullmatch(head):
            return True
        head = head.rpartition("/")[0]
    return False


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(_translated(pattern), re.DOTALL)


def _translated(pattern: str) -> str:
    tokens: list[str] = re.findall(r"(?s:\*\*/|\*+|\?|\[!?\]?[^\]]*\]|\{[^{}]*\}|.)", pattern)
    return "".join(map(_translated_token, tokens))


def _translated_token(token: str) -> str:
    if token == "**/":
        return "(?:.*/)?"
    if token.startswith("*"):
        return ".*"
    if token == "?":
        return "."
    if len(token) > 2 and token[0] == "[":
        inner = token[1:-1].replace("\\", r"\\").replace("[", r"\[")
        return f"[^{inner[1:]}]" if inner[0] == "!" else f"[{inner}]".replace("[^", r"[\^")
    if len(token) > 1 and token[0] == "{":
        return f"(?:{'|'.join(map(_translated, token[1:-1].split(',')))})"
    return re.escape(token)
