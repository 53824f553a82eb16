"""The corpora, checked: every marked finding is found with its severity, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from durable_lint.config.load import load_settings
from durable_lint.engine import check
from tests.marked import Place, Project, differences, marks_of, places, projects
from tests.rewritten import aliased, qualified

PROJECTS = [pytest.param(project, id=project.name) for project in projects()]


def _found(project: Project, folder: Path) -> set[Place]:
    settings = load_settings(str(folder), {"extend-select": ["ALL"], "respect-gitignore": False})
    report = check([str(folder)], settings._replace(cache=False), processes=1)
    assert report.errors == []
    assert report.unreadable == []
    return places(report.findings, folder, marks_of(project))


@pytest.mark.parametrize("project", PROJECTS)
def test_finds_what_is_marked_and_nothing_else(project: Project, tmp_path: Path) -> None:
    found = _found(project, project.copied_to(tmp_path))
    lines = differences(found, marks_of(project))
    assert not lines, "\n" + "\n".join(lines)


@pytest.mark.parametrize("rewrite", [aliased, qualified])
@pytest.mark.parametrize("project", PROJECTS)
def test_other_spellings_of_imports_change_nothing(project: Project, rewrite, tmp_path: Path) -> None:
    plain, other = tmp_path / "plain", tmp_path / "other"
    for folder in (plain, other):
        folder.mkdir()
        project.copied_to(folder)
    if not rewrite(other):
        pytest.skip("no import to rewrite")
    expected, found = _found(project, plain), _found(project, other)
    lines = [f"lost  {place}" for place in sorted(expected - found)]
    lines += [f"new   {place}" for place in sorted(found - expected)]
    assert not lines, "\n" + "\n".join(lines)
