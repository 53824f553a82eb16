"""Names: which operations of a body cannot be told apart by their names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from durable_lint.dataclasses import dataclass
from durable_lint.model.body import Body
from durable_lint.model.operations import Operation, OperationKind
from durable_lint.model.scope import all_arguments, loaded_names, stored_names
from durable_lint.model.things import Function, Literal, Partial, Pattern
from durable_lint.model.values import Thing

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_CHAIN = (ast.Name, ast.Attribute, ast.Subscript, ast.Constant, ast.Load, ast.JoinedStr, ast.FormattedValue, ast.BinOp)

_NOUNS = (
    "step|task|job|op|operation|action|activity|stage|phase|thing|stuff|node|child|child_context|branch|function|func|"
    "fn|method|callable|lambda|handler|process|data|result|callback|wait|wait_for_callback|"
    "wait_for_condition|invoke|map|parallel|name|value|foo|bar|baz|qux|test|testing|tmp|temp|dummy|sample|example|demo|"
    "hello|hello_world|misc|unnamed|untitled|todo|xxx|abc|asdf"
)
_GENERIC = (
    rf"(?:my|the|a|some|do|run|execute|new|durable|first|second|third|next|last|final)?[ _-]?(?:{_NOUNS})s?"
    r"(?:[ _-]?(?:\d+|one|two|three)|[ _-][a-z])?"
    r"|(?:do|run|execute)[ _-]?(?:it|this|that|something|everything|all)|[a-z]|\d+"
)


@dataclass(frozen=True, slots=True)
class Repeated:
    """An operation that every round of a loop records under the same name; ``name`` is empty when it has none.

    ``varies`` is the name of a variable that differs from round to round, where the loop has one.
    """

    operation: Operation
    name: str
    varies: str


def repeated(body: Body) -> Iterator[Repeated]:
    """The operations that loops of this very body repeat without telling the rounds apart."""
    for operation in body.operations.values():
        loops = operation.loops
        if not loops or operation.inner_loops or operation.open_arguments or _is_one_of_several(operation):
            continue
        name = _constant_name(operation)
        if name is not None and not _leaves(loops[-1], operation.place.node, only=len(loops) == 1):
            yield Repeated(operation, name, next(filter(None, map(_variable, reversed(loops))), ""))


def _is_one_of_several(operation: Operation) -> bool:
    """Whether it is reached through a call that may be of this function or of another one: each may run once."""
    return any(isinstance(node, ast.Call) for node, _ in operation.path)


def unnamed(body: Body) -> Iterator[tuple[Operation, Thing]]:
    """Steps and child contexts without a name whose callable gives none, with the callable; not those in loops."""
    for operation in body.own_operations:
        if operation.kind not in (OperationKind.STEP, OperationKind.CHILD) or operation.open_arguments:
            continue
        if operation.loops or not _is_missing(operation) or operation.implicit_name is not None:
            continue
        things = [thing for called in operation.called for thing in called.value.things]
        if things and all(_is_nameless(thing) for thing in things):
            yield operation, things[0]


def duplicated(body: Body) -> Iterator[tuple[Operation, Operation]]:
    """Operations with the literal name of an earlier one in the same context on the same path, each with that one."""
    seen: dict[tuple[object, str], list[Operation]] = {}
    for operation in body.operations.values():
        if operation.context is None or operation.loops:
            continue
        for text in operation.name_texts[:1] if len(operation.name_texts) == 1 else ():
            others = seen.setdefault((operation.context, text), [])
            earlier = next((other for other in others if _share_path(other, operation)), None)
            if earlier is not None and text:
                yield operation, earlier
            others.append(operation)


def says_nothing(name: str) -> bool:
    """Whether a name fits any operation: ``step1``, ``do_it``."""
    return re.fullmatch(_GENERIC, name.lower()) is not None


def _share_path(first: Operation, second: Operation) -> bool:
    """Whether both can run in one execution, and are written twice: a helper called twice names its operation once."""
    if first.call is second.call:
        return False
    arms = dict(first.path)
    return all(arms.get(node, arm) == arm for node, arm in second.path)


def _is_missing(operation: Operation) -> bool:
    """Whether no name is given; an empty one counts as none, an explicit ``None`` is somebody's decision."""
    return operation.name is None or operation.name_texts == ("",)


def _is_nameless(thing: Thing) -> bool:
    match thing:
        case Function(node=ast.Lambda()):
            return True
        case Function(node=ast.FunctionDef() | ast.AsyncFunctionDef() as node):
            return not node.decorator_list
        case Partial():
            return all(_is_nameless(inner) for inner in thing.function.things)
    return False


def _constant_name(operation: Operation) -> str | None:
    """The name that stays the same in every round, empty when there is none; ``None`` when it may vary."""
    if _is_missing(operation):
        given = [called.value for called in operation.called]
        lends_names = operation.kind not in (OperationKind.MAP, OperationKind.PARALLEL)
        if lends_names and any(not value.things or value.loops.intersection(operation.loops) for value in given):
            return None
        return operation.implicit_name or ""
    name = operation.name
    if name is None or not operation.has_name or name.loops.intersection(operation.loops) or not name.things:
        return None
    if all(isinstance(thing, Literal) for thing in name.things):
        return next(iter(operation.name_texts), None) if name.sole is not None else None
    if all(isinstance(thing, (Literal, Pattern)) for thing in name.things) and operation.name_node is not None:
        return ast.unparse(operation.name_node) if _is_built_of_names(operation) else None
    return None


def _is_built_of_names(operation: Operation) -> bool:
    """Whether text is put together from variables alone, all of which are followed through loops, and from what
    parameters hold: what other objects hold may be changed by any function that is called.
    """
    node = operation.name_node
    if not isinstance(node, (ast.JoinedStr, ast.BinOp)):
        return False
    if not all(isinstance(inner, (*_CHAIN, ast.operator)) for inner in ast.walk(node)):
        return False
    function = next((o for o in operation.site.module.ancestors(operation.call) if isinstance(o, _FUNCTIONS)), None)
    if function is None or isinstance(function, ast.Lambda):
        return False
    kept = {argument.arg for argument in all_arguments(function.args)} - {"self"} - stored_names(function.body)
    held = (inner for inner in ast.walk(node) if isinstance(inner, (ast.Attribute, ast.Subscript)))
    return all(base in kept for inner in held for base in loaded_names(inner.value))


def _variable(loop: ast.AST) -> str | None:
    """A variable of a loop's head that differs from round to round."""
    target: ast.AST | None = None
    if isinstance(loop, (ast.For, ast.AsyncFor)):
        target = loop.target
    elif isinstance(loop, _COMPREHENSIONS):
        target = loop.generators[0].target
    if isinstance(target, (ast.Tuple, ast.List)) and target.elts:
        target = target.elts[0]
    return target.id if isinstance(target, ast.Name) and target.id != "_" else None


def _leaves(loop: ast.AST, node: ast.AST, only: bool) -> bool:
    """Whether the loop, with no other round it if ``only``, is always left after the node has run."""
    if not isinstance(loop, (ast.For, ast.AsyncFor, ast.While)):
        return False
    return _leaves_after(loop.body, node, only) is True


def _leaves_after(body: list[ast.stmt], node: ast.AST, breaks: bool) -> bool | None:
    """Whether control leaves the loop after ``node``, which runs in ``body``; ``None`` when it is not there."""
    for position, statement in enumerate(body):
        if not any(inner is node for inner in ast.walk(statement)):
            continue
        inside = [_leaves_after(block, node, breaks) for block in _blocks(statement)]
        if any(answer is True for answer in inside) and not _may_go_on(statement, breaks):
            return True
        if isinstance(statement, (ast.Return, ast.Raise)):
            return True
        if isinstance(statement, (ast.For, ast.AsyncFor, ast.While)):
            breaks = False
        return any(_always_leaves(later, breaks) for later in body[position + 1 :])
    return None


def _may_go_on(statement: ast.stmt, breaks: bool) -> bool:
    """Whether an exception under ``try`` leads back into the loop."""
    if not isinstance(statement, (ast.Try, ast.TryStar)):
        return False
    return not all(any(_always_leaves(inner, breaks) for inner in handler.body) for handler in statement.handlers)


def _blocks(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        block = getattr(statement, name, None)
        if isinstance(block, list) and not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield block
    for clause in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
        yield clause.body


def _always_leaves(statement: ast.stmt, breaks: bool) -> bool:
    match statement:
        case ast.Return() | ast.Raise():
            return True
        case ast.Break():
            return breaks
        case ast.If():
            arms = (statement.body, statement.orelse)
            return all(any(_always_leaves(inner, breaks) for inner in arm) for arm in arms)
        case ast.With():
            return any(_always_leaves(inner, breaks) for inner in statement.body)
    return False
