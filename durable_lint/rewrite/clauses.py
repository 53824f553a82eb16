"""Clauses: ``except`` clauses that let out or catch what they should."""

from __future__ import annotations

import ast
import re

from durable_lint.finding import Edit, Safety, Span
from durable_lint.knowledge import sdk as sdk_facts
from durable_lint.knowledge.sdk import SdkFacts
from durable_lint.model import clauses
from durable_lint.model.body import Body, Guard
from durable_lint.model.module import Module
from durable_lint.model.scope import walk_body
from durable_lint.model.sdk import is_sdk
from durable_lint.model.things import Class
from durable_lint.rewrite.edits import indentation, inserted_after, replaced, source_of
from durable_lint.rewrite.imports import bring
from durable_lint.source.walk import walk

_NAMES = ("error", "caught", "caught_error")
_EVERYTHING = frozenset({"BaseException", "Exception"})
_EXITS = frozenset({"SystemExit", "KeyboardInterrupt", "GeneratorExit"})
_OPERATION_ERROR = "DurableOperationError"
_SHOWS = frozenset({"str", "repr", "print", "format"})


def let_out(body: Body, handler: ast.ExceptHandler) -> tuple[Edit, ...] | None:
    """The edits that let a suspension through a clause for everything; it goes on handling every ``Exception``.

    What carries a suspension, or ends a branch or the whole invocation, is not an ``Exception``, in every version of
    the SDK.
    """
    module, statement = body.module, body.module.parent(handler)
    names = _named(handler.type)
    if not isinstance(statement, ast.Try) or (handler.type is not None and "BaseException" not in names):
        return None
    if _handles_exits(handler):
        return None
    wanted = ("Exception",) if handler.type is not None else ("Exception", "BaseException")
    if not all(_is_builtin(module, name, handler) for name in (*wanted, "isinstance")):
        return None
    before = statement.handlers[: statement.handlers.index(handler)]
    handled_before = any(_EVERYTHING & set(_named(other.type)) for other in before)
    if clauses.always_raises(handler.body) and len(names) < 2 and not handled_before:
        return (_typed(module, handler, "Exception"),)
    name = handler.name or _free_name(body)
    if name is None or any(isinstance(node, ast.Name) and node.id == name for node in _stores(handler)):
        return None
    test = _test_first(module, handler, f"not isinstance({name}, Exception)")
    if handler.name:
        return (test,)
    if handler.type is None:
        return _typed(module, handler, f"BaseException as {name}"), test
    return (inserted_after(module, handler.type, f" as {name}"), test) if _ends_in_type(module, handler.type) else None


def _handles_exits(handler: ast.ExceptHandler) -> bool:
    """Whether a clause does something about what would be let out, more than to let it out itself."""
    lets_out = [
        node.test
        for node in handler.body
        if isinstance(node, ast.If) and isinstance(node.body[0], ast.Raise) and node.body[0].exc is None
    ]
    known = set(walk(lets_out))
    return any(isinstance(node, ast.Name) and node.id in _EXITS and node not in known for node in walk([handler]))


def _named(node: ast.expr | None) -> list[str]:
    """The last parts of the names of classes in a clause."""
    parts = node.elts if isinstance(node, ast.Tuple) else [node]
    return [p.id if isinstance(p, ast.Name) else p.attr for p in parts if isinstance(p, (ast.Name, ast.Attribute))]


def _is_builtin(module: Module, name: str, at: ast.AST) -> bool:
    brought = bring(module, f"builtins.{name}", at)
    return brought is not None and brought.expression == name


def _stores(handler: ast.ExceptHandler) -> list[ast.AST]:
    return [node for node in walk_body(handler.body) if isinstance(getattr(node, "ctx", None), (ast.Store, ast.Del))]


def _free_name(body: Body) -> str | None:
    """A name that a clause can bind: it is unbound after the clause, so nothing else may use it."""
    used = {getattr(node, "id", getattr(node, "arg", getattr(node, "name", None))) for node in walk([body.node])}
    return next((name for name in _NAMES if name not in used), None)


def _typed(module: Module, handler: ast.ExceptHandler, text: str) -> Edit:
    """Another class in a clause, or one in a bare clause."""
    if handler.type is not None:
        return replaced(module, handler.type, text)
    span = module.text.span(handler)
    column = span.column + len("except")
    return Edit(module.path, Span(span.row, column, span.row, column), f" {text}")


def _ends_in_type(module: Module, node: ast.expr) -> bool:
    """Whether the colon of a clause comes right after its class, and no parenthesis or line break before."""
    span = module.text.span(node)
    return module.text.line(span.end_row)[span.end_column - 1 :].lstrip(" \t").startswith(":")


def _test_first(module: Module, handler: ast.ExceptHandler, condition: str) -> Edit:
    """A test that decides to raise again, in front of the first statement of a clause."""
    first = module.text.span(handler.body[0])
    outer = indentation(module, handler)
    before = module.text.line(first.row)[: first.column - 1]
    unit = "\t" if outer.startswith("\t") else "    "
    inner = outer + unit if before.strip(" \t\f") else before
    test = f"if {condition}:\n{inner}{unit}raise\n{inner}"
    if before.strip(" \t\f"):
        start = len(before.rstrip(" \t")) + 1
        return Edit(module.path, Span(first.row, start, first.row, first.column), f"\n{inner}{test}")
    row = first.row
    while module.text.line(row - 1).startswith(f"{inner}#"):
        row -= 1  # comments belong to what follows them
    return Edit(module.path, Span(row, first.column, row, first.column), test)


def caught_instead(body: Body, guard: Guard) -> tuple[Safety, str, tuple[Edit, ...]] | None:
    """The edits that make a clause catch what arrives in place of what it names, with the new classes.

    Any class but the SDK's own says why an operation failed, the SDK's only that it did, and its ``error_type`` names
    the class without its bases. Where that is not enough to tell, the fix is unsafe.
    """
    handler, module = guard.site.node, guard.site.module
    if not isinstance(handler, ast.ExceptHandler) or handler.type is None or body.interpreter is None:
        return None
    facts = sdk_facts.facts(body.interpreter.sdk_line)
    wanted = _replacements(facts, guard, _named(handler.type))
    if not wanted or "#" in source_of(module, handler.type) or not _is_alone(body, facts, handler):
        return None
    if handler.name and not _only_shows(handler, handler.name):
        return None
    brought = _brought(module, wanted, handler)
    if brought is None:
        return None
    text, imports = brought
    if wanted == ["StepError"] and (causes := _leaf_classes(body, handler.type)):
        edits = _catching_one_cause(body, handler, text, causes)
        return None if edits is None else (Safety.SAFE, text, (*edits, *imports))
    is_safe = _names_sdk_errors(module, facts, handler.type) and wanted != ["ChildContextError"]
    return Safety.SAFE if is_safe else Safety.UNSAFE, text, (replaced(module, handler.type, text), *imports)


def _brought(module: Module, names: list[str], at: ast.AST) -> tuple[str, tuple[Edit, ...]] | None:
    """The expression for some of the SDK's classes in a clause, with the edits that import them."""
    found = [one for name in names if (one := bring(module, f"sdk.{name}", at)) is not None]
    if len(found) < len(names) or (len(names) > 1 and any(one.edits for one in found)):
        return None  # edits that import several names at one place do not know of each other
    expressions = [one.expression for one in found]
    text = expressions[0] if len(expressions) == 1 else f"({', '.join(expressions)})"
    return text, found[0].edits


def _leaf_classes(body: Body, node: ast.expr) -> list[str]:
    """The names of the classes in a clause when all are the project's, with no subclasses; else empty."""
    assert body.interpreter is not None
    frame = body.interpreter.module_frame(body.module)
    names: list[str] = []
    for part in node.elts if isinstance(node, ast.Tuple) else [node]:
        things = frame.evaluate(part).things
        cls = things[0] if len(things) == 1 else None
        if not isinstance(cls, Class):
            return []
        derived = rf"class\s+\w+\s*\([^)]*\b{re.escape(cls.node.name)}\b"
        texts = {body.module.text.text, cls.module.text.text}
        if any(re.search(derived, text) for text in texts):
            return []
        if body.interpreter.project.matches_elsewhere(body.module, derived):
            return []
        names.append(cls.node.name)
    return names


def _catching_one_cause(
    body: Body, handler: ast.ExceptHandler, text: str, causes: list[str]
) -> tuple[Edit, ...] | None:
    assert handler.type is not None
    name = handler.name or _free_name(body)
    if name is None or not (handler.name or _ends_in_type(body.module, handler.type)):
        return None
    ends = [f'".{cause}"' for cause in causes]
    told = ends[0] if len(ends) == 1 else f"({', '.join(ends)})"
    test = _test_first(body.module, handler, f"not {name}.error_type.endswith({told})")
    return replaced(body.module, handler.type, text if handler.name else f"{text} as {name}"), test


def _replacements(facts: SdkFacts, guard: Guard, named: list[str]) -> list[str]:
    """The fewest of the SDK's classes that cover what arrives; for a timeout alone the timeout's."""
    arriving = [name for name in guard.raised_instead if _OPERATION_ERROR in facts.bases(name)]
    if set(named) == {"TimeoutError"}:
        return [name for name in arriving if "Timeout" in name]
    return [name for name in arriving if not set(facts.bases(name)).intersection(arriving)]


def _is_alone(body: Body, facts: SdkFacts, handler: ast.ExceptHandler) -> bool:
    """Whether no other clause of the statement catches an error of an operation, or should."""
    statement = body.module.parent(handler)
    if not isinstance(statement, ast.Try):
        return False
    for other in statement.handlers:
        guard = body.guards.get(id(other))
        if other is handler:
            continue
        if (guard is not None and guard.raised_instead) or any(facts.bases(name) for name in _named(other.type)):
            return False
        if other.type is None or _EVERYTHING & set(_named(other.type)):
            return False
    return True


def _only_shows(handler: ast.ExceptHandler, name: str) -> bool:
    """Whether a clause uses the error for nothing but its text, and to raise: of its own attributes none is there."""
    for node in walk(handler.body):
        if isinstance(node, ast.Name) and node.id == name and not _is_shown(handler, node):
            return False
    return True


def _is_shown(handler: ast.ExceptHandler, use: ast.Name) -> bool:
    for outer in walk(handler.body):
        match outer:
            case ast.FormattedValue(value=value) if value is use:
                return True
            case ast.Raise(exc=raised, cause=cause) if use in (raised, cause):
                return True
            case ast.Call(func=ast.Name(id=function), args=arguments) if use in arguments:
                return function in _SHOWS
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name) | ast.Attribute(attr=name)), args=arguments) if (
                use in arguments
            ):
                return name in ("logger", "log", "logging")
    return False


def _names_sdk_errors(module: Module, facts: SdkFacts, node: ast.expr) -> bool:
    """Whether the classes in a clause are all errors of operations, imported from the SDK by their own names."""
    for part in node.elts if isinstance(node, ast.Tuple) else [node]:
        if not isinstance(part, ast.Name) or _OPERATION_ERROR not in facts.bases(part.id):
            return False
        statements = [binding.statement for binding in module.bindings.get(part.id, ())]
        if not statements or not all(isinstance(s, ast.ImportFrom) and is_sdk(s.module or "") for s in statements):
            return False
    return True
