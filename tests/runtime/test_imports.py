"""Importing the SDK must not cost more than it has to: every cold start pays for it."""

from __future__ import annotations

import subprocess
import sys

import pytest

VOCABULARY = [
    "config", "constants", "exceptions", "filesystem_serdes", "identifier", "lambda_service", "logger", "preview",
    "registered_types", "retries", "serdes", "suspend", "threading", "types", "waits",
]  # fmt: skip
HEAVY = {
    "asyncio", "boto3", "botocore", "click", "concurrent.futures", "email", "http", "http.client", "importlib.metadata",
    "multiprocessing", "rich", "socket", "sqlite3", "ssl", "subprocess", "unittest", "urllib.request", "xml",
}  # fmt: skip


def loaded_by(module: str) -> set[str]:
    run = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys, {module}; print(*sys.modules)"],
        env={"PYTHONPATH": "runtime"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return set(run.stdout.split())


@pytest.mark.parametrize("module", ["durable_runtime", *(f"durable_runtime.{name}" for name in VOCABULARY)])
def test_nothing_heavy_is_imported(module: str) -> None:
    loaded = loaded_by(module)
    assert module in loaded
    assert not loaded & HEAVY


def test_the_sdk_loads_neither_engine_nor_tests() -> None:
    own = {name for name in loaded_by("durable_runtime") if name.startswith("durable_runtime")}
    assert not {name for name in own if name.startswith(("durable_runtime.service", "durable_runtime.testing"))}
