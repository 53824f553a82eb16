"""Where a command's lines go, and where the lines of analysed files come from."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TextIO

import click


def emit(lines: Iterable[str], output_file: str | None = None, *, on_stderr: bool = False) -> None:
    """Write lines to a file, else to standard output, or to standard error where that is for something else; a reader
    who has gone away (``| head``) is no error.
    """
    if output_file is not None:
        try:
            with open(output_file, "w", encoding="utf-8", errors="backslashreplace") as file:
                _write(lines, file)
        except OSError as error:
            raise click.UsageError(f"{output_file} cannot be written: {error.strerror}") from None
        return
    stream = sys.stderr if on_stderr else sys.stdout
    try:
        _write(lines, stream)
        stream.flush()
    except BrokenPipeError:
        # Whatever is left in the buffer goes nowhere, else the interpreter's last flush fails once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def check_writable(output_file: str) -> None:
    """Raise ``click.UsageError`` where a report cannot be written, before anything is fixed; leaves no file behind."""
    folder = os.path.dirname(output_file) or "."
    if os.path.isdir(output_file):
        reason = "it is a directory"
    elif not os.path.isdir(folder):
        reason = f"there is no directory {folder}"
    elif not os.access(output_file if os.path.exists(output_file) else folder, os.W_OK):
        reason = "permission denied"
    else:
        return
    raise click.UsageError(f"{output_file} cannot be written ({reason}); give --output-file another name")


def emit_bytes(pieces: Iterable[bytes], output_file: str | None = None) -> None:
    """Write bytes as they are, otherwise as ``emit`` does: what stands in files has their encoding, not ours."""
    if output_file is not None:
        try:
            with open(output_file, "wb") as file:
                file.writelines(pieces)
        except OSError as error:
            raise click.UsageError(f"{output_file} cannot be written: {error.strerror}") from None
        return
    try:
        sys.stdout.flush()
        sys.stdout.buffer.writelines(pieces)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def shown(filename: str) -> str:
    """A file's name for messages: relative to the working directory where it lies below, always on one line."""
    from durable_lint.report.surroundings import Surroundings

    return Surroundings(os.getcwd()).shown(filename)


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
    """The lines of analysed files, each read once; unsaved contents stand in for their files."""

    def __init__(self, unsaved: Mapping[str, bytes]) -> None:
        self._data = unsaved
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
