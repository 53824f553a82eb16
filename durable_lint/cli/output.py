"""Where a command's lines go, and where the lines of analysed files come from."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from typing import TextIO

import click


def emit(lines: Iterable[str], output_file: str | None = None) -> None:
    """Write lines to a file or to standard output; a reader who has gone away (``| head``) is no error."""
    if output_file is not None:
        try:
            with open(output_file, "w", encoding="utf-8", errors="backslashreplace") as file:
                _write(lines, file)
        except OSError as error:
            raise click.UsageError(f"{output_file} cannot be written: {error.strerror}") from None
        return
    try:
        _write(lines, sys.stdout)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whatever is left in the buffer goes nowhere, else the interpreter's last flush fails once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def complain(message: str) -> None:
    """One line on standard error."""
    print(f"durable-lint: {message}", file=sys.stderr)


def colours(wanted: str, output_file: str | None = None) -> bool:
    """Whether to use colours: as asked, else as NO_COLOR and FORCE_COLOR say, else on a terminal."""
    if wanted != "auto":
        return wanted == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return output_file is None and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def _write(lines: Iterable[str], stream: TextIO) -> None:
    for line in lines:
        stream.write(f"{line}\n")


class Sources:
    """The lines of analysed files, each read once; the text on standard input stands in for its file."""

    def __init__(self, stdin: tuple[str, bytes] | None) -> None:
        self._data = dict([stdin] if stdin else [])
        self._lines: dict[str, Sequence[str]] = {}

    def lines(self, filename: str) -> Sequence[str]:
        """The lines without their ends; none when the file cannot be read."""
        if filename not in self._lines:
            self._lines[filename] = self._read(filename)
        return self._lines[filename]

    def _read(self, filename: str) -> Sequence[str]:
        from durable_lint.source.prefilter import read
        from durable_lint.source.text import SourceError, SourceText

        try:
            data = self._data[filename] if filename in self._data else read(filename)
        except OSError:
            return ()
        try:
            return SourceText.from_bytes(data).lines
        except SourceError:
            return SourceText(data.decode("utf-8", "replace")).lines
