"""Writing: all or nothing, never over somebody else's changes, with what else a file is besides its bytes."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from durable_lint.fixing.writing import Rewritten, write

posix = pytest.mark.skipif(sys.platform == "win32", reason="modes and links of POSIX")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "handler.py"
    path.write_bytes(b"old\r\n")
    return path


def rewritten(path: Path, before: bytes = b"old\r\n", after: bytes = b"new\r\n") -> Rewritten:
    return Rewritten(str(path), before, after)


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


@posix
@pytest.mark.parametrize("mode", [0o644, 0o755, 0o600, 0o664])
def test_mode_and_owner_stay(file: Path, mode: int) -> None:
    file.chmod(mode)
    if os.geteuid() == 0:
        os.chown(file, 12345, 54321)
    before = file.stat()
    assert write([rewritten(file)]) == []
    after = file.stat()
    assert file.read_bytes() == b"new\r\n"
    assert stat.S_IMODE(after.st_mode) == mode
    assert (after.st_uid, after.st_gid) == (before.st_uid, before.st_gid)
    assert names(file.parent) == ["handler.py"]


@posix
def test_a_link_stays_and_its_target_is_changed(tmp_path: Path, file: Path) -> None:
    (tmp_path / "links").mkdir()
    link = tmp_path / "links" / "link.py"
    link.symlink_to("../handler.py")
    assert write([rewritten(link)]) == []
    assert link.is_symlink()
    assert file.read_bytes() == b"new\r\n"
    assert names(link.parent) == ["link.py"]


@posix
def test_other_names_of_a_file_keep_the_old_text(tmp_path: Path, file: Path) -> None:
    other = tmp_path / "other.py"
    other.hardlink_to(file)
    assert write([rewritten(file)]) == []
    assert (file.read_bytes(), other.read_bytes()) == (b"new\r\n", b"old\r\n")


def test_what_somebody_else_has_saved_is_left_alone_and_so_is_the_rest(tmp_path: Path, file: Path) -> None:
    changed, gone = tmp_path / "changed.py", tmp_path / "gone.py"
    changed.write_bytes(b"newer\n")
    problems = write([rewritten(file), rewritten(changed), rewritten(gone)])
    assert [(problem.file, problem.message) for problem in problems] == [
        (str(changed), "it has changed since it was read: run durable-lint again"),
        (str(gone), "it has been deleted since it was read"),
    ]
    assert (file.read_bytes(), changed.read_bytes()) == (b"old\r\n", b"newer\n")
    assert names(tmp_path) == ["changed.py", "handler.py"]


def test_a_read_only_file_is_left_alone(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write everywhere
    (problem,) = write([rewritten(file)])
    assert "make the file and its folder writable" in problem.message
    assert file.read_bytes() == b"old\r\n"


@pytest.mark.parametrize("failing", ["open", "fsync", "chmod", "replace"])
def test_whatever_fails_no_half_written_file_and_no_litter(
    file: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, failing, fail)
    problems = write([rewritten(file)])
    monkeypatch.undo()
    assert [problem.message for problem in problems] == [
        "it cannot be written (No space left on device): run durable-lint again when it can"
    ]
    assert file.read_bytes() == b"old\r\n"
    assert names(file.parent) == ["handler.py"]


@posix
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_who_ends_the_process_while_files_are_replaced_gets_all_of_them(tmp_path: Path, name: str) -> None:
    for file in ("a.py", "b.py"):
        (tmp_path / file).write_bytes(b"old\r\n")
    program = (
        "import os, signal, sys\n"
        # A shell that starts the tests in the background has the interrupt ignored.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from durable_lint.fixing.writing import Rewritten, write\n"
        "replace = os.replace\n"
        f"os.replace = lambda *names: (os.kill(os.getpid(), signal.{name}), replace(*names))\n"
        "write([Rewritten(os.path.abspath(name), b'old\\r\\n', b'new\\r\\n') for name in ('a.py', 'b.py')])\n"
    )
    result = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, check=False)
    assert result.returncode == -getattr(signal, name)
    assert {file.read_bytes() for file in tmp_path.iterdir()} == {b"new\r\n"}
    assert names(tmp_path) == ["a.py", "b.py"]


def test_an_interrupt_leaves_no_litter(tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    second = tmp_path / "second.py"
    second.write_bytes(b"old\r\n")
    calls: list[int] = []
    fsync = os.fsync

    def interrupted(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 2:
            raise KeyboardInterrupt
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write([rewritten(file), rewritten(second)])
    assert names(tmp_path) == ["handler.py", "second.py"]
    assert file.read_bytes() == second.read_bytes() == b"old\r\n"
