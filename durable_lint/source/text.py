"""The text of a source file, and the arithmetic between ``ast`` offsets and what people call a column."""

from __future__ import annotations

import codecs
import re
from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING

from durable_lint.finding import Span

if TYPE_CHECKING:
    import ast

_NEWLINE = re.compile(r"\r\n|\r|\n")
_FIRST_TWO_LINES = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)?[^\r\n]*(?:\r\n|\r|\n)?")
_WIDE_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


class SourceError(Exception):
    """A file that Python itself could not read.

    ``row`` and ``column`` count from 1 (columns in characters) and lie inside the file or right behind its last
    character; ``message`` is one line that says what is wrong.
    """

    def __init__(self, row: int, column: int, message: str) -> None:
        super().__init__(row, column, message)
        self.row = row
        self.column = column
        self.message = message

    def __str__(self) -> str:
        return f"{self.row}:{self.column}: {self.message}"


class SourceText:
    """Decoded source: newlines as they are in the file, the byte order mark removed."""

    def __init__(self, text: str, encoding: str = "utf-8", mark: bytes = b"") -> None:
        self.text = text
        self._encoding = encoding
        self._mark = mark

    @classmethod
    def from_bytes(cls, data: bytes) -> SourceText:
        """Decode as Python does: byte order mark, then coding cookie, then UTF-8.

        Raises SourceError at the offending byte when the bytes do not fit the encoding, and at the cookie when
        Python would not accept the encoding.
        """
        body = data.removeprefix(codecs.BOM_UTF8)
        encoding = _encoding(data)
        try:
            return cls(body.decode(encoding), encoding, data[: len(data) - len(body)])
        except UnicodeDecodeError as error:
            raise _undecodable(body, error.start, encoding) from None
        except ValueError:
            raise SourceError(1, 1, f"the file is not valid {encoding}") from None

    def to_bytes(self, text: str) -> bytes:
        """Other text as this file would hold it; raises UnicodeEncodeError when its encoding lacks a character."""
        return self._mark + text.encode(self._encoding)

    @cached_property
    def lines(self) -> list[str]:
        r"""The lines without their ends, split where Python's tokenizer splits: ``\n``, ``\r\n`` and ``\r`` only."""
        lines = _NEWLINE.split(self.text) if "\r" in self.text else self.text.split("\n")
        if not lines[-1]:
            lines.pop()
        return lines

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in _NEWLINE.finditer(self.text))]

    def offset(self, row: int, column: int) -> int:
        """The index in ``text`` of a 1-based row and column; a row behind the last one means the end."""
        return self._starts[row - 1] + column - 1 if row <= len(self._starts) else len(self.text)

    def place(self, offset: int) -> tuple[int, int]:
        """The 1-based row and column of an index in ``text``."""
        row = bisect_right(self._starts, offset)
        return row, offset - self._starts[row - 1] + 1

    def slice(self, span: Span) -> str:
        r"""The text of a span, its lines ending in ``\n``."""
        text = self.text[self.offset(span.row, span.column) : self.offset(span.end_row, span.end_column)]
        return _NEWLINE.sub("\n", text)

    @cached_property
    def newline(self) -> str:
        """How the file ends its lines: as the first one does."""
        match = _NEWLINE.search(self.text)
        return match.group() if match else "\n"

    def line(self, row: int) -> str:
        """The line at a 1-based row without its end; empty outside the file."""
        return self.lines[row - 1] if 0 < row <= len(self.lines) else ""

    def column(self, row: int, byte_offset: int) -> int:
        """The 1-based character column of a 0-based UTF-8 byte offset, as ``ast`` gives them."""
        line = self.line(row)
        if line.isascii():
            return byte_offset + 1
        return len(line.encode("utf-8", "surrogatepass")[:byte_offset].decode("utf-8", "replace")) + 1

    def span(self, node: ast.AST) -> Span:
        """Where a node stands; ``node`` must carry a position (expressions, statements, arguments, aliases ...)."""
        row: int = getattr(node, "lineno")  # noqa: B009
        end_row: int = getattr(node, "end_lineno", None) or row
        start: int = getattr(node, "col_offset")  # noqa: B009
        end: int = getattr(node, "end_col_offset", None) or start
        return Span(row, self.column(row, start), end_row, self.column(end_row, end))


def _encoding(data: bytes) -> str:
    """The codec Python reads these bytes with."""
    for mark, name in _WIDE_MARKS:
        if data.startswith(mark):
            raise SourceError(1, 1, f"the file is {name}, which Python does not read: save it as UTF-8")
    first_two = _FIRST_TWO_LINES.match(data)
    head = first_two.group() if first_two else b""
    if b"coding" not in head:
        return "utf-8"
    return _declared_encoding(head)


def _declared_encoding(head: bytes) -> str:
    """The codec that the first two lines ask for; they may only mention the word."""
    from tokenize import detect_encoding  # costs 10 ms, and one file in a hundred has a cookie

    lines = iter(head.splitlines(keepends=True))
    try:
        encoding = detect_encoding(lambda: next(lines, b""))[0]
        if b"coding".decode(encoding) != "coding":  # UTF-16 and its kin would find other text in the same bytes
            raise SyntaxError(f"encoding problem: {encoding}")
    except (SyntaxError, LookupError, ValueError) as error:
        body = head.removeprefix(codecs.BOM_UTF8)
        row = 1 if b"coding" in body.splitlines()[0] else 2
        raise SourceError(row, 1, f"Python does not accept the file's encoding ({error})") from None
    return "utf-8" if encoding == "utf-8-sig" else encoding


def _undecodable(body: bytes, start: int, encoding: str) -> SourceError:
    before = _NEWLINE.split(body[:start].decode(encoding, "replace"))
    return SourceError(
        len(before),
        len(before[-1]) + 1,
        f"byte 0x{body[start]:02x} is not valid {encoding}: save the file as UTF-8 or declare its encoding",
    )
