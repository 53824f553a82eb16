"""Effects: what replayed code does that a replay would do again, or differently.

A *value effect* (clock, random, id ...) produces a value that differs on replay; what matters is its sink.  An *action
effect* (network, file, sleep ...) does something to the world; what matters is that it happens at all.
"""

from __future__ import annotations

import ast
from enum import Enum
from typing import TYPE_CHECKING

from durable_lint.dataclasses import dataclass, field
from durable_lint.finding import Hop, Span

if TYPE_CHECKING:
    from durable_lint.model.body import Body
    from durable_lint.model.module import Module


class Kind(Enum):
    """What an effect touches; the values are the words of the knowledge tables."""

    CLOCK = "clock"
    RANDOM = "random"
    ID = "id"
    HOST = "host"
    NETWORK = "network"
    FILE = "file"
    PROCESS = "process"
    SLEEP = "sleep"
    CONCURRENCY = "concurrency"
    ORDER = "order"
    IDENTITY = "identity"
    METADATA = "metadata"
    REPLAYING = "replaying"
    SECRET = "secret"
    LOG = "log"
    EXIT = "exit"


VALUE_KINDS = frozenset(
    {
        Kind.CLOCK,
        Kind.RANDOM,
        Kind.ID,
        Kind.HOST,
        Kind.ORDER,
        Kind.IDENTITY,
        Kind.METADATA,
        Kind.REPLAYING,
        Kind.SECRET,
    }
)
OUTSIDE_KINDS = frozenset({Kind.NETWORK, Kind.FILE, Kind.PROCESS})


class Access(Enum):
    """Whether an effect changes the outside world."""

    READ = "read"
    WRITE = "write"
    UNKNOWN = "unknown"


class Sink(Enum):
    """Where a value that differs on replay ends up; the value is the phrase that messages use."""

    OPERATION_NAME = "operation name"
    BRANCH = "branch condition"
    LOOP = "loop bound"
    ARGUMENT = "operation argument"
    CAPTURED = "captured by a step"
    OUTSIDE = "outside effect"
    STALE_RETURN = "return value across operations"
    RETURN = "return value"
    LOGGED = "log output"
    UNUSED = "unused"


@dataclass(frozen=True, slots=True)
class Site:
    """A node of a module: a place that a finding or a hop can point at."""

    module: Module
    node: ast.AST

    @property
    def span(self) -> Span:
        """The node's rows and columns; of a definition or an ``except`` clause only its head."""
        match self.node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                return self._head(self.node.name)
            case ast.ExceptHandler():
                return self._head("except") if self.node.type is None else self._up_to(self.node.type)
        return self.module.text.span(self.node)

    def _head(self, last_word: str) -> Span:
        whole = self.module.text.span(self.node)
        found = self.module.text.line(whole.row).find(last_word, whole.column - 1)
        end = whole.column if found < 0 else found + len(last_word) + 1
        return Span(whole.row, whole.column, whole.row, end)

    def _up_to(self, last: ast.AST) -> Span:
        whole, end = self.module.text.span(self.node), self.module.text.span(last)
        return Span(whole.row, whole.column, end.end_row, end.end_column)

    def hop(self, what: str) -> Hop:
        """This place as a link of a reason chain."""
        span = self.span
        return Hop(self.module.path, span.row, span.column, what)


@dataclass(frozen=True, slots=True)
class Link:
    """One link of an effect's chain: the call at ``site`` reaches ``what``."""

    site: Site
    what: str


@dataclass(eq=False, slots=True)
class Effect:
    """One effect of one body.

    ``site`` is the expression in that body where the chain starts, ``chain`` leads from there to the source (its last
    link).  ``sinks`` collects where the value goes, ``position`` counts the operations that ran before it;
    ``knows_replay`` says that it stands under a branch on ``is_replaying()``.
    Identity, not content, makes two effects the same: a value remembers the very effects it depends on.
    """

    kind: Kind
    access: Access
    source: str
    reason: str
    site: Site
    body: Body
    chain: tuple[Link, ...]
    position: int
    sinks: dict[Sink, Site] = field(default_factory=dict)
    in_cleanup: bool = False
    knows_replay: bool = False
    mode: str = ""
    seconds: float | None = None

    @property
    def through_helper(self) -> bool:
        """Whether the source lies behind at least one call of project code."""
        return len(self.chain) > 1

    @property
    def shown(self) -> str:
        """The source as people write it: a call with its brackets."""
        is_call = isinstance(self.chain[-1].site.node, ast.Call) and not self.source.endswith(")")
        return f"{self.source}()" if is_call else self.source

    @property
    def names_operation(self) -> bool:
        """Whether the value goes into an operation's name; in a loop over a set the order is the defect, not the
        name.
        """
        return Sink.OPERATION_NAME in self.sinks and not (self.kind is Kind.ORDER and Sink.LOOP in self.sinks)

    def reaches(self, sink: Sink, site: Site) -> None:
        """Remember that the value ends up in ``sink``; the first place is kept."""
        self.sinks.setdefault(sink, site)

    def hops(self) -> tuple[Hop, ...]:
        """The chain as plain values for a finding."""
        return tuple(link.site.hop(link.what) for link in self.chain)

    def trail(self) -> str:
        """The chain as text, from the body on: ``process_order → audit.record → boto3 Table.put_item``."""
        names = [self.body.name, *(link.what for link in self.chain)]
        return " → ".join(name for index, name in enumerate(names) if index == 0 or name != names[index - 1])


Taints = frozenset[Effect]
NO_TAINTS: Taints = frozenset()
