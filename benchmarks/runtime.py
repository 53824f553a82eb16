"""The runtime beside AWS's SDK and local runner, as ratios taken in one run.

Run by hand: ``python benchmarks/runtime.py [--rounds N] [--only CASE …] [--write FILE]``.  Every measurement is a
process of its own (``runtime_cases.py``); in each round every case runs on both sides, one after the other, so a ratio
compares neighbours in time.  Prints a Markdown table of medians with the range of the ratios over the rounds, the
figure that the case is held to and whether it is met; ends with status 1 when one is not.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Case:
    """One row: what is run, and what ours may take at most (in ``unit``)."""

    name: str
    title: str
    at_most: float
    unit: str = "ms"
    figure: str = "seconds"

    def shown(self, measured: float) -> str:
        match self.unit:
            case "ms":
                return f"{measured * 1000:,.1f} ms"
            case "s":
                return f"{measured:.2f} s"
            case _:
                return f"{measured:.2f}"

    @property
    def limit(self) -> float:
        return self.at_most / 1000 if self.unit == "ms" else self.at_most


CASES = (
    Case("import", "import of the package", 60),
    Case("empty", "empty invocation", 3),
    Case("memory-steps", "1,000 sequential steps, memory store", 0.25, "s"),
    Case("sqlite-steps", "1,000 sequential steps, SQLite store, each acknowledged durably", 1.5, "s"),
    Case("sdk-steps", "1,000 sequential steps, the SDK alone", 0.25, "s"),
    Case("replay", "replay of 1,000 completed steps", 15),
    Case("children", "1,000 child contexts with a step", 0.5, "s"),
    Case("map", "map of 1,000 items", 0.25, "s"),
    Case("waits", "20 one-minute waits, virtual time", 0.1, "s"),
    Case("growth", "2,900 steps against 1,000, time for each step", 1.25, "times", "growth"),
)
MOST_THREADS = 16


def measure(side: str, case: Case) -> dict[str, float]:
    """What ``runtime_cases.py`` says of one case on one side."""
    # Installed packages come with bytecode; so must what is run from the checkout.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"PYTHONPATH": str(ROOT / "runtime"), "AWS_DEFAULT_REGION": "eu-west-1"}
    command = [sys.executable, str(ROOT / "benchmarks" / "runtime_cases.py"), side, case.name]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise SystemExit(f"{case.name} on the side {side} failed:\n{run.stderr}")
    return json.loads(run.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def table(rounds: dict[str, list[tuple[dict[str, float], dict[str, float]]]]) -> tuple[str, bool]:
    """The table of all cases, and whether every one is met."""
    lines = ["| case | AWS | ours | ratio (range) | at most | met |", "|---|---:|---:|---:|---:|---|"]
    all_met = True
    for case in (case for case in CASES if case.name in rounds):
        pairs = rounds[case.name]
        theirs, ours = (statistics.median(pair[side][case.figure] for pair in pairs) for side in (0, 1))
        ratios = sorted(pair[0][case.figure] / pair[1][case.figure] for pair in pairs)
        threads = [int(max(pair[side].get("threads", 0) for pair in pairs)) for side in (0, 1)]
        met = ours <= case.limit and threads[1] <= MOST_THREADS
        all_met &= met
        shown = [
            case.shown(figure) + (f", {count} threads" if count else "")
            for figure, count in zip((theirs, ours), threads, strict=True)
        ]
        allowed = case.shown(case.limit) + (f", {MOST_THREADS} threads" if threads[1] else "")
        ratio = f"{statistics.median(ratios):.1f} ({ratios[0]:.1f}–{ratios[-1]:.1f})"
        lines.append(f"| {case.title} | {shown[0]} | {shown[1]} | {ratio} | {allowed} | {'yes' if met else 'no'} |")
    return "\n".join(lines), all_met


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3, help="how often every case runs on both sides")
    parser.add_argument("--only", nargs="+", choices=[case.name for case in CASES], help="these cases only")
    parser.add_argument("--write", type=Path, help="write the table to this file as well")
    options = parser.parse_args()
    cases = [case for case in CASES if not options.only or case.name in options.only]
    measured: dict[str, list[tuple[dict[str, float], dict[str, float]]]] = {case.name: [] for case in cases}
    for number in range(options.rounds):
        for case in cases:
            print(f"round {number + 1} of {options.rounds}: {case.title}", file=sys.stderr)
            measured[case.name].append((measure("aws", case), measure("ours", case)))
    rows, met = table(measured)
    where = f"Medians of {options.rounds} rounds, Python {platform.python_version()}, {os.cpu_count()} processors."
    print(f"{rows}\n\n{where}")
    if options.write:
        options.write.write_text(f"{rows}\n\n{where}\n", encoding="utf-8")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
