"""`serve`: Lambda's durable API over HTTP, for programs that speak to Lambda, and for handlers elsewhere."""

from __future__ import annotations

import contextlib
import signal
import socket
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from durable_runtime.cli.driving import drive_options, named, prepare
from durable_runtime.cli.workspace import (
    Sdk,
    executions,
    left_alone,
    opened,
    registered,
    sdk_option,
    store_option,
    worker_host,
)
from durable_runtime.service.clock import RealClock
from durable_runtime.service.engine import Engine
from durable_runtime.service.functions import Function
from durable_runtime.service.hosts.in_process import InProcessHost
from durable_runtime.service.hosts.remote import RemoteHost
from durable_runtime.service.http.api import ApiServer
from durable_runtime.service.ledger import Changes
from durable_runtime.testing.pace import SkippingClock
from durable_runtime.testing.watch import Watch

_UNFINISHED = ("RUNNING", "PAUSING", "PAUSED")
_REGION = "us-west-2"


@click.command("serve")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Where to listen. Others than this machine need a token."
)
@click.option("--port", type=click.IntRange(0, 65_535), default=5055, show_default=True, help="0: any free one.")
@click.option(
    "--token",
    envvar="DURABLE_RUN_TOKEN",
    show_envvar=True,
    help="What requests must carry: as `Authorization: Bearer TOKEN`, as `x-api-key: TOKEN`, or as the AWS access key "
    "id of a signed request, whose signature is not checked: what is secret is the access key id.",
)
@click.option(
    "--function", "durable", metavar="NAME=TARGET", multiple=True, help="A durable function to serve; can be repeated."
)
@click.option(
    "--plain-function",
    "plain",
    metavar="NAME=TARGET",
    multiple=True,
    help="An ordinary Lambda handler to serve; can be repeated.",
)
@click.option(
    "--remote",
    "remote",
    metavar="NAME=URL",
    multiple=True,
    help="A durable function whose handler another endpoint invokes: a container with Lambda's runtime (with its whole "
    "path), `sam local start-lambda`. Its AWS_ENDPOINT_URL_LAMBDA must lead here. Can be repeated.",
)
@drive_options
@sdk_option
@store_option
def serve_command(
    host: str,
    port: int,
    token: str | None,
    durable: Sequence[str],
    plain: Sequence[str],
    remote: Sequence[str],
    skip_time: bool,
    workers: int | None,
    sdk: Sdk,
    store_path: Path,
) -> None:
    """Answer Lambda's durable API at a local URL, and run the functions, until Ctrl-C.

    Functions that the store knows are served, too. Executions that are unfinished at the end go on when it is served
    again, or with `durable-run resume`. With --skip-time waits and retries take no time; the timeouts of callbacks,
    which somebody is to answer, do.
    """
    prepare(sdk)
    functions = [*named(durable, durable=True), *named(plain, durable=False), *_remote(remote)]
    if not functions and not store_path.exists():
        raise click.UsageError("there is nothing to serve: name a function with --function NAME=package.module:handler")
    for function in functions:
        if not function.is_remote:
            function.load()
    registered(store_path, functions)
    with (
        _engine(store_path, skip_time=skip_time, workers=workers) as engine,
        _server(engine, host, port, token) as server,
    ):
        click.echo(_greeting(host, server.port, token))
        _drive(engine)
    click.echo("ended; unfinished executions go on when they are served again", err=True)


def _remote(pairs: Sequence[str]) -> list[Function]:
    functions = named(pairs, durable=True)
    for function in functions:
        if not function.is_remote:
            raise click.UsageError(f"--remote: {function.target!r} is no URL: write NAME=http://host:port")
    return functions


@contextlib.contextmanager
def _engine(store_path: Path, *, skip_time: bool, workers: int | None) -> Iterator[Engine]:
    watch = _Present()
    clock = SkippingClock(watch, lambda arn, seconds: engine.hold_timeout(arn, seconds)) if skip_time else RealClock()
    host = RemoteHost(worker_host(workers) if workers is not None else InProcessHost())
    broken = left_alone(store_path)
    with opened(store_path, clock=clock, host=host, max_workers=workers or 8, without=broken) as engine:
        if skip_time:
            engine.subscribe(watch.heard)
            for item in executions(engine, statuses=_UNFINISHED):
                view = engine.get(item["DurableExecutionArn"])
                watch.heard(Changes(view.execution, operations=tuple(view.stored_operations)))
        yield engine


class _Present(Watch):
    """What runs at present, for the clock; a server runs for long, and must not collect what has been."""

    def heard(self, changes: Changes) -> None:
        super().heard(changes)
        if changes.execution.ended:
            self.executions.pop(changes.execution.arn, None)
        elif (watched := self.executions.get(changes.execution.arn)) is not None:
            watched.events.clear()


def _server(engine: Engine, host: str, port: int, token: str | None) -> ApiServer:
    try:
        return ApiServer(engine, host, port, token=token or None)
    except ValueError as error:
        raise click.UsageError(f"{error}; give one with --token or DURABLE_RUN_TOKEN") from None
    except OSError as error:
        raise click.UsageError(f"cannot listen at {host}, port {port}: {error.strerror or error}") from None


def _greeting(host: str, port: int, token: str | None) -> str:
    name = socket.gethostname() if host in ("0.0.0.0", "::", "") else f"[{host}]" if ":" in host else host
    url = f"http://{name}:{port}"
    key = "local" if token is None else '"$DURABLE_RUN_TOKEN"'
    return (
        f"{url} is served until Ctrl-C: export AWS_ENDPOINT_URL_LAMBDA={url} AWS_ACCESS_KEY_ID={key} "
        f"AWS_SECRET_ACCESS_KEY=local AWS_DEFAULT_REGION={_REGION}"
    )


def _drive(engine: Engine) -> None:
    """Drive until the process is told to end."""
    failures: list[BaseException] = []

    def serve() -> None:
        try:
            engine.serve_forever()
        except BaseException as failure:
            failures.append(failure)

    driver = threading.Thread(target=serve, name="engine", daemon=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt):
        driver.start()
        driver.join()
    if failures:
        raise click.ClickException(f"the engine has stopped: {type(failures[0]).__name__}: {failures[0]}")
