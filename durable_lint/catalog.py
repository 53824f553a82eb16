"""Which rules there are: their codes and names, told from file names without importing a single rule.

A rule lies in ``rules/<family>/durNNN_its_name.py``. The folder is the package ``durable_lint.rules`` when durable-lint
is installed; in a checkout that is not installed it lies beside the package ``durable_lint``.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache


@cache
def catalog() -> Mapping[str, str]:
    """The name of every rule by its code, in the order of codes."""
    found: dict[str, str] = {}
    for family in _subfolders(rules_folder()):
        for entry in os.listdir(family):
            stem, extension = os.path.splitext(entry)
            code, _, name = stem.partition("_")
            if extension == ".py" and len(code) == 6 and code.startswith("dur") and code[3:].isdigit():
                found[code.upper()] = name.replace("_", "-")
    return dict(sorted(found.items()))


def rules_folder() -> str:
    """The folder that holds the families of rules."""
    from importlib.util import find_spec

    installed = find_spec("durable_lint.rules")
    if installed is not None and installed.submodule_search_locations:
        return installed.submodule_search_locations[0]
    return os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "rules")


def _subfolders(folder: str) -> list[str]:
    return [entry.path for entry in os.scandir(folder) if entry.is_dir()]
