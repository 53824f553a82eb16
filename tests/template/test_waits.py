"""Waits and callback timeouts against the time that an execution has."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.template.programs import report, written

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Billing:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src
      Handler: app.handler
      DurableConfig:
        ExecutionTimeout: TIMEOUT
"""

HEAD = """
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration, MapConfig, WaitForCallbackConfig
from aws_durable_execution_sdk_python import durable_with_child_context
from limits import A_DAY, patience


@durable_step
def settle(step_context: StepContext, invoice: str) -> str:
    return f"settlement of {invoice}"


def send(callback_id, callback_context):
    callback_context.logger.info("asked", extra={"callback": callback_id})


def pause(context):
    context.wait(Duration.from_days(1))


@durable_with_child_context
def quiet_time(child: DurableContext, minutes: int):
    child.wait(Duration.from_minutes(minutes))
    return child.step(settle("a"))


@durable_execution
def handler(event: dict, context: DurableContext):
"""

LIMITS = """
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration

A_DAY = Duration.from_days(1)


def patience(hours):
    return CallbackConfig(timeout=Duration.from_hours(hours))
"""


def told(folder: Path, timeout: str, body: str) -> list[str]:
    code = (
        HEAD + "".join(f"    {line}\n" for line in body.split("\n")) + '    return context.step(settle(event["id"]))\n'
    )
    files: dict[str, str | bytes] = {
        "template.yaml": TEMPLATE.replace("TIMEOUT", timeout),
        "src/app.py": code,
        "src/limits.py": LIMITS,
    }
    findings = report(written(folder, files)).findings
    assert {f.span.row for f in findings if f.code == "DUR955"} <= {10}
    return [f"{f.severity.value[0].upper()} {f.message}" for f in findings if f.code == "DUR955"]


NEVER_BEHIND = "E an execution never gets behind its wait of {}: executions of `app.handler` end after {}"
NEVER_COMES = "W the timeout of a callback, {}, never comes: executions of `app.handler` end after {}"


@pytest.mark.parametrize(
    ("timeout", "body", "expected"),
    [
        ("86400", "context.wait(Duration.from_days(2))", NEVER_BEHIND.format("2 days", "1 day")),
        ("86400", "context.wait(duration=Duration.from_days(1))", NEVER_BEHIND.format("1 day", "1 day")),
        ("86401", "context.wait(Duration.from_days(1))", None),
        ('"3600"', "context.wait(A_DAY)", NEVER_BEHIND.format("1 day", "1 hour")),
        ("3600", "pause(context)", NEVER_BEHIND.format("1 day", "1 hour")),
        ("600", "context.run_in_child_context(quiet_time(10))", NEVER_BEHIND.format("10 minutes", "10 minutes")),
        ("600", "context.run_in_child_context(quiet_time(9))", None),
        ("600", "if event['late']:\n    context.wait(A_DAY)", NEVER_BEHIND.format("1 day", "10 minutes")),
        ("600", "context.wait(A_DAY if event['late'] else Duration.from_seconds(5))", None),
        ("600", "context.wait(Duration.from_seconds(event['delay']))", None),
        (
            "600",
            "context.parallel([lambda c: c.wait(A_DAY), lambda c: c.wait(Duration.from_hours(1))], name='both_waits')",
            NEVER_BEHIND.format("1 day", "10 minutes") + " (and 1 more)",
        ),
        (
            "3600",
            "context.create_callback(config=patience(2)).result()",
            NEVER_COMES.format("2 hours", "1 hour"),
        ),
        (
            "3600",
            "context.wait_for_callback(send, config=WaitForCallbackConfig(timeout=A_DAY))",
            NEVER_COMES.format("1 day", "1 hour"),
        ),
        ("3600", "context.wait_for_callback(send, config=WaitForCallbackConfig())", None),
        ("3600", "context.wait_for_callback(send)", None),
        ("3600", "context.wait_for_callback(send, config=event['config'])", None),
        ("90000", "context.wait_for_callback(send, config=WaitForCallbackConfig(timeout=A_DAY))", None),
        (
            "3600",
            "context.wait_for_callback(send, config=WaitForCallbackConfig(timeout=A_DAY))\n"
            "context.wait(Duration.from_hours(2))",
            NEVER_BEHIND.format("2 hours", "1 hour") + " (and 1 more)",
        ),
        ("!Ref Timeout", "context.wait(A_DAY)", None),
        ("!If [Prod, 86400, 600]", "context.wait(A_DAY)", None),
        ("0600", "context.wait(A_DAY)", None),
        ("1.5", "context.wait(A_DAY)", None),
        ("soon", "context.wait(A_DAY)", None),
        ("0", "context.wait(A_DAY)", None),
    ],
)
def test_what_outlasts_the_execution(timeout: str, body: str, expected: str | None, tmp_path: Path) -> None:
    assert told(tmp_path, timeout, body) == ([] if expected is None else [expected])


def test_the_finding_leads_to_the_wait(tmp_path: Path) -> None:
    told(tmp_path, "60", "pause(context)")
    (finding,) = [item for item in report(tmp_path).findings if item.code == "DUR955"]
    assert [(Path(hop.filename).name, hop.row, hop.what) for hop in finding.chain] == [
        ("template.yaml", 10, "ExecutionTimeout"),
        ("app.py", 18, "context.wait"),
    ]
    assert finding.help == "Give the execution more than 86,400 seconds, or let it wait for less"


def test_a_handler_that_another_module_hands_on(tmp_path: Path) -> None:
    told(tmp_path, "60", "pause(context)")
    (tmp_path / "src" / "app.py").rename(tmp_path / "src" / "process.py")
    (tmp_path / "src" / "app.py").write_text("from process import handler\n")
    (finding,) = [item for item in report(tmp_path).findings if item.code == "DUR955"]
    assert Path(finding.chain[-1].filename).name == "process.py"
