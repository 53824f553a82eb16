"""Bodies: the record of one evaluation of a callable, which rules ask."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from durable_lint.model.effects import NO_TAINTS, OUTSIDE_KINDS, Effect, Kind, Site, Taints
from durable_lint.model.module import Module
from durable_lint.model.operations import Operation
from durable_lint.model.values import UNKNOWN, Arguments, Context, FunctionNode, Prepared, Thing, Value


class Role(Enum):
    """How often a body's code runs: again on every replay, or once inside a step."""

    REPLAYED = "replayed"
    STEP = "step"


class BodyKind(Enum):
    """What a body is to the SDK; ``PLAIN`` is a function that only other bodies call."""

    HANDLER = "handler"
    CHILD = "child context"
    BRANCH = "parallel branch"
    MAP = "map function"
    RETRY = "with_retry function"
    CALLED_BACK = "function the SDK calls while orchestrating"
    STEP = "step"
    SUBMITTER = "wait_for_callback submitter"
    CHECK = "wait_for_condition check"
    PLAIN = "function"


CHILD_KINDS = frozenset({BodyKind.CHILD, BodyKind.BRANCH, BodyKind.MAP, BodyKind.RETRY})


@dataclass(frozen=True, slots=True)
class Returned:
    """A value that a body gives back, at the expression that makes it."""

    site: Site
    value: Value


@dataclass(frozen=True, slots=True)
class Escape:
    """A context that leaves its body: ``how`` says where it goes (``a module global``, ``a thread`` ...)."""

    site: Site
    context: Context
    how: str


@dataclass(frozen=True, slots=True)
class ContextArgument:
    """A context handed to a step as an argument or captured default."""

    site: Site
    context: Context


@dataclass(frozen=True, slots=True)
class Unrun:
    """A decorated function that was called but never handed to an operation: ``how`` it is used instead."""

    site: Site
    prepared: Prepared
    how: str


@dataclass(frozen=True, slots=True)
class Use:
    """An SDK result used in a way that matters: ``how`` is ``subscript``, ``attribute NAME``, ``iterate``, ``len`` ..."""

    site: Site
    thing: Thing
    how: str


@dataclass(frozen=True, slots=True)
class Guard:
    """An ``except`` clause (or ``suppress``) round operations.

    ``caught`` are the classes it names (empty for a bare ``except``), ``earlier`` those of the clauses above it,
    ``reraises`` whether every path through the clause raises, ``raises_elsewhere`` whether the guarded code can raise
    anything but the operations' errors.
    """

    site: Site
    caught: tuple[Value, ...]
    is_bare: bool
    earlier: tuple[Value, ...]
    reraises: bool
    raises_elsewhere: bool
    operations: tuple[Operation, ...]


@dataclass(eq=False, slots=True)
class Body:
    """What one callable did in one evaluation.

    ``receives_context`` and own operations make a plain function durable: its findings stand at its own expressions.
    ``unfollowed`` counts calls that could not be resolved.
    """

    node: FunctionNode
    module: Module
    name: str
    role: Role
    kind: BodyKind
    receives_context: bool = False
    effects: dict[tuple[int, Kind, str], Effect] = field(default_factory=dict)
    operations: dict[tuple[int, ...], Operation] = field(default_factory=dict)
    returned: dict[int, Returned] = field(default_factory=dict)
    escapes: dict[int, Escape] = field(default_factory=dict)
    context_arguments: dict[int, ContextArgument] = field(default_factory=dict)
    unrun: dict[int, Unrun] = field(default_factory=dict)
    uses: dict[tuple[int, str], Use] = field(default_factory=dict)
    guards: dict[int, Guard] = field(default_factory=dict)
    result: Value = UNKNOWN
    exits: Taints = NO_TAINTS
    writes: dict[str, Value] = field(default_factory=dict)
    arguments: Arguments = Arguments()
    callees: dict[Body, None] = field(default_factory=dict)
    unfollowed: dict[int, tuple[Site, str]] = field(default_factory=dict)
    suspicious_positions: int = 0

    @property
    def site(self) -> Site:
        """The definition."""
        return Site(self.module, self.node)

    @property
    def is_replayed(self) -> bool:
        """Whether this body's code runs again on every replay."""
        return self.role is Role.REPLAYED

    @property
    def is_durable(self) -> bool:
        """Whether findings stand in this body: the SDK calls it, or it orchestrates with a context."""
        return (
            self.kind is not BodyKind.PLAIN
            or self.receives_context
            or any(not op.via for op in self.operations.values())
        )

    @property
    def reports(self) -> bool:
        """Whether effects in this body are findings at their own expressions: durable and replayed."""
        return self.is_replayed and self.is_durable

    @property
    def is_one_checkpoint(self) -> bool:
        """Whether the whole body is recorded as one checkpoint: a branch or child without an operation of its own."""
        return self.kind in CHILD_KINDS and not self.operations

    @property
    def own_operations(self) -> Iterator[Operation]:
        """The operations whose calls stand in this body."""
        return (operation for operation in self.operations.values() if not operation.via)

    @property
    def is_async(self) -> bool:
        """Whether it is an ``async def``."""
        return isinstance(self.node, ast.AsyncFunctionDef)

    def effects_of(self, *kinds: Kind) -> Iterator[Effect]:
        """The effects of some kinds, in source order of evaluation."""
        return (effect for effect in self.effects.values() if effect.kind in kinds)

    def consequences(self) -> int:
        """How many things this body has done so far that the outside can see: operations and outside effects."""
        outside = sum(1 for effect in self.effects.values() if effect.kind in OUTSIDE_KINDS)
        return len(self.operations) + outside
