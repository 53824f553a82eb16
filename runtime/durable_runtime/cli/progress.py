"""Shows executions while they run: a tree on a terminal, a line for each change elsewhere."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from durable_runtime.cli.operations import Operation, children, line_of
from durable_runtime.service.engine import Engine
from durable_runtime.service.ledger import Changes

if TYPE_CHECKING:
    from rich.tree import Tree

_COLOURS = {"SUCCEEDED": "green", "FAILED": "red", "TIMED_OUT": "red", "STOPPED": "red", "PENDING": "yellow"}
_MOST_BRANCHES = 12
"""Operations of one context that the live tree shows; of more, the last ones."""


@contextmanager
def shown(engine: Engine) -> Iterator[None]:
    """Show on standard error what an engine does meanwhile."""
    show = _on_a_terminal if sys.stderr is not None and sys.stderr.isatty() else _in_lines
    with show() as listener:
        end = engine.subscribe(listener)
        try:
            yield
        finally:
            end()


@contextmanager
def _in_lines() -> Iterator[Callable[[Changes], None]]:
    """One line for each operation that changes, in the order of the changes."""
    last: dict[tuple[str, str], str] = {}
    lock = threading.Lock()

    def listener(changes: Changes) -> None:
        name = changes.execution.start.parts.name
        with lock:
            for operation in changes.operations:
                if operation["Type"] == "EXECUTION":
                    continue
                line = line_of(operation)
                key = (changes.execution.arn, operation["Id"])
                if last.get(key) != line.says:
                    last[key] = line.says
                    click.echo(f"{name}: {line.title} {line.says}", err=True)

    yield listener


@contextmanager
def _on_a_terminal() -> Iterator[Callable[[Changes], None]]:
    """A tree for each execution, drawn anew a few times a second."""
    from rich.console import Console, Group
    from rich.live import Live

    known: dict[str, dict[str, Operation]] = {}
    names: dict[str, str] = {}
    lock = threading.Lock()

    def listener(changes: Changes) -> None:
        with lock:
            names[changes.execution.arn] = f"{changes.execution.start.parts.name} {changes.execution.status.lower()}"
            operations = known.setdefault(changes.execution.arn, {})
            operations.update((operation["Id"], dict(operation)) for operation in changes.operations)

    def drawn() -> Any:
        with lock:
            return Group(
                *(tree(names[arn], list(operations.values()), _MOST_BRANCHES) for arn, operations in known.items())
            )

    with Live(get_renderable=drawn, console=Console(stderr=True), refresh_per_second=8):
        yield listener


def tree(title: str, operations: Sequence[Operation], most: int | None = None) -> Tree:
    """Operations below the contexts that they are in; of each context at most the last `most`."""
    from rich.text import Text
    from rich.tree import Tree

    grouped = children(operations)

    def grow(branch: Tree, context: str | None) -> None:
        below = grouped.get(context, [])
        hidden = max(0, len(below) - most) if most is not None else 0
        if hidden:
            branch.add(Text(f"… {hidden} before", style="dim"))
        for operation in below[hidden:]:
            line = line_of(operation)
            text = Text.assemble(line.title, " ", (line.says, _COLOURS.get(line.state, "cyan")))
            grow(branch.add(text), operation["Id"])

    root = Tree(Text(title, style="bold"))
    grow(root, None)
    return root
