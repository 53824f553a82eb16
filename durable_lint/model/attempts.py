"""Attempts: how often a step may run, by its retry strategy and its semantics."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from durable_lint.dataclasses import dataclass
from durable_lint.knowledge import semantics
from durable_lint.model.operations import Operation, constant_of
from durable_lint.model.scope import walk_body
from durable_lint.model.sdk import sdk_name
from durable_lint.model.things import Class, External, Function, Literal, Record, Sequence
from durable_lint.model.values import Value

AT_MOST_ONCE = "StepSemantics.AT_MOST_ONCE_PER_RETRY"
AT_LEAST_ONCE = "StepSemantics.AT_LEAST_ONCE_PER_RETRY"
DEFAULT = "RetryPresets.default"


@dataclass(frozen=True, slots=True)
class Strategy:
    """A retry strategy: what it is called, how many attempts it allows (``None``: not known), its configuration.

    ``is_given`` says that the code names it, which is else the SDK's default.
    """

    name: str
    attempts: int | None
    is_given: bool = True
    config: Record | None = None

    @property
    def is_off(self) -> bool:
        """Whether it never retries."""
        return self.attempts == 1

    @property
    def shown(self) -> str:
        """What it is called in messages."""
        return f"{self.name}()" if self.is_given else "the default strategy"

    @property
    def chooses_errors(self) -> bool:
        """Whether it retries some errors only, or may."""
        if self.config is None:
            return False
        given = (self.config.get("retryable_errors"), self.config.get("retryable_error_types"))
        return any(value is not None and not _is_none(value) for value in given)

    @property
    def retried_types(self) -> tuple[str, ...] | None:
        """The dotted names of the error classes that it retries; ``None`` when that is not all, or not known."""
        messages = None if self.config is None else self.config.get("retryable_errors")
        types = None if self.config is None else self.config.get("retryable_error_types")
        if types is None or (messages is not None and not _is_none(messages)):
            return None
        names: list[str] = []
        for item in _items(types):
            if item.sole is None:
                return None
            match item.things[0]:
                case External(name):
                    names.append(name)
                case Class(node=node, module=module):
                    names.append(f"{module.name}.{node.name}")
                case _:
                    return None
        return tuple(names) or None


def strategy_of(value: Value | None) -> Strategy | None:
    """The retry strategy that a step's configuration names, the default when it names none; ``None`` for a strategy
    that cannot be seen through.
    """
    if value is None or _is_none(value):
        return Strategy(DEFAULT, semantics.attempts(DEFAULT), is_given=False)
    if value.sole is None:
        return None
    match value.things[0]:
        case Record(type=name) as made:
            return _made(name.removeprefix("sdk."), made)
        case Function() as function if _never_retries(function):
            return Strategy(function.name, 1)
    return None


def _made(name: str, made: Record) -> Strategy | None:
    usual = semantics.attempts(name)
    if usual is None:
        return None
    config = made.get("config")
    if name.startswith("RetryPresets.") or config is None or _is_none(config):
        return Strategy(name, usual)
    record = config.things[0] if config.sole is not None else None
    if not isinstance(record, Record):
        return None
    given = record.get("max_attempts")
    if given is None:
        return Strategy(name, None if record.is_open else usual, config=record)
    number = constant_of(given)
    return Strategy(name, number if isinstance(number, int) else None, config=record)


def strategy(operation: Operation) -> Strategy | None:
    """The retry strategy of a step or a submitter; ``None`` when it is not known."""
    return None if _is_hidden(operation) else strategy_of(operation.config_field("retry_strategy"))


def semantics_of(value: Value | None) -> str | None:
    """The member of ``StepSemantics`` that a value is, the default when none is given; ``None`` when not known."""
    if value is None:
        return AT_LEAST_ONCE
    if value.sole is not None and isinstance(value.things[0], External):
        return sdk_name(value.things[0].name)
    return None


def is_at_most_once(operation: Operation) -> bool | None:
    """Whether a step is started once at most for each attempt; ``None`` when its configuration is not known."""
    if _is_hidden(operation):
        return None
    found = semantics_of(operation.config_field("step_semantics"))
    return None if found is None else found == AT_MOST_ONCE


def errors_of(value: Value) -> Iterator[tuple[int, str]]:
    """The error classes in a list of them, as position and dotted name, those that are known."""
    for index, item in enumerate(_items(value)):
        for thing in item.things:
            if isinstance(thing, External):
                yield index, thing.name


def _items(value: Value) -> tuple[Value, ...]:
    thing = value.things[0] if value.sole is not None else None
    return thing.items or () if isinstance(thing, Sequence) else ()


def _is_hidden(operation: Operation) -> bool:
    if operation.config_is_hidden:
        return True
    records = () if operation.config is None else operation.config.only(Record)
    return any(isinstance(record, Record) and record.is_open for record in records)


def _never_retries(function: Function) -> bool:
    """Whether each path of a strategy of one's own says ``RetryDecision.no_retry()``."""
    if isinstance(function.node, ast.Lambda):
        return _is_no_retry(function.node.body)
    returns = [node for node in walk_body(function.node.body) if isinstance(node, ast.Return)]
    return bool(returns) and all(node.value is not None and _is_no_retry(node.value) for node in returns)


def _is_no_retry(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "no_retry"


def _is_none(value: Value) -> bool:
    return value.things == (Literal.of(None),)
