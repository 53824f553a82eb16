"""Order: what goes through a container gives, and which effects are about nothing but the order of its elements."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from durable_lint.model.effects import Effect, Kind, Taints
from durable_lint.model.values import UNKNOWN, Arguments, Value

if TYPE_CHECKING:
    from durable_lint.model.frame import Frame


def iterated(frame: Frame, arguments: Arguments, node: ast.Call, ordered: bool) -> Value:
    """What one element of the first argument of a call may be."""
    from durable_lint.model.displays import iterate

    if not arguments.positional:
        return UNKNOWN
    place = node.args[0] if node.args else node
    return iterate(frame, place, arguments.positional[0], ordered=ordered and frame.order_matters)


def orderless(taints: Taints) -> Taints:
    """Effects without those that are only about order."""
    return frozenset(effect for effect in taints if effect.kind is not Kind.ORDER)


def order_of(value: Value) -> list[Effect]:
    """The effects of a value that are only about order."""
    return [effect for effect in value.taints if effect.kind is Kind.ORDER]


class _NoOrder(dict[Effect, "Effect | None"]):
    """Exchanges effects for none where they are only about order."""

    def get(self, key: Effect, default: Effect | None = None) -> Effect | None:  # type: ignore[override]
        return None if key.kind is Kind.ORDER else key


NO_ORDER = _NoOrder({None: None})  # type: ignore[dict-item]
