"""Installed packages: which version of the SDK lies in a folder of packages, told by the names in it alone."""

from __future__ import annotations

import os
import sys
from functools import cache

_PREFIX, _SUFFIX = "aws_durable_execution_sdk_python-", ".dist-info"


def sdk_version_in(packages: str) -> str | None:
    """The version of the SDK in a folder of installed packages, ``None`` where there is none."""
    try:
        names = os.listdir(packages)
    except OSError:
        return None
    found = sorted(name for name in names if name.startswith(_PREFIX) and name.endswith(_SUFFIX))
    return found[0].removeprefix(_PREFIX).removesuffix(_SUFFIX) if found else None


@cache
def sdk_version_here() -> str | None:
    """The version that is installed where durable-lint runs; ``None`` where it has an environment of its own."""
    return next((version for folder in sys.path if (version := sdk_version_in(folder)) is not None), None)
