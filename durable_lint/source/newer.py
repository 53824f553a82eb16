"""Which Python a file was written for, asked only after the running one has refused it.

libcst brings a parser of its own that knows the syntax of later Pythons. It also takes much that no Python accepts
(bad escapes, for one), so that a file is called newer only for a construct that is known to be.

That parser is native code without a limit on nesting: a few thousand brackets overflow its stack and kill the
process, long chains keep it busy for minutes. So it runs in a process of its own, for which this file is the script.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import libcst

_SECONDS = 10
_NEWEST = (3, 14)  # the last Python whose syntax is told apart below


def python_needed(data: bytes) -> tuple[int, int] | None:
    """The Python version whose syntax the file uses beyond what the running one knows, or None for a mere mistake.

    Takes about 0.3 s, so it is for files that could not be parsed.
    """
    if sys.version_info[:2] >= _NEWEST:
        return None
    import subprocess  # 8 ms that only a broken file should cost

    command = [sys.executable, "-P", __file__]
    try:
        answer = subprocess.run(command, input=data, capture_output=True, timeout=_SECONDS, check=True).stdout.split()
        needed = int(answer[0]), int(answer[1])
    except (OSError, subprocess.SubprocessError, ValueError, IndexError):
        return None
    return needed if needed > sys.version_info[:2] else None


def _versions(module: libcst.Module) -> list[tuple[int, int]]:
    """The versions that brought the constructs of a module, for what came after 3.11."""
    found: list[tuple[int, int]] = []
    pending: list[libcst.CSTNode] = [module]
    while pending:
        node = pending.pop()
        pending.extend(node.children)
        version = _version(node, module)
        if version is not None:
            found.append(version)
    return found


def _version(node: libcst.CSTNode, module: libcst.Module) -> tuple[int, int] | None:
    import libcst

    match node:
        case libcst.TemplatedString():
            return (3, 14)
        case libcst.ExceptHandler(type=libcst.Tuple(lpar=[])) | libcst.ExceptStarHandler(type=libcst.Tuple(lpar=[])):
            return (3, 14)
        case libcst.TypeParam(default=libcst.BaseExpression()):
            return (3, 13)
        case libcst.TypeAlias() | libcst.TypeParameters():
            return (3, 12)
        case libcst.FormattedString() if _is_unrestricted(node, module):
            return (3, 12)
    return None


def _is_unrestricted(node: libcst.FormattedString, module: libcst.Module) -> bool:
    """Whether an f-string's expressions hold what they could not before PEP 701: its quotes, backslashes, comments."""
    import libcst

    quote = node.end
    forbidden = (quote, "\\", "#") if len(quote) == 3 else (quote, "\\", "#", "\n")
    expressions = (part for part in node.parts if isinstance(part, libcst.FormattedStringExpression))
    return any(text in module.code_for_node(part) for part in expressions for text in forbidden)


def _answer(data: bytes) -> str:
    import libcst

    return "{} {}".format(*max(_versions(libcst.parse_module(data))))


if __name__ == "__main__":
    print(_answer(sys.stdin.buffer.read()))
