"""flake8 as people and editors run it, with the plugin installed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.program import HANDLER, ORDINARY, durable_lint, environment


def flake8(
    *arguments: str, cwd: Path, stdin: str | bytes | None = None, isolated: bool = True
) -> subprocess.CompletedProcess[str]:
    """``python -m flake8`` reporting our codes only, without the configuration of anybody's home."""
    return subprocess.run(
        [sys.executable, "-m", "flake8", *(["--isolated"] if isolated else []), "--select", "DUR,E9,F", *arguments],
        cwd=cwd,
        input=stdin.decode() if isinstance(stdin, bytes) else stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment(),
        check=False,
        timeout=120,
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "handler.py").write_text(HANDLER)
    (tmp_path / "plain.py").write_text(ORDINARY)
    return tmp_path


def test_findings_stand_where_the_command_line_puts_them(project: Path) -> None:
    result = flake8("handler.py", "plain.py", cwd=project)
    own = durable_lint("--output-format", "concise", "-q", "handler.py", "plain.py", cwd=project)
    assert result.stdout == own.stdout
    assert result.stdout.startswith("handler.py:8:8: DUR101 ")
    assert result.returncode == 1
    assert result.stderr == ""


def test_the_buffer_counts_not_the_file(project: Path) -> None:
    buffer = HANDLER.replace("def handler", "# moved down\ndef handler")
    named = flake8("--stdin-display-name", "handler.py", "-", cwd=project, stdin=buffer)
    assert named.stdout.startswith("handler.py:9:8: DUR101 ")
    unnamed = flake8("-", cwd=project, stdin=buffer)
    assert unnamed.stdout.startswith("stdin:9:8: DUR101 ")


def test_the_display_name_finds_the_project(project: Path) -> None:
    (project / "helper.py").write_text("import time\n\n\ndef late(at):\n    return time.time() > at\n")
    (project / "sub").mkdir()
    buffer = HANDLER.replace("import time\n", "from helper import late\n").replace(
        'time.time() > event["deadline"]', 'late(event["deadline"])'
    )
    result = flake8("--stdin-display-name", str(project / "handler.py"), "-", cwd=project / "sub", stdin=buffer)
    assert ":8:8: DUR101 " in result.stdout
    assert result.stdout.count("\n") == 1


@pytest.mark.parametrize(
    "source",
    [
        HANDLER.replace("time.time()", "('é😀', time.time())[1]"),
        HANDLER.replace("\n", "\r\n"),
        "\ufeff" + HANDLER,
        HANDLER.replace("    if", "\x0c\n    if"),
        HANDLER.replace("    if time", "    if event and \\\n\ttime"),
    ],
    ids=["wide", "crlf", "bom", "form feed", "continued"],
)
def test_columns_are_characters_in_every_kind_of_text(tmp_path: Path, source: str) -> None:
    (tmp_path / "handler.py").write_bytes(source.encode())
    own = durable_lint("--output-format", "concise", "-q", "handler.py", cwd=tmp_path)
    assert "DUR101" in own.stdout
    assert flake8("handler.py", cwd=tmp_path).stdout == own.stdout


def test_a_coding_cookie(tmp_path: Path) -> None:
    source = "# -*- coding: latin-1 -*-\n" + HANDLER.replace("time.time()", "('é', time.time())[1]")
    (tmp_path / "handler.py").write_bytes(source.encode("latin-1"))
    own = durable_lint("--output-format", "concise", "-q", "handler.py", cwd=tmp_path)
    assert own.stdout.startswith("handler.py:9:14: DUR101")
    assert flake8("handler.py", cwd=tmp_path).stdout == own.stdout


def test_noqa_is_for_flake8_to_apply(project: Path) -> None:
    (project / "handler.py").write_text(HANDLER.replace('"deadline"]:', '"deadline"]:  # noqa: DUR101'))
    assert flake8("handler.py", cwd=project).stdout == ""
    assert "DUR101" in flake8("--disable-noqa", "handler.py", cwd=project).stdout
    (project / "handler.py").write_text(f"# durable-lint: disable-file=DUR101\n{HANDLER}")
    assert flake8("handler.py", cwd=project).stdout == ""


def test_configuration_of_ours_is_honoured(project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.durable-lint]\nignore = ["wall-clock"]\n')
    assert flake8("handler.py", cwd=project).stdout == ""
    other = project / "other.toml"
    other.write_text("")
    assert "DUR101" in flake8("--durable-config", str(other), "handler.py", cwd=project).stdout


def test_options_in_the_configuration_of_flake8(project: Path) -> None:
    (project / ".flake8").write_text("[flake8]\ndurable-ignore = DUR101\n")
    assert flake8("handler.py", cwd=project, isolated=False).stdout == ""
    (project / ".flake8").write_text("[flake8]\ndurable-select = DUR001\n")
    assert flake8("handler.py", cwd=project, isolated=False).stdout == ""
    assert "DUR101" in flake8("--durable-select", "DUR1", "handler.py", cwd=project).stdout


def test_advice_is_off_until_flake8_or_we_select_it(project: Path) -> None:
    (project / "handler.py").write_text(HANDLER.replace("    if ", "    time.time()\n    if "))
    assert flake8("handler.py", cwd=project).stdout.count("\n") == 1
    assert flake8("--extend-select", "DUR101", "handler.py", cwd=project).stdout.count("\n") == 2
    assert flake8("--durable-select", "DUR101", "handler.py", cwd=project).stdout.count("\n") == 2


def test_a_mistake_in_the_configuration_is_one_line(project: Path) -> None:
    (project / "durable-lint.toml").write_text("selct = []")
    result = flake8("handler.py", "plain.py", cwd=project)
    assert result.stdout == (
        f"handler.py:1:1: DUR001 {project / 'durable-lint.toml'}: unknown option `selct`; did you mean `select`?\n"
    )
    said = flake8("--durable-select", "DUR999", "--isolated", "handler.py", cwd=project / "..").stderr
    assert "Traceback" not in said


def test_several_processes(project: Path) -> None:
    for number in range(12):
        (project / f"handler{number}.py").write_text(HANDLER)
    alone = flake8("--jobs", "1", "--durable-select", "DUR1", ".", cwd=project)
    together = flake8("--jobs", "3", "--durable-select", "DUR1", ".", cwd=project)
    assert alone.stdout.count("DUR101") == 13
    assert sorted(together.stdout.splitlines()) == sorted(alone.stdout.splitlines())


def test_a_crash_is_one_line_and_flake8_goes_on(project: Path) -> None:
    program = (
        "import sys, durable_lint.engine as engine\n"
        "def check(*_, **__): raise KeyError('oh\\nno')\n"
        "engine.check = check\n"
        "from flake8.main.cli import main\n"
        "sys.exit(main(['--isolated', '--select', 'DUR,F', '--jobs', '1', 'handler.py', 'plain.py']))\n"
    )
    (project / "plain.py").write_text("import os\n")
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=project, capture_output=True, text=True, check=False, env=environment()
    )
    lines = result.stdout.splitlines()
    assert lines[0].startswith("handler.py:1:1: DUR001 durable-lint failed: KeyError: ")
    assert lines[0].endswith("please report this")
    assert lines[1].startswith("plain.py:1:1: F401")
    assert len(lines) == 2


def test_a_file_without_durable_code_imports_nothing_of_ours(project: Path) -> None:
    program = (
        "import sys, json\n"
        "from flake8.main.cli import main\n"
        "code = main(['--isolated', '--jobs', '1', sys.argv[1]])\n"
        "print(json.dumps(sorted(sys.modules)), file=sys.stderr)\n"
    )

    def modules(name: str) -> set[str]:
        result = subprocess.run(
            [sys.executable, "-c", program, name],
            cwd=project,
            capture_output=True,
            text=True,
            check=False,
            env=environment(),
        )
        return set(json.loads(result.stderr))

    plain = modules("plain.py")
    assert {name for name in plain if name.startswith("durable_lint")} == {
        "durable_lint",
        "durable_lint.flake8",
        "durable_lint.source",
        "durable_lint.source.prefilter",
    }
    assert not {"libcst", "astroid", "click", "tomllib"} & plain
    assert "durable_lint.engine" in modules("handler.py")


def test_threads_keep_their_options_apart(project: Path) -> None:
    program = """
import argparse, ast, concurrent.futures, json, sys
from durable_lint.flake8 import Plugin
text = open("handler.py").read()
def run(ignored):
    options = argparse.Namespace(
        durable_select=[], durable_ignore=ignored, durable_config=None, select=None, extend_select=None
    )
    return [code for *_, code, _ in Plugin(ast.parse(text), "handler.py", text.splitlines(True), options).run()]
with concurrent.futures.ThreadPoolExecutor(5) as pool:
    results = list(pool.map(run, [["DUR101"], []] * 10))
print(json.dumps([len(result) for result in results]))
"""
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=project, capture_output=True, text=True, check=False, env=environment()
    )
    assert json.loads(result.stdout) == [0, 1] * 10, result.stderr
