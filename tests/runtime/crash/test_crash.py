"""A worker is killed at 500 seeded moments: nothing acknowledged is lost, nothing confirmed is done twice, all ends."""

from __future__ import annotations

import json
import random
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

from tests.runtime.crash.lives import Site, carry_on

KILLS = 500
INTERRUPTED = "StepInterruptedError"
KINDS = {
    "plain_step",
    "once_step",
    "retried_step",
    "callback",
    "submitted",
    "condition",
    "invoked",
    "called",
    "block",
    "parallel",
    "map",
    "repeated",
}


def _notes(site: Site) -> list[tuple[str, str, str, Any]]:
    """All notes but those that a kill cut short."""
    lines = site.notes.read_text().splitlines()
    return [tuple(json.loads(line)) for line in lines if line.endswith("]") and line.startswith("[")]


def _lifetime(site: Site) -> float:
    """Seconds that an execution takes which nobody kills."""
    begun = time.monotonic()
    assert carry_on(site, "undisturbed", None)
    return time.monotonic() - begun


@pytest.mark.long
def test_kills_at_any_moment_lose_nothing(tmp_path: Path) -> None:
    site = Site(tmp_path)
    longest = _lifetime(site)
    moments = random.Random(1129)
    kills, names = 0, ["undisturbed"]
    while kills < KILLS:
        names.append(f"run-{len(names)}")
        # A process that is killed early each time makes no progress: one in ten may go on to the end.
        while not carry_on(site, names[-1], None if moments.random() < 0.1 else moments.uniform(0, longest)):
            kills += 1
    _check(site, names)


def test_undisturbed_execution_uses_every_kind_of_operation(tmp_path: Path) -> None:
    site = Site(tmp_path)
    assert carry_on(site, "undisturbed", None)
    assert {name for kind, _, name, _ in _notes(site) if kind == "told"} == KINDS
    _check(site, ["undisturbed"])


def _check(site: Site, names: list[str]) -> None:
    engine = site.engine()
    views = {view.name: view for view in (engine.get(item["DurableExecutionArn"]) for item in _listed(engine))}
    assert views.keys() == set(names)
    told: dict[tuple[str, str], list[Any]] = defaultdict(list)
    done: Counter[tuple[str, str]] = Counter()
    for kind, arn, name, value in _notes(site):
        if kind == "told":
            told[arn, name].append(value)
        else:
            done[arn, name] += 1
    for name, view in views.items():
        assert view.status == "SUCCEEDED", f"{name}: {view.error}"
        result = json.loads(view.result or "null")
        assert result.keys() == KINDS
        for operation, value in result.items():
            values = told[view.arn, operation]
            assert all(other == value for other in values), f"{name}: {operation} was told {values}, ended as {value}"
        # A body that was started and cut off is not started again; its step ends as interrupted.
        bodies = done[view.arn, "once_step"]
        assert bodies <= 1, f"{name}: the body ran {bodies} times"
        assert bodies == 1 or result["once_step"].endswith(INTERRUPTED), f"{name}: {result['once_step']} of no body"
    engine.close()


def _listed(engine: Any) -> list[dict[str, Any]]:
    found, marker = [], None
    while True:
        page = engine.list("workflow", marker=marker)
        found += page["DurableExecutions"]
        marker = page.get("NextMarker")
        if marker is None:
            return found
