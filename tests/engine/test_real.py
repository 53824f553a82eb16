"""The engine with the real analyzer over the corpora: the answer does not depend on how it was come by."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from durable_lint.config.settings import Selection, Settings
from durable_lint.engine import Report, check

CORPORA = Path(__file__).parent.parent / "corpora"
EVERYTHING = (Selection(extend_select=("ALL",)),)
FILES = sorted(str(path) for path in CORPORA.rglob("*.py"))


def checked(paths: list[str], processes: int = 1, cache_dir: Path | None = None) -> Report:
    directory = None if cache_dir is None else str(cache_dir)
    settings = Settings(str(CORPORA), selections=EVERYTHING, cache=cache_dir is not None, cache_dir=directory)
    report = check(paths, settings, processes=processes)
    assert report.errors == []
    return report


@pytest.fixture(scope="module")
def expected() -> Report:
    report = checked(FILES)
    assert report.findings
    return report


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_files_does_not_matter(expected: Report, seed: int) -> None:
    shuffled = list(FILES)
    random.Random(seed).shuffle(shuffled)
    assert checked(shuffled) == expected


def test_each_file_alone_says_the_same(expected: Report) -> None:
    alone = {finding for path in FILES for finding in checked([path]).findings if not finding.code.startswith("DUR0")}
    together = {finding for finding in expected.findings if not finding.code.startswith("DUR0")}
    crossing = together - alone  # found in a file by the analysis of another
    assert alone <= together
    assert all(any(other != finding.filename for other in FILES) for finding in crossing)


def test_processes_do_not_matter(expected: Report) -> None:
    assert checked(FILES, processes=2) == expected


def test_the_cache_does_not_matter(expected: Report, tmp_path: Path) -> None:
    assert checked(FILES, cache_dir=tmp_path) == expected
    assert checked(FILES, cache_dir=tmp_path) == expected


@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_the_order_of_sets_does_not_matter(seed: str) -> None:
    code = (
        "import sys; from durable_lint.config.settings import *; from durable_lint.engine import check\n"
        "settings = Settings(sys.argv[1], selections=(Selection(extend_select=('ALL',)),), cache=False)\n"
        "print(check([sys.argv[1]], settings, processes=1))"
    )
    command = [sys.executable, "-c", code, str(CORPORA)]
    answers = [
        subprocess.run(
            command, env={**os.environ, "PYTHONHASHSEED": value}, capture_output=True, text=True, check=True
        ).stdout
        for value in ("2", seed)
    ]
    assert answers[0] == answers[1]


@pytest.mark.long
def test_a_changed_helper_changes_the_answer_as_without_a_cache(tmp_path: Path) -> None:
    root = tmp_path / "project"
    shutil.copytree(CORPORA / "services", root)
    files = sorted(path for path in root.rglob("*.py"))
    settings = Settings(str(root), selections=EVERYTHING, cache_dir=str(tmp_path / "cache"))
    uncached = Settings(str(root), selections=EVERYTHING, cache=False)
    randomness = random.Random(7)
    check([str(root)], settings)
    for file in randomness.sample(files, 25):
        before = file.read_bytes()
        for after in (b"", before + b"\nimport time\n", None):
            if after is None:
                file.unlink()
            else:
                file.write_bytes(after)
            assert check([str(root)], settings) == check([str(root)], uncached), (file, after)
        file.write_bytes(before)
        assert check([str(root)], settings) == check([str(root)], uncached), file
