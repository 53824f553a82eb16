"""Rewriting: the changes that rules offer, as exact edits of the text that is there.

A rule says what is wrong; these modules know how the right program is written where it stands: which name holds the
context, what an operation can be called, what has to be imported, how a value travels through a checkpoint. Whatever
cannot be told for certain makes no fix.

Rules write ``rewrite.steps.recorded(...)``: a module is imported when the first finding asks it for a fix, which most
runs never do.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from durable_lint.rewrite import batches as batches
    from durable_lint.rewrite import callbacks as callbacks
    from durable_lint.rewrite import child_context as child_context
    from durable_lint.rewrite import clauses as clauses
    from durable_lint.rewrite import durations as durations
    from durable_lint.rewrite import handing as handing
    from durable_lint.rewrite import handlers as handlers
    from durable_lint.rewrite import logs as logs
    from durable_lint.rewrite import outside as outside
    from durable_lint.rewrite import promoting as promoting
    from durable_lint.rewrite import receivers as receivers
    from durable_lint.rewrite import renaming as renaming
    from durable_lint.rewrite import sdk_calls as sdk_calls
    from durable_lint.rewrite import sdk_names as sdk_names
    from durable_lint.rewrite import sdk_types as sdk_types
    from durable_lint.rewrite import sending as sending
    from durable_lint.rewrite import signatures as signatures
    from durable_lint.rewrite import sorting as sorting
    from durable_lint.rewrite import steps as steps
    from durable_lint.rewrite import strategies as strategies
    from durable_lint.rewrite import timeouts as timeouts
    from durable_lint.rewrite import waits as waits


def __getattr__(name: str) -> ModuleType:
    try:
        return import_module(f"{__name__}.{name}")
    except ModuleNotFoundError as error:
        if error.name != f"{__name__}.{name}":
            raise
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
