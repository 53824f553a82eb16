"""Frozen dataclasses that are cheap to define and cheap to create."""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["filled", "record"]

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, TypeVar

    T = TypeVar("T")

    # To a type checker a record is a frozen dataclass, and may be passed to `dataclasses.replace` and the like.
    from dataclasses import dataclass as record

    def filled(cls: type[T], values: Mapping[str, Any]) -> T:
        """Return a record without calling its constructor; fields that have no value keep their plain defaults."""
else:
    from dataclasses import MISSING, FrozenInstanceError, dataclass, fields
    from operator import attrgetter

    def record(*, frozen):
        """Return a decorator that does what `dataclass(frozen=True)` does, in less time.

        The library's decorator compiles six methods for each class, which made up half of this package's import time;
        here only the constructor is compiled, and only when it is asked for. And where the library's constructor sets
        each field by way of `object.__setattr__`, this one sets the instance's dictionary at once: thousands of
        operations are built for one replay.

        Args:
            frozen: True, for type checkers take it from here.
        """
        return _as_record

    def _as_record(cls):
        # The library derives frozen dataclasses only from frozen ones, and compiles two methods for each.
        derived = any("__dataclass_fields__" in vars(base) for base in cls.__mro__[1:])
        made = dataclass(init=False, repr=False, eq=False, frozen=derived)(cls)
        made.__dataclass_params__.frozen = True
        names = tuple(field.name for field in fields(made))
        made.__init__ = _Constructor(made)
        made.__repr__ = _representation(names)
        made.__eq__, made.__hash__ = _comparison(names)
        made.__setattr__, made.__delattr__ = _set, _delete
        return made

    class _Constructor:
        """Stands for a class's constructor until that is called or looked at."""

        def __init__(self, cls):
            self._cls = cls

        def __get__(self, instance, owner):
            self._cls.__init__ = constructor = _constructor(self._cls)
            return constructor.__get__(instance, owner)

    def _constructor(cls):
        namespace = {"_set": object.__setattr__, "_MISSING": _FROM_FACTORY}
        positional, keyword_only, entries = [], [], []
        for field in fields(cls):
            parameter = entry = field.name
            if field.default_factory is not MISSING:
                namespace[f"_make_{field.name}"] = field.default_factory
                parameter = f"{field.name}=_MISSING"
                entry = f"_make_{field.name}() if {field.name} is _MISSING else {field.name}"
            elif field.default is not MISSING:
                namespace[f"_default_{field.name}"] = field.default
                parameter = f"{field.name}=_default_{field.name}"
            (keyword_only if field.kw_only else positional).append(parameter)
            entries.append(f"{field.name!r}: {entry}")
        parameters = ["self", *positional, *(["*", *keyword_only] if keyword_only else [])]
        source = f"def __init__({', '.join(parameters)}):\n    _set(self, '__dict__', {{{', '.join(entries)}}})"
        if hasattr(cls, "__post_init__"):
            source += "\n    self.__post_init__()"
        exec(source, namespace)
        constructor = namespace["__init__"]
        constructor.__qualname__ = f"{cls.__qualname__}.__init__"
        constructor.__module__ = cls.__module__
        constructor.__annotations__ = {field.name: field.type for field in fields(cls)} | {"return": "None"}
        return constructor

    def filled(cls, values):
        made = object.__new__(cls)
        object.__setattr__(made, "__dict__", values)
        return made

    class _FromFactory:
        def __repr__(self):
            return "<factory>"

    _FROM_FACTORY = _FromFactory()

    def _representation(names):
        def __repr__(self):
            values = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
            return f"{type(self).__qualname__}({values})"

        return __repr__

    def _comparison(names):
        values_of = attrgetter(*names) if len(names) > 1 else lambda self: (getattr(self, names[0]),)

        def __eq__(self, other):
            return values_of(self) == values_of(other) if type(other) is type(self) else NotImplemented

        def __hash__(self):
            return hash(values_of(self))

        return __eq__, __hash__

    def _set(self, name, value):
        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def _delete(self, name):
        raise FrozenInstanceError(f"cannot delete field {name!r}")
