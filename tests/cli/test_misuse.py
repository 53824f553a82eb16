"""What people do wrong at the prompt: one sentence on stderr, with a remedy, exit code 2, never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.program import durable_lint


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--selct", "DUR1"], "No such option '--selct'"),
        (["check", "--output-format", "xml"], "'xml' is not one of 'full', 'concise', 'json', 'github', 'sarif'"),
        (["handlr.py"], "handlr.py: no such file or directory; did you mean `handler.py`?"),
        (["chek"], "chek: no such file or directory; did you mean `check`?"),
        (["sub/handlr.py"], "sub/handlr.py: no such file or directory; did you mean `sub/handler.py`?"),
        (["nowhere/at/all.py"], "nowhere/at/all.py: no such file or directory"),
        (["--select", "DUR999", "handler.py"], "command line: `select` names no rule: `DUR999`"),
        (["--per-file-ignores", "DUR1", "handler.py"], "write PATTERN:CODE, e.g. tests/*:DUR4"),
        (["--config", "missing.toml"], "missing.toml is neither a file nor `key = value`"),
        (["-", "handler.py"], "`-` (standard input) cannot be combined with other paths"),
        (["--stdin-filename", "a.py"], "--stdin-filename needs `-`"),
        (["--statistics", "--output-format", "sarif", "handler.py"], "--statistics has no sarif format"),
        (
            ["-o", "nowhere/report.txt", "handler.py"],
            "nowhere/report.txt cannot be written (there is no directory",
        ),
        (["rule", "wall-clok"], "no rule `wall-clok`; did you mean `wall-clock`?"),
        (["config", "selekt"], "unknown option `selekt`; did you mean `select`?"),
    ],
)
def test_misuse(tmp_path: Path, arguments: list[str], said: str) -> None:
    (tmp_path / "sub").mkdir()
    for name in ("handler.py", "sub/handler.py"):
        (tmp_path / name).write_text("durable = 1\n")
    result = durable_lint(*arguments, cwd=tmp_path)
    assert result.returncode == 2
    assert said in result.stderr
    assert result.stderr.startswith("durable-lint: error: ")
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


def test_a_broken_configuration_is_named(tmp_path: Path) -> None:
    config = tmp_path / "pyproject.toml"
    config.write_text("[tool.durable-lint]\nselct = []\n")
    result = durable_lint(".", cwd=tmp_path)
    assert result.returncode == 2
    assert result.stderr == f"durable-lint: error: {config}: unknown option `selct`; did you mean `select`?\n"
    assert durable_lint("--isolated", ".", cwd=tmp_path).returncode == 0
