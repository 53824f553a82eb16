"""Verifies that a durable function does the same on replay, whatever changes between its invocations.

    verdict = verify("orders:handler", {"order": "A-17"})
    verdict.raise_if_failed()

The function runs once to its end. Then it is invoked again with every state that its execution was in (an even sample
of them, if they are many), in new processes and used ones, with another clock, other random numbers, another hash seed
and other variables of Lambda's sandbox; each of these invocations is suspended by force as soon as it has something new
to record. Finally a whole execution runs in which the process is killed before and after acknowledgements. What the
function does each time, operations, their names, inputs and results, and effects that it reports with `effect`, has to
be what it did at first.

The parts: a `World` is what differs between processes; `prelude` and `hooks` run in the process and write `notes`;
`baseline` records the normal course, `probes` and `crashes` make the replays, `comparison` finds what differs, `causes`
finds out why, and `wording` says it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from durable_runtime.testing.verifier.entry import verify
    from durable_runtime.testing.verifier.verdict import Finding, ReplayError, Verdict

__all__ = ["Finding", "ReplayError", "Verdict", "verify"]


def __getattr__(name: str) -> Any:
    """Import a name when it is asked for: the processes of a verification need none of them."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = "entry" if name == "verify" else "verdict"
    value = globals()[name] = getattr(import_module(f"{__name__}.{module}"), name)
    return value
