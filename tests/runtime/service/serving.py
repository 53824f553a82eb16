"""A process that serves a store: `python -m tests.runtime.service.serving STORE HOST`; says so when it begins."""

from __future__ import annotations

import sys
import threading

from durable_runtime.service.clock import RealClock
from durable_runtime.service.hosts.in_process import InProcessHost
from durable_runtime.service.hosts.worker import WorkerHost
from durable_runtime.service.store.sqlite import SqliteStore

from tests.runtime.service.engines import engine


def main() -> None:
    path, host = sys.argv[1:]
    hosts = {"threads": InProcessHost, "workers": lambda: WorkerHost(1)}
    with engine(
        "meets",
        "hangs_once",
        "steps",
        store=SqliteStore(path),
        clock=RealClock(),
        host=hosts[host](),
        max_workers=1,
    ) as serving:
        print("serving", flush=True)
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        sys.stdin.read()  # ends with the test, however that ends


if __name__ == "__main__":
    main()
