"""One pass of fixes: what is changed, what waits, what is refused, and that every other byte stays."""

from __future__ import annotations

import ast
import random
import time
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from durable_lint.dataclasses import replace
from durable_lint.finding import Edit, Finding, Fix, Safety, Severity, Span
from durable_lint.fixing.apply import apply, is_rewritable

A, B = "/work/a.py", "/work/b.py"


def edit(row: int, column: int, end_row: int, end_column: int, text: str, file: str = A) -> Edit:
    return Edit(file, Span(row, column, end_row, end_column), text)


def finding(*edits: Edit, code: str = "DUR101", span: Span | None = None) -> Finding:
    fix = Fix("Change it", Safety.SAFE, edits)
    return Finding(code, Severity.ERROR, "wrong", A, span or edits[0].span, fix=fix)


def test_all_of_a_fix_or_nothing() -> None:
    contents = {A: b"a = 1\nb = 2\n", B: b"c = 3\n"}
    first = finding(edit(1, 5, 1, 6, "10"), edit(1, 5, 1, 6, "30", B))
    second = finding(edit(2, 5, 2, 6, "20"), edit(1, 5, 1, 6, "31", B))
    done = apply([second, first], contents)
    assert done.contents == {A: b"a = 10\nb = 2\n", B: b"c = 30\n"}
    assert (done.applied, done.postponed, done.refused) == ((first,), (second,), ())


def test_an_edit_that_fixes_share_is_made_once() -> None:
    shared = edit(1, 1, 1, 1, "import x\n")
    findings = [finding(edit(row, 1, row, 2, f"n{row}"), shared, span=Span(row, 1, row, 2)) for row in (1, 2)]
    done = apply(findings, {A: b"a = 1\nb = 2\n"})
    assert done.contents[A] == b"import x\nn1 = 1\nn2 = 2\n"
    assert len(done.applied) == 2


def test_other_text_at_the_same_place_waits() -> None:
    one, two = finding(edit(1, 1, 1, 1, "x\n")), finding(edit(1, 1, 1, 1, "y\n"))
    done = apply([two, one], {A: b"a\n"})
    assert done.contents[A] == b"x\na\n"
    assert done.postponed == (two,)


@pytest.mark.parametrize(
    ("edits", "why"),
    [
        ([edit(1, 5, 1, 6, "(")], "syntax"),
        ([edit(1, 5, 1, 6, "await x")], "an await at the top of a module does not compile"),
        ([edit(1, 5, 1, 6, "1")], "changes nothing"),
        ([edit(1, 5, 1, 6, "2"), edit(1, 1, 1, 6, "c = 3")], "overlaps with itself"),
        ([edit(1, 1, 1, 1, "c\n"), edit(1, 1, 1, 1, "d\n")], "two insertions at one place"),
        ([edit(1, 5, 1, 9, "2")], "behind the end of the line"),
        ([edit(9, 1, 9, 1, "2")], "behind the end of the file"),
        ([edit(0, 1, 1, 1, "2")], "before the file"),
        ([edit(2, 1, 1, 1, "2")], "backwards"),
    ],
)
def test_refused(edits: list[Edit], why: str) -> None:
    wrong, right = finding(*edits, code="DUR999"), finding(edit(2, 5, 2, 6, "7"))
    done = apply([wrong, right], {A: b"a = 1\nb = 2\n"})
    assert done.contents == {A: b"a = 1\nb = 7\n"}, why
    assert (done.applied, done.refused) == ((right,), (wrong,))


def test_what_the_encoding_lacks_is_refused() -> None:
    wrong = finding(edit(2, 6, 2, 6, "→"))
    done = apply([wrong], {A: b"# coding: latin-1\na = '\xe9'\n"})
    assert (done.contents, done.refused) == ({}, (wrong,))


def test_fixes_that_only_work_apart_are_made_one_after_the_other() -> None:
    # Each removes one of the statements of a suite: both together would leave it empty.
    text = b"if x:\n    a\n    b\n"
    one, two = finding(edit(2, 1, 3, 1, "")), finding(edit(3, 1, 4, 1, ""))
    done = apply([one, two], {A: text})
    assert done.contents[A] == b"if x:\n    b\n"
    assert (done.applied, done.postponed, done.refused) == ((one,), (two,), ())


def test_one_wrong_fix_among_many() -> None:
    rows = 400
    text = "".join(f"a{row} = {row}\n" for row in range(1, rows + 1)).encode()
    findings = [finding(edit(row, 1, row, 2, "b")) for row in range(1, rows + 1)]
    findings[137] = finding(edit(138, 1, 138, 2, "("))
    done = apply(findings, {A: text})
    assert done.refused == (findings[137],)
    assert len(done.applied) == rows - 1
    assert done.contents[A].count(b"b") == rows - 1


def test_a_file_that_does_not_compile_stays_fixable() -> None:
    done = apply([finding(edit(2, 5, 2, 6, "2"))], {A: b"await x\na = 1\n"})
    assert done.contents == {A: b"await x\na = 2\n"}


def test_thousands_of_fixes_in_a_moment() -> None:
    rows = 5_000
    text = "".join(f"a{row} = {row}\n" for row in range(1, rows + 1)).encode()
    shared = edit(1, 1, 1, 1, "import x\n")
    findings = [finding(edit(row, 1, row, 2, "b"), shared) for row in range(1, rows + 1)]
    random.Random(1).shuffle(findings)
    start = time.perf_counter()
    done = apply(findings, {A: text})
    assert len(done.applied) == rows
    assert time.perf_counter() - start < 5  # quadratic takes minutes


@pytest.mark.parametrize(
    ("data", "rewritable"),
    [
        (b"a = 1", True),
        (b"\xef\xbb\xbfa = '\xc3\xa9'\r\n", True),
        (b"# coding: latin-1\na = '\xe9'\n", True),
        (b"# coding: utf-7\na = '+AGE-'\n", False),
        (b"a = '\xff'\n", False),
    ],
)
def test_files_that_come_back_unchanged(data: bytes, rewritable: bool) -> None:
    assert is_rewritable(data) is rewritable


ENDS = ["\n", "\r\n", "\r"]
STATEMENTS = [
    "x = 1",
    "x\t= 'é'",
    "\x0cx = 2",
    "",
    "  # ü\tno",
    "y  =  3 ;  z = 4",
    "if x:\tpass",
    "x = '\x0b\x1c\u2028'",
]


@st.composite
def programs(draw: st.DrawFn) -> tuple[str, bytes]:
    """A text as people and editors leave it, and its bytes."""
    lines = draw(st.lists(st.sampled_from(STATEMENTS), min_size=1, max_size=8))
    text = "".join(line + draw(st.sampled_from(ENDS)) for line in lines)
    if draw(st.booleans()):
        text = text.rstrip("\r\n")
    kind = draw(st.sampled_from(["utf-8", "bom", "latin-1"]))
    if kind == "latin-1":
        text = "# coding: latin-1\n" + text.replace("\u2028", "ÿ")
    data = text.encode("latin-1" if kind == "latin-1" else "utf-8")
    return text, (b"\xef\xbb\xbf" + data if kind == "bom" else data)


@st.composite
def cases(draw: st.DrawFn) -> tuple[str, bytes, list[Finding]]:
    """A text with fixes anywhere in it, most of which overlap."""
    text, data = draw(programs())
    ends = sorted({0, *range(len(text) + 1)})
    findings = []
    for number in range(draw(st.integers(1, 6))):
        edits = []
        for _ in range(draw(st.integers(1, 2))):
            start = draw(st.sampled_from(ends))
            end = draw(st.integers(start, min(len(text), start + 4)))
            new = draw(st.sampled_from(["", "q", " # n\n", "a\nb"]))
            edits.append(Edit(A, Span(*position(text, start), *position(text, end)), new))
        findings.append(finding(*edits, code=f"DUR10{number}"))
    return text, data, findings


def position(text: str, index: int) -> tuple[int, int]:
    """Row and column of an index, by Python's idea of lines; inside CRLF means before it."""
    if text[index - 1 : index + 1] == "\r\n":
        index -= 1
    before = text[:index].replace("\r\n", "\n").replace("\r", "\n")
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def offset(text: str, row: int, column: int) -> int:
    return next(index for index in range(len(text) + 1) if position(text, index) == (row, column))


@settings(max_examples=300, deadline=None)
@given(cases(), st.randoms(use_true_random=False))
def test_every_other_byte_stays_and_the_order_does_not_matter(
    case: tuple[str, bytes, list[Finding]], shuffler: random.Random
) -> None:
    text, data, findings = case
    done = apply(findings, {A: data})
    shuffled = list(findings)
    shuffler.shuffle(shuffled)
    assert apply(shuffled, {A: data}) == done
    assert sorted(f.code for f in (*done.applied, *done.postponed, *done.refused)) == [f.code for f in findings]
    assert done.contents.get(A, data) == spliced(text, data, done.applied)
    if done.contents:
        ast.parse(done.contents[A])


def spliced(text: str, data: bytes, applied: Sequence[Finding]) -> bytes:
    """The same, made as slowly and plainly as can be: from the back, one edit after the other."""
    newline = next((end for end in sorted(ENDS, key=lambda e: (first(text, e), -len(e))) if end in text), "\n")
    places = {
        (offset(text, *e.span[:2]), offset(text, *e.span[2:]), e.text.replace("\n", newline))
        for f in applied
        if f.fix is not None
        for e in f.fix.edits
    }
    result = text
    for start, end, new in sorted(places, reverse=True):
        result = result[:start] + new + result[end:]
    encoding = "latin-1" if text.startswith("# coding") else "utf-8"
    mark = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
    return mark + result.encode(encoding)


def first(text: str, end: str) -> int:
    return text.index(end) if end in text else len(text)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 12), st.integers(0, 3)), min_size=1, max_size=8, unique=True))
def test_passes_come_to_the_same_end_in_any_order(places: list[tuple[int, int]]) -> None:
    """Fixes that overlap wait: pass after pass each of them is made, whatever their order."""
    text = "v" * 16
    wraps = [finding(edit(1, column, 1, column + width + 1, "v" * (width + 1) + "w")) for column, width in places]
    forward, backward = apply(wraps, {A: text.encode()}), apply(wraps[::-1], {A: text.encode()})
    assert forward == backward
    spans = sorted(f.fix.edits[0].span for f in forward.applied if f.fix)
    assert all(one.end_column <= other.column for one, other in pairwise(spans))
    assert len(forward.applied) + len(forward.postponed) == len(places)


def test_same_fix_of_two_findings_counts_for_both() -> None:
    one = finding(edit(1, 5, 1, 6, "2"))
    two = replace(one, code="DUR102")
    done = apply([two, one], {A: b"a = 1\n"})
    assert (done.applied, done.contents) == ((one, two), {A: b"a = 2\n"})
