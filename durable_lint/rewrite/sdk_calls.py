"""Calls of the SDK, rewritten so that they fit its signatures, where there is one way to write what was meant."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from itertools import permutations

from durable_lint.dataclasses import dataclass
from durable_lint.finding import Edit, Fix, Safety, Span
from durable_lint.knowledge.sdk import Parameter
from durable_lint.model.contract import Given, Match, Terms
from durable_lint.model.mismatch import Mismatch, argument_history
from durable_lint.model.module import Module
from durable_lint.model.things import External, Prepared, Record, Typed
from durable_lint.model.values import Value
from durable_lint.rewrite.edits import is_exact, joined, replaced, source_of
from durable_lint.rewrite.imports import bring

_UNITS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}
_CLOSE = 0.75
_UNKNOWN_VALUE = Value()


@dataclass(frozen=True, slots=True)
class _Part:
    """New text for some keywords of a call, the parameter that it fills, and the imports that it needs."""

    edits: tuple[Edit, ...]
    fills: str
    keywords: tuple[str, ...]
    is_safe: bool = True


def refitted(terms: Terms, mismatch: Mismatch) -> Fix | None:
    """The call as the SDK takes it; ``None`` where its arguments do not tell what was meant."""
    match = mismatch.match
    module, call = match.call.site.module, match.call.node
    if not match.is_exact or not is_exact(module, call):
        return None
    label = ast.unparse(call.func)
    if match.call.name == "DurableContext.parallel" and (edit := _as_list(terms, match)) is not None:
        return Fix("Pass the branches as one list", Safety.SAFE, (edit,))
    if mismatch.misplaced:
        edits = None if mismatch.raises else _reordered(terms, match)
        return None if not edits else Fix(f"Put the arguments of `{label}` in order", Safety.SAFE, edits)
    if match.surplus or match.twice or not match.unknown:
        return None
    parts = list(_parts(terms, match))
    covered = {name for part in parts for name in part.keywords}
    filled = {part.fills for part in parts}
    if covered != set(match.unknown) or set(match.missing) - filled or len(filled) != len(parts):
        return None
    safety = Safety.SAFE if all(part.is_safe for part in parts) else Safety.UNSAFE
    edits = joined(edit for part in parts for edit in part.edits)
    return Fix(f"Write the arguments of `{label}` as the SDK takes them", safety, edits)


def _as_list(terms: Terms, match: Match) -> Edit | None:
    """``parallel(a, b)`` as ``parallel([a, b])``."""
    node = match.call.node
    values = match.call.arguments.positional
    if not values or match.unknown or any(item.arg == "functions" for item in node.keywords):
        return None
    if any((terms.kinds(value) or {"?"}) - {"callable", "ParallelBranch"} for value in values):
        return None
    if not _are_bare(match.call.site.module, node):
        return None
    return _bracketed(match.call.site.module, node.args, "[", "]")


def _reordered(terms: Terms, match: Match) -> tuple[Edit, ...] | None:
    """The same arguments, each where it belongs."""
    positional = [given for given in match.given if not given.is_keyword]
    by_keyword = {given.parameter.name for given in match.given if given.is_keyword}
    module, nodes = match.call.site.module, match.call.node.args
    free = [p for p in match.parameters if p.name not in by_keyword and not p.name.startswith("*")]
    ways = [way for way in permutations(free, len(positional)) if _is_way(terms, match, positional, way)]
    if len(ways) != 1 or not _are_bare(module, match.call.node):
        return None
    if sum(not _is_quiet(given) for given in positional) > 1:
        return None
    order = sorted(zip(ways[0], nodes, strict=True), key=lambda pair: free.index(pair[0]))
    texts = _written(module, order, free)
    pairs = zip(nodes, texts, strict=True)
    return tuple(replaced(module, node, text) for node, text in pairs if text != source_of(module, node))


def _is_way(terms: Terms, match: Match, positional: Sequence[Given], way: tuple[Parameter, ...]) -> bool:
    names = {parameter.name for parameter in way} | {given.parameter.name for given in match.given if given.is_keyword}
    if any(parameter.required and parameter.name not in names for parameter in match.parameters):
        return False
    for given, parameter in zip(positional, way, strict=True):
        kinds, wanted = terms.kinds(given.value), terms.wanted(match.call.name, parameter.name)
        if kinds is not None and wanted is not None and not all(terms.fits(wanted, kind) for kind in kinds):
            return False
        if kinds == frozenset({"text"}) and wanted == "items":
            return False
    return True


def _written(module: Module, order: list[tuple[Parameter, ast.expr]], free: list[Parameter]) -> list[str]:
    """The arguments as text: by position as long as nothing is left out, by name what need not be given."""
    texts: list[str] = []
    for index, (parameter, node) in enumerate(order):
        is_next = parameter is free[index] and parameter.required
        texts.append(source_of(module, node) if is_next else f"{parameter.name}={source_of(module, node)}")
    return texts


def _is_quiet(given: Given) -> bool:
    """Whether it does not matter when an argument is evaluated."""
    if isinstance(given.node, (ast.Constant, ast.Name, ast.Attribute, ast.Lambda)):
        return True
    things = given.value.things
    return bool(things) and all(isinstance(thing, (Prepared, Record, External, Typed)) for thing in things)


def _parts(terms: Terms, match: Match) -> Iterator[_Part]:
    """Rewritings of the keywords that the SDK does not know, as far as there are any."""
    gathered = _gathered(terms, match)
    if gathered is not None:
        yield gathered
        return
    for keyword in match.call.node.keywords:
        if keyword.arg in match.unknown:
            part = _duration_call(match, keyword) or _as_duration(match, keyword) or _respelled(terms, match, keyword)
            if part is not None:
                yield part


def _duration_call(match: Match, keyword: ast.keyword) -> _Part | None:
    """``Duration(minutes=5)`` as ``Duration.from_minutes(5)``."""
    module, call, unit = match.call.site.module, match.call.node, keyword.arg or ""
    if match.call.name != "Duration" or unit not in _UNITS or call.args or len(call.keywords) != 1:
        return None
    edits = (
        replaced(module, call.func, f"{source_of(module, call.func)}.from_{unit}"),
        replaced(module, keyword, source_of(module, keyword.value)),
    )
    return _Part(edits, "seconds", (unit,))


def _as_duration(match: Match, keyword: ast.keyword) -> _Part | None:
    """``initial_delay_seconds=1`` as ``initial_delay=Duration.from_seconds(1)``, and ``wait(seconds=1)``."""
    module, name = match.call.site.module, keyword.arg or ""
    field, _, unit = name.rpartition("_")
    parameter = next((p for p in match.parameters if p.name == (field or "duration")), None)
    if unit not in _UNITS or parameter is None or match.of(parameter.name) is not None:
        return None
    if field and not (parameter.default or "").startswith("Duration("):
        return None
    value = dict(match.call.arguments.keywords).get(name, _UNKNOWN_VALUE)
    is_duration = any(isinstance(thing, Record) and thing.type == "sdk.Duration" for thing in value.things)
    number = value.number()
    seconds = None if number is None else number * _UNITS[unit]
    if seconds is not None and (seconds < 1 or not seconds.is_integer()):
        return None  # the SDK would cut it off, or refuse it
    text = source_of(module, keyword.value)
    edits: tuple[Edit, ...] = ()
    if not is_duration:
        duration = bring(module, "sdk.Duration", match.call.node)
        if duration is None:
            return None
        edits, text = duration.edits, f"{duration.expression}.from_{unit}({text})"
    is_first = not match.call.node.args and match.call.node.keywords[0] is keyword
    text = text if is_first and not field else f"{parameter.name}={text}"
    is_known = is_duration or number is not None
    return _Part((*edits, replaced(module, keyword, text)), parameter.name, (name,), is_known)


def _respelled(terms: Terms, match: Match, keyword: ast.keyword) -> _Part | None:
    """A misspelt argument under its right name."""
    name, call = keyword.arg or "", match.call
    if argument_history(terms, call.name, name):
        return None
    left = [p.name for p in match.parameters if match.of(p.name) is None and not p.name.startswith("*")]
    from difflib import get_close_matches

    close = get_close_matches(name, left, cutoff=_CLOSE)
    if len(close) != 1 or not _can_be(terms, match, name, close[0]):
        return None
    text = f"{close[0]}={source_of(call.site.module, keyword.value)}"
    return _Part((replaced(call.site.module, keyword, text),), close[0], (name,))


def _can_be(terms: Terms, match: Match, name: str, parameter: str) -> bool:
    """Whether what is given under one name is not seen to be of the wrong kind under another."""
    kinds = terms.kinds(dict(match.call.arguments.keywords).get(name, _UNKNOWN_VALUE))
    declared = next(p for p in match.parameters if p.name == parameter)
    is_duration = (declared.default or "").startswith("Duration(")
    wanted = "Duration" if is_duration else terms.wanted(match.call.name, parameter)
    return kinds is None or wanted is None or all(terms.fits(wanted, kind) for kind in kinds)


def _gathered(terms: Terms, match: Match) -> _Part | None:
    """Fields of a configuration, given to the call that takes the configuration: ``step(f, retry_strategy=r)``."""
    module, call = match.call.site.module, match.call.node
    config = terms.wanted(match.call.name, "config")
    if config is None or match.of("config") is not None:
        return None
    fields = {field.name: field for field in terms.facts.fields(config) or ()}
    moved = [item for item in call.keywords if item.arg in match.unknown]
    given = {item.arg for item in moved}
    needed = {name for name, field in fields.items() if field.required}
    is_run = moved == call.keywords[call.keywords.index(moved[0]) :][: len(moved)]
    if not (given <= fields.keys() and needed <= given and is_run):
        return None
    brought = bring(module, f"sdk.{config}", call)
    if brought is None:
        return None
    is_only = match.parameters[0].name == "config" and not call.args and moved == call.keywords
    opening = f"{brought.expression}(" if is_only else f"config={brought.expression}("
    edits = (*brought.edits, _bracketed(module, moved, opening, ")"))
    return _Part(edits, "config", tuple(item.arg or "" for item in moved))


def _bracketed(module: Module, nodes: Sequence[ast.expr | ast.keyword], opening: str, closing: str) -> Edit:
    """Some neighbours in a list of arguments, with brackets round all of them."""
    first, last = module.text.span(nodes[0]), module.text.span(nodes[-1])
    whole = Span(first.row, first.column, last.end_row, last.end_column)
    return Edit(module.path, whole, f"{opening}{module.text.slice(whole)}{closing}")


def _are_bare(module: Module, call: ast.Call) -> bool:
    """Whether the positional arguments of a call stand in no brackets of their own."""
    spans = [module.text.span(node) for node in (*call.args, *call.keywords)]
    function, whole = module.text.span(call.func), module.text.span(call)
    ends = [(function.end_row, function.end_column), *((span.end_row, span.end_column) for span in spans)]
    starts = [*((span.row, span.column) for span in spans), (whole.end_row, whole.end_column)]
    gaps = [module.text.slice(Span(*end, *start)) for end, start in zip(ends, starts, strict=True)]
    code = ["".join(line.partition("#")[0].strip() for line in gap.split("\n")) for gap in gaps]
    return code[0] == "(" and set(code[1:-1]) <= {","} and code[-1] in (")", ",)")
