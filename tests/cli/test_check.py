"""``durable-lint check`` from outside: what it prints where, and with which exit code."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from durable_lint.cli.options import CHECK_PARAMETERS
from tests.cli.program import HANDLER, ORDINARY, durable_lint, environment


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "handler.py").write_text(HANDLER)
    (tmp_path / "plain.py").write_text(ORDINARY)
    return tmp_path


def codes(*arguments: str, cwd: Path, **options: str) -> list[str]:
    """The codes of the findings, in the order of the report."""
    result = durable_lint(*arguments, "--output-format", "json", cwd=cwd, **options)
    assert result.returncode in (0, 1), result.stderr
    assert result.returncode == bool(json.loads(result.stdout))
    return [entry["code"] for entry in json.loads(result.stdout)]


def test_paths_alone_mean_check_and_no_path_the_working_directory(project: Path) -> None:
    said = durable_lint("check", "handler.py", cwd=project)
    assert said.returncode == 1
    assert durable_lint("handler.py", cwd=project).stdout == said.stdout
    assert durable_lint(cwd=project).stdout == said.stdout.replace("1 file", "2 files")
    assert durable_lint("plain.py", cwd=project).stdout == "No findings in 1 file.\n"


def test_full_is_the_default(project: Path) -> None:
    result = durable_lint("handler.py", cwd=project)
    lines = result.stdout.splitlines()
    assert lines[0].startswith("error[DUR101] [*] wall-clock: ")
    assert lines[1] == "  --> handler.py:8:8"
    assert ' 8 |     if time.time() > event["deadline"]:' in lines
    assert "   |        ^^^^^^^^^^^" in lines
    assert lines[-2:] == ["Found 1 error in 1 file.", "[*] 1 fixable with `--fix`."]
    assert result.stderr == ""


def test_concise_and_quiet(project: Path) -> None:
    result = durable_lint("--output-format", "concise", "-q", ".", cwd=project)
    assert result.stdout.startswith("handler.py:8:8: DUR101 ")
    assert result.stdout.count("\n") == 1
    assert durable_lint("-q", "plain.py", cwd=project).stdout == ""


@pytest.mark.parametrize("output_format", ["json", "sarif", "github"])
def test_machine_formats_hold_nothing_else(project: Path, output_format: str) -> None:
    result = durable_lint("--output-format", output_format, ".", cwd=project)
    assert result.returncode == 1
    if output_format == "github":
        assert result.stdout.startswith("::error title=durable-lint (DUR101),")
        assert result.stdout.count("\n") == 1
    else:
        json.loads(result.stdout)
    clean = durable_lint("--output-format", output_format, "plain.py", cwd=project)
    assert clean.returncode == 0
    assert clean.stdout == "" if output_format == "github" else json.loads(clean.stdout) is not None


def test_selection_on_the_command_line(project: Path) -> None:
    assert codes(".", cwd=project) == ["DUR101"]
    assert codes("--ignore", "wall-clock", ".", cwd=project) == []
    assert codes("--select", "DUR4,DUR2", ".", cwd=project) == []
    assert codes("--select", "DUR4", "--select", "DUR1", ".", cwd=project) == ["DUR101"]
    assert codes("--per-file-ignores", "hand*.py:DUR1", ".", cwd=project) == []
    assert codes("--extend-exclude", "handler.py", ".", cwd=project) == []
    assert codes("--config", 'ignore = ["DUR101"]', ".", cwd=project) == []


def test_excluded_files_are_checked_when_named_unless_forced(project: Path) -> None:
    (project / "durable-lint.toml").write_text('exclude = ["handler.py"]')
    assert codes(".", cwd=project) == []
    assert codes("handler.py", cwd=project) == ["DUR101"]
    assert codes("--force-exclude", "handler.py", cwd=project) == []


def test_gitignore(project: Path) -> None:
    (project / ".git").mkdir()
    (project / ".gitignore").write_text("handler.py\n")
    assert codes(".", cwd=project) == []
    assert codes("--no-respect-gitignore", ".", cwd=project) == ["DUR101"]


def test_noqa(project: Path) -> None:
    (project / "handler.py").write_text(HANDLER.replace('"deadline"]:', '"deadline"]:  # noqa: DUR101'))
    assert codes(".", cwd=project) == []


def test_standard_input(project: Path) -> None:
    result = durable_lint("-", "--output-format", "concise", cwd=project, stdin=HANDLER)
    assert result.returncode == 1
    assert result.stdout.startswith("-:8:8: DUR101 ")
    named = durable_lint("--stdin-filename", "sub/x.py", "-", "--output-format", "concise", cwd=project, stdin=HANDLER)
    assert named.stdout.startswith(f"sub{os.sep}x.py:8:8: DUR101 ")
    shown = durable_lint("-", cwd=project, stdin=HANDLER)
    assert ' 8 |     if time.time() > event["deadline"]:' in shown.stdout


def test_standard_input_stands_in_for_the_file_and_finds_its_project(project: Path) -> None:
    (project / "helper.py").write_text("import time\n\n\ndef late(at):\n    return time.time() > at\n")
    buffer = HANDLER.replace("import time\n", "from helper import late\n").replace(
        'time.time() > event["deadline"]', 'late(event["deadline"])'
    )
    result = durable_lint(
        "-", "--stdin-filename", str(project / "handler.py"), "--output-format", "json", cwd=project, stdin=buffer
    )
    (finding,) = json.loads(result.stdout)
    assert finding["code"] == "DUR101"
    assert finding["filename"] == str(project / "handler.py")
    assert finding["chain"][-1]["filename"] == str(project / "helper.py")


def test_statistics_exit_zero_and_output_file(project: Path) -> None:
    result = durable_lint("--statistics", ".", cwd=project)
    assert result.returncode == 1
    assert result.stdout.splitlines()[0] == "1  DUR101  wall-clock  [*] 1 fixable"
    counts = json.loads(durable_lint("--statistics", "--output-format", "json", ".", cwd=project).stdout)
    assert counts == [{"code": "DUR101", "name": "wall-clock", "count": 1, "fixable": 1}]
    assert durable_lint("--exit-zero", ".", cwd=project).returncode == 0
    written = durable_lint("-o", "report.json", "--output-format", "json", ".", cwd=project)
    assert (written.returncode, written.stdout) == (1, "")
    assert json.loads((project / "report.json").read_text())[0]["code"] == "DUR101"


def test_show_files_and_settings(project: Path) -> None:
    (project / "notes.txt").write_text("durable")
    shown = durable_lint("--show-files", cwd=project)
    assert shown.stdout.splitlines() == [str(project / "handler.py"), str(project / "plain.py")]
    (project / "durable-lint.toml").write_text('select = ["DUR101"]\nsdk-version = "2"')
    settings = durable_lint("--show-settings", cwd=project).stdout.splitlines()
    assert f'source = "{project / "durable-lint.toml"}"' in settings
    assert 'sdk-version = "2"' in settings
    assert 'reported even as advice = ["DUR101"]' in settings


def test_colours(project: Path) -> None:
    assert "\x1b[" not in durable_lint(".", cwd=project).stdout
    assert "\x1b[" in durable_lint(".", cwd=project, FORCE_COLOR="1").stdout
    assert "\x1b[" not in durable_lint(".", cwd=project, FORCE_COLOR="1", NO_COLOR="1").stdout
    assert "\x1b[" in durable_lint("--color", "always", ".", cwd=project, NO_COLOR="1").stdout
    assert "\x1b[" not in durable_lint("--color", "never", ".", cwd=project, FORCE_COLOR="1").stdout


def test_verbose_speaks_on_standard_error(project: Path) -> None:
    result = durable_lint("-v", "plain.py", cwd=project)
    assert "settings from no file" in result.stderr
    assert "looked at 1 file" in result.stderr
    assert result.stdout == "No findings in 1 file.\n"


def test_nothing_to_check_is_said(tmp_path: Path) -> None:
    result = durable_lint(cwd=tmp_path)
    assert result.returncode == 0
    assert "no Python files found" in result.stderr


def test_a_broken_file_is_reported_and_the_others_are_checked(project: Path) -> None:
    (project / "broken.py").write_text("from durable import x\ndef f(:\n")
    (project / "bytes.py").write_bytes(b"durable = '\xff'\n")
    result = durable_lint("--output-format", "concise", ".", cwd=project)
    assert result.returncode == 1
    assert [line.split(" ")[0] for line in result.stdout.splitlines() if ": DUR" in line] == [
        "broken.py:2:7:",
        "bytes.py:1:12:",
        "handler.py:8:8:",
    ]
    shown = durable_lint("bytes.py", cwd=project)
    assert "^" in shown.stdout
    assert codes("--select", "DUR4", "broken.py", cwd=project) == ["DUR001"]
    assert codes("--ignore", "DUR001", "broken.py", cwd=project) == []


def test_what_cannot_be_read_is_said(project: Path) -> None:
    (project / "gone.py").symlink_to(project / "nowhere.py")
    result = durable_lint("--output-format", "concise", ".", cwd=project)
    assert result.returncode == 2
    assert result.stderr == "durable-lint: cannot read gone.py: No such file or directory; the rest was checked\n"
    assert "handler.py:8:8: DUR101" in result.stdout


def test_a_file_that_cannot_be_read_is_not_one_that_is_missing(project: Path) -> None:
    (project / "handler.py").chmod(0)
    result = durable_lint("handler.py", cwd=project)
    if os.access(project / "handler.py", os.R_OK):
        pytest.skip("root may read everything")
    assert result.returncode == 2
    assert result.stderr == "durable-lint: cannot read handler.py: Permission denied; the rest was checked\n"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes")
def test_a_pipe_is_refused(project: Path) -> None:
    os.mkfifo(project / "pipe.py")
    result = durable_lint("pipe.py", cwd=project)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == (
        "durable-lint: error: pipe.py: neither a file nor a directory; pipe it in: durable-lint - < pipe.py\n"
    )


def run_with(program: str, project: Path) -> subprocess.CompletedProcess[str]:
    """The program after some lines that break it."""
    return subprocess.run(
        [sys.executable, "-c", f"{program}from durable_lint.cli import main\nmain(['--no-cache', 'handler.py'])\n"],
        cwd=project,
        env=environment(),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_a_crash_of_a_rule_is_said_and_the_others_go_on(project: Path) -> None:
    program = (
        "from durable_lint import registry\n"
        "from durable_lint.rule import Rule\n"
        "class Broken(Rule):\n"
        "    code, name = 'DUR999', 'broken'\n"
        "    def check(self, body): raise KeyError('oh')\n"
        "every = registry.Registry((*registry.rules(), Broken))\n"
        "registry.registry = lambda: every\n"
    )
    result = run_with(program, project)
    assert result.returncode == 2
    assert result.stdout.startswith("error[DUR101]")
    assert "internal error: DUR999 failed on handler.py: KeyError: 'oh'" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_crash_of_ours_is_one_line(project: Path) -> None:
    program = "import durable_lint.engine as engine\ndef check(*_, **__): raise KeyError('oh')\nengine.check = check\n"
    result = run_with(program, project)
    assert result.returncode == 2
    assert result.stderr.startswith("durable-lint: error: internal error: KeyError: 'oh'; please report this")
    assert result.stderr.count("\n") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_an_interrupt_ends_quietly(project: Path) -> None:
    program = (
        "import os, signal, durable_lint.engine as engine\n"
        # A shell that starts the tests in the background has the interrupt ignored.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "def check(*_, **__): os.kill(os.getpid(), signal.SIGINT)\n"
        "engine.check = check\n"
    )
    result = run_with(program, project)
    assert result.returncode == 130
    assert "Traceback" not in result.stderr


def test_a_terminal_that_knows_few_characters(project: Path) -> None:
    (project / "handler.py").write_text(HANDLER.replace('event["deadline"]', 'event["délai 日"]'), encoding="utf-8")
    result = durable_lint("handler.py", cwd=project, PYTHONIOENCODING="ascii")
    assert result.returncode == 1
    assert "\\u65e5" in result.stdout


def test_a_reader_who_goes_away(project: Path) -> None:
    for number in range(300):
        (project / f"handler{number}.py").write_text(HANDLER)
    with subprocess.Popen(
        [sys.executable, "-m", "durable_lint", "."],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 1


def test_version_and_help(tmp_path: Path) -> None:
    assert durable_lint("--version", cwd=tmp_path).stdout == "durable-lint 0.1.0\n"
    assert durable_lint("-V", cwd=tmp_path).returncode == 0
    for arguments in (["--help"], ["check", "-h"], ["rule", "--help"], ["config", "--help"]):
        result = durable_lint(*arguments, cwd=tmp_path, COLUMNS="80")
        assert result.returncode == 0
        assert result.stdout.startswith("Usage: durable-lint")
        assert len(result.stdout.splitlines()) <= 40


def test_the_help_names_every_option(tmp_path: Path) -> None:
    shown = durable_lint("check", "--help", cwd=tmp_path, COLUMNS="80").stdout
    words = set(re.findall(r"(?<![\w-])--?[a-z][\w-]*", shown))
    parameters = [one for one in CHECK_PARAMETERS if isinstance(one, click.Option)]
    assert {name for one in parameters for name in (*one.opts, *one.secondary_opts)} <= words


def test_completion(tmp_path: Path) -> None:
    completed = durable_lint(
        cwd=tmp_path, _DURABLE_LINT_COMPLETE="bash_complete", COMP_WORDS="durable-lint --select DUR40", COMP_CWORD="2"
    )
    assert "plain,DUR401" in completed.stdout
