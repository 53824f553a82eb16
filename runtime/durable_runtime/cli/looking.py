"""`list`, `show` and `history`: what executions there are, and what has become of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import click

from durable_runtime.cli.operations import error_text
from durable_runtime.cli.progress import tree
from durable_runtime.cli.workspace import executions, existing, find_execution, opened, store_option
from durable_runtime.service.engine import Engine
from durable_runtime.testing.timeline import duration, timeline

_STATUSES = ("RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "STOPPED", "PAUSING", "PAUSED")

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, as Lambda's durable API words it.")


@click.command("list")
@click.option(
    "--status", "statuses", multiple=True, type=click.Choice(_STATUSES, case_sensitive=False), help="Only these."
)
@click.option("--function", help="Only executions of this function.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="At most so many, the newest.")
@json_option
@store_option
def list_command(statuses: tuple[str, ...], function: str | None, limit: int, as_json: bool, store_path: Path) -> None:
    """List executions, the newest first."""
    with opened(existing(store_path)) as engine:
        filters: dict[str, Any] = {"function": function, "statuses": statuses}
        found = list(islice(executions(engine, **filters), limit))
    if as_json:
        click.echo(_json(found))
        return
    for item in found:
        function_name = item["FunctionArn"].split(":function:", 1)[1].split(":")[0]
        click.echo(
            f"{item['DurableExecutionName']}  {item['Status']:<9}  {function_name}  "
            f"{item['StartTimestamp'].astimezone():%Y-%m-%d %H:%M:%S}{_took(item)}"
        )


@click.command("show")
@click.argument("execution")
@json_option
@store_option
def show_command(execution: str, as_json: bool, store_path: Path) -> None:
    """Show EXECUTION: its operations as a tree, its input and its result."""
    with opened(existing(store_path)) as engine:
        arn = find_execution(engine, execution)
        described, view = engine.describe(arn), engine.get(arn)
    if as_json:
        click.echo(_json(described | {"Operations": view.operations}))
        return
    from rich.console import Console

    Console().print(tree(f"{view.name} {view.status.lower()}{_took(described)}", view.operations), highlight=False)
    click.echo(f"arn     {view.arn}")
    click.echo(f"input   {view.input}")
    if view.error is not None:
        click.echo(f"error   {error_text(view.error)}")
    elif view.ended:
        click.echo(f"result  {view.result}")


@click.command("history")
@click.argument("execution")
@json_option
@store_option
def history_command(execution: str, as_json: bool, store_path: Path) -> None:
    """Tell the history of EXECUTION, event by event."""
    with opened(existing(store_path)) as engine:
        events = list(_events(engine, find_execution(engine, execution)))
    click.echo(_json({"Events": events}) if as_json else timeline(events))


def _events(engine: Engine, arn: str) -> Iterator[dict[str, Any]]:
    marker: str | None = None
    while True:
        page = engine.history(arn, marker=marker, max_items=1000)
        yield from page["Events"]
        marker = page.get("NextMarker")
        if marker is None:
            return


def _took(item: dict[str, Any]) -> str:
    ended: datetime | None = item.get("EndTimestamp")
    return f" after {duration((ended - item['StartTimestamp']).total_seconds())}" if ended else ""


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, default=lambda moment: moment.isoformat())
