from __future__ import annotations

import pytest
from durable_runtime.service import limits
from durable_runtime.service.errors import InvalidParameterValueException
from durable_runtime.service.ledger import Ledger

from tests.runtime.service.ledger.play import Play, at, callback, context, reopened, step


def names(ledger: Ledger) -> list[str]:
    return [operation["Id"] for operation in ledger.state_page().operations]


def test_operations_come_in_the_order_of_their_starts() -> None:
    play = Play()
    play.checkpoint(step("b"), step("a"))
    play.checkpoint(step("b", "SUCCEED"), step("c"))
    assert names(play.ledger) == ["first", "b", "a", "c"]
    assert names(reopened(play.ledger)) == ["first", "b", "a", "c"]


def test_pages_follow_one_another() -> None:
    play = Play()
    play.checkpoint(*(step(f"s{number}") for number in range(6)))
    collected, marker = [], None
    while True:
        page = play.ledger.state_page(marker, max_items=3)
        collected.append([operation["Id"] for operation in page.operations])
        marker = page.next_marker
        if marker is None:
            break
    assert collected == [["first", "s0", "s1"], ["s2", "s3", "s4"], ["s5"]]


def test_a_page_is_limited_in_bytes_but_never_empty() -> None:
    play = Play(input="x" * 5000)
    play.checkpoint(*(update for name in "abc" for update in (step(name), step(name, "SUCCEED", Payload="x" * 1000))))
    page = play.ledger.state_page(max_bytes=3000)
    assert [operation["Id"] for operation in page.operations] == ["first"]
    page = play.ledger.state_page(page.next_marker, max_bytes=3000)
    assert [operation["Id"] for operation in page.operations] == ["a", "b"]
    page = play.ledger.state_page(page.next_marker, max_bytes=3000)
    assert ([operation["Id"] for operation in page.operations], page.next_marker) == (["c"], None)


def test_a_marker_outlives_what_happens_between_two_pages() -> None:
    play = Play()
    play.checkpoint(context("c"), step("inner", ParentId="c"), step("s"), callback("cb"))
    page = play.ledger.state_page(max_items=3)
    play.note(play.ledger.callback_succeeded("cb", "1", at(1)))
    play.checkpoint(context("c", "SUCCEED"))
    rest = play.ledger.state_page(page.next_marker)
    assert [operation["Id"] for operation in page.operations] == ["first", "c", "inner"]
    assert [(each["Id"], each["Status"]) for each in rest.operations] == [("s", "STARTED"), ("cb", "SUCCEEDED")]


@pytest.mark.parametrize("marker", ["x", "-1", "9", "1.0", "²"])
def test_markers_of_others_are_refused(marker: str) -> None:
    play = Play()
    with pytest.raises(InvalidParameterValueException, match="Invalid marker"):
        play.ledger.state_page(marker)


def test_what_lies_below_a_completed_context_is_left_out_unless_it_is_to_be_replayed() -> None:
    play = Play()
    play.checkpoint(
        context("small"),
        context("below", ParentId="small"),
        step("deep", ParentId="below"),
        context("large"),
        context("inside", ParentId="large"),
        step("hidden", ParentId="inside"),
        context("open"),
        step("visible", ParentId="open"),
    )
    play.checkpoint(
        context("below", "SUCCEED", ContextOptions={"ReplayChildren": True}),
        context("small", "FAIL"),
        context("inside", "SUCCEED"),
        context("large", "SUCCEED", Payload="", ContextOptions={"ReplayChildren": True}),
    )
    assert names(play.ledger) == ["first", "small", "large", "inside", "open", "visible"]
    assert set(play.ledger.operations) >= {"below", "deep", "hidden"}, "they are kept all the same"


def test_nobody_sees_the_services_bookkeeping() -> None:
    play = Play()
    play.checkpoint(callback("cb", 5, 5))
    assert all("_" not in operation for operation in [*play.seen, *play.ledger.state_page().operations])


def test_by_default_a_page_fits_an_event() -> None:
    play = Play()
    for name in "abcdef":
        play.checkpoint(step(name), step(name, "SUCCEED", Payload="x" * limits.OPERATION_PAYLOAD))
    assert len(play.ledger.state_page().operations) == 5
