"""One package of the namespace has an ``__init__`` and re-exports."""

from acme.common import money as money
from acme.common.periods import close as close_period

__all__ = ["close_period", "money"]
