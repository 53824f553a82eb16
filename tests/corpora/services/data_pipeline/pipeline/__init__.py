"""Nightly data: handlers come from a factory, stages are partials and closures."""

from .factory import make_handler

__all__ = ["make_handler"]
