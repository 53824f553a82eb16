"""What is logged, as a person at the command line reads it: tracebacks without the frames of this package."""

from __future__ import annotations

import logging
import sys
import traceback
from pathlib import Path
from types import TracebackType

_PACKAGE = str(Path(__file__).parents[1])


def shorten_tracebacks() -> None:
    """Have what is logged, as long as nobody configures logging, show only the frames of handlers."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(logging.WARNING)
    handler.setFormatter(_Formatter())
    logging.lastResort = handler


class _Formatter(logging.Formatter):
    def formatException(
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        if ei[0] is None:
            return ""
        told = traceback.TracebackException(*ei)
        _shorten(told)
        return "".join(told.format()).rstrip("\n")


def _shorten(told: traceback.TracebackException) -> None:
    frames = [frame for frame in told.stack if not frame.filename.startswith(_PACKAGE)]
    told.stack = traceback.StackSummary.from_list(frames)
    for other in (told.__cause__, told.__context__, *(told.exceptions or ())):
        if other is not None:
            _shorten(other)
