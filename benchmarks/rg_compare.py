"""durable-lint beside replayguard on the corpora: true findings and false alarms of both.

Run by hand: ``python benchmarks/rg_compare.py PYTHON``, where PYTHON is an interpreter that has replayguard installed.

The ground is replayguard's own: clocks, randomness and identifiers (RG001), network and files (RG002), branches on such
values (RG004) and unstable names (RG005). Its RG003, steps that write to what they do not own, belongs to a family that
the corpora are not marked for; such findings are left out. A defect is a marked line; findings on it count once.

replayguard reports a helper's effect inside the helper, durable-lint at the call that leads there. Where it names the
way from the handler, a finding in a helper counts for every marked line that calls that helper. A line that is only
advice (a clock that is only logged) counts neither for nor against anybody.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from durable_lint.config.load import load_settings
from durable_lint.engine import check
from tests.marked import Marks, Place, Project, marks_of, places, projects

GROUND = {
    "RG001": ("DUR101", "DUR102", "DUR103", "DUR104", "DUR112"),
    "RG002": ("DUR105", "DUR106"),
    "RG004": ("DUR101", "DUR102", "DUR103", "DUR104", "DUR105", "DUR106"),
    "RG005": ("DUR112",),
}
"""Which of our codes a rule of replayguard corresponds to."""

NOT_COMPARED = frozenset({"clean/vouched"})
"""Rests on a comment that only durable-lint can know."""

CODES = frozenset(code for codes in GROUND.values() for code in codes)
_VIA = re.compile(r"Reached from the handler through (\w+)\(\)")

Row = tuple[str, str, int]
"""Project, file, row."""


@dataclass(slots=True)
class Score:
    """What one tool found."""

    true: set[Row] = field(default_factory=set)
    false: set[Row] = field(default_factory=set)


@dataclass(slots=True)
class Ground:
    """The defects of one project that both tools look for."""

    project: Project
    folder: Path
    marks: Marks
    neutral: set[Row]

    @property
    def defects(self) -> dict[Row, str]:
        """Marked rows with the text of their line."""
        marked = {
            place for place in self.marks.expected | self.marks.todo if place.code in CODES and place.letter != "I"
        }
        return {self.row(place.file, place.row): self._line(place) for place in marked}

    def row(self, file: str, row: int) -> Row:
        return (self.project.name, file, row)

    def _line(self, place: Place) -> str:
        return (self.folder / place.file).read_text(encoding="utf-8").split("\n")[place.row - 1]


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("python", help="an interpreter that has replayguard installed")
    peer = parser.parse_args().python
    ours, theirs, defects, left_out = Score(), Score(), set[Row](), 0
    for project in projects():
        if project.name in NOT_COMPARED:
            continue
        with tempfile.TemporaryDirectory() as name:
            folder = project.copied_to(Path(name).resolve())
            ground = Ground(project, folder, marks_of(project), set())
            defects |= ground.defects.keys()
            _add_ours(ours, ground)
            left_out += _add_theirs(theirs, ground, _replayguard(peer, folder))
    _print(ours, theirs, defects, left_out)


def _add_ours(score: Score, ground: Ground) -> None:
    settings = load_settings(str(ground.folder), {"extend-select": ["ALL"], "respect-gitignore": False})
    report = check([str(ground.folder)], settings._replace(cache=False), processes=1)
    everywhere = replace(ground.marks, advised=frozenset(name for name, _ in ground.project.files()))
    found = [place for place in places(report.findings, ground.folder, everywhere) if place.code in CODES]
    ground.neutral = {ground.row(place.file, place.row) for place in found if place.letter == "I"}
    for place in found:
        if place.letter != "I":
            row = ground.row(place.file, place.row)
            (score.true if row in ground.defects else score.false).add(row)


def _add_theirs(score: Score, ground: Ground, findings: Iterable[dict[str, Any]]) -> int:
    """Sort replayguard's findings; how many are outside of the ground."""
    left_out = 0
    for finding in findings:
        if finding["rule"] not in GROUND:
            left_out += 1
            continue
        file = Path(finding["file"]).resolve().relative_to(ground.folder).as_posix()
        rows = {ground.row(file, row) for row in range(finding["line"], finding["endLine"] + 1)}
        hits = rows & ground.defects.keys()
        if (via := _VIA.search(finding["rationale"])) is not None:
            call = re.compile(rf"\b{via[1]}\(")
            hits |= {row for row, line in ground.defects.items() if row[1] == file and call.search(line)}
        score.true |= hits
        if not hits and not rows & ground.neutral:
            score.false.add(ground.row(file, finding["line"]))
    return left_out


def _replayguard(python: str, folder: Path) -> list[dict[str, Any]]:
    program = "import sys; from replayguard.cli import main; sys.exit(main())"
    options = ["check", str(folder), "--format", "json", "--fail-on", "never", "--root", str(folder)]
    done = subprocess.run([python, "-c", program, *options], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"replayguard failed on {folder}: {done.stderr.strip() or done.stdout.strip()}")
    findings: list[dict[str, Any]] = json.loads(done.stdout)["findings"]
    for finding in findings:
        finding["file"] = str(folder / finding["file"])
    return findings


def _print(ours: Score, theirs: Score, defects: set[Row], left_out: int) -> None:
    print(f"{'':<14}{'true':>6}{'of':>6}{'false alarms':>15}")
    for name, score in (("durable-lint", ours), ("replayguard", theirs)):
        print(f"{name:<14}{len(score.true):>6}{len(defects):>6}{len(score.false):>15}")
    ratio = len(ours.true) / len(theirs.true) if theirs.true else float("inf")
    print(f"\ntrue findings, durable-lint to replayguard: {ratio:.1f}")
    print(f"replayguard's findings outside of the common ground: {left_out}")
    for name, score in (("durable-lint", ours), ("replayguard", theirs)):
        for project, file, row in sorted(score.false):
            print(f"false alarm of {name}: {project}: {file}:{row}")


if __name__ == "__main__":
    main()
