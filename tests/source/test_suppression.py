"""Suppression comments, compared with flake8 where they are flake8's."""

from __future__ import annotations

import argparse
import itertools
import os
import random
from pathlib import Path

import pytest
from flake8.processor import FileProcessor
from flake8.violation import Violation

from durable_lint.finding import Finding, Severity, Span
from durable_lint.source.suppression import Kind, Suppressions
from durable_lint.source.text import SourceText


def suppressions(source: str) -> Suppressions:
    return Suppressions.from_text(SourceText.from_bytes(source.encode()))


def finding(code: str, row: int) -> Finding:
    return Finding(code, Severity.ERROR, "message", "/f.py", Span(row, 1, row, 2))


def silenced_by_flake8(source: str, code: str, row: int) -> bool:
    lines = SourceText(source).lines
    options = argparse.Namespace(hang_closing=False, indent_size=4, max_line_length=79, max_doc_length=None)
    options.verbose, options.disable_noqa = 0, False
    processor = FileProcessor("f.py", options, [f"{line}\n" for line in lines])
    if processor.should_ignore_file():
        return True
    physical_line = processor.noqa_line_for(row)
    if physical_line is None:  # flake8 then reads the line from the file, which here is not on disk
        physical_line = f"{lines[row - 1]}\n" if row <= len(lines) else ""
    return Violation(code, "f.py", row, 1, "message", physical_line).is_inline_ignored(False)


COMMENTS = [
    "# noqa",
    "# NOQA",
    "#noqa",
    "#  noqa",
    "# noqa:DUR101",
    "# noqa: DUR101",
    "# noqa:  DUR101",
    "# noqa : DUR101",
    "# noqa: DUR101,E501",
    "# noqa: E501 DUR101",
    "# noqa: E501, ,DUR1",
    "# noqa: E501 -- DUR101",
    "# noqa: dur101",
    "# NoQA: DUR1",
    "# noqa: DUR",
    "# noqa: durable-time",
    "# noqa: DUR101: a reason",
    "# noqa:DUR102,",
    "# noqa: E501  # noqa: DUR101",
    "# type: ignore # noqa: DUR101",
    "# noqa-DUR101",
    "# noqa DUR101",
    "# noqa:\tDUR101",
    "# noqa: DUR101, DUR102, wall-clock",
    "# see # noqa",
    "# noqà",
    "# noqa:ſ1",
    "# flake8: noqa",
]
SHAPES = [
    "x = time()  {0}\n",
    "{0}\nx = 1\n",
    "x = f(\n    1,  {0}\n    2,\n)\n",
    'x = """\n{0}\n"""\n',
    'x = """\na\n"""  {0}\ny = 1\n',
    'f("""a\nb""", 1,\n  2)  {0}\n',
    "x = 1 + \\\n    2 + \\\n    3  {0}\n",
    "x = 1\ny = '{0}'\n",
    "x = [\n    '''\n''', {0}\n  '''\n''']\n",
    "def f():\n    pass  {0}\n\n\n\n",
    "x = 1  {0}",
    "x = (  {0}\n",
    "x = '''  {0}\n",
    "x = 1 \\\n{0}\n",
    "\tx = 1  {0}\n  y\n",
    "x = 1\r\ny = 2  {0}\r\n",
    "x = 1\ry = '''\r'''  {0}\r",
    "x = 1\x0cy = 2  {0}\n\x0c\nz = 3\n",
    "é = '😀'  {0}\n",
    "  {0}\n",
]


@pytest.mark.parametrize(("shape", "comment"), list(itertools.product(SHAPES, COMMENTS)))
def test_noqa_means_what_it_means_to_flake8(shape: str, comment: str) -> None:
    source = shape.format(comment)
    ours = suppressions(source)
    for row, code in itertools.product(range(1, len(SourceText(source).lines) + 1), ("DUR101", "DUR102")):
        assert ours.silences(finding(code, row)) == silenced_by_flake8(source, code, row), (source, row, code)


def test_noqa_means_what_it_means_to_flake8_in_random_files() -> None:
    randomness = random.Random(2)
    for _ in range(400):
        pieces = [randomness.choice(SHAPES[:11]).format(randomness.choice(COMMENTS[:-1])) for _ in range(4)]
        source = "".join(piece if piece.endswith("\n") else piece + "\n" for piece in pieces)
        ours = suppressions(source)
        for row in range(1, len(SourceText(source).lines) + 1):
            assert ours.silences(finding("DUR101", row)) == silenced_by_flake8(source, "DUR101", row), (source, row)


def test_without_noqa_only_our_own_comment_silences() -> None:
    source = "# durable-lint: disable-file=DUR2\nx = 1  # noqa\n"
    assert suppressions(source).silences(finding("DUR101", 2))
    assert not suppressions(source).silences(finding("DUR101", 2), noqa=False)
    assert suppressions(source).silences(finding("DUR201", 2), noqa=False)


@pytest.mark.parametrize(
    ("comment", "silenced"),
    [
        ("# durable-lint: disable-file", {"DUR101", "DUR105", "DUR201"}),
        ("# durable-lint:disable-file (generated)", {"DUR101", "DUR105", "DUR201"}),
        ("# durable-lint: disable-file=DUR105,DUR2", {"DUR105", "DUR201"}),
        ("# durable-lint: disable-file = DUR105, DUR2 -- a reason", {"DUR105", "DUR201"}),
        ("# durable-lint: disable-file=", set()),
        ("# durable-lint: disable-file=wall-clock", set()),
        ("# durable-lint: disable-file DUR105", set()),
        ("# durable-lint: disable-file: DUR105", set()),
        ("# durable-lint: disable", set()),
        ("x = '# durable-lint: disable-file'", set()),
    ],
)
def test_disable_file(comment: str, silenced: set[str]) -> None:
    ours = suppressions(f"x = 1\n{comment}\n")
    assert {code for code in ("DUR101", "DUR105", "DUR201") if ours.silences(finding(code, 1))} == silenced


def test_a_slip_in_our_own_comment_is_told_as_such() -> None:
    source = "# durable-lint: disable-fil\n# durable-lint: disable-file=\n# durable-lint: disable-file\n"
    kinds = [directive.kind for directive in suppressions(source).directives]
    assert kinds == [Kind.UNKNOWN, Kind.UNKNOWN, Kind.DISABLE_FILE]


def test_directives_stand_where_they_are_written() -> None:
    ours = suppressions("x = '😀'  # type: ignore  # noqa: E501, DUR101 # why\ny = 1  # noqa\ns = '# noqa: DUR102'\n")
    first, second = ours.directives
    assert (first.row, first.column, first.end_column) == (1, 26, 46)
    assert (first.codes, first.code_columns) == (("E501", "DUR101"), (34, 40))
    assert (second.row, second.column, second.codes, second.heard) == (2, 8, (), True)


def test_only_the_first_noqa_of_a_line_is_heard() -> None:
    directives = suppressions("x = 1  # noqa: E501  # noqa: DUR101\n").directives
    assert [directive.heard for directive in directives] == [True, False]


@pytest.mark.parametrize(
    ("source", "found", "unused"),
    [
        ("x = 1  # noqa: DUR101\n", [("DUR101", 1)], []),
        ("x = 1  # noqa: DUR101\n", [("DUR102", 1)], ["DUR101"]),
        ("x = 1  # noqa: DUR101,DUR102,E501\n", [("DUR102", 1)], ["DUR101"]),
        ("x = 1  # noqa: DUR1\n", [("DUR102", 1)], []),
        ("x = 1  # noqa: DUR2\n", [("DUR102", 1)], ["DUR2"]),
        ("x = 1  # noqa\n", [], []),
        ("x = '''\n'''  # noqa: DUR101\n", [("DUR101", 1)], []),
        ("x = f(\n1)  # noqa: DUR101\n", [("DUR101", 1)], ["DUR101"]),
        ("x = 1  # noqa: E501  # noqa: DUR101\n", [("DUR101", 1)], ["DUR101"]),
        ("x = '# noqa: DUR101'\n", [], []),
    ],
)
def test_unused_codes(source: str, found: list[tuple[str, int]], unused: list[str]) -> None:
    codes = suppressions(source).unused([finding(*item) for item in found], lambda code: code.startswith("DUR"))
    assert [directive.codes[index] for directive, index in codes] == unused


def test_noqa_row_is_the_last_of_a_multi_line_string() -> None:
    ours = suppressions('x = f("""\n\n""", 1,\n2)\n')
    assert [ours.noqa_row(row) for row in (1, 2, 3, 4)] == [3, 3, 3, 4]


def test_deterministic_lines() -> None:
    source = (
        "# durable-lint: deterministic\n# and why\n@wraps\ndef f():\n    pass\n"
        "def g():  # durable-lint: deterministic (pure)\n    '# durable-lint: deterministic'\n"
    )
    assert suppressions(source).deterministic_lines() == {3, 6}


def test_the_scan_and_the_tokenizer_agree_on_where_a_noqa_goes() -> None:
    folder = Path(os.__file__).parent
    compared = 0
    for path in sorted(folder.glob("[a-d]*.py")):
        text = SourceText.from_bytes(path.read_bytes())
        last = len(text.lines)
        scanned = Suppressions(text)
        if "noqa" in text.text:
            continue
        tokenized = Suppressions(SourceText(text.text + "\n# noqa\n"))
        assert [scanned.noqa_row(row) for row in range(1, last)] == [tokenized.noqa_row(row) for row in range(1, last)]
        compared += 1
    assert compared > 10
