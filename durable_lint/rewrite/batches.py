"""Batches: the results that a BatchResult holds, where it is taken for the list of them."""

from __future__ import annotations

import ast

from durable_lint.finding import Fix, Safety
from durable_lint.model.body import Use
from durable_lint.model.effects import Site
from durable_lint.model.payloads import Trouble
from durable_lint.rewrite.edits import attributable, is_exact, replaced, source_of
from durable_lint.rewrite.readers import operands_of

_WRITTEN_OUT = (ast.Constant, ast.List, ast.Tuple, ast.Dict, ast.Set, ast.ListComp)


def results_taken(use: Use) -> Fix | None:
    """Take the results out of a batch where it is used as if it were their list; no fix where it could be either side
    of an operator.
    """
    possible = [operand for operand in operands_of(use) if not isinstance(operand, _WRITTEN_OUT)]
    return _taken(Site(use.site.module, possible[0])) if len(possible) == 1 else None


def results_returned(trouble: Trouble) -> Fix | None:
    """Return the results of a batch instead of the batch, where it is written."""
    return None if trouble.place else _taken(trouble.site)


def _taken(site: Site) -> Fix | None:
    node = site.node
    if not isinstance(node, ast.expr) or not is_exact(site.module, node):
        return None
    text = attributable(node, source_of(site.module, node))
    edit = replaced(site.module, node, f"{text}.get_results()")
    return Fix("Take the results with `get_results()`", Safety.UNSAFE, (edit,))
