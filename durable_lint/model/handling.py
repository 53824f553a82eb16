"""Handling: what code does with the errors of a call, on the way from the call to the body that the SDK runs."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from durable_lint.model.body import Body, BodyKind
from durable_lint.model.effects import Effect, Kind, Site
from durable_lint.model.operations import Operation
from durable_lint.model.requests import Request
from durable_lint.model.scope import walk_body
from durable_lint.source.walk import walk

_EVERYTHING = frozenset({"Exception", "BaseException"})
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_STATUS = frozenset(
    {"status_code", "status", "ok", "is_success", "is_error", "is_client_error", "is_server_error", "getcode", "code"}
)
_PLAIN_DECORATORS = frozenset(
    {"staticmethod", "classmethod", "property", "cached_property", "cache", "lru_cache", "override", "capture_method"}
)
_MAX_LEVELS = 5

Clause = ast.ExceptHandler | ast.withitem


def clauses_round(site: Site) -> Iterator[tuple[ast.Try | ast.TryStar | ast.With, Clause]]:
    """The clauses, and the managers like ``suppress``, that see an error of a place before its function ends."""
    inner: ast.AST = site.node
    for outer in site.module.ancestors(site.node):
        match outer:
            case ast.Try() | ast.TryStar() if inner in outer.body:
                for handler in outer.handlers:
                    yield outer, handler
            case ast.With() if inner in outer.body:
                for item in outer.items:
                    if "suppress" in _called(item.context_expr):
                        yield outer, item
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                return
        inner = outer


def is_caught(sites: Iterable[Site]) -> bool:
    """Whether any clause sees an error of the last place on its way back through the others."""
    return any(True for site in sites for _ in clauses_round(site))


def is_handled(request: Request) -> bool:
    """Whether anything may see an error of a request before the step's own function ends.

    A helper's decorator may, where it is another library's: what it makes of a function is not known.
    """
    return is_caught(request.sites) or any(_is_wrapped(site) for site in request.sites[1:])


def _is_wrapped(site: Site) -> bool:
    function = next((outer for outer in site.module.ancestors(site.node) if isinstance(outer, _FUNCTIONS)), None)
    if function is None or isinstance(function, ast.Lambda):
        return False
    names = [_name(node.func if isinstance(node, ast.Call) else node) for node in function.decorator_list]
    return any(not name.startswith("durable_") and name not in _PLAIN_DECORATORS for name in names)


def swallowing(sites: Sequence[Site]) -> tuple[Site, Clause] | None:
    """The clause that swallows every error of the last place, with the place of the way to it that is in its block."""
    for site in reversed(sites):
        statements: dict[ast.AST, list[Clause]] = {}
        for statement, clause in clauses_round(site):
            statements.setdefault(statement, []).append(clause)
        for block, clauses in statements.items():
            found = next((clause for clause in clauses if _takes_everything(clause)), None)
            if found is None:
                continue
            return None if _raises(site, block, clauses) else (site, found)
    return None


def hidden_failures(body: Body) -> tuple[Request, Site] | None:
    """A request of a step and the clause that swallows its errors, when those of all others are swallowed as well.

    The clause is a place of the step's own function; of a helper's clause it is the call that leads there.
    """
    requests = [request for request in body.requests.values() if request.access is not None]
    found = [(request, swallowing(request.sites)) for request in requests]
    if not found or not all(_is_swallowed(effect) for effect in body.effects_of(Kind.FILE, Kind.PROCESS)):
        return None
    if any(swallowed is None for _, swallowed in found):
        return None
    request, swallowed = found[0]
    assert swallowed is not None
    site, clause = swallowed
    if site != request.place:
        return request, request.place
    return request, Site(site.module, clause if isinstance(clause, ast.ExceptHandler) else clause.context_expr)


def _is_swallowed(effect: Effect) -> bool:
    return swallowing(tuple(link.site for link in effect.chain)) is not None


def _takes_everything(clause: Clause) -> bool:
    if isinstance(clause, ast.withitem):
        call = clause.context_expr
        return isinstance(call, ast.Call) and any(_name(argument) in _EVERYTHING for argument in call.args)
    if clause.type is None:
        return True
    named = clause.type.elts if isinstance(clause.type, ast.Tuple) else [clause.type]
    return any(_name(node) in _EVERYTHING for node in named)


def _raises(site: Site, statement: ast.AST, clauses: Iterable[Clause]) -> bool:
    """Whether an error can get out: a clause raises, or calls what does, or something is raised behind the block."""
    for clause in clauses:
        for node in walk_body(clause.body) if isinstance(clause, ast.ExceptHandler) else ():
            if isinstance(node, ast.Raise) or (isinstance(node, ast.Call) and _may_raise(site, _called(node))):
                return True
    function = next((outer for outer in site.module.ancestors(statement) if isinstance(outer, _FUNCTIONS)), None)
    end = getattr(statement, "end_lineno", 0)
    inside = function.body if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) else ()
    return any(isinstance(node, ast.Raise) and node.lineno > end for node in walk_body(inside))


def _may_raise(site: Site, name: str) -> bool:
    leaf = name.rpartition(".")[2]
    return leaf in ("exit", "_exit", "fail", "abort") or any(
        function.name == leaf and any(isinstance(node, ast.Raise) for node in walk_body(function.body))
        for function in site.module.functions
    )


def looks_at_status(request: Request) -> bool:
    """Whether a function on the way to a request looks at the status of an answer."""
    for site in request.sites:
        function = next((outer for outer in site.module.ancestors(site.node) if isinstance(outer, _FUNCTIONS)), None)
        if function is not None and any(
            isinstance(node, ast.Attribute) and node.attr in _STATUS for node in walk([function])
        ):
            return True
    return False


def is_operation_handled(body: Body, operation: Operation) -> bool:
    """Whether the failure of an operation is seen where it is started, or by any code that leads there."""
    assert body.interpreter is not None
    others = list(body.interpreter.memory.values())
    ways = [other for one in others for other in one.operations.values() if other.call is operation.call]
    if is_caught((operation.site, *(link.site for way in ways for link in way.via))):
        return True
    return _is_body_handled(body, others, _MAX_LEVELS)


def _is_body_handled(body: Body, others: list[Body], levels: int) -> bool:
    if body.kind is BodyKind.RETRY:
        return True
    for other in others if levels else ():
        for operation in other.own_operations:
            if any(inner is body for called in operation.called for inner in called.bodies):
                if operation.kind.value in ("map", "parallel") or is_caught((operation.site,)):
                    return True
                if _is_body_handled(other, others, levels - 1):
                    return True
        if body.kind is BodyKind.PLAIN and body in other.callees and _is_body_handled(other, others, levels - 1):
            return True
    return False


def _name(node: ast.AST) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _called(node: ast.expr) -> str:
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""
