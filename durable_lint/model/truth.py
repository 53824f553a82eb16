"""Truth: tests whose outcome is known, so that one of two ways is never taken.

Mostly ``if now is None: now = time.time()`` in a helper that is handed the time.  Only names of the running function
count: a module's ``DEBUG = False`` is changed tomorrow, and what stands under it should be right already.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from durable_lint.model.things import (
    Boto,
    Class,
    Context,
    Durable,
    Function,
    Literal,
    Method,
    ModuleThing,
    Partial,
    Pattern,
    Prepared,
    Typed,
)
from durable_lint.model.values import Thing

if TYPE_CHECKING:
    from durable_lint.model.frame import Frame

_ALWAYS_TRUE = (Boto, Class, Context, Durable, Function, Method, ModuleThing, Partial, Prepared)
_RARELY_FALSE = ("builtins.float", "datetime.", "decimal.Decimal", "uuid.UUID")


def decided(frame: Frame, test: ast.expr) -> bool | None:
    """The outcome of a test when it is the same for every value that the names in it may have; ``None`` otherwise.

    A number that is a time or an amount counts as true, as those who write ``now or time.time()`` mean it.
    """
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            outcome = decided(frame, operand)
            return None if outcome is None else not outcome
        case ast.BoolOp(op=operator, values=values):
            return _of_many([decided(frame, value) for value in values], stops_at=isinstance(operator, ast.Or))
        case ast.Compare(left=ast.Name(id=name), ops=[ast.Is() | ast.IsNot()], comparators=[ast.Constant(value=None)]):
            outcome = _same([_is_none(thing) for thing in _things(frame, name)])
            return outcome if outcome is None or isinstance(test.ops[0], ast.Is) else not outcome
        case ast.Name(id=name):
            return _same([_truth(thing) for thing in _things(frame, name)])
    return None


def _of_many(outcomes: list[bool | None], stops_at: bool) -> bool | None:
    if stops_at in outcomes:
        return stops_at
    return None if None in outcomes else not stops_at


def _things(frame: Frame, name: str) -> tuple[Thing, ...]:
    found = frame.scope.find(name)
    return () if found is None or found[1].partial else found[1].things


def _same(outcomes: list[bool | None]) -> bool | None:
    return outcomes[0] if outcomes and all(outcome is outcomes[0] for outcome in outcomes) else None


def _is_none(thing: Thing) -> bool | None:
    if isinstance(thing, Literal):
        return thing.value is None
    return False if isinstance(thing, Pattern) or _truth(thing) else None


def _truth(thing: Thing) -> bool | None:
    match thing:
        case Literal(value=value):
            return bool(value)
        case Typed(name):
            return True if name.startswith(_RARELY_FALSE) else None
    return True if isinstance(thing, _ALWAYS_TRUE) else None
