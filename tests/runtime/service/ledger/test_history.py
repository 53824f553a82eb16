"""Events have the shapes of botocore's model of Lambda."""

from __future__ import annotations

from typing import Any

import botocore.session
import pytest
from botocore.model import StructureShape
from botocore.validate import ParamValidator
from durable_runtime.service.ledger import InvokeOutcome, without_data
from durable_runtime.service.wire import Event

from tests.runtime.service.ledger.play import Play, at, callback, context, invoke, retry, step, update, wait


def everything() -> list[Event]:
    """A history with an event of each type, some of several executions."""
    play = Play(execution_timeout=1000)
    play.checkpoint(
        step("s", Name="step", SubType="Step"),
        retry("s", 1, Error={"ErrorMessage": "no", "StackTrace": ["line"]}),
        context("c"),
        context("c", "SUCCEED", Payload="1"),
        context("d"),
        context("d", "FAIL", Error={"ErrorType": "E"}),
        wait("w", 9),
        wait("x", 9),
        callback("cb", 5, 3),
        callback("ok"),
        callback("bad"),
        *(invoke(name) for name in ("i1", "i2", "i3", "i4", "i5")),
    )
    play.checkpoint(update("x", "WAIT", "CANCEL", Error={"ErrorMessage": "late"}))
    play.returns()
    play.note(play.ledger.pause(at(1), reason="why"))
    play.to(9)
    play.note(play.ledger.callback_succeeded("ok", "1", at(9)))
    play.note(play.ledger.callback_failed("bad", {"ErrorType": "E"}, at(9)))
    play.note(play.ledger.invoke_finished("i1", InvokeOutcome("SUCCEEDED", "1"), at(9)))
    play.note(play.ledger.invoke_finished("i2", InvokeOutcome("FAILED", error={"ErrorType": "E"}), at(9)))
    play.note(play.ledger.invoke_finished("i3", InvokeOutcome.timed_out(9), at(9)))
    play.note(play.ledger.resume(at(9), reason="done"))
    play.now = at(9)
    play.invoke()
    play.checkpoint(step("s"), step("s", "SUCCEED", Payload="1"))
    play.note(play.ledger.invocation_failed(at(9), {"ErrorType": "Runtime.ExitError"}))
    play.note(play.ledger.stop({"ErrorType": "Enough"}, at(10)))
    events = play.events
    for status in ("SUCCEEDED", "FAILED"):
        other = Play()
        other.returns(status)
        events += other.events
    late = Play(execution_timeout=1)
    late.to(1)
    return events + late.events


@pytest.fixture(scope="module")
def event_shape() -> StructureShape:
    model = botocore.session.get_session().get_service_model("lambda")
    shape = model.shape_for("Event")
    assert isinstance(shape, StructureShape)
    return shape


def test_every_type_of_event_is_written(event_shape: StructureShape) -> None:
    types = set(event_shape.members["EventType"].enum)
    assert {event["EventType"] for event in everything()} == types


@pytest.mark.parametrize("with_data", [True, False])
def test_every_event_fits_the_model(event_shape: StructureShape, with_data: bool) -> None:
    for event in everything():
        shown: Any = event if with_data else without_data(event)
        report = ParamValidator().validate(shown, event_shape)
        assert not report.has_errors(), f"{shown}: {report.generate_report()}"
        details = f"{event['EventType']}Details"
        assert shown.keys() <= event_shape.members.keys()
        assert shown[details].keys() <= event_shape.members[details].members.keys()


def test_data_can_be_left_out() -> None:
    for event in everything():
        shown: Any = without_data(event)
        details = shown[f"{event['EventType']}Details"]
        for key in ("Input", "Result", "Error", "Reason"):
            assert details.get(key, {"Truncated": True}) == {"Truncated": True}
        assert shown["EventId"] == event["EventId"]


def test_leaving_data_out_leaves_the_event_alone() -> None:
    play = Play()
    play.checkpoint(step("s"), step("s", "SUCCEED", Payload="1"))
    without_data(play.events[-1])
    assert play.details()["Result"] == {"Payload": "1", "Truncated": False}


def test_events_are_numbered_from_one_without_gaps() -> None:
    play = Play()
    play.checkpoint(wait("w", 5), step("s"))
    play.returns()
    play.to(5)
    play.invoke()
    play.returns("SUCCEEDED")
    assert [event["EventId"] for event in play.events] == [1, 2, 3, 4, 5, 6, 7]
    assert play.ledger.execution.event_count == 7
