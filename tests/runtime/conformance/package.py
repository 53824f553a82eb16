"""AWS's conformance package: the one that is importable, or else one downloaded into the user's cache folder.

It asks for Python 3.14 though it runs on 3.11, hence ``--ignore-requires-python``.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

NAME = "aws_durable_execution_conformance_tests"
VERSION = "1.0.0"


class Unobtainable(Exception):
    """The package is neither installed nor to be had from the package index."""


def obtained() -> Path:
    """The folder to put on the import path, from which the package can be imported.

    Raises:
        Unobtainable: With what to do, when the package cannot be downloaded.
    """
    found = importlib.util.find_spec(NAME)
    if found is not None and found.origin is not None:
        return Path(found.origin).parents[1]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    unpacked = cache / "durable-runtime" / f"{NAME}-{VERSION}"
    if not (unpacked / NAME).is_dir():
        download(unpacked)
    return unpacked


def download(unpacked: Path) -> None:
    """Put the package into the folder ``unpacked``, whole or not at all."""
    unpacked.parent.mkdir(parents=True, exist_ok=True)
    requirement = f"{NAME.replace('_', '-')}=={VERSION}"
    with tempfile.TemporaryDirectory(dir=unpacked.parent) as name:
        folder = Path(name)
        options = ["--no-deps", "--ignore-requires-python", "--quiet", "--dest", str(folder)]
        pip = subprocess.run(
            [sys.executable, "-m", "pip", "download", *options, requirement], capture_output=True, text=True
        )
        wheels = list(folder.glob("*.whl"))
        if pip.returncode or not wheels:
            raise Unobtainable(
                f"{requirement} is not installed and could not be downloaded; install it with "
                f"pip install --no-deps --ignore-requires-python {requirement}\n{pip.stderr.strip()}"
            )
        with zipfile.ZipFile(wheels[0]) as wheel:
            wheel.extractall(folder / "content")
        try:
            (folder / "content").rename(unpacked)
        except OSError:
            if not (unpacked / NAME).is_dir():
                raise
