"""What the runtime's README says, done as it says, by somebody who has nothing but the folder."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

RUNTIME = Path(__file__).parents[2] / "runtime"
README = (RUNTIME / "README.md").read_text(encoding="utf-8")

SHOP = """
from durable_runtime import durable_execution, durable_step


@durable_step
def post_parcels(step_context, order):
    return f"{order} is on its way"


@durable_execution
def handler(event, context):
    return context.step(post_parcels(event["order"]))
"""


def _run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.long
def test_installed_alone_it_runs_its_example_and_its_test(tmp_path: Path) -> None:
    """The two commands at the top, then the test of the README with pytest beside it."""
    first, second = re.findall(r"^    (.+)$", README, re.MULTILINE)[:2]
    (tmp_path / "runtime").symlink_to(RUNTIME)
    installed = _run(tmp_path, "bash", "-c", first.replace("python3", sys.executable))
    assert installed.returncode == 0, installed.stderr
    ran = _run(tmp_path, "bash", "-c", second)
    assert (ran.returncode, json.loads(ran.stdout)["tracking"]) == (0, "A-17-5/2"), ran.stderr
    assert (tmp_path / ".durable" / "runtime.db").is_file()

    shop = tmp_path / "shop"
    shop.mkdir()
    (shop / "__init__.py").touch()
    (shop / "orders.py").write_text(SHOP, encoding="utf-8")
    (tmp_path / "test_orders.py").write_text(_block("def test_order_is_posted"), encoding="utf-8")
    assert _run(tmp_path, ".venv/bin/pip", "install", "-q", "pytest").returncode == 0
    tested = _run(tmp_path, ".venv/bin/python", "-m", "pytest", "-q", "test_orders.py")
    assert tested.returncode == 0, tested.stdout


def test_engine_program_of_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = _block("from durable_runtime.service.engine import Engine")
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "orders.py").write_text(SHOP, encoding="utf-8")
    (tmp_path / "program.py").write_text(program, encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "program.py"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(RUNTIME)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.stdout.strip() == '"A-17 is on its way"', ran.stderr


def test_every_command_of_the_readme_exists() -> None:
    shown = set(re.findall(r"^    durable-run (\w+)", README, re.MULTILINE))
    listed = subprocess.run(
        [sys.executable, "-m", "durable_runtime", "--help"],
        env=os.environ | {"PYTHONPATH": str(RUNTIME)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert shown == set(re.findall(r"^  (\w+)  ", listed.stdout, re.MULTILINE)), listed.stderr


def _block(containing: str) -> str:
    """The code block of the README that holds a text."""
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    (block,) = (block for block in blocks if containing in block)
    assert isinstance(block, str)
    return block
