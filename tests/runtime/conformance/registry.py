"""The table from requirement to handler, and what a handler needs of the Lambda that it pretends to run in."""

from __future__ import annotations

import importlib
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Handler = Callable[[Any, Any], Any]

# What the real service needs for a call of a durable function: a qualified name.
ECHO = "conformance-echo:$LATEST"
BROKEN = "conformance-broken:$LATEST"

# Where handlers keep what has to outlive their process; the driver sets it.
FOLDER = "CONFORMANCE_FOLDER"

# Longer than any SDK keeps the START of a running step to itself.
FLUSHED_SECONDS = 0.5


@dataclass(frozen=True)
class Entry:
    """One handler: it ``dies`` when it ends its own process, and then it is run in one of its own."""

    handler: Handler
    dies: bool


requirements: dict[str, Entry] = {}
targets: dict[str, Handler] = {}


def requirement(identifier: str, *, dies: bool = False) -> Callable[[Handler], Handler]:
    """Say that the decorated handler fulfils a requirement of the conformance package."""

    def registered(handler: Handler) -> Handler:
        if identifier in requirements:
            raise ValueError(f"two handlers claim requirement {identifier}")
        requirements[identifier] = Entry(handler, dies)
        return handler

    return registered


def target(name: str) -> Callable[[Handler], Handler]:
    """Say that the decorated handler is the function that ``context.invoke`` finds under ``name``."""

    def registered(handler: Handler) -> Handler:
        targets[name.partition(":")[0]] = handler
        return handler

    return registered


def load(*suites: str) -> dict[str, Entry]:
    """The handlers of some suites, by requirement; those that they share steps with are among them."""
    for suite in suites:
        importlib.import_module(f"tests.runtime.conformance.handlers.{suite}")
    return requirements


def die() -> None:
    """End this process as a crashing runtime does: at once, with nothing flushed or closed."""
    os._exit(1)


def die_in_a_running_step() -> None:
    """The same, once the START of the running step has reached the service."""
    time.sleep(FLUSHED_SECONDS)
    die()


def first_time(key: str) -> bool:
    """Whether nobody asked for this key before, in any process of the run."""
    try:
        (Path(os.environ[FOLDER]) / key.replace("/", "_").replace(":", "_")).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True
