"""The hooks, run by pre-commit itself: installed from a clone of this repository into an environment of their own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.program import HANDLER, ORDINARY, environment

ROOT = Path(__file__).parents[2]
PRE_COMMIT = [sys.executable, "-m", "pre_commit", "run", "--verbose"]

pytestmark = pytest.mark.long

TEMPLATE = """\
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties: {
      CodeUri: ".", Handler: handler.handler
    }
"""


def run(*command: str, cwd: Path, **changes: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, check=False, env=environment(**changes), timeout=600
    )


def git(*arguments: str, cwd: Path) -> str:
    identity = ["-c", "user.name=somebody", "-c", "user.email=somebody@example.com", "-c", "protocol.file.allow=always"]
    result = run("git", *identity, *arguments, cwd=cwd)
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def hook_repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The working tree as a repository of one commit: what pre-commit clones."""
    repository = tmp_path_factory.mktemp("hooks")
    listed = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT)
    assert listed.returncode == 0, listed.stderr
    for name in filter(None, listed.stdout.split("\0")):
        source, target = ROOT / name, repository / name
        if source.is_file() and not name.startswith("tests/"):
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    git("init", "-q", cwd=repository)
    git("add", ".", cwd=repository)
    git("commit", "-q", "-m", "All", cwd=repository)
    return repository


@pytest.fixture(scope="module")
def pre_commit_home(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where pre-commit keeps the environment that it installs, once for this module."""
    return str(tmp_path_factory.mktemp("pre-commit"))


def configured(folder: Path, hook_repository: Path, hook: str) -> None:
    revision = git("rev-parse", "HEAD", cwd=hook_repository).strip()
    (folder / ".pre-commit-config.yaml").write_text(
        f"repos:\n- repo: {hook_repository}\n  rev: {revision}\n  hooks:\n  - id: {hook}\n"
    )
    git("init", "-q", cwd=folder)
    git("add", ".", cwd=folder)


def test_the_hook_on_staged_files(tmp_path: Path, hook_repository: Path, pre_commit_home: str) -> None:
    (tmp_path / "handler.py").write_text(
        HANDLER.replace("import time\n", "from helper import late\n").replace(
            'time.time() > event["deadline"]', 'late(event["deadline"])'
        )
    )
    (tmp_path / "helper.py").write_text("import time\n\n\ndef late(at):\n    return time.time() > at\n")
    (tmp_path / "plain.py").write_text(ORDINARY)
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    (tmp_path / "durable.yaml").write_text("durable: [true]\n")
    (tmp_path / "vendored").mkdir()
    (tmp_path / "vendored" / "handler.py").write_text(HANDLER)
    (tmp_path / "durable-lint.toml").write_text('extend-exclude = ["vendored"]\noutput-format = "concise"\n')
    configured(tmp_path, hook_repository, "durable-lint")

    failed = run(*PRE_COMMIT, cwd=tmp_path, PRE_COMMIT_HOME=pre_commit_home)
    assert failed.returncode == 1, failed.stdout + failed.stderr
    found = [line for line in failed.stdout.splitlines() if ": DUR" in line]
    assert [line.partition(" ")[0] for line in found] == ["handler.py:8:8:", "template.yaml:5:30:"], failed.stdout

    (tmp_path / "handler.py").write_text(ORDINARY)
    git("add", ".", cwd=tmp_path)
    passed = run(*PRE_COMMIT, cwd=tmp_path, PRE_COMMIT_HOME=pre_commit_home)
    assert passed.returncode == 0, passed.stdout + passed.stderr
    assert "Passed" in passed.stdout


def test_the_fixing_hook_changes_files_fails_and_then_passes(
    tmp_path: Path, hook_repository: Path, pre_commit_home: str
) -> None:
    unused = HANDLER.replace('time.time() > event["deadline"]:', 'event["late"]:  # noqa: DUR101')
    (tmp_path / "handler.py").write_text(unused)
    (tmp_path / "vendored").mkdir()
    (tmp_path / "vendored" / "handler.py").write_text(unused)
    (tmp_path / "durable-lint.toml").write_text('extend-exclude = ["vendored"]\n')
    configured(tmp_path, hook_repository, "durable-lint-fix")

    failed = run(*PRE_COMMIT, cwd=tmp_path, PRE_COMMIT_HOME=pre_commit_home)
    assert failed.returncode == 1, failed.stdout + failed.stderr
    assert "files were modified by this hook" in failed.stdout
    assert "Fixed 1 finding; none remain in 1 file." in failed.stdout
    assert (tmp_path / "handler.py").read_text() == unused.replace("  # noqa: DUR101", "")
    assert (tmp_path / "vendored" / "handler.py").read_text() == unused

    git("add", ".", cwd=tmp_path)
    passed = run(*PRE_COMMIT, cwd=tmp_path, PRE_COMMIT_HOME=pre_commit_home)
    assert passed.returncode == 0, passed.stdout + passed.stderr
    assert "Passed" in passed.stdout
