"""Sending: results, payloads and return values of which JSON is made where they are handed over."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from durable_lint.dataclasses import dataclass, replace
from durable_lint.finding import Edit, Fix, Safety
from durable_lint.model import declared, payloads
from durable_lint.model.body import Body, BodyKind
from durable_lint.model.effects import Site
from durable_lint.model.module import Module
from durable_lint.model.payloads import Trouble
from durable_lint.model.results import Recorded
from durable_lint.model.things import Instance
from durable_lint.model.values import UNKNOWN, Value
from durable_lint.rewrite.certainty import always_returns, is_certain
from durable_lint.rewrite.conversions import Sent, json_form, kind_of, sent_form
from durable_lint.rewrite.edits import is_exact, joined, replaced, source_of, spliced
from durable_lint.rewrite.readers import (
    PASSED_ON,
    RETURNED,
    UNUSED,
    Reading,
    entry_of,
    operations_of,
    readings_of,
    results_of,
    written_of,
)

if TYPE_CHECKING:
    from durable_lint.knowledge.serialization import Serdes

_OF_LISTS = frozenset({"iterate", "membership", "truth"}) | {
    f"builtin {name}"
    for name in ("len", "sorted", "list", "tuple", "set", "frozenset", "sum", "min", "max", "any", "all", "enumerate")
}
# What is done to an entry of a dict by what is done to the dict.
_ON_WHOLE_DICTS = {UNUSED: UNUSED, RETURNED: RETURNED, "truth": UNUSED, "membership": UNUSED, "builtin len": UNUSED}
_OF_TEXTS = frozenset({"formatted", "builtin str"})
# What a reader may do with a value of a type that does the same to its JSON form.
_HARMLESS = {
    "builtins.set": _OF_LISTS,
    "builtins.frozenset": _OF_LISTS,
    "builtins.tuple": _OF_LISTS | {"unpack", "index"},
    "builtins.generator": _OF_LISTS | {"unpack", "index"},
    "builtins.dict_keys": _OF_LISTS | {"unpack"},
    "builtins.dict_values": _OF_LISTS | {"unpack"},
    "datetime.date": _OF_TEXTS,
    "datetime.time": _OF_TEXTS,
    "decimal.Decimal": _OF_TEXTS | {"builtin float"},
    "uuid.UUID": _OF_TEXTS,
    "pathlib.Path": _OF_TEXTS,
}


@dataclass(frozen=True, slots=True)
class _Part:
    """An expression of which JSON is made, with what is known of its value, and the text that makes it."""

    node: ast.expr
    value: Value
    sent: Sent


def handed_over(body: Body, trouble: Trouble, verb: str) -> Fix | None:
    """Make JSON of what is handed to somebody outside, where it is written; ``verb`` says how it goes there."""
    parts = _parts(body, trouble, "json")
    if not parts:
        return None
    return Fix(f"{verb} {trouble.type} as {parts[0].sent.type}", Safety.SAFE, _edits(body.module, parts))


def recorded_as_json(body: Body, found: Recorded) -> Fix | None:
    """Make JSON of a result where a function gives it back, so that whoever reads it still gets what he expects.

    Where the readers would see the difference, the value is made again from the JSON around the operation. There is no
    fix where that is not possible, and an unsafe one where the readers cannot all be seen.
    """
    run, operation = found.run, found.operation
    if run is None or run.kind is BodyKind.CHECK:
        return None
    parts = _parts(run, found.trouble, "extended" if operation is None else operation.serdes or "extended")
    if not parts:
        return None
    whole = _all_parts(run, parts)
    fix = Fix(f"Record {found.trouble.type} as {parts[0].sent.type}", Safety.SAFE, _edits(run.module, whole or parts))
    if run.kind is BodyKind.SUBMITTER:
        return fix
    results = None if operation is None else results_of(body, run, operation)
    calls = operations_of(body, run) if results is None else results
    readings = [(part, reading) for call in calls for part in parts for reading in _readings(body, run, part, call)]
    seen = {reading.how for part, reading in readings if not _is_harmless(body, part.value, reading)}
    fix = replace(fix, edits=(*fix.edits, *_annotation(run, whole)))
    if results is None:
        return replace(fix, safety=Safety.UNSAFE) if seen <= {PASSED_ON, RETURNED} else None
    if not seen:
        return fix
    again = _made_again(run, whole, results, fix.title) if whole and RETURNED not in seen | _hows(readings) else None
    if again is None and seen <= {PASSED_ON, RETURNED}:
        return replace(fix, safety=Safety.UNSAFE)
    return again


def _hows(readings: Sequence[tuple[_Part, Reading]]) -> set[str]:
    return {reading.how for _, reading in readings}


def _parts(body: Body, trouble: Trouble, serdes: Serdes) -> list[_Part]:
    """What to convert: an expression, or all that is wrong in the dict or list that a variable holds; empty where
    something of it cannot be converted.
    """
    node = trouble.site.node
    if trouble.site.module is not body.module or trouble.value is None or body.interpreter is None:
        return []
    if not trouble.place:
        part = _part_at(body, node, trouble.value)
        return [] if part is None else [part]
    display, value = written_of(body.module, node), _value_at(body, node)
    if display is None or value is None:
        return []
    found = payloads.troubles(body.interpreter, value, serdes, Site(body.module, display))
    parts = [
        _part_at(body, other.site.node, other.value) if other.value is not None and not other.place else None
        for other in found
        if other.fate is trouble.fate
    ]
    known = [part for part in parts if part is not None]
    return known if len(known) == len(parts) else []


def _value_at(body: Body, node: ast.AST) -> Value | None:
    """What is known of an expression that is returned or sent."""
    for returned in body.returned.values():
        if returned.site.node is node:
            return returned.value
    return next((operation.payload for operation in body.own_operations if operation.payload_node is node), None)


def _part_at(body: Body, node: ast.AST, value: Value) -> _Part | None:
    module = body.module
    if not isinstance(node, ast.expr) or not is_exact(module, node) or body.interpreter is None:
        return None
    if isinstance(module.parent(node), (ast.NamedExpr, ast.Await, ast.Starred)):
        return None
    if not is_certain(body, node):
        return None
    value = _as_declared(body, node, value)
    sent = sent_form(body.interpreter, module, node, value, source_of(module, node))
    return None if sent is None else _Part(node, value, sent)


def _as_declared(body: Body, node: ast.expr, value: Value) -> Value:
    """The value as the function declares it, which may say what it holds."""
    if not any(node is returned.site.node for returned in body.returned.values()):
        return value
    stated = _declared(body)
    is_same = kind_of(value) is not None and kind_of(stated) == kind_of(value)
    return Value(stated.things, value.taints, value.loops) if is_same else value


def _declared(body: Body) -> Value:
    if isinstance(body.node, ast.Lambda) or body.interpreter is None:
        return UNKNOWN
    return declared.value_of(body.interpreter.module_frame(body.module), body.node.returns)


def _all_parts(run: Body, found: Sequence[_Part]) -> list[_Part]:
    """Everything that a function gives back, when it is one part and others of its type; else nothing."""
    part = found[0]
    parts = [_part_at(run, returned.site.node, returned.value) for returned in run.returned.values()]
    same = [other for other in parts if other is not None and _type(other.value) == _type(part.value)]
    return same if len(same) == len(parts) and any(other.node is part.node for other in same) else []


def _type(value: Value) -> object:
    """What two values have in common that are converted alike."""
    return kind_of(value) or [thing.cls for thing in value.things if isinstance(thing, Instance)]


def _edits(module: Module, parts: Sequence[_Part]) -> tuple[Edit, ...]:
    imports = [edit for part in parts for edit in part.sent.edits]
    return joined((*imports, *(replaced(module, part.node, part.sent.text) for part in parts)))


def _annotation(run: Body, parts: Sequence[_Part]) -> Iterator[Edit]:
    """The return annotation for the JSON form, where the one that is there names the type."""
    node = None if isinstance(run.node, ast.Lambda) else run.node.returns
    if not parts or not isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)):
        return
    if _type(_declared(run)) == _type(parts[0].value):
        yield replaced(run.module, node, parts[0].sent.type)


def _made_again(run: Body, parts: Sequence[_Part], results: Sequence[ast.Call], title: str) -> Fix | None:
    """Make the values again around the operations, so that no reader sees the difference."""
    module, interpreter = run.module, run.interpreter
    assert interpreter is not None
    if not always_returns(run.node):
        return None
    edits: dict[Edit, None] = {}
    safety = Safety.SAFE
    inside: set[ast.expr] = set()
    for result in results:
        forms = [json_form(interpreter, module, p.node, p.value, source_of(module, p.node), result) for p in parts]
        backs = {form.back("") for form in forms if form is not None}
        if None in forms or len(backs) != 1 or not is_exact(module, result):
            return None
        held = [part for part in parts if result in module.ancestors(part.node)]
        inside.update(part.node for part in held)
        text = spliced(module, result, [(part.node, part.sent.text) for part in held])
        for form in forms:
            assert form is not None
            edits.update(dict.fromkeys(form.edits))
            safety = Safety.UNSAFE if form.safety is Safety.UNSAFE else safety
        assert forms[0] is not None
        edits[replaced(module, result, forms[0].back(text))] = None
    edits.update(dict.fromkeys(replaced(module, p.node, p.sent.text) for p in parts if p.node not in inside))
    edits.update(dict.fromkeys(_annotation(run, parts)))
    return Fix(f"{title} and make it again where it is read", safety, joined(edits))


def _readings(body: Body, run: Body, part: _Part, result: ast.expr) -> Iterator[Reading]:
    """What becomes of a part of a result: of the result itself, or of its entry under some keys."""
    waiting = [(result, _path(run, part.node))]
    while waiting:
        node, keys = waiting.pop()
        for reading in readings_of(body.module, node):
            entry = entry_of(body.module, reading) if keys else None
            if keys == []:
                yield reading
            elif not keys or entry is None:
                yield Reading(reading.node, _ON_WHOLE_DICTS.get(reading.how, PASSED_ON))
            elif entry[0] == keys[0]:
                waiting.append((entry[1], keys[1:]))


def _path(run: Body, node: ast.AST) -> list[str] | None:
    """The keys that lead from a returned value to an expression in it; ``None`` where it lies in something else."""
    returned = [returned.site.node for returned in run.returned.values()]
    roots = [*returned, *(written_of(run.module, node) for node in returned)]
    keys: list[str] = []
    while node not in roots:
        outer = run.module.parent(node)
        if not isinstance(outer, ast.Dict) or node not in outer.values:
            return None
        key = outer.keys[outer.values.index(node)]
        if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
            return None
        keys.insert(0, key.value)
        node = outer
    return keys


def _is_harmless(body: Body, value: Value, reading: Reading) -> bool:
    """Whether a reader gets the same from the JSON form; what a handler returns becomes JSON anyway."""
    if reading.how == RETURNED:
        return _is_in_handler(body, reading.node)
    return reading.how == UNUSED or reading.how in _HARMLESS.get(kind_of(value) or "", ())


def _is_in_handler(body: Body, node: ast.AST) -> bool:
    assert body.interpreter is not None
    handlers = {other.node for other in body.interpreter.memory.values() if other.kind is BodyKind.HANDLER}
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    return next((outer for outer in body.module.ancestors(node) if isinstance(outer, functions)), None) in handlers
