"""What the tests of the testing package share: pytest runs with the plugin installed."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest

RUNTIME = Path(__file__).parents[3] / "runtime"


@pytest.fixture
def plugin_installed(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A pytester whose subprocesses find the plugin as an installation of durable-runtime makes it be found."""
    site = pytester.mkdir("site")
    entry_points = tomllib.loads((RUNTIME / "pyproject.toml").read_text())["project"]["entry-points"]
    metadata = site / "durable_runtime-0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: durable-runtime\nVersion: 0\n")
    (metadata / "entry_points.txt").write_text(
        "".join(
            f"[{group}]\n" + "".join(f"{name} = {target}\n" for name, target in points.items())
            for group, points in entry_points.items()
        )
    )
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(site), str(RUNTIME))))
    monkeypatch.setenv("COLUMNS", "200")
    return pytester
