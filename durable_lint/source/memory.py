"""Memory of a process that is all ours: it ends soon, and trees leave next to no rubbish behind."""

from __future__ import annotations

import gc


def collect_seldom() -> None:
    """Look for rubbish a hundred times less often than Python does: a tenth of the time of a run."""
    gc.set_threshold(100_000, 20, 20)
