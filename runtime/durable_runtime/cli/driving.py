"""`run`, `start` and `resume`: executions begin and go on."""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

import click

from durable_runtime.cli.logs import LEVEL_VARIABLE, show_log
from durable_runtime.cli.operations import error_text
from durable_runtime.cli.progress import shown
from durable_runtime.cli.workspace import (
    DEFAULT_STORE,
    Sdk,
    choose_sdk,
    executions,
    existing,
    find_execution,
    left_alone,
    moved,
    opened,
    registered,
    sdk_option,
    store_option,
    worker_host,
)
from durable_runtime.service.clock import RealClock, VirtualClock
from durable_runtime.service.engine import Engine
from durable_runtime.service.functions import Function
from durable_runtime.service.hosts.in_process import InProcessHost
from durable_runtime.service.views import ExecutionView

_USUAL_NAMES = {"handler", "lambda_handler", "main"}
_NAME = re.compile(r"[a-zA-Z0-9-_]{1,64}")
_NOT_OF_A_NAME = re.compile(r"[^a-zA-Z0-9-_]+")

Command = Callable[..., Any]


def _start_options(command: Command) -> Command:
    for option in (
        click.argument("target"),
        click.option(
            "--event",
            "event_file",
            metavar="FILE|-",
            type=click.File("r", encoding="utf-8"),
            help="The JSON that the handler gets; - reads standard input.  [default: {}]",
        ),
        click.option(
            "--name",
            callback=lambda _, __, name: _checked_name(name),
            help="The execution's name. One of that name and event is found again, not started anew.",
        ),
        click.option(
            "--function",
            "others",
            metavar="NAME=TARGET",
            multiple=True,
            help="A durable function that the handler invokes; can be repeated.",
        ),
        click.option(
            "--plain-function",
            "plain",
            metavar="NAME=TARGET",
            multiple=True,
            help="An ordinary Lambda handler that the handler invokes; can be repeated.",
        ),
        click.option(
            "--execution-timeout", type=click.IntRange(1, 31_622_400), metavar="SECONDS", help="How long it may take."
        ),
        sdk_option,
        store_option,
    ):
        command = option(command)
    return command


def drive_options(command: Command) -> Command:
    """The options of commands that make executions advance."""
    command = click.option(
        "--log-level",
        type=click.Choice(["debug", "info", "warning", "error"]),
        default="info",
        show_default=True,
        envvar=LEVEL_VARIABLE,
        expose_value=False,
        is_eager=True,
        callback=lambda _, __, level: os.environ.__setitem__(LEVEL_VARIABLE, level.upper()),
        help="From which level on to show what handlers log, unless they configure logging themselves.",
    )(command)
    command = click.option(
        "--skip-time", is_flag=True, help="Virtual time: waits, retries and timeouts take no time, they just come."
    )(command)
    return click.option(
        "--workers",
        type=click.IntRange(1),
        metavar="N",
        help="Run invocations in N processes of their own, which may die without harm.  [default: threads]",
    )(command)


@click.command("run")
@drive_options
@_start_options
def run_command(
    target: str,
    event_file: Any,
    name: str | None,
    others: Sequence[str],
    plain: Sequence[str],
    execution_timeout: int | None,
    sdk: Sdk,
    store_path: Path,
    skip_time: bool,
    workers: int | None,
) -> None:
    """Run TARGET (package.module:handler or path/file.py::handler) to its end.

    Progress goes to standard error, the result as JSON to standard output. The exit status is 0 when the execution
    succeeded, 1 when it ended in any other way, 3 when only somebody else can make it go on, 130 after Ctrl-C.
    Other executions in the store stay where they are, but for those that it invokes.
    """
    payload = read_event(event_file)
    prepare(sdk)
    function = _registered(store_path, target, others, plain)
    with opened(store_path) as engine:
        arn = engine.start(function.name, payload, name=name, execution_timeout=execution_timeout)
    broken = left_alone(store_path)
    with _driven(store_path, skip_time=skip_time, workers=workers, without=broken, only=[arn]) as engine:
        _drive(engine, [arn], store_path)


@click.command("start")
@_start_options
def start_command(
    target: str,
    event_file: Any,
    name: str | None,
    others: Sequence[str],
    plain: Sequence[str],
    execution_timeout: int | None,
    sdk: Sdk,
    store_path: Path,
) -> None:
    """Put an execution of TARGET into the store and print its name; `durable-run resume` carries it out.

    A durable-run that works on the same store at this moment takes it up at once, if it knows the function.
    """
    payload = read_event(event_file)
    prepare(sdk)
    function = _registered(store_path, target, others, plain)
    with opened(store_path) as engine:
        arn = engine.start(function.name, payload, name=name, execution_timeout=execution_timeout)
        click.echo(engine.get(arn).name)


@click.command("resume")
@click.argument("execution", required=False)
@click.option(
    "--function",
    "elsewhere",
    metavar="NAME=TARGET",
    multiple=True,
    help="Where a durable function is now, if its code has moved; can be repeated.",
)
@drive_options
@sdk_option
@store_option
def resume_command(
    execution: str | None,
    elsewhere: Sequence[str],
    skip_time: bool,
    workers: int | None,
    sdk: Sdk,
    store_path: Path,
) -> None:
    """Carry EXECUTION on (its name, or the beginning of it) with those that it invokes, or all that are unfinished.

    Prints the result and exits as `run` does; with 2 if it left executions alone because their code cannot be loaded.
    """
    prepare(sdk)
    moved(existing(store_path), _loaded(named(elsewhere, durable=True)))
    broken = left_alone(store_path)
    chosen: list[str] = []
    if execution is not None:
        with opened(store_path) as engine:
            chosen = [find_execution(engine, execution)]
    with _driven(store_path, skip_time=skip_time, workers=workers, without=broken, only=chosen) as engine:
        arns = chosen or _unfinished(engine)
        whole = [arn for arn in arns if engine.get(arn).function not in broken]
        for arn in whole:
            if engine.get(arn).status in ("PAUSED", "PAUSING"):
                engine.resume(arn)
        _drive(engine, whole, store_path, least=0 if len(whole) == len(arns) else 2)


def _unfinished(engine: Engine) -> list[str]:
    unfinished = executions(engine, statuses=("RUNNING", "PAUSING", "PAUSED"), reverse=True)
    arns: list[str] = [item["DurableExecutionArn"] for item in unfinished]
    if not arns:
        click.echo("nothing is unfinished", err=True)
    return arns


def prepare(sdk: Sdk) -> None:
    """Settle where handlers are imported from, what AWS's import name means to them, and how their log looks."""
    choose_sdk(sdk)
    show_log()
    folder = str(Path.cwd())
    if folder not in sys.path:
        sys.path.insert(0, folder)


def _driven(
    store_path: Path, *, skip_time: bool, workers: int | None, without: Collection[str], only: Collection[str]
) -> contextlib.AbstractContextManager[Engine]:
    host = worker_host(workers) if workers is not None else InProcessHost()
    clock = VirtualClock() if skip_time else RealClock()
    return opened(store_path, clock=clock, host=host, max_workers=workers or 8, without=without, only=only)


def _drive(engine: Engine, arns: Sequence[str], store_path: Path, *, least: int = 0) -> None:
    """Drive executions to their ends and exit, with status `least` or what is worse."""
    try:
        with shown(engine):
            views = [_to_its_end(engine, arn) for arn in arns]
    except KeyboardInterrupt:
        click.echo(f"\nleft where it is: durable-run resume{_elsewhere(store_path)} carries on", err=True)
        sys.exit(130)
    sys.exit(max(least, *(_report(view, store_path) for view in views), 0))


def _to_its_end(engine: Engine, arn: str) -> ExecutionView:
    """Drive until it ends; a callback may be answered by another process, so that is waited for on a terminal."""
    view = engine.run(arn)
    if not view.ended and sys.stdin is not None and sys.stdin.isatty():
        view = engine.wait_for(arn, lambda now: now.ended)
    return view


def _report(view: ExecutionView, store_path: Path) -> int:
    """Print how it ended, and give the exit status."""
    if view.status == "SUCCEEDED":
        click.echo(view.result if view.result is not None else "null")
        return 0
    if view.ended:
        click.echo(f"{view.name} {view.status.lower().replace('_', ' ')}: {error_text(view.error or {})}", err=True)
        click.echo(json.dumps({"Status": view.status, "Error": view.error}))
        return 1
    resume = f"durable-run resume {view.name}{_elsewhere(store_path)}"
    if view.execution.invocation is not None:
        click.echo(f"{view.name}: what it did last could not be stored; when that is mended, {resume}", err=True)
        return 2
    click.echo(f"{view.name} waits for somebody outside: answer it, then {resume}", err=True)
    return 3


def _elsewhere(store_path: Path) -> str:
    return "" if store_path == DEFAULT_STORE else f" --store {store_path}"


def read_event(event_file: Any) -> str:
    """The event as JSON text, checked."""
    if event_file is None:
        return "{}"
    place = "standard input" if event_file.name == "<stdin>" else event_file.name
    try:
        text: str = event_file.read()
        json.loads(text, parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise click.UsageError(f"--event: {place}, byte {error.start}: not UTF-8") from None
    except json.JSONDecodeError as error:
        raise click.UsageError(
            f"--event: {place}, line {error.lineno}, column {error.colno}: not JSON ({error.msg})"
        ) from None
    except (ValueError, RecursionError) as error:
        raise click.UsageError(f"--event: {place}: not JSON ({error})") from None
    return text


def _checked_name(name: str | None) -> str | None:
    if name is not None and not _NAME.fullmatch(name):
        raise click.BadParameter("write 1 to 64 letters a to z, digits, - and _")
    return name


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def _registered(store_path: Path, target: str, others: Sequence[str], plain: Sequence[str]) -> Function:
    """The function of TARGET, once handlers are seen to be there and the store knows it and those it invokes."""
    function = Function(_function_name(target), absolute(target))
    registered(store_path, _loaded([function, *named(others, durable=True), *named(plain, durable=False)]))
    return function


def _loaded(functions: Sequence[Function]) -> Sequence[Function]:
    """The functions, once their handlers are seen to be there."""
    for function in functions:
        if not function.is_remote:
            function.load()
    return functions


def named(pairs: Sequence[str], *, durable: bool) -> list[Function]:
    """The functions that options NAME=TARGET name."""
    functions = []
    for pair in pairs:
        name, separator, target = pair.partition("=")
        if not (name and separator and target):
            raise click.UsageError(f"{pair!r} names no function: write NAME=package.module:handler")
        functions.append(Function(name, absolute(target), durable))
    return functions


def _function_name(target: str) -> str:
    """`orders` for `orders.py::handler` and `shop.orders:handler`, `refund` for `shop.orders:refund`."""
    place, _, attribute = target.replace("::", ":").rpartition(":")
    stem = Path(place).stem if "::" in target else place.rpartition(".")[2]
    name = stem if attribute in _USUAL_NAMES else attribute
    return _NOT_OF_A_NAME.sub("-", name)[:64] or "function"


def absolute(target: str) -> str:
    """The target, with the whole path of its file if it names one."""
    place, separator, attribute = target.partition("::")
    return f"{Path(place).resolve()}::{attribute}" if place and separator else target
