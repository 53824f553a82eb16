"""Zones: whose time a datetime is, which its text does not say."""

from __future__ import annotations

import ast
from enum import Enum

from durable_lint.model.interpreter import Interpreter
from durable_lint.model.module import Module
from durable_lint.model.scope import facts_of
from durable_lint.model.things import External
from durable_lint.source.walk import walk

_READINGS = frozenset({"now", "fromtimestamp"})
_NAIVE_READINGS = frozenset({"today", "utcnow", "utcfromtimestamp"})
_ZONES = frozenset({"zoneinfo.ZoneInfo", "datetime.timezone"})
_UTC = frozenset({"datetime.timezone.utc", "datetime.UTC"})


class Zone(Enum):
    """What can be said without an expression: all of it stands in the text (no zone, or UTC), or nothing is known."""

    IN_TEXT = "in text"
    UNKNOWN = "unknown"


def zone_of(interpreter: Interpreter, module: Module, node: ast.expr) -> Zone | ast.expr:
    """The zone of the datetime that an expression makes: where its text does not hold it, the expression of it."""
    match node:
        case ast.BinOp(op=ast.Add() | ast.Sub()):
            return zone_of(interpreter, module, node.left)
        case ast.Call(func=ast.Attribute(attr="astimezone"), args=[zone], keywords=[]):
            return _named(interpreter, module, zone)
        case ast.Call(func=ast.Attribute(value=value, attr="replace"), args=[]):
            given = next((item.value for item in node.keywords if item.arg == "tzinfo"), None)
            if any(item.arg is None for item in node.keywords):
                return Zone.UNKNOWN
            return zone_of(interpreter, module, value) if given is None else _named(interpreter, module, given)
        case ast.Call(func=func) if _is_class(interpreter, module, func):
            return _given(interpreter, module, node, "tzinfo", 7)
        case ast.Call(func=ast.Attribute(value=value, attr=name)) if _is_class(interpreter, module, value):
            if name in _READINGS:
                return _given(interpreter, module, node, "tz", 0 if name == "now" else 1)
            return Zone.IN_TEXT if name in _NAIVE_READINGS else Zone.UNKNOWN
    return Zone.UNKNOWN


def _is_class(interpreter: Interpreter, module: Module, node: ast.expr) -> bool:
    if _has_local_names(module, node):
        return False
    return External("datetime.datetime") in interpreter.module_frame(module).evaluate(node).things


def _given(interpreter: Interpreter, module: Module, node: ast.Call, keyword: str, position: int) -> Zone | ast.expr:
    """The zone that is an argument of a call; without one the datetime has none."""
    given = [item.value for item in node.keywords if item.arg == keyword] + node.args[position : position + 1]
    if any(isinstance(item, ast.Starred) for item in node.args) or any(item.arg is None for item in node.keywords):
        return Zone.UNKNOWN
    return _named(interpreter, module, given[0]) if given else Zone.IN_TEXT


def _named(interpreter: Interpreter, module: Module, zone: ast.expr) -> Zone | ast.expr:
    """A zone that is written with the module's own names, so that it is the same wherever it is written."""
    if isinstance(zone, ast.Constant) and zone.value is None:
        return Zone.IN_TEXT
    if _has_local_names(module, zone):
        return Zone.UNKNOWN
    value = interpreter.module_frame(module).evaluate(zone)
    match value.things:
        case (External(name),) if name in _UTC:
            return Zone.IN_TEXT
        case () if value.maker in _ZONES:
            return zone
    return Zone.UNKNOWN


def _has_local_names(module: Module, node: ast.expr) -> bool:
    own = {
        name
        for outer in module.ancestors(node)
        if isinstance(outer, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        for name in facts_of(outer).own
    }
    return any(isinstance(inner, ast.Name) and inner.id in own for inner in walk([node]))
