from __future__ import annotations

import pytest
from durable_runtime.service import limits
from durable_runtime.service.arn import ExecutionArn
from durable_runtime.service.errors import ResourceNotFoundException
from durable_runtime.service.ledger import InvokeOutcome, InvokeRequest

from tests.runtime.service.ledger.play import TARGETS, Play, at, callback, invoke, step, wait

CHILD = "arn:aws:lambda:eu-central-1:123456789012:function:billing:7/durable-execution/new1/new2"


def test_a_durable_target_gets_an_arn_before_it_begins() -> None:
    play = Play(trace_header="Root=1-2-3")
    options = {"FunctionName": "billing", "TenantId": "acme"}
    changes = play.ledger.checkpoint([invoke("i", Payload='"x"', ChainedInvokeOptions=options)], play.now)
    play.note(changes)
    assert changes.invokes == (
        InvokeRequest("i", "billing", TARGETS["billing"], '"x"', "acme", "Root=1-2-3", child_arn=CHILD),
    )
    assert ExecutionArn.parse(CHILD).version == "7"
    assert play.details() == {
        "FunctionName": "billing",
        "TenantId": "acme",
        "Input": {"Payload": '"x"', "Truncated": False},
        "ExecutedVersion": "7",
        "DurableExecutionArn": CHILD,
    }
    assert play.status("i") == "STARTED"


def test_a_plain_target_has_none() -> None:
    play = Play()
    changes = play.ledger.checkpoint([invoke("i", "echo")], play.now)
    play.note(changes)
    assert changes.invokes[0].child_arn is None
    assert play.details() == {"FunctionName": "echo", "Input": {"Truncated": False}, "ExecutedVersion": "$LATEST"}


def test_the_trace_header_of_the_update_wins() -> None:
    play = Play(trace_header="Root=1-2-3")
    options = {"FunctionName": "echo", "XAmznTraceId": "Root=4-5-6"}
    changes = play.ledger.checkpoint([invoke("i", ChainedInvokeOptions=options)], play.now)
    assert changes.invokes[0].trace_header == "Root=4-5-6"
    options = {"FunctionName": "echo", "XAmznTraceId": None}
    changes = play.ledger.checkpoint([invoke("j", ChainedInvokeOptions=options)], play.now)
    assert changes.invokes[0].trace_header == "Root=1-2-3"


def test_an_unknown_function_fails_in_the_response() -> None:
    play = Play()
    assert play.checkpoint(invoke("i", "nobody:live", Payload="1")) == ["ChainedInvokeStarted", "ChainedInvokeFailed"]
    error = {
        "ErrorType": "ResourceNotFoundException",
        "ErrorMessage": "Function not found: arn:aws:lambda:eu-central-1:123456789012:function:nobody:live",
    }
    assert play.details(-2) == {"FunctionName": "nobody:live"}
    assert play.details() == {"Error": {"Payload": error, "Truncated": False}}
    assert play.seen[0]["Status"] == "FAILED"
    assert play.seen[0]["ChainedInvokeDetails"] == {"Error": error}
    assert play.ledger.updated_since_last_invocation() == []


@pytest.mark.parametrize(
    ("outcome", "event", "details"),
    [
        (InvokeOutcome("SUCCEEDED", "1"), "ChainedInvokeSucceeded", {"Result": "1"}),
        (InvokeOutcome("SUCCEEDED"), "ChainedInvokeSucceeded", {}),
        (InvokeOutcome("FAILED", error={"ErrorType": "E"}), "ChainedInvokeFailed", {"Error": {"ErrorType": "E"}}),
        (InvokeOutcome("STOPPED", error={"ErrorType": "E"}), "ChainedInvokeStopped", {"Error": {"ErrorType": "E"}}),
        (
            InvokeOutcome.timed_out(120),
            "ChainedInvokeTimedOut",
            {
                "Error": {
                    "ErrorType": "ChainedInvoke.Timeout",
                    "ErrorMessage": "CHAINED_INVOKE timed out after 120 seconds.",
                }
            },
        ),
    ],
)
def test_an_invoke_ends_as_its_target_did(outcome: InvokeOutcome, event: str, details: dict[str, object]) -> None:
    play = Play()
    play.checkpoint(invoke("i"))
    play.returns()
    assert play.note(play.ledger.invoke_finished("i", outcome, at(9))) == [event]
    operation = play.ledger.operations["i"]
    assert (operation["Status"], operation["ChainedInvokeDetails"]) == (outcome.status, details)
    assert play.ledger.execution.needs_invocation
    assert play.ledger.invoke_finished("i", outcome, at(10)) is None, "told twice"


def test_a_result_over_the_limit_is_a_failure() -> None:
    play = Play()
    play.checkpoint(invoke("i"))
    outcome = InvokeOutcome("SUCCEEDED", "x" * (limits.OPERATION_PAYLOAD + 1))
    assert play.note(play.ledger.invoke_finished("i", outcome, at(9))) == ["ChainedInvokeFailed"]
    largest = InvokeOutcome("SUCCEEDED", "x" * limits.OPERATION_PAYLOAD)
    other = Play()
    other.checkpoint(invoke("i"))
    assert other.note(other.ledger.invoke_finished("i", largest, at(9))) == ["ChainedInvokeSucceeded"]
    message = "CHAINED_INVOKE output payload size must be less than or equal to 1048576 bytes."
    assert play.details()["Error"]["Payload"] == {"ErrorMessage": message}


def test_outcomes_follow_from_the_end_of_the_child() -> None:
    ended = {"SUCCEEDED": Play(), "FAILED": Play(), "STOPPED": Play(), "TIMED_OUT": Play(execution_timeout=120)}
    ended["SUCCEEDED"].returns("SUCCEEDED", Result="1")
    ended["FAILED"].returns("FAILED", Error={"ErrorType": "E"})
    ended["STOPPED"].ledger.stop({"ErrorType": "S"}, at(1))
    ended["TIMED_OUT"].to(120)
    assert {name: InvokeOutcome.of(play.ledger.execution) for name, play in ended.items()} == {
        "SUCCEEDED": InvokeOutcome("SUCCEEDED", "1"),
        "FAILED": InvokeOutcome("FAILED", error={"ErrorType": "E"}),
        "STOPPED": InvokeOutcome("STOPPED", error={"ErrorType": "S"}),
        "TIMED_OUT": InvokeOutcome.timed_out(120),
    }


def test_a_stopped_execution_stops_what_it_had_begun() -> None:
    play = Play()
    play.checkpoint(invoke("i"), invoke("plain", "echo"), callback("cb", 60), wait("w", 60), step("s"))
    play.returns()
    changes = play.ledger.stop({"ErrorType": "Cancelled"}, at(5))
    assert changes is not None
    assert play.note(changes) == ["ChainedInvokeStopped", "ChainedInvokeStopped", "ExecutionStopped"]
    assert changes.stops == (CHILD,)
    statuses = {name: play.status(name) for name in ("i", "plain", "cb", "w", "s")}
    assert statuses == {"i": "STOPPED", "plain": "STOPPED", "cb": "STOPPED", "w": "STARTED", "s": "STARTED"}
    assert play.ledger.invoke_finished("i", InvokeOutcome("SUCCEEDED"), at(6)) is None


def test_only_invokes_end_as_invokes() -> None:
    play = Play()
    play.checkpoint(wait("w", 5))
    for name in ("w", "missing"):
        with pytest.raises(ResourceNotFoundException):
            play.ledger.invoke_finished(name, InvokeOutcome("SUCCEEDED"), at(1))
