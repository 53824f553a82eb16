"""Checks of arguments at the call that passes them, where they can still be named.

Only what could never work is refused: duck-typed values and `None` for "the default" pass.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from enum import Enum


def refuse(place: str, expected: str, value: object, remedy: str = "") -> NoReturn:
    """Raise the TypeError that all checks raise; `place` names the parameter, as in "StepConfig.serdes"."""
    raise TypeError(f"{place} must be {expected}, got {_described(value)}{remedy and f'; {remedy}'}")


def _described(value: object) -> str:
    if isinstance(value, type):
        return f"the class {value.__qualname__}"
    kind = type(value).__qualname__
    return f"{value!r} ({kind})" if isinstance(value, str | int | float) else kind


def check_callable(place: str, value: Any, expected: str = "callable", remedy: str = "") -> None:
    """Refuse what is neither None nor callable."""
    if value is not None and not callable(value):
        refuse(place, expected, value, remedy)


def check_member(place: str, value: Any, enum: type[Enum]) -> None:
    """Refuse what is not a member of `enum`: members are compared by identity, their strings would be ignored."""
    if not isinstance(value, enum):
        refuse(place, f"a member of {enum.__name__}", value, f"for example {enum.__name__}.{next(iter(enum)).name}")


def check_number(place: str, value: Any) -> None:
    """Refuse what cannot be compared with numbers."""
    try:
        value < 0  # noqa: B015 - asked only whether it can be
    except TypeError:
        refuse(place, "a number", value)


def check_optional_number(place: str, value: Any) -> None:
    """Refuse what is neither None nor comparable with numbers."""
    if value is not None:
        check_number(place, value)


def check_text(place: str, value: Any) -> None:
    """Refuse what is neither None nor a string."""
    if value is not None and not isinstance(value, str):
        refuse(place, "a string", value)


def check_serdes(place: str, value: Any) -> None:
    """Refuse what is neither None nor has the two methods of a SerDes."""
    if value is None:
        return
    if isinstance(value, type):
        refuse(place, "a SerDes", value, f"pass an instance: {value.__qualname__}()")
    if not (callable(getattr(value, "serialize", None)) and callable(getattr(value, "deserialize", None))):
        refuse(place, "a SerDes", value)


def check_duration(place: str, value: Any) -> None:
    """Refuse what does not convert to seconds as a Duration does."""
    if not callable(getattr(value, "to_seconds", None)):
        refuse(place, "a Duration", value, "for example Duration.from_seconds(30)")
