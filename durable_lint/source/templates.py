"""Which files are deployment templates, and how comments are written in them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from durable_lint.source.suppression import Suppressions

TEMPLATE_NAMES = frozenset({"template.yaml", "template.yml", "template.json"})
"""The names under which SAM and CloudFormation templates are found without being told."""


def is_template(path: str) -> bool:
    """Whether a file is a SAM or CloudFormation template, by its name."""
    return os.path.basename(path) in TEMPLATE_NAMES


def suppressions_in(path: str, data: bytes) -> Suppressions:
    """What the comments of a file ask for: Python, or a template; JSON has none."""
    from durable_lint.source.suppression import Suppressions

    if not is_template(path):
        return Suppressions.from_bytes(data)
    if path.endswith(".json"):
        return Suppressions.from_bytes(b"")
    from durable_lint.source.yaml_comments import YamlSuppressions

    return YamlSuppressions.from_bytes(data)
