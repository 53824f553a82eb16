"""What is shipped: every package and data file there is, and the same rules however durable-lint is installed."""

from __future__ import annotations

import fnmatch
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from durable_lint.catalog import catalog

ROOT = Path(__file__).parents[1]
SETUPTOOLS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
FOLDERS = {"durable_lint": "durable_lint", "rules": "durable_lint.rules"}


def package_of(path: Path) -> str:
    top, *rest = path.relative_to(ROOT).parts
    return ".".join((FOLDERS[top], *rest))


def files(pattern: str) -> list[Path]:
    return [path for top in FOLDERS for path in (ROOT / top).rglob(pattern) if "__pycache__" not in path.parts]


def test_every_package_is_named() -> None:
    packages = {package_of(path.parent) for path in files("*.py")}
    assert sorted(packages) == sorted(SETUPTOOLS["packages"])


def test_every_data_file_is_shipped() -> None:
    for path in files("*"):
        if path.is_file() and path.suffix not in (".py", ".pyc"):
            patterns = SETUPTOOLS["package-data"].get(package_of(path.parent), [])
            assert any(fnmatch.fnmatch(path.name, pattern) for pattern in patterns), path


def rule_codes(python: str, cwd: Path, **environment: str) -> list[str]:
    listed = subprocess.run(
        [python, "-m", "durable_lint", "rule"],
        cwd=cwd,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return [line.split()[0] for line in listed.stdout.splitlines()]


def test_a_checkout_that_is_not_installed_has_every_rule(tmp_path: Path) -> None:
    program = (
        "import sys; sys.meta_path = [f for f in sys.meta_path if 'editable' not in str(f).lower()]\n"
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        "from durable_lint.registry import registry\n"
        "print(*(rule.code for rule in registry().rules), registry().failures)\n"
    )
    result = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert result.stdout.split() == [*catalog(), "()"]


@pytest.mark.long
def test_the_wheel_holds_every_rule_and_table(tmp_path: Path) -> None:
    """Built from a copy, since building leaves a folder behind, and put beside this environment's dependencies."""
    checkout = tmp_path / "checkout"
    for name in FOLDERS:
        shutil.copytree(ROOT / name, checkout / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, checkout)
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(tmp_path), str(checkout)], check=True
    )
    (wheel,) = tmp_path.glob("*.whl")
    installed = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
        names = archive.namelist()
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert "durable_lint/py.typed" in names
    assert not any(name.startswith(("tests", "rules", "runtime")) for name in names)
    assert rule_codes(sys.executable, tmp_path, PYTHONPATH=str(installed)) == list(catalog())
