"""Checking a file by itself and through flake8 gives the same, word for word, for every file of the corpora.

A file by itself: flake8 knows one file at a time, and what only its callers in other modules reveal (a step's result
that a handler elsewhere records) is told when those callers are checked with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from durable_lint.config.settings import Settings
from durable_lint.engine import check
from durable_lint.report import rendered
from durable_lint.report.surroundings import Surroundings
from tests.flake8.test_plugin import flake8

CORPORA = Path(__file__).parents[1] / "corpora"
PROJECTS = sorted(path.name for path in CORPORA.iterdir() if path.is_dir())


def own_lines(project: str) -> Iterator[str]:
    settings = Settings(str(CORPORA), cache=False)
    for path in (CORPORA / project).rglob("*.py"):
        report = check([str(path)], settings)
        assert not report.errors
        yield from rendered("concise", report, Surroundings(str(CORPORA)))


@pytest.mark.long
@pytest.mark.parametrize("project", PROJECTS)
def test_same_findings_at_the_same_places(project: str) -> None:
    theirs = flake8("--select", "DUR", "--jobs", "2", "--exclude", "nothing", project, cwd=CORPORA)
    assert theirs.stderr == ""
    # flake8 does not call plugins for what it cannot parse: a syntax error is its own E999.
    expected = [line for line in own_lines(project) if ": DUR001 " not in line]
    assert sorted(theirs.stdout.splitlines()) == sorted(expected)
