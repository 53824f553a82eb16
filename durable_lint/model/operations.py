"""Operations: the calls on a DurableContext that the service records."""

from __future__ import annotations

import ast
from enum import Enum
from typing import TYPE_CHECKING

from durable_lint.dataclasses import dataclass, field, replace
from durable_lint.finding import Hop
from durable_lint.model.effects import Link, Site
from durable_lint.model.sdk import sdk_name
from durable_lint.model.things import Context, Durable, External, Literal, Prepared, Record, Typed
from durable_lint.model.values import UNKNOWN, Constant, Value

if TYPE_CHECKING:
    from durable_lint.knowledge.serialization import Serdes
    from durable_lint.model.body import Body


class OperationKind(Enum):
    """The SDK's operations by the name of the method (or function) that starts them."""

    STEP = "step"
    WAIT = "wait"
    INVOKE = "invoke"
    CHILD = "run_in_child_context"
    MAP = "map"
    PARALLEL = "parallel"
    CREATE_CALLBACK = "create_callback"
    WAIT_FOR_CALLBACK = "wait_for_callback"
    WAIT_FOR_CONDITION = "wait_for_condition"
    WITH_RETRY = "with_retry"


@dataclass(frozen=True, slots=True)
class Shape:
    """How an operation is called, and what it calls.

    ``callable`` is the parameter that takes user code.  Source: signatures of ``DurableContext``, which no line of the
    SDK has changed; a test compares them with the recorded facts.
    """

    kind: OperationKind
    parameters: tuple[str, ...]
    callable: str | None = None

    def position(self, name: str) -> int | None:
        """The position of a parameter."""
        return self.parameters.index(name) if name in self.parameters else None


SHAPES: dict[str, Shape] = {
    shape.kind.value: shape
    for shape in (
        Shape(OperationKind.STEP, ("func", "name", "config"), "func"),
        Shape(OperationKind.WAIT, ("duration", "name")),
        Shape(OperationKind.INVOKE, ("function_name", "payload", "name", "config")),
        Shape(OperationKind.CHILD, ("func", "name", "config"), "func"),
        Shape(OperationKind.MAP, ("inputs", "func", "name", "config"), "func"),
        Shape(OperationKind.PARALLEL, ("functions", "name", "config"), "functions"),
        Shape(OperationKind.CREATE_CALLBACK, ("name", "config")),
        Shape(OperationKind.WAIT_FOR_CALLBACK, ("submitter", "name", "config"), "submitter"),
        Shape(OperationKind.WAIT_FOR_CONDITION, ("check", "config", "name"), "check"),
        Shape(OperationKind.WITH_RETRY, ("context", "func", "config", "name"), "func"),
    )
}


@dataclass(frozen=True, slots=True)
class Called:
    """User code handed to an operation: what the argument evaluates to, where it stands, and the bodies it ran as."""

    value: Value
    site: Site
    bodies: tuple[Body, ...] = ()

    @property
    def is_uncalled(self) -> bool:
        """Whether it is a decorated function itself, not a call of it with its arguments."""
        things = self.value.things
        return bool(things) and all(isinstance(t, Durable) and t.kind != "handler" for t in things)

    @property
    def is_decorated(self) -> bool:
        """Whether it is a function under one of the SDK's decorators, called or not."""
        return any(isinstance(thing, (Durable, Prepared)) for thing in self.value.things)


@dataclass(eq=False, slots=True)
class Operation:
    """One operation of one body.

    ``name`` is the value of the name argument, ``None`` when none is given; ``implicit_name`` what the SDK derives
    from a decorated callable.  ``loops`` are the loops around it, ``path`` the branches it stands in, both including
    those of the callers it was reached through (``via``); the last ``inner_loops`` of the loops stand in helpers.
    ``rounds`` says for each of the loops how often it goes round, ``None`` where that is not known; ``inputs`` is what
    a map or parallel runs over.
    """

    kind: OperationKind
    shape: Shape
    site: Site
    context: Context | None
    call: ast.Call
    name: Value | None = None
    name_node: ast.AST | None = None
    implicit_name: str | None = None
    called: list[Called] = field(default_factory=list)
    config: Value | None = None
    payload: Value | None = None
    payload_node: ast.AST | None = None
    loops: tuple[ast.AST, ...] = ()
    inner_loops: int = 0
    rounds: tuple[int | None, ...] = ()
    inputs: Value | None = None
    path: tuple[tuple[ast.AST, str], ...] = ()
    via: tuple[Link, ...] = ()
    in_cleanup: bool = False
    open_arguments: bool = False
    result: Value = UNKNOWN

    def reached_through(
        self,
        link: Link,
        loops: tuple[ast.AST, ...],
        rounds: tuple[int | None, ...],
        path: tuple[tuple[ast.AST, str], ...],
        cleanup: bool,
    ) -> Operation:
        """This operation as it runs when a caller reaches it through a helper."""
        return replace(
            self,
            loops=(*loops, *self.loops),
            rounds=(*rounds, *self.rounds),
            inner_loops=len(self.loops),
            path=(*path, *self.path),
            via=(link, *self.via),
            in_cleanup=cleanup,
        )

    @property
    def place(self) -> Site:
        """Where the recording body reaches it: the operation's call, or the call of the helper that leads to it."""
        return self.via[0].site if self.via else self.site

    @property
    def label(self) -> str:
        """The operation as it is written: ``context.step``."""
        return ast.unparse(self.call.func)

    def hops(self) -> tuple[Hop, ...]:
        """The way from the recording body through helpers to the operation; empty when it stands in the body."""
        if not self.via:
            return ()
        return (*(link.site.hop(link.what) for link in self.via), self.site.hop(self.label))

    def trail(self, start: str) -> str:
        """That way as text, from the recording body on: ``handler → billing.settle → context.step``."""
        return " → ".join((start, *(link.what for link in self.via), self.label))

    @property
    def noun(self) -> str:
        """What kind of operation it is, for messages."""
        return _NOUNS.get(self.kind, self.kind.value)

    @property
    def name_site(self) -> Site:
        """The name's expression, else the operation's call."""
        return self.site if self.name_node is None else Site(self.site.module, self.name_node)

    @property
    def has_name(self) -> bool:
        """Whether a name argument other than ``None`` is given."""
        return self.name is not None and not _is_none(self.name)

    @property
    def name_texts(self) -> tuple[str, ...]:
        """Every literal text that the name may be; empty when it is not known to be literal."""
        if self.name is None:
            return ()
        return tuple(t.value for t in self.name.things if isinstance(t, Literal) and isinstance(t.value, str))

    @property
    def shares_context(self) -> bool:
        """Whether its function may receive the very context that it runs on: ``with_retry`` without a child context."""
        if self.kind is not OperationKind.WITH_RETRY:
            return False
        wrapped = self.config_field("wrap_with_run_in_child_context")
        return self.config_is_hidden or (wrapped is not None and constant_of(wrapped) is not True)

    def config_field(self, name: str) -> Value | None:
        """A field of the configuration object when it can be seen."""
        if self.config is None:
            return None
        for thing in self.config.things:
            if isinstance(thing, Record):
                return thing.get(name)
        return None

    @property
    def config_is_hidden(self) -> bool:
        """Whether a configuration is given that cannot be seen, so that anything may be in it."""
        if self.open_arguments:
            return True
        if self.config is None:
            return False
        records = [thing for thing in self.config.things if isinstance(thing, Record)]
        if any(record.is_open for record in records):
            return True
        return not records and not any(_constant_none(thing) for thing in self.config.things)

    @property
    def configs(self) -> tuple[Record | None, ...] | None:
        """Every configuration that it may be given, ``None`` for the default; nothing when one cannot be seen."""
        if self.config_is_hidden:
            return None
        found: list[Record | None] = []
        for thing in () if self.config is None else self.config.things:
            if not isinstance(thing, Record) and not _constant_none(thing):
                return None
            found.append(thing if isinstance(thing, Record) else None)
        return tuple(found) or (None,)

    def field_node(self, name: str) -> ast.AST:
        """The expression of a configuration field where it stands in the call, else that of the configuration."""
        position = self.shape.position("config")
        given: ast.AST | None = next((item.value for item in self.call.keywords if item.arg == "config"), None)
        if given is None and position is not None and position < len(self.call.args):
            given = self.call.args[position]
        if isinstance(given, ast.Call):
            return next((item.value for item in given.keywords if item.arg == name), given)
        return given or self.call

    @property
    def serdes(self) -> Serdes | None:
        """What its results (a condition's state) go through; ``None`` for a serdes of the user's, or none at all."""
        if self.config_is_hidden:
            return None
        if self.kind is not OperationKind.WITH_RETRY:
            return serdes_of(self.config_field("serdes"), "extended")
        wraps = self.config_field("wrap_with_run_in_child_context")
        if wraps is not None and constant_of(wraps) is not True:
            return None
        child = self.config_field("child_context_config")
        if child is None or _is_none(child):
            return "extended"
        record = next((thing for thing in child.things if isinstance(thing, Record)), None)
        return None if record is None else serdes_of(record.get("serdes"), "extended")

    @property
    def payload_serdes(self) -> Serdes | None:
        """What the payload of an invocation goes through; ``None`` for a serdes of the user's."""
        return None if self.config_is_hidden else serdes_of(self.config_field("serdes_payload"), "json")

    @property
    def has_custom_serdes(self) -> bool:
        """Whether a ``serdes`` is (or may be) configured, so that nothing is known about what it can carry."""
        if self.config_is_hidden:
            return True
        serdes = self.config_field("serdes")
        return serdes is not None and not _is_none(serdes)


_NOUNS = {
    OperationKind.INVOKE: "invocation",
    OperationKind.CHILD: "child context",
    OperationKind.CREATE_CALLBACK: "callback",
}
_SHIPPED_SERDES: dict[str, Serdes] = {
    "ExtendedTypeSerDes": "extended",
    "EXTENDED_TYPES_SERDES": "extended",
    "JsonSerDes": "json",
    "DEFAULT_JSON_SERDES": "json",
}


def serdes_of(configured: Value | None, default: Serdes) -> Serdes | None:
    """The SDK's serializer that a ``serdes`` field means; ``None`` for any other, of which nothing is known."""
    if configured is None or _is_none(configured):
        return default
    if configured.sole is None:
        return None
    match configured.things[0]:
        case Record(type=name) | Typed(name):
            return _SHIPPED_SERDES.get(name.removeprefix("sdk."))
        case External(name):
            return _SHIPPED_SERDES.get(sdk_name(name) or "")
    return None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A question for how an operation ended: ``source`` is ``Callback.result`` or ``BatchResult.throw_if_error``."""

    site: Site
    source: str


def _constant_none(thing: object) -> bool:
    return isinstance(thing, Literal) and thing.value is None


def _is_none(value: Value) -> bool:
    return value.sole is not None and _constant_none(value.things[0])


def constant_of(value: Value) -> Constant | None:
    """The constant when a value is exactly one literal."""
    if value.sole is not None and isinstance(value.things[0], Literal):
        return value.things[0].value
    return None
