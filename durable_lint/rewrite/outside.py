"""Effects on the world outside: what sends, writes or starts something becomes a step function of its own."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from durable_lint.finding import Edit, Fix, Safety
from durable_lint.model.body import Body
from durable_lint.model.effects import OUTSIDE_KINDS, Access, Effect, Kind
from durable_lint.model.module import Module, target_names
from durable_lint.model.naming import says_nothing
from durable_lint.model.scope import all_arguments, stored_names
from durable_lint.rewrite.changes import changes_arguments
from durable_lint.rewrite.context import context_at
from durable_lint.rewrite.conversions import kind_of
from durable_lint.rewrite.dependencies import enclosing_functions, names_taken
from durable_lint.rewrite.edits import is_exact, joined, source_of
from durable_lint.rewrite.extraction import extraction, free_name
from durable_lint.rewrite.imports import bring
from durable_lint.rewrite.moving import is_guarded
from durable_lint.rewrite.naming import name_for, unique_name, varying_parts
from durable_lint.rewrite.portions import Move, move_of
from durable_lint.rewrite.varying import evaluations_of
from durable_lint.source.walk import walk

_FILLING = frozenset({"download_fileobj", "readinto", "readinto1", "recv_into", "recvfrom_into", "retrbinary"})
_STATEFUL = re.compile(r"cursor|connection|socket|transaction|smtp|ftp", re.IGNORECASE)
_LOCAL_FILES = frozenset({"tempfile"})
_NOTED_TYPES = ("str", "int", "float", "bool", "list", "dict")
_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def extracted(body: Body, effect: Effect) -> Fix | None:
    """Extract what has the effect into a named step: the call, or the few statements that use its answer up.

    There is no fix where the answer is used and a checkpoint could not hold it, where a ``try`` waits for errors that
    a step does not raise, where what moves changes something that is not its own, and for what only serves the machine
    that it runs on.
    """
    node = effect.site.node
    if effect.site.module is not body.module or not isinstance(node, ast.expr) or not is_exact(body.module, node):
        return None
    if body.is_generator or body.is_async or _is_out_of_place(body, node):
        return None
    if any(one.context_parameter != body.context_parameter for one in evaluations_of(body)):
        return None
    move = move_of(body, effect)
    if move is None or not _can_move(body, effect, move):
        return None
    context = context_at(body, move.place)
    parts = varying_parts(body, move.place)
    if context is None or parts is None or _needs_context(body.module, move, context):
        return None
    base, words = _base_name(body, effect, move)
    name = free_name(body.module, move.place, base, words)
    if name is None:
        return None
    if name == base and unique_name(body, move.place, base) != base:
        name = free_name(body.module, move.place, unique_name(body, move.place, base), words) or name
    made = extraction(body.module, move.portion, name, annotation=_annotation(body, move))
    if made is None:
        return None
    given = (
        ""
        if not parts and unique_name(body, move.place, name) == name
        else f", name={name_for(body, move.place, name)}"
    )
    call = Edit(body.module.path, move.stretch, f"{move.before}{context}.step({made.call}{given})")
    title = f"Extract into a step named `{name}`"
    return Fix(title, Safety.UNSAFE, joined((*made.edits, *move.removed, call)), changes_operations=True)


def _is_out_of_place(body: Body, node: ast.expr) -> bool:
    """Whether code runs when something has failed, is put off, or stands in a block that swallows errors."""
    for outer in body.module.ancestors(node):
        if outer is body.node:
            return False
        if isinstance(outer, (ast.ExceptHandler, ast.GeneratorExp, ast.ClassDef)):
            return True
        managers = outer.items if isinstance(outer, (ast.With, ast.AsyncWith)) else ()
        if any("suppress" in source_of(body.module, item.context_expr) for item in managers):
            return True
    return False


def _can_move(body: Body, effect: Effect, move: Move) -> bool:
    """Whether the code does the same in a step, and its result is one that may be recorded."""
    code = move.portion.code
    inside = set(walk(code))
    if any(operation.place.node in inside for operation in body.operations.values()):
        return False
    if is_guarded(body, code[0]) or _changes_others(body, code, inside):
        return False
    if changes_arguments([one for one in body.effects.values() if one.site.node in inside]):
        return False
    return not move.portion.returns or not _is_local(body, effect, inside)


def _is_local(body: Body, effect: Effect, inside: set[ast.AST]) -> bool:
    """Whether the result is worth nothing elsewhere or must not be kept: where a file was put, a secret."""
    for one in body.effects.values():
        if one.site.node not in inside:
            continue
        if one.kind is Kind.SECRET or one.source.partition(".")[0] in _LOCAL_FILES:
            return True
        if one.kind is Kind.FILE and one.access is not Access.READ and one.site.node is effect.site.node:
            return True
    return False


def _changes_others(body: Body, code: tuple[ast.AST, ...], inside: set[ast.AST]) -> bool:
    """Whether code changes what it is given in place, or goes on with something that other code has begun."""
    taken = set(names_taken(body.module, code) or ())
    if any(name in taken for name in stored_names(code)):
        return True
    for node in inside:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in _FILLING:
                return True
            root = _root(node.func)
            if root in taken and _has_begun(body, root):
                return True
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Call)
            and isinstance(node.value.func, ast.Attribute)
        ):
            is_effect = any(effect.site.node is node.value for effect in body.effects.values())
            if _root(node.value.func) in taken and not is_effect:
                return True
    return False


def _root(node: ast.expr) -> str:
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _has_begun(body: Body, name: str) -> bool:
    """Whether a variable holds something that is open: a cursor, a connection, an answer that is being read."""
    sites = {effect.site.node for effect in body.effects_of(*OUTSIDE_KINDS)}
    for node, value in body.values.items():
        statement = body.module.parent(node)
        targets = statement.targets if isinstance(statement, ast.Assign) else ()
        if not any(name in target_names(target) for target in targets):
            continue
        names = [getattr(thing, "name", "") for thing in value.things] + [value.maker]
        if node in sites or any(_STATEFUL.search(text) for text in names if isinstance(text, str)):
            return True
        if _STATEFUL.search(source_of(body.module, node).partition("(")[0]):
            return True
    return False


def _needs_context(module: Module, move: Move, context: str) -> bool:
    """Whether code uses a context itself: that of its body, or one of a function round it."""
    for node in walk(move.portion.code):
        if isinstance(node, (ast.Name, ast.Attribute)) and source_of(module, node) == context:
            return True
    parameters = [one for outer in enclosing_functions(module, move.place) for one in all_arguments(outer.args)]
    contexts = {
        one.arg
        for one in parameters
        if one.arg in ("context", "ctx") or (one.annotation and "DurableContext" in ast.unparse(one.annotation))
    }
    return not contexts.isdisjoint(names_taken(module, move.portion.code) or ())


def _annotation(body: Body, move: Move) -> str:
    if not move.portion.returns:
        return "None"
    kind = "" if move.result is None else (kind_of(move.result) or "").removeprefix("builtins.")
    return kind if kind in _NOTED_TYPES and bring(body.module, f"builtins.{kind}", move.place) else ""


def _base_name(body: Body, effect: Effect, move: Move) -> tuple[str, frozenset[str]]:
    """What the step does, as a verb and a noun, with the identifiers of the code that say so."""
    node = effect.site.node
    func = node.func if isinstance(node, ast.Call) else node
    called = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
    verb = _snake(called) or "send"
    noun = next((noun for noun in _nouns(effect, node, func, move) if noun), "request")
    if effect.through_helper and isinstance(node, ast.Call):
        is_said = "_" in verb or noun[:4] == verb[:4]
        return _specific(verb if is_said else f"{verb}_{noun}"), frozenset({called})
    if effect.kind is Kind.PROCESS:
        verb = "run"
    elif effect.kind is Kind.FILE and verb == "open":
        verb = "read" if effect.access is Access.READ else "write"
    elif effect.access is Access.READ and (move.portion.returns or "_" not in verb):
        verb = "fetch" if effect.kind is Kind.NETWORK else "read"
    elif "_" in verb:
        return _specific(verb), frozenset({called})
    return _specific(verb if noun in verb else f"{verb}_{noun}"), frozenset({called})


def _specific(name: str) -> str:
    return f"{name}_step" if says_nothing(name) else name


def _nouns(effect: Effect, node: ast.AST, func: ast.AST, move: Move) -> Iterator[str]:
    """Words for what it is about, the best first."""
    if move.portion.returns and move.target is not None and len(move.target) > 2:
        yield _snake(move.target)
    arguments = node.args if isinstance(node, ast.Call) else []
    if effect.kind is Kind.PROCESS and arguments and isinstance(arguments[0], ast.List) and arguments[0].elts:
        program = arguments[0].elts[0]
        if isinstance(program, ast.Constant) and isinstance(program.value, str):
            yield _snake(program.value.rpartition("/")[2])
    if effect.through_helper:
        if isinstance(func, ast.Attribute):
            yield _snake(_last(func.value))
        for argument in arguments[:1]:
            yield _snake(_last(argument))
    if effect.kind is Kind.FILE:
        yield "file"
    elif isinstance(func, ast.Attribute) and not re.search(r"requests|http|session|client", _last(func.value)):
        yield _snake(_last(func.value))


def _last(node: ast.AST) -> str:
    """The last word of a reference: ``audit``, ``store`` of ``self.store``, ``author`` of ``event["author"]``."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
    return ""


def _snake(word: str) -> str:
    text = re.sub(r"[^A-Za-z0-9]+", "_", _CAPITAL.sub("_", word)).strip("_").lower()
    return text if text.isidentifier() else ""
