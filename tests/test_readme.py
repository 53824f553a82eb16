"""What the README says of the examples, done as it says."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def _durable_lint(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "durable_lint", "check", "--isolated", "--no-cache", *arguments, "examples"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def _codes(folder: Path, *arguments: str) -> list[str]:
    run = _durable_lint(folder, "--output-format", "json", *arguments)
    return sorted(finding["code"] for finding in json.loads(run.stdout))


def test_examples_are_repaired_as_the_readme_says(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    assert len(_codes(tmp_path)) == 7
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.py")}
    assert _durable_lint(tmp_path, "--diff").returncode == 1
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.py")} == before
    assert _codes(tmp_path, "--fix") == ["DUR105", "DUR301"]
    assert _codes(tmp_path, "--fix", "--unsafe-fixes") == ["DUR301"]
    assert _codes(tmp_path) == ["DUR301"]
    assert _durable_lint(tmp_path, "--diff").returncode == 0
