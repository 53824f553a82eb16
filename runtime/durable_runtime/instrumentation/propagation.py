"""Metadata that plugins hand on to the functions an execution invokes."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from durable_runtime.instrumentation.containment import log, qualified_type_name
from durable_runtime.records import record

if TYPE_CHECKING:
    from durable_runtime.instrumentation.hooks import DurableInstrumentationPlugin


@record(frozen=True)
class PropagationInput:
    """A chained invoke that is about to be recorded."""

    execution_arn: str
    operation_id: str
    target_function_name: str
    parent_operation_id: str | None = None


@record(frozen=True)
class PropagationMetadata:
    """What the invoked function is to receive; the SDK does not look into it.

    Attributes:
        x_amzn_trace_id: the value of the trace header `X-Amzn-Trace-Id`.
    """

    x_amzn_trace_id: str | None = None


def collect(
    plugins: Iterable[DurableInstrumentationPlugin],
    info: PropagationInput,
    in_hook: AbstractContextManager[None],
) -> PropagationMetadata:
    """Ask the plugins in order; the first trace id that is not blank is taken, another one is reported as a conflict.

    A plugin that raises an `Exception`, or answers with anything but `PropagationMetadata` or None, is reported and
    ignored.
    """
    value: str | None = None
    owner = ""
    conflicts = 0
    for plugin in plugins:
        name = qualified_type_name(plugin)
        try:
            with in_hook:
                answer = plugin.provide_propagation_metadata(info)
            candidate = _trace_id(answer)
        except Exception as error:
            log(logging.ERROR, "Plugin %s propagation metadata failure ignored", name, error=error)
            continue
        if candidate is None or not candidate.strip():
            continue
        if value is None:
            value, owner = candidate, name
        elif candidate != value:
            conflicts += 1
            log(
                logging.WARNING,
                "Propagation metadata conflict between %s and %s for x_amzn_trace_id; "
                "keeping first value (conflict_count=%d)",
                owner,
                name,
                conflicts,
            )
    return PropagationMetadata(x_amzn_trace_id=value)


def _trace_id(answer: object) -> str | None:
    if answer is None:
        return None
    if inspect.iscoroutine(answer):
        answer.close()
        raise TypeError("propagation metadata hook must be synchronous")
    if not isinstance(answer, PropagationMetadata):
        raise TypeError("expected PropagationMetadata or None")
    trace_id: object = answer.x_amzn_trace_id
    if trace_id is None:
        return None
    if not isinstance(trace_id, str):
        raise TypeError("x_amzn_trace_id must be a string or None")
    # A subclass of str could run code of its own whenever two values are compared.
    return str.__str__(trace_id)
