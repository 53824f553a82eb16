"""What a start costs: files without durable code, which are most, pay for nothing that they do not use."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.cli.program import HANDLER, ORDINARY, environment


def imported(*arguments: str, cwd: Path) -> set[str]:
    """The modules that ``python -m durable_lint`` with these arguments imports, on top of those of ``import click``."""

    def modules(*command: str) -> set[str]:
        result = subprocess.run(
            [sys.executable, "-X", "importtime", *command],
            cwd=cwd,
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        return {line.rpartition("|")[2].strip() for line in result.stderr.splitlines() if "|" in line}

    return modules("-m", "durable_lint", *arguments) - modules("-c", "import click")


HEAVY = {
    "astroid",
    "asyncio",
    "dataclasses",
    "difflib",
    "flake8",
    "hashlib",
    "importlib.metadata",
    "json",
    "libcst",
    "logging",
    "multiprocessing",
    "pathspec",
    "subprocess",
    "tempfile",
    "tomllib",
    "unicodedata",
}


def test_a_file_without_durable_code_imports_next_to_nothing(tmp_path: Path) -> None:
    (tmp_path / "plain.py").write_text(ORDINARY)
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    for arguments in (["plain.py"], ["."], ["--output-format", "concise", "plain.py"]):
        modules = imported(*arguments, cwd=tmp_path)
        assert "durable_lint.engine" in modules
        assert not HEAVY & {name.partition(".")[0] for name in modules} | HEAVY & modules
        assert not {
            name
            for name in modules
            if name.startswith(("durable_lint.model", "durable_lint.rule", "durable_lint.fixing"))
        }


def test_a_durable_file_imports_neither_libcst_nor_astroid(tmp_path: Path) -> None:
    (tmp_path / "handler.py").write_text(HANDLER)
    modules = imported("--no-cache", "handler.py", cwd=tmp_path)
    assert "durable_lint.analysis" in modules
    assert not {"libcst", "astroid"} & modules
    assert not {name for name in modules if name.startswith("durable_lint.fixing")}
