"""Which objects are plugin factories, and how to name those that are not."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass


def is_factory(value: object) -> bool:
    """Whether `value.create_plugin(info)` can be called, as far as that can be known without calling it."""
    create_plugin = getattr(value, "create_plugin", None)
    if not callable(create_plugin):
        return False
    if isinstance(value, type) and _would_bind_info_to_self(value, create_plugin):
        return False
    try:
        signature = inspect.signature(create_plugin)
    except (TypeError, ValueError):
        return True  # a callable of C without a signature
    try:
        signature.bind(object())
    except TypeError:
        return False
    return True


def _would_bind_info_to_self(cls: type, create_plugin: object) -> bool:
    """Whether a class was given where an instance is meant: the info would become `self`.

    The signature does not show it, `create_plugin(self, info=None)` takes one argument. Class and static methods are
    fine, and so are callable objects that are no functions.
    """
    if getattr(create_plugin, "__self__", None) is not None or not inspect.isfunction(create_plugin):
        return False
    try:
        declared = inspect.getattr_static(cls, "create_plugin")
    except AttributeError:
        return False
    return not isinstance(declared, staticmethod)


def description(value: object) -> str:
    """What was passed instead of a factory. Classes and functions by name: their types say nothing."""
    if isinstance(value, type):
        return f"the class {qualified_name(value)}"
    if inspect.isroutine(value):
        return f"the function {qualified_name(value)}"
    return f"an instance of {qualified_name(type(value))}"


def qualified_name(value: object) -> str:
    """Module and name of a class or function, whatever it lacks."""
    module = getattr(value, "__module__", None) or "unknown module"
    name = getattr(value, "__qualname__", None) or getattr(value, "__name__", None) or "<unnamed>"
    return f"{module}.{name}"
