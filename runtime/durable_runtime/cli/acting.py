"""`callback`, `stop` and `delete`: what somebody outside does to executions."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from durable_runtime.cli.operations import SUBMITTED
from durable_runtime.cli.workspace import executions, existing, find_execution, opened, store_option
from durable_runtime.service.engine import Engine
from durable_runtime.service.wire import ErrorObject

_ACTIONS = ("succeed", "fail", "heartbeat")


@click.command("callback")
@click.argument("callback")
@click.argument("action", type=click.Choice(_ACTIONS))
@click.option("--result", help="succeed: what the handler gets, usually JSON text; - reads standard input.")
@click.option("--error", "message", help="fail: the message of the error that the handler gets.")
@click.option("--error-type", help="fail: the error's type.")
@store_option
def callback_command(
    callback: str, action: str, result: str | None, message: str | None, error_type: str | None, store_path: Path
) -> None:
    """Answer CALLBACK: its id, or EXECUTION/NAME for the callback of that name which an execution waits for.

    An execution that a durable-run drives at this moment goes on at once; any other with `durable-run resume`.
    """
    _refuse_misplaced(action, result, message, error_type)
    if result == "-":
        result = sys.stdin.read()
    with opened(existing(store_path)) as engine:
        callback_id = _callback_id(engine, callback)
        if action == "succeed":
            engine.callback_succeed(callback_id, result)
        elif action == "fail":
            engine.callback_fail(callback_id, _error(message, error_type))
        else:
            engine.callback_heartbeat(callback_id)


@click.command("stop")
@click.argument("execution")
@click.option("--error", "message", help="Why, for the history.")
@click.option("--error-type", help="The error's type, for the history.")
@store_option
def stop_command(execution: str, message: str | None, error_type: str | None, store_path: Path) -> None:
    """Stop EXECUTION and what it has invoked; nothing of it runs any more."""
    with opened(existing(store_path)) as engine:
        arn = find_execution(engine, execution)
        engine.stop(arn, _error(message, error_type) or None)
        click.echo(f"{engine.get(arn).name} is {engine.get(arn).status.lower()}", err=True)


@click.command("delete")
@click.argument("execution", required=False)
@click.option("--all-ended", is_flag=True, help="Every execution that is over.")
@store_option
def delete_command(execution: str | None, all_ended: bool, store_path: Path) -> None:
    """Delete EXECUTION, which must be over, with its history."""
    if (execution is None) is not all_ended:
        raise click.UsageError("name one execution, or say --all-ended")
    with opened(existing(store_path)) as engine:
        if execution is not None:
            arns = [find_execution(engine, execution)]
        else:
            ended = executions(engine, statuses=("SUCCEEDED", "FAILED", "TIMED_OUT", "STOPPED"))
            arns = [item["DurableExecutionArn"] for item in ended]
        for arn in arns:
            engine.delete(arn)
        click.echo(f"{len(arns)} deleted", err=True)


def _refuse_misplaced(action: str, result: str | None, message: str | None, error_type: str | None) -> None:
    if result is not None and action != "succeed":
        raise click.UsageError(f"--result goes with succeed, not with {action}")
    if (message is not None or error_type is not None) and action != "fail":
        raise click.UsageError(f"--error and --error-type go with fail, not with {action}")


def _callback_id(engine: Engine, wanted: str) -> str:
    execution, separator, name = wanted.partition("/")
    if not separator:
        return wanted
    view = engine.get(find_execution(engine, execution))
    open_ones = [
        operation
        for operation in view.operations
        if operation["Type"] == "CALLBACK" and operation["Status"] == "STARTED"
    ]
    names = (name, f"{name}{SUBMITTED}")
    found = [operation for operation in open_ones if operation.get("Name") in names]
    if len(found) == 1:
        return found[0]["CallbackDetails"]["CallbackId"]
    waiting = ", ".join(json.dumps(operation.get("Name")) for operation in open_ones) or "none"
    raise click.UsageError(f"{view.name} waits for no single callback {name!r}; it waits for: {waiting}")


def _error(message: str | None, error_type: str | None) -> ErrorObject:
    error: ErrorObject = {}
    if message is not None:
        error["ErrorMessage"] = message
    if error_type is not None:
        error["ErrorType"] = error_type
    return error
