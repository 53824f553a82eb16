"""The flake8 plugin: the same findings at the same places, for editors and for people who run flake8 anyway.

Most files that flake8 sees hold no durable code. They cost one search in their text: everything else is imported when a
file asks for it. The plugin keeps nothing between files and takes its options from the file's own processor, so that
threads of one process (editors do that) never see each other's. It never raises, since an exception in a plugin ends
flake8's whole run: what goes wrong becomes a line of its own.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from durable_lint import __version__
from durable_lint.source.prefilter import names_durable

if TYPE_CHECKING:
    import argparse
    import ast

    from flake8.options.manager import OptionManager

    from durable_lint.config.settings import Settings

_Line = tuple[int, int, str, type]

_FAILURE = "DUR001"


class Plugin:
    """One file as flake8 hands it over: ``lines`` is the text that stands in the editor, saved or not."""

    name = "durable-lint"
    version = __version__

    def __init__(self, tree: ast.AST, filename: str, lines: Sequence[str], options: argparse.Namespace) -> None:
        # flake8 chooses arguments by their names; it calls plugins that ask for ``tree`` once for each file.
        self._filename = filename
        self._lines = lines
        self._options = options

    @staticmethod
    def add_options(manager: OptionManager) -> None:
        """Options for the command line and for flake8's configuration files, on top of durable-lint's own."""
        manager.add_option(
            "--durable-select",
            default="",
            parse_from_config=True,
            comma_separated_list=True,
            metavar="CODES",
            help="durable-lint: codes to report, instead of every error and warning",
        )
        manager.add_option(
            "--durable-ignore",
            default="",
            parse_from_config=True,
            comma_separated_list=True,
            metavar="CODES",
            help="durable-lint: codes not to report",
        )
        manager.add_option(
            "--durable-config",
            default=None,
            parse_from_config=True,
            normalize_paths=True,
            metavar="FILE",
            help="durable-lint: configuration file to read instead of the nearest one",
        )

    def run(self) -> Iterator[_Line]:
        """Row (from 1), column (from 0), text and type of every finding; flake8 itself applies ``noqa`` comments."""
        text = "".join(self._lines)
        data = text.encode("utf-8", "surrogatepass")
        if not names_durable(data):
            return
        try:
            yield from list(self._findings(_as_in_file(text, data)))
        except Exception as error:
            yield 1, 0, f"{_FAILURE} {_one_line(_failure(error))}", type(self)

    def _findings(self, data: bytes) -> Iterator[_Line]:
        from durable_lint.engine import check

        filename = os.path.abspath(self._filename)
        report = check((), self._settings(filename), {filename: data}, noqa=False)
        for finding in report.findings:
            if finding.filename == filename:
                text = _one_line(f"{finding.code} {finding.message}")
                yield finding.span.row, finding.span.column - 1, text, type(self)
        for failure in report.errors:
            culprit = f"rule {failure.rule}" if failure.rule else "durable-lint"
            text = _one_line(f"{_FAILURE} {culprit} failed: {failure.message}; please report this")
            yield 1, 0, text, type(self)

    def _settings(self, filename: str) -> Settings:
        from durable_lint.catalog import catalog
        from durable_lint.config.load import load_settings

        options = self._options
        overrides: dict[str, object] = {}
        if options.durable_select:
            overrides["select"] = options.durable_select
        if options.durable_ignore:
            overrides["ignore"] = options.durable_ignore
        # ``DUR`` in flake8's own selection only lets the plugin speak; with digits it asks for codes, advice included.
        asked = {*(options.select or ()), *(options.extend_select or ())}
        known = catalog()
        named = sorted(code for code in asked if code != "DUR" and any(rule.startswith(code) for rule in known))
        if named:
            overrides["extend-select"] = named
        configs = (options.durable_config,) if options.durable_config else ()
        settings = load_settings(os.path.dirname(filename), overrides, configs, place="flake8 options")
        return settings._replace(cache=False)  # an editor's buffer is never the same twice


def _as_in_file(text: str, data: bytes) -> bytes:
    """The text in the encoding that it says it is in: flake8 has decoded it, and the cookie still stands there."""
    if "coding" not in text[:400]:
        return data
    from tokenize import detect_encoding

    lines = iter(data.splitlines(keepends=True))
    try:
        return text.encode(detect_encoding(lambda: next(lines, b""))[0])
    except (SyntaxError, LookupError, ValueError):
        return data


def _failure(error: Exception) -> str:
    from durable_lint.config.errors import ConfigError

    if isinstance(error, ConfigError):
        return str(error)
    return f"durable-lint failed: {type(error).__name__}: {error}; please report this"


def _one_line(text: str) -> str:
    return " ".join(text.splitlines())
