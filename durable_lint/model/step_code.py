"""Step code: the bodies that run once and are recorded."""

from __future__ import annotations

import ast
import re

from durable_lint.model.body import Body, BodyKind, Role

_STEP_KINDS = frozenset({BodyKind.STEP, BodyKind.SUBMITTER, BodyKind.CHECK})


def runs_in_step(body: Body) -> bool:
    """Whether the SDK runs a body as a step: its own code, a submitter's, or a check's."""
    return body.role is Role.STEP and body.kind in _STEP_KINDS


def is_unused_step(body: Body) -> bool:
    """Whether a body is a decorated step that nothing in the project names, so that no configuration is known of it."""
    if not body.is_entry or body.kind is not BodyKind.STEP or isinstance(body.node, ast.Lambda):
        return False
    word = rf"\b{re.escape(body.node.name)}\b"
    if len(re.findall(word, body.module.text.text)) > 1 or body.interpreter is None:
        return False
    return not body.interpreter.project.matches_elsewhere(body.module, word)
