"""Clauses: what an ``except`` clause does with what it has caught."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from enum import Enum

from durable_lint.model.scope import walk_body


class Ending(Enum):
    """How a path through a block ends."""

    RAISES = "raises"
    LEAVES = "leaves"
    FALLS = "falls"


def always_raises(body: list[ast.stmt]) -> bool:
    """Whether every path through a block ends in ``raise``."""
    return _endings(body) == {Ending.RAISES}


def _endings(body: list[ast.stmt]) -> set[Ending]:
    """The ways in which a block can end."""
    found: set[Ending] = set()
    for statement in body:
        here = _ending(statement)
        found |= here - {Ending.FALLS}
        if Ending.FALLS not in here:
            return found
    return found | {Ending.FALLS}


def _ending(statement: ast.stmt) -> set[Ending]:
    match statement:
        case ast.Raise():
            return {Ending.RAISES}
        case ast.Return() | ast.Break() | ast.Continue():
            return {Ending.LEAVES}
        case ast.If():
            return _endings(statement.body) | _endings(statement.orelse)
        case ast.With() | ast.AsyncWith():
            return _endings(statement.body)
        case ast.For() | ast.AsyncFor() | ast.While():
            return _endings(statement.body) | {Ending.FALLS}
        case ast.Try() | ast.TryStar():
            return _of_try(statement)
        case ast.Match():
            cases = set().union(*(_endings(case.body) for case in statement.cases))
            last = statement.cases[-1]
            is_total = isinstance(last.pattern, ast.MatchAs) and last.pattern.pattern is None and last.guard is None
            return cases if is_total else cases | {Ending.FALLS}
    return {Ending.FALLS}


def _of_try(statement: ast.Try | ast.TryStar) -> set[Ending]:
    tried = _endings([*statement.body, *statement.orelse])
    if statement.handlers:
        tried -= {Ending.RAISES}
        for handler in statement.handlers:
            tried |= _endings(handler.body)
    last = _endings(statement.finalbody)
    return (tried | last) - ({Ending.FALLS} if Ending.FALLS not in tried else set()) if Ending.FALLS in last else last


def reraises(body: list[ast.stmt], name: str | None) -> bool:
    """Whether every path raises, and raises what was caught: not another error made of it."""
    return always_raises(body) and all(
        _is_reraise(node, name) for node in walk_body(body) if isinstance(node, ast.Raise)
    )


def _is_reraise(node: ast.Raise, name: str | None) -> bool:
    raised = node.exc
    if isinstance(raised, ast.Call) and isinstance(raised.func, ast.Attribute) and raised.func.attr == "with_traceback":
        raised = raised.func.value
    return raised is None or _is(raised, name)


def tests_before_raising(body: list[ast.stmt], name: str | None) -> Iterator[tuple[ast.expr | None, bool]]:
    """The classes by which a clause decides to raise again: the second argument of ``isinstance``, and whether what
    *is* an instance is raised.  A test of another kind that mentions the caught error gives ``None``.
    """
    for node in walk_body(body):
        if not isinstance(node, ast.If):
            continue
        for branch, when in ((node.body, True), (node.orelse, False)):
            if _raises_again(branch, name):
                yield from _tests(node.test, name, when)
        if not node.orelse and not _raises_again(node.body, name) and _raises_again(_after(body, node), name):
            yield from _tests(node.test, name, False)


def asks_which(body: list[ast.stmt], name: str | None) -> bool:
    """Whether a clause may do something for some of the errors only that it catches: it tests the error, or hands it
    to something that could, other than to have it shown.
    """
    for node in walk_body(body):
        match node:
            case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test) | ast.Match(subject=test):
                asked = [test]
            case ast.BoolOp(values=asked):
                pass
            case ast.Call() if not _shows(node):
                asked = [
                    part for part in (*node.args, *(keyword.value for keyword in node.keywords)) if _is(part, name)
                ]
            case _:
                continue
        if any(_is(part, name) or "exc_info" in ast.unparse(part) for test in asked for part in ast.walk(test)):
            return True
    return False


def _is(node: ast.AST, name: str | None) -> bool:
    return isinstance(node, ast.Name) and node.id == name


_SHOWING = frozenset({"str", "repr", "debug", "info", "warning", "error", "exception", "critical"})


def _shows(call: ast.Call) -> bool:
    match call.func:
        case ast.Name(id=function) | ast.Attribute(attr=function):
            return function in _SHOWING
    return False


def _raises_again(body: Iterable[ast.stmt], name: str | None) -> bool:
    return any(isinstance(statement, ast.Raise) and _is_reraise(statement, name) for statement in body)


def _after(body: list[ast.stmt], node: ast.stmt) -> list[ast.stmt]:
    return body[body.index(node) + 1 :] if node in body else []


def _tests(test: ast.expr, name: str | None, when: bool) -> Iterator[tuple[ast.expr | None, bool]]:
    match test:
        case ast.UnaryOp(op=ast.Not()):
            yield from _tests(test.operand, name, not when)
        case ast.BoolOp():
            for value in test.values:
                yield from _tests(value, name, when)
        case ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name(id=tested), kind]) if tested == name:
            yield kind, when
        case _:
            if any(_is(node, name) for node in ast.walk(test)) and "type" in ast.unparse(test):
                yield None, when
