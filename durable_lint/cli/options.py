"""The options of ``durable-lint check``. Those that a configuration file has too take their help from there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from durable_lint.config.errors import ConfigError
from durable_lint.config.options import BY_KEY, OUTPUT_FORMATS
from durable_lint.config.presets import PRESETS

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_LISTS = ("select", "ignore", "extend-select", "exclude", "extend-exclude", "fixable", "unfixable")
_FLAGS = ("force-exclude", "respect-gitignore", "fix", "unsafe-fixes")
_TEXTS = ("preset", "output-format", "cache-dir")


def _complete_code(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    from durable_lint.catalog import catalog

    return [CompletionItem(code, help=name) for code, name in catalog().items() if code.startswith(incomplete)]


def _listed(key: str, metavar: str) -> click.Option:
    complete = _complete_code if metavar == "CODES" else None
    return click.Option([f"--{key}"], multiple=True, metavar=metavar, help=_help(key), shell_complete=complete)


def _help(key: str) -> str:
    return f"{BY_KEY[key].summary}."


def _flag(key: str) -> click.Option:
    return click.Option([f"--{key}/--no-{key}"], default=None, help=_help(key))


def _switch(name: str, text: str) -> click.Option:
    return click.Option([f"--{name}"], is_flag=True, help=text)


CHECK_PARAMETERS: list[click.Parameter] = [
    click.Argument(["paths"], nargs=-1, metavar="[PATH]..."),
    click.Option(["--preset"], metavar="NAME", help=f"{', '.join(PRESETS)}: the codes to start from."),
    _listed("select", "CODES"),
    _listed("ignore", "CODES"),
    _listed("extend-select", "CODES"),
    click.Option(["--per-file-ignores"], multiple=True, metavar="PATTERN:CODE,...", help=_help("per-file-ignores")),
    _listed("exclude", "PATTERNS"),
    _listed("extend-exclude", "PATTERNS"),
    _flag("force-exclude"),
    _flag("respect-gitignore"),
    _flag("fix"),
    _flag("unsafe-fixes"),
    _listed("fixable", "CODES"),
    _listed("unfixable", "CODES"),
    _switch("fix-only", "Fix, and do not report the rest."),
    _switch("diff", "Show what --fix would change, and write nothing."),
    _switch("show-fixes", "List what was fixed."),
    _switch("exit-non-zero-on-fix", "Exit with 1 when something was fixed."),
    click.Option(
        ["--output-format"], type=click.Choice(OUTPUT_FORMATS), metavar="NAME", help=f"{', '.join(OUTPUT_FORMATS)}."
    ),
    click.Option(["-o", "--output-file"], metavar="FILE", help="Write the report to a file."),
    _switch("statistics", "Show how often each rule fired, no findings."),
    _switch("exit-zero", "Exit with 0 even when there are findings."),
    _switch("no-cache", "Neither read nor write the cache."),
    click.Option(["--cache-dir"], metavar="DIRECTORY", help=_help("cache-dir")),
    click.Option(["--config"], multiple=True, metavar="FILE|KEY=VALUE", help="Use this file, or set one option."),
    _switch("isolated", "Ignore all configuration files."),
    click.Option(["--stdin-filename"], metavar="FILE", help="The name of what is read with `-`."),
    _switch("show-files", "List the files that would be checked."),
    _switch("show-settings", "Show the settings that would be used."),
    click.Option(
        ["--color", "color"],
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        metavar="WHEN",
        help="Colours: auto, always or never.",
    ),
    click.Option(["-q", "--quiet"], is_flag=True, help="Print findings only."),
    click.Option(["-v", "--verbose"], is_flag=True, help="Say on standard error what is done."),
]


SELDOM = frozenset(
    {
        "per_file_ignores",
        "exclude",
        "extend_exclude",
        "force_exclude",
        "respect_gitignore",
        "fixable",
        "unfixable",
        "cache_dir",
    }
)
"""Options that mostly stand in a configuration file; the help of a check only names them."""


def overrides(given: Mapping[str, Any]) -> dict[str, object]:
    """The options of the configuration that the command line sets, by key."""
    values: dict[str, object] = {}
    for key in (*_LISTS, *_FLAGS, *_TEXTS):
        value = given[key.replace("-", "_")]
        if key in _LISTS:
            value = _split(value) if value else None
        if value is not None:
            values[key] = value
    if given["per_file_ignores"]:
        values["per-file-ignores"] = _ignores_by_pattern(_split(given["per_file_ignores"]))
    return values


def _split(values: Sequence[str]) -> list[str]:
    return [part.strip() for value in values for part in value.split(",") if part.strip()]


def _ignores_by_pattern(pairs: Sequence[str]) -> dict[str, list[str]]:
    ignores: dict[str, list[str]] = {}
    for pair in pairs:
        pattern, colon, code = pair.rpartition(":")
        if not colon or not pattern:
            raise ConfigError(
                "command line", f"`--per-file-ignores` is {pair!r}", "write PATTERN:CODE, e.g. tests/*:DUR4"
            )
        ignores.setdefault(pattern, []).append(code)
    return ignores
