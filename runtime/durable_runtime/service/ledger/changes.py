"""What a transition of a ledger did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from durable_runtime.service.ledger.execution import Execution
from durable_runtime.service.wire import ErrorObject, Event, Operation


@dataclass(frozen=True, slots=True)
class Target:
    """The function that a chained invoke will reach."""

    name: str
    """Bare function name."""
    version: str
    """The version that runs: ``$LATEST`` or digits."""
    durable: bool
    """Whether it runs as a durable execution of its own."""


@dataclass(frozen=True, slots=True)
class InvokeRequest:
    """A chained invoke to start. The engine reports its end with `Ledger.invoke_finished`."""

    operation_id: str
    function_name: str
    """As the handler wrote it: a name, with or without qualifier, or an ARN."""
    target: Target
    payload: str | None
    tenant_id: str | None
    trace_header: str | None
    child_arn: str | None
    """ARN under which a durable target must be begun; None for a plain function, which is called once."""


@dataclass(frozen=True, slots=True)
class InvokeOutcome:
    """How a chained invoke ended."""

    status: Literal["SUCCEEDED", "FAILED", "TIMED_OUT", "STOPPED"]
    result: str | None = None
    error: ErrorObject | None = None

    @classmethod
    def timed_out(cls, seconds: int) -> InvokeOutcome:
        """A child execution or an invocation that ran past its limit of so many seconds."""
        message = f"CHAINED_INVOKE timed out after {seconds} seconds."
        return cls("TIMED_OUT", error={"ErrorMessage": message, "ErrorType": "ChainedInvoke.Timeout"})

    @classmethod
    def of(cls, child: Execution) -> InvokeOutcome:
        """The outcome that a child execution's end means for its parent."""
        if child.status == "TIMED_OUT":
            return cls.timed_out(child.start.execution_timeout)
        assert child.status in ("SUCCEEDED", "FAILED", "STOPPED"), f"{child.arn} is {child.status}"
        return cls(child.status, child.result, child.error)


@dataclass(frozen=True, slots=True)
class Changes:
    """What one transition did; a store writes it in one transaction.

    The dictionaries are never changed afterwards: stores and listeners may keep them.
    """

    execution: Execution
    """The header after the transition."""
    operations: tuple[Operation, ...] = ()
    """Each operation that changed, once, in its new state, with the service's bookkeeping (key ``_``) to be kept."""
    events: tuple[Event, ...] = ()
    """Events to append to the history, with all data."""
    invokes: tuple[InvokeRequest, ...] = ()
    """Chained invokes to start once this is stored."""
    stops: tuple[str, ...] = ()
    """ARNs of child executions to stop once this is stored, with `execution.error`."""
