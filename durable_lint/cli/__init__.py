"""The command line: ``durable-lint [PATH…]`` checks, ``rule`` and ``config`` explain. One module a command.

Exit codes: 0 clean, 1 findings, 2 misuse or an internal error, 130 interrupted. Commands return theirs; what people can
do wrong is raised as ``click.UsageError`` or ``ConfigError`` and becomes one line on stderr here.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

import click

from durable_lint import __version__
from durable_lint.config.errors import ConfigError
from durable_lint.source.memory import collect_seldom

_COMMANDS = ("check", "rule", "config")
_OWN_OPTIONS = ("-h", "--help", "-V", "--version")


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and leave the process with its exit code."""
    collect_seldom()
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Run the command line on the arguments behind the program's name; returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a message must never fail on a terminal's encoding
    try:
        code = _program.main(list(arguments), prog_name="durable-lint", standalone_mode=False)
        sys.stdout.flush()
    except click.Abort:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else the interpreter's last flush fails again
        return 0
    except (click.ClickException, ConfigError) as error:
        return _complain(_sentence(error))
    except Exception as error:
        if os.environ.get("DURABLE_LINT_TRACEBACK"):
            raise
        return _complain(f"internal error: {type(error).__name__}: {error}", _PLEASE_REPORT)
    return code if isinstance(code, int) else 0


_PLEASE_REPORT = "please report this; DURABLE_LINT_TRACEBACK=1 shows where it happened"


def _complain(*sentences: str) -> int:
    print(f"durable-lint: error: {'; '.join(sentences)}", file=sys.stderr)
    return 2


def _sentence(error: click.ClickException | ConfigError) -> str:
    if isinstance(error, ConfigError):
        return str(error)
    text = error.format_message().rstrip(".")
    command = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else ""
    return text if not command or "; " in text or text.endswith("?") else f"{text}; see `{command} --help`"


class _Program(click.Group):
    """The commands, each imported when it is asked for; without a command's name everything goes to ``check``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        wants_check = args[0] not in (*_COMMANDS, *_OWN_OPTIONS) if args else not ctx.resilient_parsing
        return super().parse_args(ctx, ["check", *args] if wants_check else args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command = import_module(f"durable_lint.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command


_program = _Program(
    name="durable-lint",
    help="Find the code that breaks when a durable function is replayed.\n\n"
    "`durable-lint [PATH]...` is short for `durable-lint check [PATH]...`.",
    epilog="`durable-lint check --help` lists the options of a check.",
    subcommand_metavar="[COMMAND] [PATH]...",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
    params=[
        click.Option(
            ["-V", "--version"],
            is_flag=True,
            expose_value=False,
            is_eager=True,
            callback=lambda ctx, _, wanted: _show_version(ctx) if wanted else None,
            help="Show the version and exit.",
        )
    ],
)


def _show_version(ctx: click.Context) -> NoReturn:
    click.echo(f"durable-lint {__version__}")
    ctx.exit()
