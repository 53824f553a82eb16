"""Renaming: a name for an operation that has none, and one that varies for an operation in a loop."""

from __future__ import annotations

import ast
import re

from durable_lint.finding import Edit, Fix, Safety
from durable_lint.model.body import Body
from durable_lint.model.operations import Operation
from durable_lint.rewrite.arguments import keyword_added
from durable_lint.rewrite.edits import is_exact, replaced, source_of
from durable_lint.rewrite.naming import apart, name_for, unique_name, written
from durable_lint.rewrite.wording import said_name

_PLAIN = re.compile(r"[A-Za-z0-9_ .:/#-]{1,150}")


def named(body: Body, operation: Operation) -> Fix | None:
    """Give an operation without a name one that says what it does; ``None`` where its code does not say it."""
    base = said_name(operation)
    if base is None or not _can_be_named(operation):
        return None
    name = name_for(body, operation.call, base)
    return _fix(name, _with_name(operation, name))


def told_apart(body: Body, operation: Operation) -> Fix | None:
    """Put what varies into the name of an operation that loops of its own body repeat.

    A loop that goes through its elements without an index gets one where nothing else tells the rounds apart.
    """
    if operation.via or not _can_be_named(operation):
        return None
    found = apart(body, operation.call)
    if found is None:
        return None
    parts, edits = found
    name = _continued(body, operation, parts) if parts else None
    return None if name is None else _fix(name, (*_with_name(operation, name), *edits))


def _continued(body: Body, operation: Operation, parts: list[str]) -> str | None:
    """The name that an operation has, with what varies behind it."""
    module, node = operation.site.module, operation.name_node
    varying = [f"{{{part}}}" for part in dict.fromkeys(parts)]
    if node is None or operation.name_texts == ("",):
        base = operation.implicit_name or said_name(operation)
        return None if base is None else written(unique_name(body, operation.call, base, keeps=True), parts)
    match node:
        case ast.Constant(value=str(text)) if _PLAIN.fullmatch(text):
            name = unique_name(body, operation.call, text, keeps=True)
            inside = _joint(text).join((name, *varying))
            quote = "'" if source_of(module, node).startswith("'") and "'" not in inside else '"'
            return f"f{quote}{inside}{quote}"
        case ast.JoinedStr():
            written_out = source_of(module, node)
            inside, quote = written_out[2:-1], written_out[-1]
            rest = _joint(inside).join(("", *varying))
            is_simple = written_out[:2] in (f"f{quote}", f"F{quote}") and quote not in inside + rest
            return f"{written_out[:-1]}{rest}{quote}" if is_simple and "\n" not in inside else None
        case ast.Name() | ast.Attribute() if re.fullmatch(r"[A-Za-z_][\w.]*", source_of(module, node)):
            return f'f"{"_".join((f"{{{source_of(module, node)}}}", *varying))}"'
    return None


def _joint(text: str) -> str:
    """What joins the words of a name."""
    return "-" if "-" in text and "_" not in text else "_"


def _can_be_named(operation: Operation) -> bool:
    """Whether the call has a place for a name, or one that can be exchanged."""
    if operation.open_arguments or not is_exact(operation.site.module, operation.call):
        return False
    return operation.name_node is not None or bool(_with_name(operation, '""'))


def _with_name(operation: Operation, name: str) -> tuple[Edit, ...]:
    module = operation.site.module
    if operation.name_node is None:
        return keyword_added(module, operation.call, "name", name) or ()
    return (replaced(module, operation.name_node, name),)


def _fix(name: str, edits: tuple[Edit, ...]) -> Fix:
    shown = name.removeprefix("f")[1:-1]
    return Fix(f"Name it `{shown}`", Safety.SAFE, tuple(dict.fromkeys(edits)), changes_operations=True)
