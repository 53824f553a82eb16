"""The command line and flake8 say the same, word for word, about every file of the corpora."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.program import durable_lint
from tests.flake8.test_plugin import flake8

CORPORA = Path(__file__).parents[1] / "corpora"
PROJECTS = sorted(path.name for path in CORPORA.iterdir() if path.is_dir())


@pytest.mark.long
@pytest.mark.parametrize("project", PROJECTS)
def test_same_findings_at_the_same_places(project: str) -> None:
    own = durable_lint("--output-format", "concise", "-q", "--no-cache", "--isolated", project, cwd=CORPORA)
    theirs = flake8("--select", "DUR", "--jobs", "2", "--exclude", "nothing", project, cwd=CORPORA)
    assert own.returncode in (0, 1), own.stderr
    assert theirs.stderr == ""
    # flake8 does not call plugins for what it cannot parse, so a syntax error is its own E999.
    expected = [line for line in own.stdout.splitlines() if ": DUR001 " not in line]
    assert sorted(theirs.stdout.splitlines()) == sorted(expected)
