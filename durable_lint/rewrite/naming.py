"""Names for the operations that a fix adds or renames: after what they do, unlike any other on the same context, told
apart in loops.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache

from durable_lint.dataclasses import dataclass, field
from durable_lint.finding import Edit
from durable_lint.model.body import CHILD_KINDS, Body, BodyKind
from durable_lint.model.interpreter import Interpreter
from durable_lint.model.operations import Operation
from durable_lint.model.things import FunctionNode, Pattern
from durable_lint.rewrite.indexing import indexed
from durable_lint.rewrite.loops import LOOPS, loops_round
from durable_lint.rewrite.varying import evaluations_of, part_of
from durable_lint.source.walk import walk

_LONGEST = 100  # characters; the service takes 256, and what varies has to fit behind it


def name_for(body: Body, node: ast.AST, base: str) -> str:
    """The expression for the name of an operation that a fix puts at a node: ``"read_time"``, in a loop
    ``f"read_time_{index}"``.

    ``base`` is what the operation should be called; it is made a valid name that no other operation on the same
    context has, also none that a fix has given. The same node always gets the same name. A loop that offers nothing
    to tell its rounds apart adds nothing: ``varying_parts`` says so.
    """
    parts = [part for loop in loops_round(body, node) if (part := part_of(body, loop, node)) is not None]
    return written(unique_name(body, node, base), parts)


@dataclass(frozen=True, slots=True)
class Named:
    """The expression for a name, and the edits that make what it varies by: an index for a loop."""

    expression: str
    edits: tuple[Edit, ...] = ()


def distinct_name(body: Body, node: ast.AST, base: str) -> Named | None:
    """A name like that of ``name_for``, with an index put into the loops that offer nothing.

    ``None`` where rounds stay that nothing tells apart: those of ``while``, and those of a caller's loop.
    """
    found = apart(body, node)
    if found is None or is_repeated_outside(body):
        return None
    parts, edits = found
    return Named(written(unique_name(body, node, base), parts), edits)


def apart(body: Body, node: ast.AST) -> tuple[list[str], tuple[Edit, ...]] | None:
    """What tells the rounds round a node apart, the outermost first, with edits that put an index where there is
    none.
    """
    parts: list[str] = []
    edits: list[Edit] = []
    for loop in loops_round(body, node):
        part = part_of(body, loop, node)
        number = indexed(body, loop) if part in (None, "_") else None
        if number is not None:
            part = number.name
            edits.extend(number.edits)
        if part is None:
            return None
        parts.append(part)
    return parts, tuple(dict.fromkeys(edits))


def varying_parts(body: Body, node: ast.AST) -> list[str] | None:
    """What tells the rounds of the loops round a node apart, as expressions, the outermost loop first; empty outside
    loops, ``None`` when one of the loops offers nothing, or a caller repeats the whole body in one.
    """
    parts = [part_of(body, loop, node) for loop in loops_round(body, node)]
    known = [part for part in parts if part is not None]
    return known if len(known) == len(parts) and not is_repeated_outside(body) else None


def is_repeated_outside(body: Body) -> bool:
    """Whether a loop of a caller runs a helper again on the same context, so that its operations meet there."""
    if body.kind is not BodyKind.PLAIN or body.interpreter is None:
        return False
    own = {operation.call: len(operation.loops) for other in evaluations_of(body) for operation in other.own_operations}
    if own:
        return any(
            operation.via and len(operation.loops) > own.get(operation.call, len(operation.loops))
            for other in body.interpreter.memory.values()
            for operation in other.operations.values()
        )
    name = getattr(body.node, "name", "")
    return any(
        isinstance(call, ast.Call) and name and name in (getattr(call.func, "id", ""), getattr(call.func, "attr", ""))
        for loop in walk([body.module.tree])
        if isinstance(loop, LOOPS)
        for call in walk([loop])
    )


def written(name: str, parts: list[str]) -> str:
    """The expression for a name, with what varies behind it."""
    varying = "".join(f"_{{{part}}}" for part in dict.fromkeys(parts))
    return f'f"{name}{varying}"' if varying else f'"{name}"'


def sanitized(base: str) -> str:
    """A name in the letters that the service takes, as words joined by underscores."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", base)
    words = re.sub(r"[^A-Za-z0-9]+", "_", words).strip("_").lower()
    return words[:_LONGEST].rstrip("_") or "read_value"


def unique_name(body: Body, node: ast.AST, base: str, keeps: bool = False) -> str:
    """The name for an operation at a node without what tells rounds of a loop apart.

    ``keeps`` says that ``base`` is the operation's name already, which is only continued by what varies.
    """
    given = {} if body.interpreter is None else body.interpreter.given_names
    known = given.setdefault(body.node, {})
    if node in known:
        return known[node]
    groups = _groups(body.interpreter) if body.interpreter is not None else {}
    taken: set[str] = set()
    for group in {id(groups[other]): groups[other] for other in evaluations_of(body) if other in groups}.values():
        taken.update(group.stems if keeps else group.texts)
        taken.update(name for function in group.functions for name in given.get(function, {}).values())
    base = base if keeps else sanitized(base)
    name, number = base, 1
    while name in taken or name in known.values():
        number += 1
        name = f"{base}_{number}"
    known[node] = name
    return name


@dataclass(eq=False, slots=True)
class _Group:
    """Functions whose operations are recorded beside each other: the names of these, and the constant beginnings of
    those that vary.
    """

    functions: set[FunctionNode] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)
    stems: set[str] = field(default_factory=set)

    def add(self, body: Body) -> None:
        """Take in what a body runs."""
        self.functions.add(body.node)
        for operation in body.operations.values():
            self.texts.update(operation.name_texts)
            if operation.name is None and operation.implicit_name:
                self.texts.add(operation.implicit_name)
            self.stems.update(_stems(operation))
        self.texts |= self.stems


@lru_cache(maxsize=1)
def _groups(interpreter: Interpreter) -> dict[Body, _Group]:
    """Every body with the group that it belongs to: callers and callees, up to what has a context of its own."""
    beside: dict[Body, list[Body]] = {body: [] for body in interpreter.memory.values()}
    for body in list(beside):
        for callee in body.callees:
            if callee.kind not in CHILD_KINDS or callee.shares_context:
                beside[body].append(callee)
                beside.setdefault(callee, []).append(body)
    groups: dict[Body, _Group] = {}
    for start in beside:
        group = _Group()
        stack = [start]
        while stack:
            body = stack.pop()
            if body not in groups:
                groups[body] = group
                group.add(body)
                stack.extend(beside[body])
    return groups


def _stems(operation: Operation) -> Iterator[str]:
    """What stands in front of the part of a name that varies."""
    for thing in () if operation.name is None else operation.name.only(Pattern):
        assert isinstance(thing, Pattern)
        if thing.pieces and thing.pieces[0]:
            yield thing.pieces[0].rstrip("_-")
