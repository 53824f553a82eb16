"""What commands share: the store, the functions in it, and how a person names an execution."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Literal

import click

from durable_runtime.service.clock import Clock, RealClock
from durable_runtime.service.engine import Engine
from durable_runtime.service.functions import Function, FunctionLoadError, Functions
from durable_runtime.service.hosts.in_process import InProcessHost
from durable_runtime.service.hosts.protocol import Host
from durable_runtime.service.hosts.worker import WorkerHost
from durable_runtime.service.store.family import FamilyStore
from durable_runtime.service.store.known_functions import KnownFunctions
from durable_runtime.service.store.schema import StoreError
from durable_runtime.service.store.sqlite import SqliteStore

DEFAULT_STORE = Path(".durable/runtime.db")
AWS_PACKAGE = "aws_durable_execution_sdk_python"

Sdk = Literal["auto", "runtime", "aws"]

store_option = click.option(
    "--store",
    "store_path",
    type=click.Path(dir_okay=False, path_type=Path),
    default=DEFAULT_STORE,
    show_default=True,
    envvar="DURABLE_RUN_STORE",
    show_envvar=True,
    help="The SQLite file that keeps the executions.",
)
sdk_option = click.option(
    "--sdk",
    type=click.Choice(["auto", "runtime", "aws"]),
    default="auto",
    show_default=True,
    help=f"What `import {AWS_PACKAGE}` means to handlers: this runtime, or AWS's package. `auto` takes AWS's package "
    "if it is installed.",
)


def existing(path: Path) -> Path:
    """The store that a command names, which must be there."""
    if not path.exists():
        raise click.UsageError(f"there is no store {path}: `durable-run run` makes one; --store names another")
    return path


def registered(path: Path, functions: Sequence[Function]) -> None:
    """Note in the store, which is made if need be, where functions are, so that any later command can go on."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{path.parent} cannot be made: {error.strerror}; name another file") from None
    with closing(KnownFunctions(path)) as known:
        for function in functions:
            known.register(function, str(Path.cwd()))


def moved(path: Path, functions: Sequence[Function]) -> None:
    """Note in a store where functions are from now on."""
    with closing(KnownFunctions(path)) as known:
        for function in functions:
            known.move(function, str(Path.cwd()))


def left_alone(path: Path) -> dict[str, str]:
    """Why handlers cannot be loaded, by function, of executions that are not over; it is told on standard error.

    They are to be left as they are: invoked without a handler, an execution would fail for good.
    """
    reasons: dict[str, str] = {}
    with closing(KnownFunctions(path)) as stored:
        unfinished = stored.unfinished()
        for known in stored:
            if known.function.name in unfinished and not known.function.is_remote:
                _import_from(known.folder)
                try:
                    known.function.load()
                except FunctionLoadError as error:
                    reasons[known.function.name] = str(error)
    for name, reason in reasons.items():
        click.echo(f"executions of {name!r} are left alone: {reason}", err=True)
    return reasons


def _import_from(folder: str) -> None:
    if folder not in sys.path:
        sys.path.insert(0, folder)


@contextmanager
def opened(
    path: Path,
    *,
    clock: Clock | None = None,
    host: Host | None = None,
    max_workers: int = 8,
    without: Collection[str] = (),
    only: Collection[str] = (),
) -> Iterator[Engine]:
    """An engine on a store, that serves the functions which the store knows of, those of `without` excepted.

    If ARNs are given in `only`, just these executions go on, and those that they invoke. Handlers at a URL report to
    the server of `durable-run serve`: only a `RemoteHost` is given them.
    """
    functions = Functions()
    with closing(KnownFunctions(path)) as stored:
        for known in stored:
            if known.function.name in without or (known.function.is_remote and not reaches_remote(host)):
                continue
            functions.register(known.function.name, known.function.target, durable=known.function.durable)
            _import_from(known.folder)
    store = FamilyStore(path, only) if only else SqliteStore(path)
    engine = Engine(store, clock or RealClock(), functions, host or InProcessHost(), max_workers=max_workers)
    try:
        yield engine
    finally:
        engine.close()


def reaches_remote(host: Host | None) -> bool:
    """Whether a host invokes handlers at URLs, and something listens for what they report."""
    from durable_runtime.service.hosts.remote import RemoteHost

    return isinstance(host, RemoteHost)


def choose_sdk(sdk: Sdk) -> None:
    """Settle what AWS's import name means, before any handler is loaded."""
    installed = importlib.util.find_spec(AWS_PACKAGE) is not None
    if sdk == "aws" and not installed:
        raise click.UsageError(
            f"--sdk aws: {AWS_PACKAGE} is not installed here; `pip install` it, or use --sdk runtime"
        )
    if sdk == "runtime" or not installed:
        from durable_runtime.aliasing import as_aws_sdk

        as_aws_sdk()


def worker_host(processes: int) -> WorkerHost:
    """Worker processes to whose handlers AWS's import name means what it means here."""
    from durable_runtime.aliasing import is_installed

    begin = "begin_as_aws_sdk" if is_installed() else "begin"
    return WorkerHost(processes, prelude=f"durable_runtime.cli.workers:{begin}")


def find_execution(engine: Engine, wanted: str) -> str:
    """The ARN of the execution that a person means: an ARN, a name, or the beginning of either's id.

    Raises:
        click.UsageError: none or several match.
    """
    found = list(_matching(engine, wanted))
    exact = [item for item in found if wanted in (item["DurableExecutionArn"], item["DurableExecutionName"])]
    match exact or found:
        case [only]:
            arn: str = only["DurableExecutionArn"]
            return arn
        case []:
            raise click.UsageError(f"there is no execution {wanted!r}: `durable-run list` shows them all")
        case several:
            names = ", ".join(item["DurableExecutionName"] for item in several[:5])
            raise click.UsageError(
                f"{wanted!r} is the beginning of {len(several)} executions ({names}): write more of it"
            )


def executions(engine: Engine, **filters: Any) -> Iterator[dict[str, Any]]:
    """Every execution that passes, newest first, however many pages it takes."""
    marker: str | None = None
    while True:
        page = engine.list(marker=marker, **filters)
        yield from page["DurableExecutions"]
        marker = page.get("NextMarker")
        if marker is None:
            return


def _matching(engine: Engine, wanted: str) -> Iterator[dict[str, Any]]:
    for item in executions(engine):
        arn: str = item["DurableExecutionArn"]
        name: str = item["DurableExecutionName"]
        if arn == wanted or name.startswith(wanted) or arn.rsplit("/", 1)[-1].startswith(wanted):
            yield item
