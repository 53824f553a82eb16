"""Records: what the trace of a body tells about objects that are changed where a replay does not repeat it."""

from __future__ import annotations

from durable_lint.dataclasses import dataclass, field
from durable_lint.finding import Hop
from durable_lint.model.body import Body, BodyKind
from durable_lint.model.effects import Link, Site
from durable_lint.model.operations import Operation
from durable_lint.model.references import ANY, Origin, Path, Source
from durable_lint.model.things import FunctionNode


@dataclass(frozen=True, slots=True)
class Manner:
    """How something is changed: with an operation's result, from what it was, by binding a variable again, only by
    putting more into it, or only where nothing was there.
    """

    is_recorded: bool = False
    is_update: bool = False
    is_rebinding: bool = False
    is_addition: bool = False
    is_lazy: bool = False


PLAIN = Manner()


@dataclass(eq=False, slots=True)
class Mutation:
    """A change of an object that the body did not make.

    ``site`` is the write, or the call in the body that leads to it through ``chain``; ``what`` is the target as it is
    written, ``where`` the body's name, ``functions`` those that the change went through.  ``is_lazy`` says that it only
    fills what was found empty, ``changes_self`` that the body is a method of the object, ``is_reported`` that a durable
    body on the way reports it (``in_reporting_body``: this very body does).  ``lost`` says what an operation on the way
    loses.
    """

    site: Site
    what: str
    source: Source
    path: Path
    where: str = ""
    chain: tuple[Link, ...] = ()
    functions: frozenset[FunctionNode] = frozenset()
    manner: Manner = PLAIN
    is_lazy: bool = False
    is_reported: bool = False
    changes_self: bool = False
    in_reporting_body: bool = False
    lost: Lost | None = None

    @property
    def name(self) -> str:
        """What is changed, for messages: as it is written, or the variable where a helper makes the change."""
        if not self.chain:
            return self.what
        steps = (step if step.startswith(".") else f"[{step}]" for step in self.path)
        return self.source.name + "".join(steps).replace(f"[{ANY}]", "[…]")

    def hops(self) -> tuple[Hop, ...]:
        """The calls that lead to the write; none where it stands at the site itself."""
        return tuple(link.site.hop(link.what) for link in self.chain)


@dataclass(eq=False, slots=True)
class Lost:
    """A change that an operation's body makes to an object from outside: once recorded, a replay does not make it.

    ``read`` is the first place that goes on to use what was changed.
    """

    mutation: Mutation
    body: Body
    operation: Operation
    read: Site | None = None

    @property
    def is_argument(self) -> bool:
        """Whether the object was handed over as an argument; one whose method is the step is not."""
        return self.mutation.source.origin is Origin.PARAMETER and not self.mutation.changes_self

    @property
    def in_step(self) -> bool:
        """Whether step code makes the change."""
        return self.body.kind in (BodyKind.STEP, BodyKind.SUBMITTER, BodyKind.CHECK)

    @property
    def in_branch(self) -> bool:
        """Whether one of several bodies that run at the same time makes the change."""
        return self.body.kind in (BodyKind.BRANCH, BodyKind.MAP)

    @property
    def in_child(self) -> bool:
        """Whether a child context makes the change."""
        return self.body.kind in (BodyKind.CHILD, BodyKind.RETRY)

    def hops(self) -> tuple[Hop, ...]:
        """The calls that lead to the change, and the place that reads what was changed."""
        read = () if self.read is None else (self.read.hop(f"reads {self.mutation.name}"),)
        return (*self.mutation.hops(), *read)


@dataclass(eq=False, slots=True)
class Between:
    """A change, in replayed code, of an object that ``operation`` was given; ``used`` is where it is used again."""

    site: Site
    what: str
    operation: Operation
    is_update: bool
    used: Site | None = None


@dataclass(frozen=True, slots=True)
class Touched:
    """A variable's object was changed where a replay does not repeat it."""

    lost: Lost
    source: Source
    path: Path


@dataclass(frozen=True, slots=True)
class Handed:
    """A variable's object was handed to an operation."""

    operation: Operation
    source: Source
    path: Path


@dataclass(frozen=True, slots=True)
class Altered:
    """A variable's object was changed after it had been handed to an operation."""

    between: Between
    source: Source
    path: Path


Mark = Touched | Handed | Altered


@dataclass(frozen=True, slots=True)
class Load:
    """A place where module or class state is read, or only handed to an operation."""

    source: Source
    path: Path
    site: Site
    is_handed: bool = False


@dataclass(eq=False, slots=True)
class Trace:
    """What one body does to objects: changes of what it did not make, what is lost or changed between operations, and
    which parts of what it did not make it reads, or only hands to an operation.
    """

    mutations: list[Mutation] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)
    between: list[Between] = field(default_factory=list)
    reads: dict[Source, set[Path]] = field(default_factory=dict)
    loads: list[Load] = field(default_factory=list)
