"""What varies: the expression by which the rounds of a loop can be told apart in a name.

An index does it, a number of a range, the key of a dict, an element that is text or a number. An element of which
nothing is known does not: as text it could be a whole document.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from durable_lint.model.body import Body, Iterated
from durable_lint.model.effects import Kind
from durable_lint.model.module import target_names
from durable_lint.model.things import Literal, Mapping, Pattern, Sequence, Typed
from durable_lint.model.values import Thing, Value
from durable_lint.rewrite.loops import Loop, certain_reads, changed_names, counter_of

_IDENTIFYING = frozenset({"id", "key", "sku", "code", "number", "uuid", "index", "position", "slug"})
_LONGEST_PART = 60  # characters of text that is known


def part_of(body: Body, loop: Loop, node: ast.AST) -> str | None:
    """The expression that tells the rounds of a loop apart at a node; ``None`` where there is none for certain."""
    if isinstance(loop.node, ast.While):
        return counter_of(body, loop.node)
    assert loop.head is not None
    changed = changed_names(loop.rounds)
    kept = [name for name in target_names(loop.head.target) if name not in changed]
    evaluations = [other.iterated.get(loop.head.iter) for other in evaluations_of(body)]
    seen = [iterated for iterated in evaluations if iterated is not None]
    for name in kept if seen else ():
        if all(_tells(loop.head, name, iterated) for iterated in seen):
            return name
    target = loop.head.target
    if not isinstance(target, ast.Name) or target.id not in kept or any(_differs(it.element) for it in seen):
        return None
    return next((text for read in certain_reads(loop, node) if (text := _identifier(read, target.id))), None)


def evaluations_of(body: Body) -> Iterator[Body]:
    """Every evaluation of the body's function: what is written into its text has to be right for each."""
    yield body
    for other in () if body.interpreter is None else body.interpreter.memory.values():
        if other.node is body.node and other is not body:
            yield other


def _tells(head: ast.For | ast.AsyncFor | ast.comprehension, name: str, iterated: Iterated) -> bool:
    """Whether a name of a loop's target is a short text or a number, the same on every replay."""
    if isinstance(head.iter, ast.Call) and isinstance(head.iter.func, ast.Attribute) and head.iter.func.attr == "items":
        is_dict = all(isinstance(t, Sequence) and t.type == "builtins.dict_items" for t in iterated.source.things)
        if is_dict and isinstance(head.target, ast.Tuple) and next(target_names(head.target), None) == name:
            return not _differs(iterated.source) and _is_key(_at(head.target, iterated.element, name))
    value = _at(head.target, iterated.element, name)
    if value is None or _differs(value):
        return False
    if iterated.source.things and all(isinstance(thing, Mapping) for thing in iterated.source.things):
        return _is_key(value)
    if any(isinstance(thing, Literal) for thing in value.things) and not _is_visible(iterated.source):
        return False
    return bool(value.things) and all(_is_short(thing) for thing in value.things)


def _differs(value: Value) -> bool:
    """Whether a value may be another one on replay; that it comes in another order is a defect of the loop."""
    return any(effect.kind is not Kind.ORDER for effect in value.taints)


def _is_key(value: Value | None) -> bool:
    """Whether a dict's key, of which often nothing is known, can stand in a name."""
    return value is None or not value.things or all(_is_short(thing) for thing in value.things)


def _is_short(thing: Thing) -> bool:
    match thing:
        case Typed("builtins.int" | "builtins.str"):
            return True
        case Literal(value=bool()):
            return False
        case Literal(value=int() | str() as known):
            text = str(known)
            return 0 < len(text) <= _LONGEST_PART and all(" " <= character <= "~" for character in text)
        case Pattern(parts):
            return all(" " <= character <= "~" for part in parts for character in part or "")
    return False


def _is_visible(source: Value) -> bool:
    """Whether all that a loop goes through can be seen."""
    things = source.things
    return bool(things) and all(
        isinstance(thing, Sequence) and thing.items is not None and all(item.things for item in thing.items)
        for thing in things
    )


def _at(target: ast.expr, value: Value, name: str) -> Value | None:
    """What a name of a target is bound to; ``None`` when that cannot be seen."""
    if isinstance(target, ast.Name):
        return value if target.id == name else None
    if not isinstance(target, (ast.Tuple, ast.List)) or value.sole is None:
        return None
    whole = value.things[0]
    if not isinstance(whole, Sequence) or whole.items is None or len(whole.items) != len(target.elts):
        return None
    for element, item in zip(target.elts, whole.items, strict=True):
        if name in target_names(element):
            return _at(element, item, name)
    return None


def _identifier(read: ast.AST, variable: str) -> str | None:
    """A field of the loop's variable that identifies it, as an expression: ``order['order_id']``."""
    match read:
        case ast.Subscript(value=ast.Name(id=base), slice=ast.Constant(value=str(field)), ctx=ast.Load()):
            text = f"{base}['{field}']"
        case ast.Attribute(value=ast.Name(id=base), attr=field, ctx=ast.Load()):
            text = f"{base}.{field}"
        case _:
            return None
    last = field.rpartition("_")[2].lower()
    return text if base == variable and field.isidentifier() and field.isascii() and last in _IDENTIFYING else None
