"""Repeats: what a step does a second time when it runs a second time."""

from __future__ import annotations

import ast
import re

from durable_lint.knowledge import semantics
from durable_lint.model.body import Body
from durable_lint.model.effects import Access
from durable_lint.model.requests import Request, hides_entries
from durable_lint.model.things import Literal, Pattern
from durable_lint.model.values import Value

_ADDS = re.compile(r"\bADD\b|[+-]|list_append", re.IGNORECASE)
_INSERTS = re.compile(r"\s*INSERT\s+INTO\b", re.IGNORECASE)
_INSERTS_ONCE = re.compile(r"\bON\s+(CONFLICT|DUPLICATE)\b|\bNOT\s+EXISTS\b", re.IGNORECASE)
_KEYED = re.compile(r"idempot|dedup|once|token", re.IGNORECASE)


def done_twice(body: Body) -> Request | None:
    """The first request of a step that does its work once more when it is repeated, and that nothing tells from a new
    one; ``None`` also where the step looks before it acts.
    """
    requests = list(body.requests.values())
    if any(request.access is Access.READ or request.access is None for request in requests):
        return None
    return next((request for request in requests if _is_repeated(request) and not _is_known(request)), None)


def _is_repeated(request: Request) -> bool:
    arguments, source = request.arguments, request.source
    if arguments.open:
        return False
    if semantics.repeats_by_update(source):
        expression = _text(arguments.get(None, "UpdateExpression"))
        return bool(_ADDS.search(expression)) and arguments.get(None, "ConditionExpression") is None
    if semantics.runs_statements(source):
        statement = _text(arguments.get(0, "statement"))
        return bool(_INSERTS.match(statement)) and not _INSERTS_ONCE.search(statement)
    if source.endswith((".request", "._request")) and _text(arguments.get(0, "method")).upper() == "POST":
        return not semantics.asks(_text(arguments.get(1, "url")))
    return semantics.repeats(source) and not semantics.asks(_text(arguments.get(0, "url")))


def _is_known(request: Request) -> bool:
    """Whether the receiver can tell that it has had the request, or may be able to: by a key, or by hidden headers."""
    headers = request.arguments.get(None, "headers")
    if any(True for _ in request.identifiers()) or (headers is not None and hides_entries([headers])):
        return True
    calls = [site.node for site in request.sites if isinstance(site.node, ast.Call)]
    return any(keyword.arg is not None and _KEYED.search(keyword.arg) for call in calls for keyword in call.keywords)


def _text(value: Value | None) -> str:
    """What can be read of a text."""
    for thing in () if value is None else value.things:
        match thing:
            case Literal(value=str() as text):
                return text
            case Pattern(pieces=parts):
                return "…".join(part or "" for part in parts)
    return ""
