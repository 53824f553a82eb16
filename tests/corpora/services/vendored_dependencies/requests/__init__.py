"""Stands for the installed package."""

from .api import get, post

__all__ = ["get", "post"]
