"""What is logged, as a person at the command line reads it: tracebacks without the frames of this package."""

from __future__ import annotations

import logging
import os
import sys
import traceback
from pathlib import Path
from types import TracebackType
from typing import TextIO

_PACKAGE = str(Path(__file__).parents[1])


LEVEL_VARIABLE = "DURABLE_RUN_LOG_LEVEL"
"""Environment variable that tells worker processes from which level on to show what is logged."""


def show_log() -> None:
    """Have what handlers log shown on standard error, as long as nobody configures logging."""
    level = os.environ.get(LEVEL_VARIABLE, "INFO")
    handler = _Handler(level)
    handler.setFormatter(_Formatter())
    logging.lastResort = handler
    logging.getLogger().setLevel(level)


class _Handler(logging.StreamHandler[TextIO]):
    """Writes to what standard error is at that moment: a progress tree puts itself in its place."""

    def __init__(self, level: str) -> None:
        logging.Handler.__init__(self, level)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        return sys.stderr


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
