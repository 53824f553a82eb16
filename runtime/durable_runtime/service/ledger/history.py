"""How the history is shown."""

from __future__ import annotations

from durable_runtime.service.wire import Event


def without_data(event: Event) -> Event:
    """The event as GetDurableExecutionHistory shows it with IncludeExecutionData false.

    Payloads, errors and reasons are left out and marked ``Truncated``.
    """
    raise NotImplementedError
