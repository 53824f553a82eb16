"""Loading costs little and pulls in nothing heavy."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys, time
from durable_lint.knowledge import boto, sdk, shipped

best = 1.0
for _ in range(5):
    for loader in (shipped, boto._rules, sdk.facts, sdk._shapes):
        loader.cache_clear()
    start = time.perf_counter()
    shipped().call("time.time")
    boto.classify("s3", "get_object")
    sdk.facts("3").parameters("DurableContext.step")
    best = min(best, time.perf_counter() - start)
print(best, *sorted(sys.modules))
"""


def test_loading_everything_is_quick_and_light() -> None:
    run = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, timeout=60)
    seconds, *modules = run.stdout.split()
    # Measured at 4 ms; a busy machine may need several times that, tables of many small keys far more.
    assert float(seconds) < 0.05
    heavy = {"libcst", "astroid", "boto3", "botocore", "click", "asyncio", "aws_durable_execution_sdk_python"}
    assert heavy.isdisjoint(modules)
