"""How long an agent may think."""

from time import monotonic as now

__all__ = ["now"]
