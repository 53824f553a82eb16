"""Paths: where ways through a block meet again, and what depends on which of them was taken."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from durable_lint.model.effects import Taints
from durable_lint.model.scope import stored_names
from durable_lint.model.values import Value

if TYPE_CHECKING:
    from durable_lint.model.frame import Frame


def merge(frame: Frame, others: list[dict[str, Value]], own_left: bool) -> None:
    """Join the current names with those of other paths; paths that left the block do not count."""
    states = [*others, *([] if own_left else [frame.scope.names])]
    if not states:
        return
    if len(states) == 1:
        frame.scope.replace(states[0])
        return
    joined = dict(states[0])
    for state in states[1:]:
        for name, value in state.items():
            joined[name] = joined[name] | value if name in joined else value
    frame.scope.replace(joined)


def imply(frame: Frame, taints: Taints, before: dict[str, Value], block: list[ast.stmt]) -> None:
    """What a block assigned or changed depends, from here on, on what decided that the block ran."""
    if not taints:
        return
    stored = stored_names(block)
    for name, value in list(frame.scope.names.items()):
        if name in stored or before.get(name) is not value:
            frame.scope.bind(name, value.tainted(taints))
