"""Writing changed files, all of them or none: a fix that reaches over several files is never made by halves.

Each new text goes into a temporary file beside the old one, with its mode and, where that is allowed, its owner. When
all of them are safely on disk they are renamed into place, so that whoever reads a file sees the old text or the new
one, whatever happens in between. What follows from renaming:

* A symbolic link stays a link: the file that it leads to is replaced.
* A file with several names (hard links) gets the new text under the name that was checked; the others keep the old one.
* Access control lists and other extended attributes are not carried over.
"""

from __future__ import annotations

import os
import signal
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import NamedTuple


class Rewritten(NamedTuple):
    """A changed file: its absolute path, the bytes that were read, and those that take their place."""

    file: str
    before: bytes
    after: bytes


class Unwritten(NamedTuple):
    """A file that was left as it is: why, and what to do about it."""

    file: str
    message: str


def write(files: Sequence[Rewritten]) -> list[Unwritten]:
    """Write the files; returns those that cannot be written, and if there are any writes nothing at all.

    Nothing is written over a file that no longer holds what was read: somebody else has saved it since. Who ends the
    process meanwhile gets all files or none, too: a termination waits until that is so.
    """
    with _put_off(signal.SIGTERM):
        return _write(files)


def _write(files: Sequence[Rewritten]) -> list[Unwritten]:
    waiting: dict[str, tuple[Rewritten, str]] = {}
    problems: list[Unwritten] = []
    try:
        for file in files:
            target = os.path.realpath(file.file)
            try:
                waiting[target] = (file, _prepared(target, file))
            except _Changed as changed:
                problems.append(Unwritten(file.file, str(changed)))
            except OSError as error:
                problems.append(Unwritten(file.file, _explained(error)))
        if not problems:
            with _put_off(signal.SIGINT):
                problems += _renamed(waiting)
        return problems
    finally:
        for _, temporary in waiting.values():
            with suppress(OSError):
                os.unlink(temporary)


@contextmanager
def _put_off(number: signal.Signals) -> Iterator[None]:
    """Have a signal wait, where the system can do that."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {number})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Changed(Exception):
    """The file on disk is not the one that was read."""


def _prepared(target: str, file: Rewritten) -> str:
    """Put the new text of a file beside it; returns the temporary file's name. Raises OSError and _Changed."""
    _compare(target, file)
    if not os.access(target, os.W_OK):
        raise PermissionError(13, "it is read-only")
    status = os.stat(target)
    temporary = os.path.join(os.path.dirname(target), f".durable-lint-{os.getpid()}-{os.urandom(4).hex()}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with open(descriptor, "wb") as stream:
            stream.write(file.after)
            if hasattr(os, "chown"):
                with suppress(OSError):  # only root may give files away; elsewhere they belong to who runs this
                    os.chown(temporary, status.st_uid, status.st_gid)
            os.chmod(temporary, stat.S_IMODE(status.st_mode))
            stream.flush()
            os.fsync(descriptor)
    except BaseException:
        os.unlink(temporary)
        raise
    return temporary


def _compare(target: str, file: Rewritten) -> None:
    try:
        with open(target, "rb") as stream:
            unchanged = stream.read() == file.before
    except FileNotFoundError:
        raise _Changed("it has been deleted since it was read") from None
    if not unchanged:
        raise _Changed("it has changed since it was read: run durable-lint again")


def _renamed(waiting: dict[str, tuple[Rewritten, str]]) -> Iterable[Unwritten]:
    """Put the temporary files in their places; what fails here says so and leaves the others to go on."""
    for target, (file, temporary) in waiting.items():
        try:
            _compare(target, file)
            os.replace(temporary, target)
        except _Changed as changed:
            yield Unwritten(file.file, str(changed))
        except OSError as error:
            yield Unwritten(file.file, _explained(error))
    for folder in {os.path.dirname(target) for target in waiting}:
        _synchronise(folder)


def _synchronise(folder: str) -> None:
    """Have the renaming itself on disk; not every system lets a folder be opened."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _explained(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "it cannot be written: make the file and its folder writable and run durable-lint again"
    reason = error.strerror or str(error)
    return f"it cannot be written ({reason}): run durable-lint again when it can"
