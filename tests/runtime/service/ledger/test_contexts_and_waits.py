from __future__ import annotations

from tests.runtime.service.ledger.play import Play, at, context, reopened, step, update, wait


def test_a_context_starts_and_succeeds() -> None:
    play = Play()
    assert play.checkpoint(
        context("c", Name="child", SubType="RunInChildContext"),
        step("s", ParentId="c"),
        step("s", "SUCCEED", ParentId="c"),
        context("c", "SUCCEED", Payload="1"),
    ) == ["ContextStarted", "StepStarted", "StepSucceeded", "ContextSucceeded"]
    assert play.events[2].get("ParentId") == "c"
    assert play.details() == {"Result": {"Payload": "1", "Truncated": False}}
    assert play.ledger.operations["c"]["ContextDetails"] == {"Result": "1"}


def test_a_context_fails() -> None:
    play = Play()
    assert play.checkpoint(context("c"), context("c", "FAIL", Error={"ErrorMessage": "no"})) == [
        "ContextStarted",
        "ContextFailed",
    ]
    assert play.details() == {"Error": {"Payload": {"ErrorMessage": "no"}, "Truncated": False}}
    assert play.ledger.operations["c"]["ContextDetails"] == {"Error": {"ErrorMessage": "no"}}


def test_a_context_remembers_that_its_children_are_to_be_replayed() -> None:
    play = Play()
    play.checkpoint(context("c"))
    play.checkpoint(context("c", "SUCCEED", Payload="", ContextOptions={"ReplayChildren": True}))
    assert play.ledger.operations["c"]["ContextDetails"] == {"ReplayChildren": True, "Result": ""}


def test_an_operation_may_end_after_the_context_around_it() -> None:
    """Branches that lost a race run on to their next checkpoint."""
    play = Play()
    play.checkpoint(context("c"), step("s", ParentId="c"), context("c", "SUCCEED"))
    assert play.checkpoint(step("s", "SUCCEED", ParentId="c")) == ["StepSucceeded"]


def test_a_wait_ends_by_itself() -> None:
    play = Play()
    assert play.checkpoint(wait("w", 60, Name="cool down")) == ["WaitStarted"]
    assert play.details() == {"Duration": 60, "ScheduledEndTimestamp": at(60)}
    play.returns()
    assert play.to(59.999) == []
    assert play.to(60) == ["WaitSucceeded"]
    assert play.details() == {"Duration": 60}
    assert play.events[-1].get("Name") == "cool down"
    assert play.ledger.operations["w"]["EndTimestamp"] == at(60)
    assert play.ledger.execution.needs_invocation


def test_a_wait_that_is_over_late_says_when_it_was_noticed() -> None:
    play = Play()
    play.checkpoint(wait("w", 60))
    play.returns()
    ledger = reopened(play.ledger)
    changes = ledger.due(at(1000))
    assert changes is not None
    assert changes.events[0]["EventTimestamp"] == at(1000)


def test_waits_end_in_the_order_of_their_times() -> None:
    play = Play()
    play.checkpoint(wait("late", 30), wait("early", 10), wait("middle", 20))
    play.returns()
    assert play.to(100) == ["WaitSucceeded"] * 3
    assert [event.get("Id") for event in play.events[-3:]] == ["early", "middle", "late"]


def test_a_cancelled_wait_has_no_timer() -> None:
    play = Play()
    play.checkpoint(wait("w", 60))
    assert play.checkpoint(update("w", "WAIT", "CANCEL")) == ["WaitCancelled"]
    assert (play.status("w"), play.ledger.operations["w"]["EndTimestamp"]) == ("CANCELLED", at(0))
    assert play.ledger.next_due() == play.ledger.execution.times_out_at
    assert play.to(60) == []


def test_a_response_tells_of_each_operation_once_in_its_latest_state() -> None:
    play = Play()
    play.checkpoint(context("c"), wait("w", 1), context("c", "SUCCEED"))
    assert [(each["Id"], each["Status"]) for each in play.seen] == [("w", "STARTED"), ("c", "SUCCEEDED")]
    assert not any("_" in each for each in play.seen)
    play.checkpoint()
    assert play.seen == []
