"""Reading files: whatever bytes come in, positions are right or the error says where and what."""

from __future__ import annotations

import ast
import sys

import pytest

from durable_lint.finding import Span
from durable_lint.source.newer import python_needed
from durable_lint.source.parse import parse
from durable_lint.source.prefilter import names_durable
from durable_lint.source.text import SourceError, SourceText

MARK = b"\xef\xbb\xbf"


def calls(data: bytes) -> list[Span]:
    parsed = parse(data, "f.py")
    return [parsed.text.span(node) for node in ast.walk(parsed.tree) if isinstance(node, ast.Call)]


def test_prefilter() -> None:
    assert names_durable(b"import durable_runtime")
    assert names_durable(b"def f(c: DurableContext): ...")
    assert not names_durable(b"DURABLE = 1")
    assert not names_durable(b"")


@pytest.mark.parametrize(
    ("data", "span"),
    [
        (b"f()", (1, 1, 1, 4)),
        (b"if 1:\n\tf()\n", (2, 2, 2, 5)),
        (b"a\r\n  \r\nb = f()\r\n", (3, 5, 3, 8)),
        (b"a\rb\rc = f(\r)", (3, 5, 4, 2)),
        (b"a\n\x0c\nb = 1\x0c; f()\n", (3, 9, 3, 12)),
        (b"\x0cf()", (1, 2, 1, 5)),
        (MARK + b"f()", (1, 1, 1, 4)),
        (MARK + b"# coding: utf-8\nf()", (2, 1, 2, 4)),
        (b"# -*- coding: latin-1 -*-\nx = '\xe9'; f('\xff')", (2, 10, 2, 16)),
        (b"\n# vim: set fileencoding=cp1252 :\nx = '\x80'; f()", (3, 10, 3, 13)),
        (b"\r# coding: latin-1\rx = '\xe9'; f()", (3, 10, 3, 13)),
        ("x = '😀', f('é')".encode(), (1, 10, 1, 16)),
        ("ñ = f(\n'ü')".encode(), (1, 5, 2, 5)),
        ("x = f'é{f()}'".encode(), (1, 9, 1, 12)),
        ("x = '''\u2028\x85'''; f()".encode(), (1, 15, 1, 18)),
    ],
)
def test_positions_are_characters(data: bytes, span: tuple[int, int, int, int]) -> None:
    assert calls(data) == [span]


@pytest.mark.parametrize("data", [b"", MARK, b"\n", b"\r", b"#", b"\x0c", b"\n\n  \n", b"# coding: utf-8"])
def test_files_without_code(data: bytes) -> None:
    assert parse(data, "f.py").tree.body == []


def test_lines_end_where_python_ends_them() -> None:
    text = SourceText.from_bytes("a\x0cb\nc\r\nd\re\x1c\x85\u2028".encode())
    assert text.lines == ["a\x0cb", "c", "d", "e\x1c\x85\u2028"]
    assert (text.line(1), text.line(0), text.line(5)) == ("a\x0cb", "", "")
    assert SourceText.from_bytes(b"").lines == []
    assert SourceText.from_bytes(b"\n").lines == [""]
    assert SourceText.from_bytes(b"a\r\n\r\n").lines == ["a", ""]


def test_text_keeps_newlines_and_loses_the_mark() -> None:
    assert SourceText.from_bytes(MARK + b"a\r\nb\r").text == "a\r\nb\r"


@pytest.mark.parametrize(
    ("data", "row", "column", "said"),
    [
        (b"x = 1\ny = (", 2, 5, "never closed"),
        (b"x = 'abc", 1, 5, "unterminated string"),
        (b"if 1:\n", 1, 6, "indented block"),
        (b"if 1:", 1, 6, "indented block"),
        ("é = 1 1".encode(), 1, 7, "invalid syntax"),
        (b"a = 1\n\tb = 2", 2, 1, "unexpected indent"),
        (b"a = 1\n b\0 = 2", 2, 3, "null byte"),
        (b"a = 1\r\n b = '\xff'", 2, 7, "byte 0xff is not valid utf-8"),
        (b"a = 1\r\xc3\xa9 = '\xff'", 2, 6, "byte 0xff is not valid utf-8"),
        (b"# coding: utf-16\nx = 1", 1, 1, "utf-16"),
        (b"\n# coding: no-such\nx = 1", 2, 1, "no-such"),
        (b"# coding: hex\nx = 1", 1, 1, "hex"),
        (b"# coding: undefined\nx = 1", 1, 1, "undefined"),
        (MARK + b"# coding: latin-1\nx = 1", 1, 1, "encoding"),
        ("x = 1".encode("utf-16"), 1, 1, "UTF-16"),
        ("x = 1".encode("utf-32"), 1, 1, "UTF-32"),
        (b"x = '\\N{no such}'", 1, 18, "unicode error"),
        (b"print 'x'", 1, 1, "print"),
        (b"(" * 300 + b")" * 300, 1, 201, "too many nested parentheses"),
        (b"x = " + b"-" * 100_000 + b"1", 1, 1, "nested too deeply"),
        (b"x = " + b"a.b" * 20_000, 1, 1, "nested too deeply"),
        (b"x = a" + b"+a" * 100_000, 1, 1, "nested too deeply"),
        (b"x = " + b"[" * 20 + b"1 1", 1, 24, "never closed"),
        (b"x = " + b"not " * 50_000 + b"1 1", 1, 1, "nested too deeply"),
    ],
)
@pytest.mark.filterwarnings("error")
def test_errors_say_where_and_what(data: bytes, row: int, column: int, said: str) -> None:
    with pytest.raises(SourceError, match=said) as raised:
        parse(data, "f.py")
    error = raised.value
    assert "\n" not in error.message
    assert error.row == row
    if sys.version_info[:2] == (3, 11):  # later versions point at a better place for some
        assert error.column == column
    assert str(error) == f"{error.row}:{error.column}: {error.message}"


def test_a_long_sum_is_read_or_refused_cleanly() -> None:
    try:
        parse(b"x = a" + b"+a" * 5_000, "f.py")
    except SourceError as error:
        assert "nested too deeply" in error.message


@pytest.mark.filterwarnings("error")
def test_doubtful_escapes_are_no_business_of_ours(capfd: pytest.CaptureFixture[str]) -> None:
    parse(b"x = '\\d'; 1 is 1", "f.py")
    assert capfd.readouterr() == ("", "")


NEWER = [
    (b"type X = int\n", (3, 12)),
    (b"def f[T](x: T) -> T: ...\n", (3, 12)),
    (b"x = f'{a['b']}'\n", (3, 12)),
    (b"x = f'{a:{f'{b}'}}'\n", (3, 12)),
    (b"class C[T = int]: ...\n", (3, 13)),
    (b"try: pass\nexcept A, B: pass\n", (3, 14)),
    (b"x = t'{y}'\n", (3, 14)),
]


@pytest.mark.parametrize(("data", "needed"), NEWER)
def test_newer_syntax_is_told_from_mistakes(data: bytes, needed: tuple[int, int]) -> None:
    if sys.version_info[:2] >= needed:
        parse(data, "f.py")
    else:
        with pytest.raises(SourceError, match=rf"syntax of Python {needed[0]}\.{needed[1]}, but durable-lint runs on"):
            parse(data, "f.py")


@pytest.mark.parametrize(
    "data",
    [
        b"x = '\\N{no such}'",
        b"b'\xc3\xa9'",
        b"x = 1 1",
        b"print 'x'",
        b"f'{a}' = 1",
        b"[" * 100_000,
        b"type X = " + b"-" * 99_999,
    ],
)
def test_mistakes_are_not_called_newer_syntax(data: bytes) -> None:
    assert python_needed(data) is None
