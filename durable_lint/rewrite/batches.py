"""Batches: the results that a BatchResult holds, where it is taken for the list of them."""

from __future__ import annotations

import ast

from durable_lint.finding import Fix, Safety
from durable_lint.model.body import Use
from durable_lint.model.effects import Site
from durable_lint.model.module import Module
from durable_lint.model.payloads import Trouble
from durable_lint.rewrite.bindings import is_free
from durable_lint.rewrite.edits import (
    attributable,
    indentation,
    inserted_before,
    is_exact,
    replaced,
    source_of,
    statement_of,
)
from durable_lint.rewrite.extraction import stands_alone
from durable_lint.rewrite.readers import operands_of

_NAMES = ("batch", *(f"batch_{number}" for number in range(2, 10)))
_MAY_NOT_EVALUATE = (ast.Lambda, ast.BoolOp, ast.IfExp, ast.Compare)
_PLAIN = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return, ast.Expr)
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


def errors_raised(site: Site) -> Fix | None:
    """Raise the error of a failed branch in front of the statement that takes results: ``site`` is
    ``batch.get_results``.

    No fix where the statement need not get as far as that, and in a ``try``, whose clauses were not written for it.
    """
    module, node = site.module, site.node
    statement = statement_of(module, node)
    if not isinstance(node, ast.Attribute) or statement is None or not stands_alone(module, statement):
        return None
    if not _is_evaluated(module, node, statement) or not is_exact(module, node):
        return None
    blanks, made = indentation(module, statement), node.value
    if isinstance(made, ast.Name):
        edits = (inserted_before(module, statement, f"{made.id}.throw_if_error()\n{blanks}"),)
        return Fix("Raise the error of a failed branch first", Safety.SAFE, edits)
    name = next((name for name in _NAMES if is_free(module, name)), None)
    if name is None or not isinstance(made, ast.Call) or not _is_all_of(module, node, statement):
        return None
    lines = f"{name} = {source_of(module, made)}\n{blanks}{name}.throw_if_error()\n{blanks}"
    both = (inserted_before(module, statement, lines), replaced(module, made, name))
    return Fix("Raise the error of a failed branch first", Safety.SAFE, both)


def _is_evaluated(module: Module, node: ast.AST, statement: ast.stmt) -> bool:
    """Whether a statement evaluates a node whenever it runs, and no ``try`` round it has clauses."""
    inner = node
    for outer in module.ancestors(node):
        if outer is statement:
            break
        match outer:
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                is_later = inner is not outer.generators[0]
            case ast.comprehension():
                is_later = inner is not outer.iter
            case _:
                is_later = isinstance(outer, _MAY_NOT_EVALUATE)
        if is_later:
            return False
        inner = outer
    is_iterated = isinstance(statement, ast.For) and statement.iter is inner
    if not is_iterated and not isinstance(statement, _PLAIN):
        return False
    for outer in module.ancestors(statement):
        if isinstance(outer, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return True
        if isinstance(outer, (ast.Try, ast.TryStar)) and outer.handlers:
            return False
    return False


def _is_all_of(module: Module, node: ast.Attribute, statement: ast.stmt) -> bool:
    """Whether a statement evaluates nothing in front of a call of an attribute."""
    call = module.parent(node)
    match statement:
        case ast.Assign(targets=[ast.Name()], value=value) | ast.Return(value=value) | ast.For(iter=value):
            return value is call
    return False
