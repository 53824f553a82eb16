"""Timeouts: HTTP calls that wait for their answer for ever."""

from __future__ import annotations

import re
from collections.abc import Iterator

from durable_lint.knowledge import semantics
from durable_lint.model.body import Body
from durable_lint.model.requests import Request
from durable_lint.model.things import Literal

_FOR_ALL = r"\bsetdefaulttimeout\b|\brequests(\.\w+)+ *=[^=]"
_FOR_SESSIONS = r"\.mount\(|\bclass \w+\([\w., ]*Session|\.(request|send|get|post|put|patch|delete) *=[^=]"
_FOR_POOLS = r"PoolManager\([^)]*timeout"


def endless(body: Body) -> Iterator[Request]:
    """The HTTP calls of a step that have no timeout, from anywhere."""
    for request in body.requests.values():
        if semantics.waits_forever(request.source) and not _has_timeout(request) and not _has_default(body, request):
            yield request


def _has_timeout(request: Request) -> bool:
    if request.arguments.open:
        return True
    given = request.arguments.get(semantics.timeout_position(request.source), "timeout")
    return given is not None and given.things != (Literal.of(None),)


def _has_default(body: Body, request: Request) -> bool:
    """Whether the project sets timeouts where they count for every call, or for every one of a session or pool."""
    patterns = [_FOR_ALL]
    if request.source.startswith("requests.Session."):
        patterns.append(_FOR_SESSIONS)
    if request.source.startswith("urllib3.PoolManager."):
        patterns.append(_FOR_POOLS)
    return any(_is_written(body, request, pattern) for pattern in patterns)


def _is_written(body: Body, request: Request, pattern: str) -> bool:
    modules = {site.module.path: site.module for site in request.sites}
    if any(re.search(pattern, module.text.text) for module in modules.values()):
        return True
    assert body.interpreter is not None
    return body.interpreter.project.matches_elsewhere(body.module, pattern)
