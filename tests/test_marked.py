"""The marks in the corpora: how they are read, and that the corpora hold enough of them."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.marked import MarkError, Marks, Place, differences, marks_of, projects, read_marks

IN_SERVICES = [
    *(f"DUR{number}" for number in range(101, 115)),
    *(f"DUR{number}" for number in range(201, 215)),
    *(f"DUR{number}" for number in range(301, 308)),
    *(f"DUR{number}" for number in (401, 402, 403, 404, 405, 407)),
]


def _read(text: str) -> list[tuple[str, Place]]:
    return list(read_marks("a.py", text))


def test_a_mark_names_row_code_and_severity() -> None:
    assert _read("x = 1\ny = 2  # expect: DUR105[E]\n") == [("expect", Place("a.py", 2, "DUR105", "E"))]


def test_several_codes_and_several_marks_share_a_line() -> None:
    text = "y = 2  # noqa: E722  # expect: DUR101[W] DUR105[E]  # todo: DUR306[E]  # later: DUR901\n"
    assert [(kind, place.code, place.letter) for kind, place in _read(text)] == [
        ("expect", "DUR101", "W"),
        ("expect", "DUR105", "E"),
        ("todo", "DUR306", "E"),
    ]


def test_marks_in_strings_are_none() -> None:
    assert _read('x = "# expect: DUR105[E]"\n') == []


@pytest.mark.parametrize("codes", ["", "DUR105", "DUR105[X]", "DUR999[E]", "DUR004[I]", "DUR105[E], DUR101[E]"])
def test_a_mark_that_cannot_be_read_is_an_error(codes: str) -> None:
    with pytest.raises(MarkError, match=r"a\.py:1"):
        _read(f"x = 1  # expect: {codes}\n")


def test_differences_are_told_by_line() -> None:
    marks = Marks(
        expected=frozenset({Place("a.py", 1, "DUR105", "E"), Place("a.py", 2, "DUR101", "E")}),
        todo=frozenset({Place("a.py", 9, "DUR306", "E")}),
        advised=frozenset(),
    )
    found = {Place("a.py", 2, "DUR101", "W"), Place("a.py", 3, "DUR103", "E"), Place("a.py", 9, "DUR306", "E")}
    assert differences(found, marks) == [
        "missing     a.py:1: DUR105[E]",
        "severity    a.py:2: DUR101[E] is [W]",
        "unexpected  a.py:3: DUR103[E]",
        "found now   a.py:9: DUR306[E]",
    ]
    assert differences(set(marks.expected), marks) == []


def test_every_code_is_marked_twice_in_the_services() -> None:
    counts = Counter(
        place.code for project in projects() if project.room == "services" for place in marks_of(project).expected
    )
    assert {code: counts[code] for code in IN_SERVICES if counts[code] < 2} == {}


def test_the_corpora_mark_many_errors_and_warnings() -> None:
    marked = [place for project in projects() for place in marks_of(project).expected if place.letter != "I"]
    assert len(marked) >= 150


def test_the_clean_room_marks_nothing() -> None:
    clean = [project for project in projects() if project.room == "clean"]
    assert clean
    assert all(not marks_of(project).expected for project in clean)
