"""Data classes that cost little to define.

Editors start a process for every file, and that process defines some hundred and thirty data classes before it reads
the file. Until Python 3.13 ``dataclasses`` compiles up to six functions for each of them, which made a quarter of the
run. Here one is compiled, the constructor; the other methods are shared.

``dataclass``, ``field`` and ``replace`` mean what they mean in ``dataclasses``, as far as they are used here: type
checkers take them for those. All classes have ``__slots__``.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass", "field", "replace"]

if TYPE_CHECKING:
    from dataclasses import dataclass, field, replace
else:

    def dataclass(*, slots, frozen=False, eq=True):
        """Give a class a constructor, ``repr`` and slots for its annotated fields, and unless ``eq`` is false equality.

        The objects of a ``frozen`` class do not change; with equality they can be hashed.
        """
        assert slots, "records have slots"
        return lambda cls: _record(cls, frozen, eq)

    def field(*, default=..., default_factory=None, repr=True):
        """What a field holds when nothing is given for it, and whether ``repr`` shows it."""
        return _Field(default, default_factory, repr)

    def replace(record, /, **changes):
        """The same record with other values in some fields."""
        names = record.__match_args__
        return record.__class__(**{name: getattr(record, name) for name in names} | changes)


class _Field:
    __slots__ = ("default", "factory", "shown")

    def __init__(self, default: object = ..., factory: Callable[[], object] | None = None, shown: bool = True) -> None:
        self.default = default
        self.factory = factory
        self.shown = shown


def _record(cls: type, frozen: bool, eq: bool) -> type:
    """The class made anew: slots cannot be added to one that is there."""
    own = {name: _field_of(vars(cls).get(name, ...)) for name in cls.__annotations__}
    inherited: dict[str, _Field] = getattr(cls, "__record_fields__", {})
    fields = inherited | own
    left_out = {*own, "__dict__", "__weakref__"}
    written = {name: value for name, value in vars(cls).items() if name not in left_out}
    members: dict[str, Any] = {
        "__repr__": _repr_of(fields),
        "__slots__": tuple(name for name in own if name not in inherited),
        "__match_args__": tuple(fields),
        "__record_fields__": fields,
    }
    if eq:
        members |= _comparison(tuple(fields), frozen)
    if frozen:
        members |= {"__setattr__": _refuse, "__delattr__": _refuse, "__reduce__": _parts}
    made = type(cls)(cls.__name__, cls.__bases__, members | written)
    made.__qualname__ = cls.__qualname__
    made.__init__ = _constructor(made, fields)  # type: ignore[misc]
    return made


def _field_of(default: object) -> _Field:
    return default if isinstance(default, _Field) else _Field(default)


def _constructor(cls: type, fields: dict[str, _Field]) -> Callable[..., None]:
    """``__init__``, written out: it fills the slots themselves, which is also how a frozen object gets its values."""
    parameters, lines = [], []
    known: dict[str, object] = {"_absent": object()}
    for name, one in fields.items():
        known[f"_set_{name}"] = getattr(cls, name).__set__
        value = name
        if one.factory is not None:
            known[f"_make_{name}"] = one.factory
            value = f"_make_{name}() if {name} is _absent else {name}"
            parameters.append(f"{name}=_absent")
        elif one.default is not ...:
            known[f"_default_{name}"] = one.default
            parameters.append(f"{name}=_default_{name}")
        else:
            parameters.append(name)
        lines.append(f"    _set_{name}(self, {value})")
    if hasattr(cls, "__post_init__"):
        lines.append("    self.__post_init__()")
    exec("\n".join([f"def __init__(self, {', '.join(parameters)}):", *(lines or ["    pass"])]), known)
    constructor: Callable[..., None] = known["__init__"]  # type: ignore[assignment]
    constructor.__qualname__ = f"{cls.__qualname__}.__init__"
    return constructor


def _comparison(names: tuple[str, ...], frozen: bool) -> dict[str, Any]:
    """Equality by content with objects of the same class, and the hash that goes with it."""
    get: Callable[[Any], object] = attrgetter(*names) if len(names) > 1 else lambda record: _values(record)

    def __eq__(self: Any, other: object) -> bool:
        return get(self) == get(other) if other.__class__ is self.__class__ else NotImplemented

    def __hash__(self: Any) -> int:
        return hash(get(self))

    return {"__eq__": __eq__, "__hash__": __hash__ if frozen else None}


def _repr_of(fields: dict[str, _Field]) -> Callable[[Any], str]:
    shown = [name for name, one in fields.items() if one.shown]
    return lambda record: (
        f"{record.__class__.__qualname__}({', '.join(f'{name}={getattr(record, name)!r}' for name in shown)})"
    )


def _values(record: Any) -> tuple[object, ...]:
    return tuple(getattr(record, name) for name in record.__match_args__)


def _parts(record: Any) -> tuple[type, tuple[object, ...]]:
    """What pickle makes the object from in another process."""
    return record.__class__, _values(record)


def _refuse(record: Any, name: str, *_: object) -> None:
    raise AttributeError(f"{record.__class__.__qualname__}.{name} cannot be changed")
