"""Arithmetic on values: what an operator gives, and text put together from parts."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from durable_lint.model.things import UNORDERED, Literal, Mapping, Pattern, Sequence, Typed
from durable_lint.model.values import UNKNOWN, Thing, Value, join

if TYPE_CHECKING:
    pass

_MAX_TEXT = 400
_MAX_REPEATED = 2_000


NUMBERS = frozenset({"builtins.int", "builtins.float", "builtins.bool", "builtins.complex"})


def combined(operator: ast.operator, left: Value, right: Value) -> tuple[Thing, ...]:
    if isinstance(operator, ast.Add):
        text = _concatenated(left, right)
        if text is not None:
            return (text,)
        sequences = [thing for thing in (*left.things, *right.things) if isinstance(thing, Sequence)]
        if sequences:
            element = join(thing.element for thing in sequences)
            return (Sequence(sequences[0].type, None, element),)
    if isinstance(operator, ast.Mult):
        text = _repeated(left, right) or _repeated(right, left)
        if text is not None:
            return (text,)
    if isinstance(operator, ast.Mod) and any(is_text(thing) for thing in left.things):
        return (Pattern((None,)),)
    if isinstance(operator, (ast.BitOr, ast.BitAnd, ast.Sub, ast.BitXor)):
        for thing in left.things:
            if isinstance(thing, Sequence) and thing.type in _SETS:
                type_ = thing.type if thing.type in UNORDERED else "builtins.set"
                return (Sequence(type_, None, _members(operator, thing.element, _elements(right))),)
            if isinstance(thing, Mapping) and isinstance(operator, ast.BitOr):
                return tuple(thing.merged(other) for other in right.things if isinstance(other, Mapping)) or (
                    Mapping(thing.type, (), thing.key, UNKNOWN),
                )
        if not left.things and any(isinstance(thing, Sequence) and thing.type in UNORDERED for thing in right.things):
            return (Sequence("builtins.set", None, _members(operator, UNKNOWN, _elements(right))),)
    return _arithmetic(operator, left, right)


_SETS = UNORDERED | {"builtins.dict_keys", "builtins.dict_items"}


def _members(operator: ast.operator, left: Value, right: Value) -> Value:
    """An element of the difference, the intersection or the union of sets."""
    if isinstance(operator, ast.Sub):
        return left
    if isinstance(operator, ast.BitAnd):
        return left if left.things else right.tainted(left.taints, left.loops)
    if left.things and right.things:
        return left | right
    return Value((), left.taints | right.taints, left.loops | right.loops)


def _elements(value: Value) -> Value:
    return join(thing.element for thing in value.things if isinstance(thing, Sequence))


_RESULT_TYPES = {
    ("datetime.datetime", "datetime.datetime"): "datetime.timedelta",
    ("datetime.date", "datetime.date"): "datetime.timedelta",
    ("datetime.datetime", "datetime.timedelta"): "datetime.datetime",
    ("datetime.date", "datetime.timedelta"): "datetime.date",
    ("datetime.timedelta", "datetime.datetime"): "datetime.datetime",
    ("datetime.timedelta", "datetime.timedelta"): "datetime.timedelta",
    ("pathlib.Path", "builtins.str"): "pathlib.Path",
    ("decimal.Decimal", "decimal.Decimal"): "decimal.Decimal",
    ("decimal.Decimal", "builtins.int"): "decimal.Decimal",
    ("builtins.int", "decimal.Decimal"): "decimal.Decimal",
}


_DECIMAL = "decimal.Decimal"


_PATHS = ("Path", "PurePath", "PosixPath", "PurePosixPath", "WindowsPath", "PureWindowsPath")


_CERTAIN_RESULTS: dict[tuple[object, ...], str] = {
    **{(operator, _DECIMAL): _DECIMAL for operator in (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Mod, ast.FloorDiv)},
    **{(ast.Div, f"pathlib.{name}"): f"pathlib.{name}" for name in _PATHS},
    (ast.Add, "datetime.datetime"): "datetime.datetime",
}


_ODD_OPERANDS = frozenset({"numpy.ndarray", "pandas.Series", "pandas.DataFrame"})


def _arithmetic(operator: ast.operator, left: Value, right: Value) -> tuple[Thing, ...]:
    types_left, types_right = {t.plain_type for t in left.things}, {t.plain_type for t in right.things}
    for types, others in ((types_left, types_right), (types_right, types_left)):
        certain = _CERTAIN_RESULTS.get((operator.__class__, *types)) if len(types) == 1 else None
        if certain is not None and (types is types_left or certain == _DECIMAL) and not others & _ODD_OPERANDS:
            return (Typed(certain),)
    if not types_left or not types_right:
        return ()
    if types_left <= NUMBERS and types_right <= NUMBERS:
        folded = _fold(operator, left.number(), right.number())
        if folded is not None:
            return (Literal.of(folded),)
        is_float = isinstance(operator, ast.Div) or "builtins.float" in types_left | types_right
        return (Typed("builtins.float" if is_float else "builtins.int"),)
    results = {_RESULT_TYPES.get((a, b)) for a in types_left if a for b in types_right if b}
    if isinstance(operator, ast.Div) and results == {"datetime.timedelta"}:
        return (Typed("builtins.float"),)
    return tuple(Typed(result) for result in sorted(filter(None, results)))


def _fold(operator: ast.operator, left: float | None, right: float | None) -> int | float | None:
    if left is None or right is None or abs(left) > 1e15 or abs(right) > 1e15:
        return None
    match operator:
        case ast.Add():
            result = left + right
        case ast.Sub():
            result = left - right
        case ast.Mult():
            result = left * right
        case ast.Div() if right:
            return left / right
        case _:
            return None
    return int(result) if result.is_integer() else result


def is_text(thing: Thing) -> bool:
    return thing.plain_type == "builtins.str"


def _repeated(text: Value, count: Value) -> Thing | None:
    """``"-" * 20`` of a literal text; ``None`` for anything that is no repeated text."""
    if not text.things or not all(is_text(thing) for thing in text.things):
        return None
    literal_text, times = text.literal_text(), count.number()
    if literal_text is None or times is None or len(literal_text) * times > _MAX_REPEATED:
        return Pattern((None,))
    return Literal.of(literal_text * int(times))


def _concatenated(left: Value, right: Value) -> Thing | None:
    if not any(is_text(thing) for thing in (*left.things, *right.things)):
        return None
    if left.things and right.things and not all(is_text(t) for t in (*left.things, *right.things)):
        return None
    return text_of([*parts_of(left), *parts_of(right)])


def parts_of(value: Value) -> list[str | None]:
    if value.sole is not None:
        match value.things[0]:
            case Literal(value=str(text)):
                return [text]
            case Literal(value=(bool() | int()) as number):
                return [str(number)]
            case Pattern(parts):
                return list(parts)
    return [None]


def text_of(parts: list[str | None]) -> Thing:
    merged: list[str | None] = []
    for part in parts:
        if part is not None and merged and isinstance(merged[-1], str):
            merged[-1] += part
        else:
            merged.append(part)
    if not merged:
        return Literal.of("")
    if len(merged) == 1 and isinstance(merged[0], str):
        return Literal.of(merged[0])
    return Pattern(tuple(part[:_MAX_TEXT] if part else part for part in merged[:32]))
