"""Notes survive the death of the process that writes them."""

from __future__ import annotations

from pathlib import Path

from durable_runtime.testing.verifier.notes import NoteBook, Place, read_notes


def _call(book: NoteBook, name: str, **more: object) -> None:
    details = {"type": "STEP", "sub_type": "Step", "parent": None, "inputs": {}, "place": None} | more
    book.write("call", id="1", name=name, once=False, early=False, **details)


def test_notes_are_kept_apart_by_request(tmp_path: Path) -> None:
    book = NoteBook(str(tmp_path / "notes"))
    book.request = "a"
    _call(book, "charge", place=Place("orders.py", 12, "context.step(charge)"))
    book.request = "b"
    book.write("end", how="returned")
    notes = read_notes(tmp_path / "notes")
    assert notes["a"].calls["1"].place == Place("orders.py", 12, "context.step(charge)")
    assert notes["a"].end is None
    assert notes["b"].end is not None
    assert not notes["b"].calls


def test_a_torn_line_spoils_no_other(tmp_path: Path) -> None:
    file = tmp_path / "notes"
    book = NoteBook(str(file))
    _call(book, "charge")
    text = file.read_text()
    file.write_text(text + text[: len(text) // 2])
    NoteBook(str(file)).write("end", how="suspended")
    notes = read_notes(file)[""]
    assert [call.name for call in notes.calls.values()] == ["charge"]
    assert notes.end is not None
    assert notes.end.how == "suspended"


def test_a_call_that_comes_by_again_is_kept_if_it_differs(tmp_path: Path) -> None:
    book = NoteBook(str(tmp_path / "notes"))
    for seconds in ("1", "1", "2"):
        _call(book, "pause", inputs={"seconds": seconds})
    notes = read_notes(tmp_path / "notes")[""]
    assert [call.inputs for call in notes.repeated] == [{"seconds": "2"}]


def test_there_are_none_of_a_process_that_never_began(tmp_path: Path) -> None:
    assert read_notes(tmp_path / "missing") == {}
