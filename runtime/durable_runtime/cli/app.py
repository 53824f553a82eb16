"""The group of commands, and how each error becomes one line."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import click

from durable_runtime.__about__ import __version__
from durable_runtime.service.errors import ServiceError
from durable_runtime.service.functions import FunctionLoadError
from durable_runtime.service.store.schema import StoreError

_COMMANDS = {
    "run": "driving",
    "start": "driving",
    "resume": "driving",
    "list": "looking",
    "show": "looking",
    "history": "looking",
    "callback": "acting",
    "stop": "acting",
    "delete": "acting",
    "verify": "verifying",
    "serve": "serving",
}
"""Commands, in the order of `--help`, and the modules that hold them; only the one that is called is imported."""


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"durable_runtime.cli.{_COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command

    def invoke(self, ctx: click.Context) -> Any:
        return _with_one_line(lambda: super(_Commands, self).invoke(ctx))


def _with_one_line(work: Callable[[], Any]) -> Any:
    """Do some work; what a user can mend becomes one line and exit status 2."""
    try:
        return work()
    except (FunctionLoadError, StoreError) as error:
        raise click.UsageError(str(error)) from None
    except ServiceError as error:
        raise click.UsageError(f"{error} ({type(error).__name__})") from None


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="durable-run")
def main() -> None:
    """Run durable functions on this machine, and look after their executions.

    Executions are kept in .durable/runtime.db below the current folder, unless --store says otherwise. Ctrl-C, a crash
    or a reboot lose nothing that was recorded: `durable-run resume` carries on.
    """
