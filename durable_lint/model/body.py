"""Bodies: the record of one evaluation of a callable, which rules ask."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from enum import Enum
from typing import TYPE_CHECKING

from durable_lint.dataclasses import dataclass, field
from durable_lint.finding import Span
from durable_lint.model.effects import NO_TAINTS, Effect, Kind, Sink, Site, Taints
from durable_lint.model.module import Module
from durable_lint.model.operations import Operation, Outcome
from durable_lint.model.scope import facts_of
from durable_lint.model.things import Context, Function, FunctionNode, Prepared
from durable_lint.model.values import NO_ARGUMENTS, UNKNOWN, Arguments, Thing, Value

if TYPE_CHECKING:
    from durable_lint.model.contract import SdkCall, SdkRead
    from durable_lint.model.interpreter import Interpreter
    from durable_lint.model.requests import Request


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


IN_THREAD = "a thread"


@dataclass(frozen=True, slots=True)
class Escape:
    """A context that leaves its body: ``how`` says where it goes (``a module global``, ``a thread`` ...)."""

    site: Site
    context: Context
    how: str

    @property
    def in_thread(self) -> bool:
        """Whether other code runs with the context at the same time."""
        return self.how == IN_THREAD


@dataclass(frozen=True, slots=True)
class ContextArgument:
    """A context handed to a step as an argument; harmless when the step is seen to use no more than its logger."""

    site: Site
    context: Context
    is_harmless: bool


@dataclass(frozen=True, slots=True)
class Misfit:
    """A callable that cannot take what the SDK passes to it: where it stands, its name, and what is wrong with it.

    ``function`` is the one whose parameters are wrong; ``None`` where it is the arguments bound to it.
    """

    site: Site
    name: str
    problem: str
    passed: tuple[str, ...]
    function: Function | None = None


@dataclass(frozen=True, slots=True)
class Unrun:
    """A decorated function that was called but never handed to an operation: ``how`` it is used instead.

    ``site`` is the call, or the use of it where the call stands in other code.
    """

    site: Site
    prepared: Prepared
    how: str


@dataclass(frozen=True, slots=True)
class Use:
    """An SDK result used in a way that matters: ``how`` is ``subscript``, ``attribute NAME``, ``iterate``, ``len``
    ...
    """

    site: Site
    thing: Thing
    how: str


@dataclass(frozen=True, slots=True)
class Iterated:
    """An iterated value, and what one element of it may be."""

    source: Value
    element: Value


@dataclass(frozen=True, slots=True)
class Guard:
    """An ``except`` clause, or a manager that swallows errors, round operations.

    ``words`` is how it is written.  ``swallows_suspension``: it stops what carries a suspension out of the handler;
    ``hides_broken_replay``: it takes the error of a broken replay for a failed operation; ``raised_instead``: what the
    operations raise when the clause can match none of it, else empty.
    """

    site: Site
    words: str
    swallows_suspension: bool
    hides_broken_replay: bool
    raised_instead: tuple[str, ...]


@dataclass(eq=False, slots=True)
class Body:
    """What one callable did in one evaluation.

    ``receives_context`` and own operations make a plain function durable: its findings stand at its own expressions.
    ``unfollowed`` counts calls that could not be resolved.  ``is_entry`` says that nothing in sight runs it: a
    decorated function evaluated on its own.  ``values`` holds what the calls and whatever depends on an effect came
    to, ``context_parameter`` the parameter that holds the body's context, ``iterated`` what was seen of each
    expression that a loop or a builtin went through, ``caught`` the places of callbacks and child contexts under a
    clause for a callback that nobody answers, ``sdk_calls`` and ``sdk_reads`` every use of the SDK,
    ``calls`` the bodies that each call of project code ran, ``container_changes`` the method calls that change a list,
    dict or set.

    ``requests`` are the calls that leave the program, by the way to them.  ``batches`` are the expressions that are a
    BatchResult with the operations that gave it, ``batches_gone`` the operations whose result went where it cannot be
    followed.
    """

    node: FunctionNode
    module: Module
    name: str
    role: Role
    kind: BodyKind
    receives_context: bool = False
    effects: dict[tuple[int, Kind, str], Effect] = field(default_factory=dict)
    operations: dict[tuple[int, ...], Operation] = field(default_factory=dict)
    outcomes: dict[tuple[int, ...], Outcome] = field(default_factory=dict)
    returned: dict[int, Returned] = field(default_factory=dict)
    escapes: dict[int, Escape] = field(default_factory=dict)
    context_arguments: dict[int, ContextArgument] = field(default_factory=dict)
    misfits: dict[int, Misfit] = field(default_factory=dict)
    unrun: dict[int, Unrun] = field(default_factory=dict)
    uses: dict[tuple[int, str], Use] = field(default_factory=dict)
    guards: dict[int, Guard] = field(default_factory=dict)
    caught: set[ast.AST] = field(default_factory=set, repr=False)
    result: Value = UNKNOWN
    exits: Taints = NO_TAINTS
    writes: dict[str, Value] = field(default_factory=dict)
    arguments: Arguments = NO_ARGUMENTS
    callees: dict[Body, None] = field(default_factory=dict)
    unfollowed: dict[int, tuple[Site, str]] = field(default_factory=dict)
    is_entry: bool = False
    interpreter: Interpreter | None = field(default=None, repr=False)
    shares_context: bool = False
    context_parameter: str | None = None
    values: dict[ast.expr, Value] = field(default_factory=dict, repr=False)
    iterated: dict[ast.expr, Iterated] = field(default_factory=dict, repr=False)
    calls: dict[ast.AST, dict[Body, Function]] = field(default_factory=dict, repr=False)
    container_changes: set[ast.AST] = field(default_factory=set, repr=False)
    sdk_calls: dict[tuple[int, str], SdkCall] = field(default_factory=dict, repr=False)
    sdk_reads: dict[tuple[int, str], SdkRead] = field(default_factory=dict, repr=False)
    requests: dict[tuple[object, ...], Request] = field(default_factory=dict, repr=False)
    batches: dict[ast.expr, set[ast.Call]] = field(default_factory=dict, repr=False)
    batches_gone: set[ast.Call] = field(default_factory=set, repr=False)

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
    def outer_operations(self) -> Iterator[Operation]:
        """The operations that a body with a context of its own starts on the context of a body around it."""
        if self.kind not in CHILD_KINDS or not self.is_replayed or self.shares_context:
            return
        inner = set(self.reached())
        for operation in self.operations.values():
            if operation.context is None or operation.context.owner in inner:
                continue
            if operation.context.owner.receives_context:
                yield operation

    @property
    def late_operations(self) -> Iterator[Operation]:
        """The operations on a context whose body has ended: a child's context that was kept for later."""
        for operation in self.operations.values():
            owner = operation.context.owner if operation.context is not None else self
            if owner is not self and owner.kind in CHILD_KINDS and owner in self.reached():
                yield operation

    def reached(self) -> Iterator[Body]:
        """This body and every other one that it ran, each once."""
        seen: set[Body] = set()
        stack = [self]
        while stack:
            body = stack.pop()
            if body not in seen:
                seen.add(body)
                yield body
                stack.extend(reversed(list(body.callees)))

    @property
    def is_followed(self) -> bool:
        """Whether every call in it and in what it runs could be followed."""
        if self.interpreter is not None and self.interpreter.budget < 0:
            return False
        return not any(body.unfollowed for body in self.reached())

    def note_unrun(self, prepared: Prepared, use: Site, how: str) -> None:
        """Remember that a decorated call, which has not run, is dropped or used as a value; the first use counts."""
        self.unrun.setdefault(id(prepared.site.node), Unrun(self.site_of(prepared, use), prepared, how))

    def returned_unrun(self) -> Iterator[Unrun]:
        """Decorated calls that the SDK gets for a result: bound to their arguments, and never run."""
        if self.kind is BodyKind.PLAIN:
            return
        for returned in self.returned.values():
            for prepared in returned.value.inside(Prepared):
                assert isinstance(prepared, Prepared)
                yield Unrun(self.site_of(prepared, returned.site), prepared, "returned")

    def site_of(self, prepared: Prepared, use: Site) -> Site:
        """Where a finding about a decorated call stands: at the call, or at its use when the call is a factory's."""
        first, last = getattr(self.node, "lineno", 0), getattr(self.node, "end_lineno", 0) or 0
        row = getattr(prepared.site.node, "lineno", 0)
        is_here = prepared.site.module is self.module and first <= row <= last
        came_in = any(prepared in value.things for value in self.arguments.values())
        return prepared.site if is_here or came_in else use

    @property
    def is_generator(self) -> bool:
        """Whether calling it only makes a generator."""
        return facts_of(self.node).yields

    @property
    def is_async(self) -> bool:
        """Whether it is an ``async def``."""
        return isinstance(self.node, ast.AsyncFunctionDef)

    def effects_of(self, *kinds: Kind) -> Iterator[Effect]:
        """The effects of some kinds, in source order of evaluation."""
        return (effect for effect in self.effects.values() if effect.kind in kinds)

    def companion(self, effect: Effect, kind: Kind) -> Effect | None:
        """What the same call does besides: ``os.listdir`` reads files and gives them in some order."""
        return self.effects.get((id(effect.site.node), kind, effect.source))

    def is_handed(self, effect: Effect) -> bool:
        """Whether a value came in through the body's parameters, made by a caller."""
        return effect.body is not self and any(effect in value.taints for value in self.arguments.values())

    def unstable_names(self) -> Iterator[tuple[Site, list[Effect]]]:
        """Places of operation names that differ on replay, with what goes into each.

        A name that is a parameter is listed by the body that made the value, where it was made.
        """
        found: dict[ast.AST, tuple[Site, list[Effect]]] = {}
        for operation in self.own_operations:
            for effect in () if operation.name is None else operation.name.taints:
                if effect.names_operation and effect.kind is not Kind.SECRET and not self.is_handed(effect):
                    site = Site(self.module, operation.name_node or operation.call)
                    found.setdefault(site.node, (site, []))[1].append(effect)
        own = {returned.site for returned in self.returned.values()}
        for effect in self.effects.values():
            named = effect.sinks.get(Sink.OPERATION_NAME)
            if named is not None and effect.names_operation and (named == effect.site or named in own):
                found.setdefault(named.node, (named, []))[1].append(effect)
        return iter((site, sorted(set(effects), key=_in_source_order)) for site, effects in found.values())


def _in_source_order(effect: Effect) -> tuple[str, Span, str, str]:
    return (effect.site.module.path, effect.site.span, effect.kind.value, effect.source)
