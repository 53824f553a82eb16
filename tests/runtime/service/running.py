"""A process that runs all executions in a store to their end: `python -m tests.runtime.service.running STORE`."""

from __future__ import annotations

import sys

from durable_runtime.service.store.sqlite import SqliteStore

from tests.runtime.service.engines import PATIENCE, engine


def main() -> None:
    with engine("careful", store=SqliteStore(sys.argv[1])) as running:
        print("running", flush=True)
        if not running.run_until_idle(timeout=PATIENCE):
            sys.exit("still running")


if __name__ == "__main__":
    main()
