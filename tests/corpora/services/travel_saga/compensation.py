"""What must be undone."""

from collections.abc import Callable, Iterator, Sequence

from aws_durable_execution_sdk_python import DurableContext

LAST_RUN: dict[str, object] = {}


class Compensations:
    """Steps that undo bookings, the last booking first."""

    def __init__(self) -> None:
        self._steps: list[tuple[str, Callable]] = []

    def add(self, label: str, step: Callable) -> None:
        self._steps.append((label, step))

    def __iter__(self) -> Iterator[tuple[str, Callable]]:
        return iter(reversed(self._steps))


def run_all(context: DurableContext, steps: Sequence[Callable]) -> None:
    """Runs each compensation as a step of ``context``."""
    LAST_RUN["context"] = context  # expect: DUR203[E]
    for number, step in enumerate(reversed(steps)):
        context.step(step, name=f"undo_{number}")
