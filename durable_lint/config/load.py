"""Finding and reading the configuration: the nearest file above what is checked, the command line over it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from durable_lint.config.errors import ConfigError
from durable_lint.config.settings import Settings

FILE_NAMES = (".durable-lint.toml", "durable-lint.toml", "pyproject.toml")
"""In the order in which they win inside one directory."""


def load_settings(
    start: str,
    overrides: Mapping[str, object] | None = None,
    configs: Sequence[str] = (),
    isolated: bool = False,
    place: str = "command line",
) -> Settings:
    """The settings for what lies at ``start``, a file or directory that need not exist.

    ``overrides`` are options by key, from the place that errors name. Each of ``configs`` is the path of a
    configuration file, which is then read instead of the nearest one, or ``key = value`` in TOML. ``isolated`` ignores
    all files.
    Raises ConfigError.
    """
    files, assignments = _sorted_out(configs, isolated)
    working_directory = os.getcwd()
    settings = Settings(root=working_directory)
    found = (files[0], _table_of(files[0])) if files else None if isolated else find_config(start)
    if found:
        path, table = os.path.abspath(found[0]), found[1]
        root = os.path.dirname(path)
        settings = _laid_over(Settings(root=root, source=path), table or {}, path, root)
    for assignment in assignments:
        values = _parsed(assignment.encode(), f"--config {assignment}")
        settings = _laid_over(settings, values, f"--config {assignment}", working_directory)
    if overrides:
        settings = _laid_over(settings, overrides, place, working_directory)
    return settings


def find_config(start: str) -> tuple[str, Mapping[str, object]] | None:
    """The nearest configuration file at or above a path, with its options.

    A ``pyproject.toml`` without a table of ours is passed over.
    """
    directory = os.path.abspath(start)
    while True:
        for name in FILE_NAMES:
            candidate = os.path.join(directory, name)
            if os.path.isfile(candidate) and (table := _table_of(candidate)) is not None:
                return candidate, table
        parent = os.path.dirname(directory)
        if parent == directory:
            return None
        directory = parent


def _table_of(path: str) -> Mapping[str, object] | None:
    data = _data(path)
    if os.path.basename(path) != "pyproject.toml":
        return _parsed(data, path)
    if b"durable-lint" not in data:  # most do not even name us: spare the TOML parser
        return None
    tools = _parsed(data, path).get("tool", {})
    table = tools.get("durable-lint") if isinstance(tools, Mapping) else None
    if table is not None and not isinstance(table, Mapping):
        raise ConfigError(path, "`tool.durable-lint` is no table", "write `[tool.durable-lint]` on a line of its own")
    return table


def _data(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise ConfigError(path, f"cannot be read: {error.strerror}") from None


def _parsed(data: bytes, place: str) -> Mapping[str, object]:
    import tomllib

    try:
        return tomllib.loads(data.decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError:
        raise ConfigError(place, "is not UTF-8", "TOML files are always UTF-8") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError(place, f"is not valid TOML: {error}") from None


def _sorted_out(configs: Sequence[str], isolated: bool) -> tuple[list[str], list[str]]:
    files: list[str] = []
    assignments: list[str] = []
    for config in configs:
        if os.path.isfile(config):
            files.append(config)
        elif "=" in config:
            assignments.append(config)
        else:
            raise ConfigError("--config", f"{config} is neither a file nor `key = value`")
    if len(files) > 1:
        raise ConfigError(
            "--config", f"{len(files)} files are given", "one file is read; other values go as `key = value`"
        )
    if files and isolated:
        raise ConfigError(
            "--isolated", "configuration files are ignored, yet one is given", f"leave out --config {files[0]}"
        )
    return files, assignments


def _laid_over(settings: Settings, raw: Mapping[str, object], place: str, root: str) -> Settings:
    from durable_lint.config.values import Origin, overlay

    return overlay(settings, raw, Origin(place, root))
