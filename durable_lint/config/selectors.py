"""Selectors as people write them: checked against the rules there are, names of rules replaced by codes."""

from __future__ import annotations

import re

from durable_lint.catalog import catalog
from durable_lint.config.errors import ConfigError, did_you_mean


def resolve_selectors(key: str, selectors: tuple[str, ...], place: str) -> tuple[str, ...]:
    """Codes, prefixes of codes and ``ALL`` for what stands in an option. Raises ConfigError for what names no rule."""
    return tuple(_resolved(key, selector, place) for selector in selectors)


def _resolved(key: str, selector: str, place: str) -> str:
    if selector == "ALL":
        return selector
    codes = catalog()
    if re.fullmatch(r"DUR\d{0,3}", selector) and any(code.startswith(selector) for code in codes):
        return selector
    for code, name in codes.items():
        if selector == name:
            return code
    families = {code[:4] for code in codes}
    remedy = did_you_mean(selector, (*codes, *codes.values(), *families, "DUR", "ALL"))
    raise ConfigError(place, f"`{key}` names no rule: `{selector}`", remedy or "`durable-lint rule` lists the rules")
