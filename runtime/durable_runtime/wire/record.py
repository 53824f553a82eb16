"""Frozen dataclasses that are cheap to create."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def record(cls: type[T]) -> type[T]:
    """Make a class a frozen dataclass whose constructor costs a quarter of the usual one.

    A frozen dataclass sets every field through `object.__setattr__`; thousands of operations are built for one replay,
    so this constructor writes the instance's dictionary instead. Fields may have defaults, but no default factories.
    """
    made = dataclass(frozen=True)(cls)
    made.__init__ = _constructor(made)  # type: ignore[method-assign]
    return made


def _constructor(cls: type[Any]) -> Callable[..., None]:
    defaults: dict[str, Any] = {}
    positional: list[str] = []
    keyword_only: list[str] = []
    for field in fields(cls):
        if field.default_factory is not MISSING:
            raise TypeError(f"{cls.__qualname__}.{field.name}: a record takes no default factory")
        parameter = field.name
        if field.default is not MISSING:
            defaults[f"_default_{field.name}"] = field.default
            parameter = f"{field.name}=_default_{field.name}"
        (keyword_only if field.kw_only else positional).append(parameter)
    parameters = ["self", *positional, *(["*", *keyword_only] if keyword_only else [])]
    entries = ", ".join(f"{field.name!r}: {field.name}" for field in fields(cls))
    source = f"def __init__({', '.join(parameters)}):\n    _set(self, '__dict__', {{{entries}}})"
    namespace: dict[str, Any] = {"_set": object.__setattr__, **defaults}
    exec(source, namespace)
    constructor: Callable[..., None] = namespace["__init__"]
    constructor.__qualname__ = f"{cls.__qualname__}.__init__"
    constructor.__module__ = cls.__module__
    constructor.__annotations__ = {field.name: field.type for field in fields(cls)} | {"return": "None"}
    return constructor
