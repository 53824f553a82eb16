"""Batches that a checkpoint refuses, and that leave everything as it was."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from durable_runtime.service import limits
from durable_runtime.service.errors import InvalidParameterValueException

from tests.runtime.service.ledger.play import Play, at, callback, context, invoke, retry, step, update, wait

TWICE = "Cannot checkpoint multiple operations with the same ID."
SHAPE = "1 validation error detected: Value at 'updates.1.member.{}' failed to satisfy constraint: Member must {}"
LARGE = "x" * (limits.OPERATION_PAYLOAD + 1)

END: Any = update("end", "EXECUTION", "SUCCEED")

REFUSED: list[tuple[str, Any]] = [
    # What may be done with what
    ("Invalid action for the given operation type.", [step("n", "CANCEL")]),
    ("Invalid action for the given operation type.", [context("n", "RETRY")]),
    ("Invalid action for the given operation type.", [update("n", "WAIT", "SUCCEED")]),
    ("Invalid action for the given operation type.", [update("n", "CALLBACK", "SUCCEED")]),
    ("Invalid action for the given operation type.", [update("n", "CHAINED_INVOKE", "FAIL")]),
    ("Invalid action for the given operation type.", [update("n", "EXECUTION", "START")]),
    ("Invalid action for the given operation type.", [{"Id": "n", "Type": "STEP"}]),
    ("Invalid action for the given operation type.", [update("n", "STEP", ["START"])]),  # type: ignore[arg-type]
    ("Unknown operation type.", [update("n", ["STEP"], "START")]),  # type: ignore[arg-type]
    ("Unknown operation type.", [update("n", "TASK", "START")]),
    ("Unknown operation type.", [{"Id": "n", "Action": "START"}]),
    # States
    ("Invalid current STEP state to start.", [step("running")]),
    ("Invalid current STEP state to start.", [step("pending")]),
    ("Invalid current STEP state to start.", [step("done")]),
    ("Invalid current STEP state to close.", [step("pending", "SUCCEED")]),
    ("Invalid current STEP state to close.", [step("done", "SUCCEED")]),
    ("Invalid current STEP state to close.", [step("done", "FAIL")]),
    ("Invalid current STEP state to close.", [step("n", "SUCCEED")]),
    ("Invalid current STEP state to re-attempt.", [retry("done")]),
    ("Invalid current STEP state to re-attempt.", [retry("pending")]),
    ("Invalid current STEP state to re-attempt.", [retry("n")]),
    ("Cannot start a CONTEXT that already exist.", [context("open")]),
    ("Invalid current CONTEXT state to close.", [context("closed", "SUCCEED")]),
    ("Invalid current CONTEXT state to close.", [context("n", "FAIL")]),
    ("Cannot start a WAIT that already exist.", [wait("waiting", 1)]),
    ("Cannot cancel a WAIT that does not exist or has already completed.", [update("n", "WAIT", "CANCEL")]),
    ("Cannot start a CALLBACK that already exist.", [callback("called")]),
    ("Cannot start a CHAINED_INVOKE operation that already exists.", [invoke("invoked")]),
    # Identity
    ("Inconsistent operation type.", [wait("running", 1)]),
    ("Inconsistent operation type.", [step("first")]),
    ("Inconsistent operation subtype.", [step("running", "SUCCEED", SubType="Other")]),
    ("Inconsistent operation name.", [step("running", "SUCCEED", Name="other")]),
    ("Inconsistent parent operation id.", [step("running", "SUCCEED", ParentId="open")]),
    ("Inconsistent operation name.", [step("n", Name="a"), step("n", "SUCCEED", Name="b")]),
    ("Inconsistent operation type.", [step("n"), context("n", "SUCCEED")]),
    # Twice in one batch
    (TWICE, [step("n"), step("n")]),
    (TWICE, [step("n"), step("n", "SUCCEED"), step("n", "SUCCEED")]),
    (TWICE, [step("running", "SUCCEED"), step("running", "FAIL")]),
    (TWICE, [context("open", "SUCCEED"), context("open", "SUCCEED")]),
    (TWICE, [wait("n", 1), update("n", "WAIT", "CANCEL")]),
    (TWICE, [callback("n"), callback("n")]),
    # Parents
    ("Invalid parent operation id.", [step("n", ParentId="nobody")]),
    ("Invalid parent operation id.", [step("n", ParentId="running")]),
    ("Invalid parent operation id.", [step("n", ParentId="first")]),
    ("Invalid parent operation id.", [step("n", ParentId="closed")]),
    ("Invalid parent operation id.", [step("n", ParentId="n")]),
    ("Invalid parent operation id.", [step("a"), step("n", ParentId="a")]),
    ("Invalid parent operation id.", [step("n", ParentId="later"), context("later")]),
    ("Invalid parent operation id.", [context("a"), context("a", "SUCCEED"), step("n", ParentId="a")]),
    ("Invalid parent operation id.", [context("open", "FAIL"), step("n", ParentId="open")]),
    # The execution itself
    ("EXECUTION checkpoint must be the last update.", [END, step("n")]),
    ("EXECUTION checkpoint must be the last update.", [END, END]),
    # Payloads and errors
    ("Cannot provide a Payload for FAIL action.", [step("running", "FAIL", Payload="1")]),
    ("Cannot provide a Payload for FAIL action.", [update("e", "EXECUTION", "FAIL", Payload="1")]),
    ("Cannot provide an Error for SUCCEED action.", [step("running", "SUCCEED", Error={})]),
    ("Cannot provide an Error for SUCCEED action.", [context("open", "SUCCEED", Error={})]),
    ("Cannot provide an Error for SUCCEED action.", [update("e", "EXECUTION", "SUCCEED", Error={})]),
    ("Cannot provide both error and payload to RETRY a STEP.", [retry("running", Payload="1", Error={})]),
    (
        "STEP output payload size must be less than or equal to 1048576 bytes.",
        [step("running", "SUCCEED", Payload=LARGE)],
    ),
    (
        "STEP output payload size must be less than or equal to 1048576 bytes.",
        [retry("running", Payload="é" * (limits.OPERATION_PAYLOAD // 2 + 1))],
    ),
    (
        "CONTEXT output payload size must be less than or equal to 1048576 bytes.",
        [context("open", "SUCCEED", Payload=LARGE)],
    ),
    (
        "CHAINED_INVOKE input payload size must be less than or equal to 1048576 bytes.",
        [invoke("n", Payload=LARGE)],
    ),
    (
        "Execution output payload size must be less than or equal to 6291456 bytes.",
        [update("e", "EXECUTION", "SUCCEED", Payload="x" * (limits.SYNCHRONOUS_PAYLOAD + 1))],
    ),
    (
        "Error object size must be less than or equal to 1048576 bytes.",
        [step("running", "FAIL", Error={"ErrorMessage": "x" * limits.ERROR, "StackTrace": ["y"]})],
    ),
    # Options
    ("Invalid StepOptions for the given action.", [step("running", "RETRY")]),
    ("Invalid StepOptions for the given action.", [step("running", "RETRY", StepOptions={})]),
    ("Invalid WaitOptions for the given action.", [update("n", "WAIT", "START")]),
    ("Update for CHAINED_INVOKE operation requires ChainedInvokeOptions.", [update("n", "CHAINED_INVOKE", "START")]),
    ("Invalid function ARN 'no such:name:at:all'", [invoke("n", "no such:name:at:all")]),
    ("Invalid function ARN 'None'", [invoke("n", ChainedInvokeOptions={"TenantId": "t"})]),
    (
        "Cannot start a CHAINED_INVOKE on a function in another account.",
        [invoke("n", "arn:aws:lambda:eu-central-1:999999999999:function:billing")],
    ),
    (
        "Cannot start a CHAINED_INVOKE on a function in another region.",
        [invoke("n", "arn:aws:lambda:us-east-1:123456789012:function:billing")],
    ),
    # Shapes
    (SHAPE.format("id", "be a string"), [update(None, "STEP", "START")]),  # type: ignore[arg-type]
    (SHAPE.format("id", "have length greater than or equal to 1"), [step("")]),
    (SHAPE.format("id", "have length less than or equal to 64"), [step("x" * 65)]),
    (SHAPE.format("id", "satisfy regular expression pattern: [a-zA-Z0-9_-]+"), [step("a b")]),
    (SHAPE.format("id", "satisfy regular expression pattern: [a-zA-Z0-9_-]+"), [step("a\n")]),
    (SHAPE.format("name", "be a string"), [step("n", Name=7)]),
    (SHAPE.format("name", "have length greater than or equal to 1"), [step("n", Name="")]),
    (SHAPE.format("name", "have length less than or equal to 256"), [step("n", Name="x" * 257)]),
    (SHAPE.format("name", r"satisfy regular expression pattern: [\x20-\x7E]+"), [step("n", Name="größe")]),
    (SHAPE.format("name", r"satisfy regular expression pattern: [\x20-\x7E]+"), [step("n", Name="a\tb")]),
    (SHAPE.format("subType", "have length less than or equal to 32"), [step("n", SubType="x" * 33)]),
    (SHAPE.format("parentId", "have length less than or equal to 64"), [step("n", ParentId="x" * 65)]),
    (SHAPE.format("payload", "be a string"), [step("running", "SUCCEED", Payload={"a": 1})]),
    (SHAPE.format("payload", "be valid Unicode text"), [step("running", "SUCCEED", Payload="\ud800")]),
    (SHAPE.format("error", "be a structure"), [step("running", "FAIL", Error="no")]),
    (SHAPE.format("error.errorMessage", "be a string"), [step("running", "FAIL", Error={"ErrorMessage": 1})]),
    (SHAPE.format("error.stackTrace", "be a list"), [step("running", "FAIL", Error={"StackTrace": "line"})]),
    (SHAPE.format("waitOptions.waitSeconds", "have value greater than or equal to 1"), [wait("n", 0)]),
    (SHAPE.format("waitOptions.waitSeconds", "have value less than or equal to 31622400"), [wait("n", 31_622_401)]),
    (SHAPE.format("waitOptions.waitSeconds", "be an integer"), [wait("n", 1.5)]),  # type: ignore[arg-type]
    (SHAPE.format("waitOptions.waitSeconds", "be an integer"), [wait("n", True)]),
    (SHAPE.format("waitOptions", "be a structure"), [update("n", "WAIT", "START", WaitOptions=5)]),
    (
        SHAPE.format("stepOptions.nextAttemptDelaySeconds", "have value greater than or equal to 1"),
        [retry("running", 0)],
    ),
    (
        SHAPE.format("callbackOptions.timeoutSeconds", "have value less than or equal to 99999999"),
        [callback("n", 100_000_000)],
    ),
    (
        SHAPE.format("callbackOptions.heartbeatTimeoutSeconds", "have value greater than or equal to 0"),
        [callback("n", 0, -1)],
    ),
    (
        SHAPE.format("contextOptions.replayChildren", "be a boolean"),
        [context("open", "SUCCEED", ContextOptions={"ReplayChildren": "yes"})],
    ),
    (
        SHAPE.format("chainedInvokeOptions.tenantId", "have length greater than or equal to 1"),
        [invoke("n", ChainedInvokeOptions={"FunctionName": "echo", "TenantId": ""})],
    ),
    (
        SHAPE.format("chainedInvokeOptions.xAmznTraceId", "have length less than or equal to 8192"),
        [invoke("n", ChainedInvokeOptions={"FunctionName": "echo", "XAmznTraceId": "x" * 8193})],
    ),
    (SHAPE.format("self", "be a structure"), ["START"]),
]


def settled() -> Play:
    """An execution with an operation in each state."""
    play = Play()
    play.checkpoint(
        step("running", Name="run", SubType="Step"),
        step("pending"),
        retry("pending", 9),
        step("done"),
        step("done", "SUCCEED"),
        context("open"),
        context("closed"),
        context("closed", "SUCCEED"),
        wait("waiting", 9),
        callback("called"),
        invoke("invoked"),
    )
    return play


@pytest.mark.parametrize(("message", "batch"), REFUSED)
def test_a_batch_is_refused_as_a_whole(message: str, batch: Any) -> None:
    play = settled()
    execution, operations = play.ledger.execution, copy.deepcopy(play.ledger.operations)
    page = play.ledger.state_page()
    with pytest.raises(InvalidParameterValueException) as refused:
        play.ledger.checkpoint(batch, at(20))
    assert refused.value.message == message
    assert play.ledger.execution is execution
    assert play.ledger.operations == operations
    assert play.ledger.state_page() == page
    assert play.ledger.take_unseen() == []
    good = [step("good"), *batch]
    with pytest.raises(InvalidParameterValueException):
        play.ledger.checkpoint(good, at(20))
    assert "good" not in play.ledger.operations
    assert play.checkpoint(step("good")) == ["StepStarted"], "the execution goes on"


def test_the_place_of_a_malformed_update_is_its_number() -> None:
    play = settled()
    with pytest.raises(InvalidParameterValueException, match=r"'updates\.3\.member\.name'"):
        play.ledger.checkpoint([step("a"), step("b"), step("c", Name="")], at(1))


@pytest.mark.parametrize(
    "batch",
    [
        [],
        [step("n"), step("n", "SUCCEED", Payload="x" * limits.OPERATION_PAYLOAD)],
        [step("n", Name="x" * 256, SubType="x" * 32)],
        [context("c"), context("d", ParentId="c"), step("n", ParentId="d")],
        [step("n", Name=None, ParentId=None, SubType=None, Payload=None, Error=None)],
        [context("open", "SUCCEED", ContextOptions=None)],
        [wait("n", 31_622_400)],
        [callback("n", 99_999_999, 99_999_999)],
        [update("n", "CALLBACK", "START")],
        [invoke("n", "arn:aws:lambda:eu-central-1:123456789012:function:billing:live")],
        [step("a"), END],
        [update("waiting", "WAIT", "CANCEL")],
    ],
)
def test_what_is_at_the_limit_is_accepted(batch: Any) -> None:
    play = settled()
    play.checkpoint(*batch)
    assert all(each["Id"] in play.ledger.operations or each["Type"] == "EXECUTION" for each in batch)
