"""What happens when a plugin raises: it is logged, and the execution goes on."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import cast

# The name under which users find and filter these messages: the public module's.
logger = logging.getLogger("durable_runtime.plugin")

# Instructions to the running thread rather than defects of a plugin: whoever runs the hook must let them through.
# asyncio.CancelledError is none of them: nothing cancels the SDK's threads, so it comes from the plugin's own tasks.
_CONTROL = (KeyboardInterrupt, SystemExit, GeneratorExit)


def contained(error: BaseException, message: str, *args: object) -> BaseException | None:
    """Log what a plugin raised, and return what the caller has to raise instead: None, unless a thread must stop.

    A group is taken apart: a task group whose task was interrupted carries the interrupt beside ordinary errors.
    """
    control: BaseException | None = None
    ordinary: BaseException | None = error
    if isinstance(error, BaseExceptionGroup):
        control, ordinary = error.split(_CONTROL)
    elif isinstance(error, _CONTROL):
        control, ordinary = error, None
    if ordinary is not None:
        log(logging.ERROR, message, *args, error=ordinary)
    return control


def log(level: int, message: str, *args: object, error: BaseException | None = None) -> None:
    """Log; a handler or filter of the user's that raises is as harmless as a plugin that raises."""
    with suppress(Exception):
        logger.log(level, message, *args, exc_info=error)


def type_name(value: object) -> str:
    """The name of a value's type, or of the value if it is a class; no code of the value's or its class's runs."""
    try:
        return str(type.__getattribute__(class_of(value), "__qualname__"))
    except Exception:
        return "<unnamed>"


def qualified_type_name(value: object) -> str:
    """The same with its module, if that has a name."""
    module: object = None
    with suppress(Exception):
        module = type.__getattribute__(class_of(value), "__module__")
    name = type_name(value)
    return f"{module}.{name}" if type(module) is str else name


def class_of(value: object) -> type:
    """The value's class, or the value if it is one; isinstance would ask a proxy for its `__class__`."""
    return cast("type", value) if issubclass(type(value), type) else type(value)
