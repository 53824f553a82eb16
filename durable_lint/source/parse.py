"""From bytes to a syntax tree, with every way Python can refuse a file turned into one exception."""

from __future__ import annotations

import ast
import sys
import threading
import warnings

from durable_lint.dataclasses import dataclass
from durable_lint.source.newer import python_needed
from durable_lint.source.text import SourceError, SourceText

_parsing = threading.Lock()


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file that Python can read: its text and its tree."""

    text: SourceText
    tree: ast.Module


def parse(data: bytes, filename: str) -> Parsed:
    """Parse the bytes of a file; ``filename`` is the name Python is told.

    Raises SourceError for bytes that cannot be decoded, null bytes, syntax errors and nesting beyond what Python's
    parser can take. Syntax that a later Python would understand is told apart from a mistake.
    """
    text = SourceText.from_bytes(data)
    _refuse_null_bytes(text)
    try:
        return Parsed(text, _tree(text.text, filename))
    except SyntaxError as error:
        row, column = _place(error, text)
        message = _newer_syntax(data) or _one_line(error.msg)
    except (RecursionError, MemoryError):
        row, column = 1, 1
        message = "the code is nested too deeply for Python's parser: Python cannot run this file either"
    except ValueError as error:  # lone surrogates from an exotic codec, integers beyond the digit limit
        row, column = 1, 1
        message = _one_line(str(error))
    raise SourceError(row, column, message) from None


def _tree(text: str, filename: str) -> ast.Module:
    # Python warns about invalid escapes while parsing: not ours to print, and fatal under `-W error`. The filters are
    # global, so that threads (an editor runs flake8 in several) must not restore them in each other's midst.
    with _parsing, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text, filename)


def _refuse_null_bytes(text: SourceText) -> None:
    if "\0" in text.text:
        row, line = next((row, line) for row, line in enumerate(text.lines, 1) if "\0" in line)
        raise SourceError(row, line.index("\0") + 1, "the file contains a null byte: Python does not read it")


def _place(error: SyntaxError, text: SourceText) -> tuple[int, int]:
    """The error's place inside the file: Python reports rows and columns past the end, 0 or nothing at all for some."""
    row = min(max(error.lineno or 1, 1), max(len(text.lines), 1))
    if row != error.lineno:
        return row, len(text.line(row)) + 1
    return row, min(max(error.offset or 1, 1), len(text.line(row)) + 1)


def _newer_syntax(data: bytes) -> str | None:
    needed = python_needed(data)
    if needed is None:
        return None
    running = f"durable-lint runs on {sys.version_info[0]}.{sys.version_info[1]}"
    return f"this is syntax of Python {needed[0]}.{needed[1]}, but {running}: run it with a newer one"


def _one_line(message: str) -> str:
    return " ".join(message.split())
