"""``durable-lint config``: what can be set, in the words of the one table that documents it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import click

from durable_lint.cli.output import emit
from durable_lint.config.errors import did_you_mean
from durable_lint.config.options import BY_KEY, OPTIONS, TABLES, Option


def _run(key: str | None, output_format: str) -> int:
    options = _matching(key)
    if output_format == "json":
        emit([json.dumps([_entry(option) for option in options], indent=2)])
    elif key in BY_KEY:
        emit(_explained(options[0]))
    else:
        emit(_listed(options))
    return 0


command = click.Command(
    "config",
    callback=_run,
    params=[
        click.Argument(["key"], required=False),
        click.Option(["--output-format"], type=click.Choice(["text", "json"]), default="text", help="How to print."),
    ],
    help="Explain an option of the configuration, or list them all.\n\n"
    "Options stand in durable-lint.toml, .durable-lint.toml, or pyproject.toml under [tool.durable-lint]; "
    "the nearest file above what is checked is read.",
)


def _matching(key: str | None) -> Sequence[Option]:
    if key is None:
        return OPTIONS
    if key in BY_KEY:
        return [BY_KEY[key]]
    if key in TABLES:
        return [option for option in OPTIONS if option.key.startswith(f"{key}.")]
    remedy = did_you_mean(key, (*BY_KEY, *TABLES)) or "`durable-lint config` lists the options"
    raise click.UsageError(f"unknown option `{key}`; {remedy}")


def _listed(options: Sequence[Option]) -> Iterator[str]:
    width = max(len(option.key) for option in options)
    for option in options:
        yield f"{option.key:<{width}}  {option.summary}"


def _explained(option: Option) -> Iterator[str]:
    yield option.key
    yield ""
    yield from click.wrap_text(option.doc, width=88).splitlines()
    yield ""
    yield f"Type:     {option.type_name}"
    yield f"Default:  {option.default}"
    yield f"Example:  {option.example}"


def _entry(option: Option) -> dict[str, object]:
    return {
        "key": option.key,
        "type": option.type_name,
        "default": option.default,
        "doc": option.doc,
        "example": option.example,
    }
