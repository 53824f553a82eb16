"""The state machine of one execution: header, operations, transitions, history."""

from durable_runtime.service.ledger.changes import Changes, InvokeOutcome, InvokeRequest, Target
from durable_runtime.service.ledger.events import without_data
from durable_runtime.service.ledger.execution import Execution, Invocation, Parent, Pause, Start
from durable_runtime.service.ledger.ledger import Ledger
from durable_runtime.service.ledger.pages import StatePage

__all__ = [
    "Changes",
    "Execution",
    "Invocation",
    "InvokeOutcome",
    "InvokeRequest",
    "Ledger",
    "Parent",
    "Pause",
    "Start",
    "StatePage",
    "Target",
    "without_data",
]
