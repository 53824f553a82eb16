"""Calls of the SDK that do not fit its signatures: what is wrong with the arguments of one call."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from durable_lint.dataclasses import dataclass
from durable_lint.knowledge.contract import history
from durable_lint.model.contract import Given, Match, SdkCall, Terms
from durable_lint.model.values import Value

_SETTINGS = ("config", "setting", "option")
_FUNCTIONS = frozenset({"func", "functions", "submitter", "check", "inputs"})
_MOVABLE = frozenset({"callable", "text", "Duration", "DurableContext"})
_DATA = frozenset({"text", "number", "dict", "list", "set"})
_WORDS = {
    "callable": "a function",
    "items": "a list",
    "list": "a list",
    "dict": "a dict",
    "set": "a set",
    "number": "a number",
    "retry_strategy": "a retry strategy",
    "wait_strategy": "a wait strategy",
    "class": "a class",
}


@dataclass(frozen=True, slots=True)
class Mismatch:
    """What is wrong with one call, as parts of a sentence, and the arguments that stand in the wrong place.

    ``raises`` says that the call fails at once with a TypeError, whatever the values are; ``is_certain`` is false where
    only the way in which the call is written tells what it means.
    """

    match: Match
    problems: tuple[str, ...]
    misplaced: tuple[Given, ...]
    raises: bool
    is_certain: bool = True


def mismatch_of(terms: Terms, call: SdkCall) -> Mismatch | None:
    """What does not fit in a call; ``None`` when it fits, or when not all of its arguments can be seen."""
    match = terms.match(call)
    if match is None:
        return None
    misplaced = tuple(given for given in match.given if is_misplaced(terms, match, given))
    wrong = tuple(_signature_problems(terms, match))
    if not misplaced and not wrong:
        is_spread = match.call.name == "DurableContext.parallel" and _look_alike(match)
        return (
            Mismatch(match, ("`functions` gets the first of several branches",), (), False, False)
            if is_spread
            else None
        )
    gets = tuple(f"`{given.parameter.name}` gets {shown(terms, given.value)}" for given in misplaced)
    return Mismatch(match, gets + wrong, misplaced, bool(wrong))


def is_misplaced(terms: Terms, match: Match, given: Given) -> bool:
    """Whether an argument of an operation belongs to another parameter, or is no function where one is called."""
    name = match.call.name
    wanted, kinds = terms.wanted(name, given.parameter.name), terms.kinds(given.value)
    if wanted is None or kinds is None or not _is_operation(name) or any(terms.fits(wanted, kind) for kind in kinds):
        return False
    if given.parameter.name == "config":
        return kinds <= _MOVABLE
    others = [
        terms.wanted(name, parameter.name)
        for parameter in match.parameters
        if parameter.name != given.parameter.name and not parameter.keyword_only
    ]
    if kinds <= _DATA:
        is_text = kinds == {"text"} and "text" in others
        return (is_text or given.parameter.name in _FUNCTIONS) and given.parameter.name != "name"
    if given.parameter.name in _FUNCTIONS:
        return True
    return all(any(other and terms.fits(other, kind) for other in others) for kind in kinds)


def _look_alike(match: Match) -> bool:
    """Whether three or more arguments are calls of different unknown functions with the same arguments.

    Nobody makes a list of branches, a name and a configuration from one thing: ``parallel(users(id), orders(id), …)``.
    """
    nodes = match.call.node.args
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    if len(nodes) < 3 or len(calls) < len(nodes) or any(value.things for value in match.call.arguments.positional):
        return False
    functions = {ast.dump(call.func) for call in calls}
    arguments = {ast.dump(ast.Tuple([*call.args, *(item.value for item in call.keywords)])) for call in calls}
    is_settings = any(word in ast.dump(calls[2].func).lower() for word in _SETTINGS)
    return len(functions) == len(calls) and len(arguments) == 1 and not is_settings


def shown(terms: Terms, value: Value) -> str:
    """What a value is, for messages."""
    kinds = sorted(terms.kinds(value) or ())
    words = [_WORDS.get(kind, kind.removeprefix("uncalled ")) for kind in kinds]
    return " or ".join(dict.fromkeys(words)) or "something else"


def argument_history(terms: Terms, call: str, name: str) -> str:
    """Until or since when other lines of the SDK know an argument; empty when none does."""
    return history(terms.line, lambda facts: any(parameter.name == name for parameter in facts.parameters(call) or ()))


def _is_operation(name: str) -> bool:
    return name.startswith("DurableContext.") or name == "with_retry"


def _signature_problems(terms: Terms, match: Match) -> Iterator[str]:
    lost = {name: argument_history(terms, match.call.name, name) for name in match.unknown}
    yield from (f"`{name}` {since}" for name, since in lost.items() if since)
    unknown = [f"`{name}`" for name, since in lost.items() if not since]
    if unknown:
        yield f"there is no argument {' or '.join(unknown)}"
    if match.surplus:
        limit = sum(not p.keyword_only and not p.name.startswith("*") for p in match.parameters)
        yield f"it takes {limit or 'no'} positional argument{'s' * (limit != 1)}, not {limit + len(match.surplus)}"
    yield from (f"`{name}` is given twice" for name in match.twice)
    yield from (f"`{name}` is missing" for name in match.missing)
