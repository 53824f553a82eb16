"""``--fix`` and what belongs to it from outside: what is printed where, what is written, and the exit codes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.program import HANDLER, ORDINARY, durable_lint

UNUSED = HANDLER.replace('time.time() > event["deadline"]:', 'event["late"]:  # noqa: DUR101')
"""A handler whose only defect is a comment that silences nothing, in row 8; the fix of it changes no operation."""

FIXED = UNUSED.replace("  # noqa: DUR101", "")

BOTH = HANDLER.replace("    return 1\n", "    return 1  # noqa: DUR101\n")
"""A handler with two defects; ``--unfixable DUR101`` leaves one of them."""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "handler.py").write_text(UNUSED)
    (tmp_path / "plain.py").write_text(ORDINARY)
    return tmp_path


def text(project: Path, name: str = "handler.py") -> str:
    return (project / name).read_text()


def test_without_fix_nothing_changes_and_the_hint_stands_last(project: Path) -> None:
    result = durable_lint(".", cwd=project)
    assert result.returncode == 1
    lines = result.stdout.splitlines()
    assert lines[0].startswith("warning[DUR002] [*] unused-noqa: ")
    assert "   = fix: Remove the `noqa` comment" in lines
    assert lines[-2:] == ["Found 1 warning in 2 files.", "[*] 1 fixable with `--fix`."]
    assert text(project) == UNUSED


def test_fix(project: Path) -> None:
    result = durable_lint("--fix", ".", cwd=project)
    assert (result.returncode, result.stdout, result.stderr) == (
        0,
        "Fixed 1 finding; none remain in 2 files.\n",
        "",
    )
    assert text(project) == FIXED
    again = durable_lint("--fix", ".", cwd=project)
    assert (again.returncode, again.stdout) == (0, "No findings in 2 files.\n")


def test_what_remains_is_reported_as_it_then_stands(project: Path) -> None:
    (project / "handler.py").write_text("# noqa: DUR102\n" + BOTH)
    result = durable_lint("--fix", "--unfixable", "DUR101", "--show-fixes", ".", cwd=project)
    assert result.returncode == 1
    lines = result.stdout.splitlines()
    assert lines[:3] == ["- handler.py:", "    2 × DUR002 (unused-noqa)", ""]
    assert lines[3].startswith("error[DUR101] wall-clock: ")
    assert "  --> handler.py:8:8" in lines
    assert ' 8 |     if time.time() > event["deadline"]:' in lines
    assert lines[-1] == "Fixed 2 findings; 1 error remains in 2 files."
    assert text(project) == HANDLER


def test_operations_are_warned_of(project: Path) -> None:
    (project / "handler.py").write_text(HANDLER)
    result = durable_lint("--fix", ".", cwd=project)
    assert result.stdout.splitlines()[1] == (
        "1 fix changes the operation sequence: let running executions finish on the old version first."
    )


def test_exit_codes(project: Path) -> None:
    def code(*arguments: str, source: str) -> int:
        (project / "handler.py").write_text(source)
        return durable_lint(*arguments, ".", cwd=project).returncode

    assert code("--fix", "--exit-non-zero-on-fix", source=UNUSED) == 1
    assert code("--fix", "--exit-non-zero-on-fix", source=FIXED) == 0
    assert code("--fix", "--exit-non-zero-on-fix", "--exit-zero", source=UNUSED) == 0
    assert code("--fix", "--unfixable", "ALL", source=UNUSED) == 1
    assert code("--fix-only", "--unfixable", "DUR101", source=BOTH) == 0
    assert code("--fix-only", "--exit-non-zero-on-fix", source=UNUSED) == 1
    assert code("--fix-only", "--exit-non-zero-on-fix", source=FIXED) == 0
    assert code("--diff", source=UNUSED) == 1
    assert code("--diff", source=FIXED) == 0
    assert code("--diff", "--exit-zero", source=UNUSED) == 0
    assert code("--diff", "--fixable", "DUR4", source=UNUSED) == 0


def test_fix_only_says_nothing_of_the_rest(project: Path) -> None:
    (project / "handler.py").write_text(BOTH)
    result = durable_lint("--fix-only", "--unfixable", "DUR101", ".", cwd=project)
    assert (result.stdout, text(project)) == ("Fixed 1 finding.\n", HANDLER)
    assert durable_lint("--fix-only", "--unfixable", "ALL", ".", cwd=project).stdout == "Nothing to fix.\n"
    assert durable_lint("--fix-only", "-q", ".", cwd=project).stdout == ""


def test_diff_writes_nothing(project: Path) -> None:
    (project / "handler.py").write_text(BOTH)
    result = durable_lint("--diff", "--unfixable", "DUR101", ".", cwd=project)
    assert result.stdout == (
        "--- handler.py\n+++ handler.py\n@@ -7,4 +7,4 @@\n"
        " def handler(event: dict, context: DurableContext) -> int:\n"
        '     if time.time() > event["deadline"]:\n'
        '         context.step(lambda _: 1, name="charge_late_fee")\n'
        "-    return 1  # noqa: DUR101\n+    return 1\n"
    )
    assert result.stderr == "Would fix 1 finding.\n"
    assert text(project) == BOTH
    assert "\x1b[32m+    return 1\x1b[0m" in durable_lint("--diff", "--color", "always", ".", cwd=project).stdout
    quiet = durable_lint("--diff", "-q", "-o", "changes.patch", ".", cwd=project)
    assert (quiet.stdout, quiet.stderr) == ("", "")
    assert "+    return 1\n" in text(project, "changes.patch")


@pytest.mark.skipif(not shutil.which("git"), reason="applies the diff with git")
@pytest.mark.parametrize(
    "data",
    [
        UNUSED.encode(),
        UNUSED.replace("\n", "\r\n").encode(),
        UNUSED.encode().rstrip(b"\n") + b"  # noqa: DUR102",
        b"# coding: latin-1\nx = '\xe9'  # noqa: DUR101\n" + UNUSED.encode(),
        "\ufeff".encode() + UNUSED.replace("return 1", "return '日'").encode(),
    ],
    ids=["plain", "crlf", "no newline at the end", "latin-1", "bom"],
)
def test_a_diff_is_a_patch(project: Path, data: bytes) -> None:
    (project / "handler.py").write_bytes(data)
    assert durable_lint("--diff", "-o", "changes.patch", ".", cwd=project).returncode == 1
    command = ["git", "apply", "-p0", "--whitespace=nowarn", "changes.patch"]
    subprocess.run(command, cwd=project, check=True, env=os.environ | {"GIT_CEILING_DIRECTORIES": str(project.parent)})
    patched = (project / "handler.py").read_bytes()
    (project / "handler.py").write_bytes(data)
    durable_lint("--fix", ".", cwd=project)
    assert (project / "handler.py").read_bytes() == patched != data


def test_standard_input(project: Path) -> None:
    result = durable_lint("--fix", "--unfixable", "DUR101", "-", cwd=project, stdin=BOTH)
    assert (result.returncode, result.stdout) == (1, HANDLER)
    assert "--> -:8:8" in result.stderr
    assert result.stderr.endswith("Fixed 1 finding; 1 error remains in 1 file.\n")
    only = durable_lint("--fix-only", "-q", "-", cwd=project, stdin=BOTH.replace("\n", "\r\n"))
    assert only.returncode == 0
    assert only.stderr == ""
    assert "# noqa" not in only.stdout
    assert only.stdout.count("\r\n") == only.stdout.count("\n") == HANDLER.count("\n")
    named = durable_lint("--fix", "--stdin-filename", "handler.py", "-", cwd=project, stdin=BOTH)
    assert "# noqa" not in named.stdout
    assert text(project) == UNUSED
    difference = durable_lint("--diff", "--unfixable", "DUR101", "-", cwd=project, stdin=BOTH)
    assert (difference.returncode, difference.stderr) == (1, "Would fix 1 finding.\n")
    assert difference.stdout.startswith("--- -\n+++ -\n@@ ")


@pytest.mark.parametrize("source", [ORDINARY, FIXED, "from durable import (\n", "", "x = 1"])
def test_standard_input_without_anything_to_fix_comes_back(project: Path, source: str) -> None:
    assert durable_lint("--fix", "-", cwd=project, stdin=source).stdout == source
    excluded = ["--force-exclude", "--exclude", "handler.py", "--stdin-filename", "handler.py"]
    assert durable_lint("--fix", *excluded, "-", cwd=project, stdin=UNUSED).stdout == UNUSED


def test_machine_formats_hold_what_is_left(project: Path) -> None:
    (project / "handler.py").write_text(BOTH)
    result = durable_lint("--fix", "--unfixable", "DUR101", "--output-format", "json", ".", cwd=project)
    assert [(entry["code"], entry["fix"]) for entry in json.loads(result.stdout)] == [("DUR101", None)]
    assert result.stderr == "durable-lint: Fixed 1 finding; 1 error remains in 2 files.\n"


@pytest.mark.parametrize("output_format", ["json", "sarif"])
def test_nothing_stands_beside_what_a_program_reads(project: Path, output_format: str) -> None:
    options = ["--fix", "--show-fixes", "--output-format", output_format, "-o", "report.json"]
    result = durable_lint(*options, ".", cwd=project)
    assert (result.returncode, result.stdout) == (0, "")
    assert json.loads(text(project, "report.json")) is not None
    assert result.stderr.startswith("- handler.py:\n    1 × DUR002 (unused-noqa)\n")
    (project / "handler.py").write_text(UNUSED)
    only = durable_lint("--fix-only", "--output-format", output_format, ".", cwd=project)
    assert (only.returncode, only.stdout, only.stderr) == (0, "", "Fixed 1 finding.\n")


def test_nothing_is_fixed_where_the_report_cannot_be_written(project: Path) -> None:
    (project / "folder").mkdir()
    for output_file, reason in (("folder", "it is a directory"), ("no/where.txt", "there is no directory no")):
        result = durable_lint("--fix", "-o", output_file, ".", cwd=project)
        assert (result.returncode, result.stderr) == (
            2,
            f"durable-lint: error: {output_file} cannot be written ({reason}); give --output-file another name\n",
        )
    assert text(project) == UNUSED


def test_configuration(project: Path) -> None:
    (project / "durable-lint.toml").write_text('fix = true\nunfixable = ["DUR101"]\n')
    (project / "handler.py").write_text(BOTH)
    assert durable_lint("--no-fix", ".", cwd=project).returncode == 1
    assert text(project) == BOTH
    assert durable_lint(".", cwd=project).returncode == 1
    assert text(project) == HANDLER


def test_a_read_only_file_is_named(project: Path) -> None:
    text_before = text(project)
    (project / "handler.py").chmod(0o444)
    result = durable_lint("--fix", ".", cwd=project)
    if os.access(project / "handler.py", os.W_OK):
        pytest.skip("root may write everywhere")
    assert result.returncode == 2
    assert result.stderr == (
        "durable-lint: handler.py was not fixed: it cannot be written: make the file and its folder writable and run "
        "durable-lint again\n"
    )
    assert text(project) == text_before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--no-fix", "--fix-only"], "--fix-only fixes and --no-fix does not; leave out one of them"),
        (["--diff", "--statistics"], "--diff reports no findings to count; leave out --statistics"),
        (["--fix-only", "--statistics"], "--fix-only reports no findings to count; leave out --statistics"),
        (["--show-fixes"], "--show-fixes does nothing without a fix; add --fix"),
        (["--exit-non-zero-on-fix"], "--exit-non-zero-on-fix does nothing without a fix; add --fix"),
    ],
)
def test_misuse(project: Path, arguments: list[str], said: str) -> None:
    result = durable_lint(*arguments, ".", cwd=project)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == f"durable-lint: error: {said}\n"
    assert text(project) == UNUSED
