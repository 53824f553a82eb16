"""Kills a process that runs an execution at one commit after the other, and lets another process finish it.

`python -m tests.runtime.service.crashing FOLDER` prints a line of JSON for each way to die.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from durable_runtime.service.clock import VirtualClock
from durable_runtime.service.functions import load_target
from durable_runtime.service.store.protocol import Commit
from durable_runtime.service.store.sqlite import SqliteStore

from tests.runtime.service.engines import HANDLERS, PATIENCE, engine

ROUNDS = 2


class Fragile(SqliteStore):
    """Kills the process at a commit, before or after it is on the disk."""

    def __init__(self, path: Path, at: int, after: bool) -> None:
        super().__init__(path)
        self._left = at
        self._after = after

    def commit(self, commit: Commit) -> None:
        self._left -= 1
        if self._left == 0 and not self._after:
            os.kill(os.getpid(), signal.SIGKILL)
        super().commit(commit)
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    folder = Path(sys.argv[1])
    load_target(f"{HANDLERS}::careful")  # once, not in each of the processes to come
    for after in (False, True):
        for at, outcome in _until_it_lives(lambda at, after=after: _die_and_finish(folder, at, after)):
            print(json.dumps({"at": at, "after": after, **outcome}), flush=True)
    print(json.dumps({"at": "each second commit", **_die_again_and_again(folder)}), flush=True)


def _until_it_lives(run: Callable[[int], dict[str, Any] | None]) -> Iterator[tuple[int, dict[str, Any]]]:
    at = 1
    while (outcome := run(at)) is not None:
        yield at, outcome
        at += 1


def _die_and_finish(folder: Path, at: int, after: bool) -> dict[str, Any] | None:
    """Die at a commit and finish in another process; None if there is no such commit."""
    store, log = folder / f"{at}-{after}.db", folder / f"{at}-{after}.log"
    if not _dies(lambda: _run(Fragile(store, at, after), log)):
        return None
    return _finish(store, log)


def _die_again_and_again(folder: Path) -> dict[str, Any]:
    store, log = folder / "again.db", folder / "again.log"
    deaths = 0
    while _dies(lambda: _run(Fragile(store, 3, True), log)):
        deaths += 1
    return {"deaths": deaths, **_finish(store, log)}


def _run(store: SqliteStore, log: Path) -> None:
    with engine("careful", store=store, clock=VirtualClock()) as running:
        payload = json.dumps({"log": str(log), "rounds": ROUNDS, "wait": True})
        running.run(running.start("careful", payload, name="first"), timeout=PATIENCE)


def _finish(path: Path, log: Path) -> dict[str, Any]:
    results = log.with_suffix(".result")

    def finish() -> None:
        with engine("careful", store=SqliteStore(path), clock=VirtualClock()) as running:
            payload = json.dumps({"log": str(log), "rounds": ROUNDS, "wait": True})
            view = running.run(running.start("careful", payload, name="first"), timeout=PATIENCE)
            events = running.history(view.arn, max_items=1000)["Events"]
        results.write_text(
            json.dumps(
                {
                    "status": view.status,
                    "result": json.loads(view.result or "null"),
                    "event_ids": [event["EventId"] for event in events],
                    "event_types": [event["EventType"] for event in events],
                }
            )
        )

    assert not _dies(finish)
    return {**json.loads(results.read_text()), "log": log.read_text().split() if log.exists() else []}


def _dies(work: Callable[[], None]) -> bool:
    """Do something in a process of its own; whether that was killed."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException as error:
            print(repr(error), file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert status in (0, signal.SIGKILL), status
    return status != 0


if __name__ == "__main__":
    main()
