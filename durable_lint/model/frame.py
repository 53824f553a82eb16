"""Frames: one running evaluation, and what it leaves in its body's record."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import TYPE_CHECKING

from durable_lint.model.body import Body, Role, Use
from durable_lint.model.effects import NO_TAINTS, OUTSIDE_KINDS, Access, Effect, Kind, Link, Sink, Site, Taints
from durable_lint.model.module import Module
from durable_lint.model.scope import FunctionFacts, Scope
from durable_lint.model.things import Prepared, Typed
from durable_lint.model.values import UNKNOWN, Value

if TYPE_CHECKING:
    from durable_lint.model.interpreter import Interpreter

Control = dict[Effect, tuple[Sink, Site]]
NO_FACTS = FunctionFacts()


class Frame:
    """The state of evaluating one body: names, control taints, loops and branches around the current statement.

    ``control`` holds the effects that decide whether the current statement runs, each with the sink it becomes once
    something that matters happens under it; ``left`` those that decided an early return, ``left_loop`` an early end of
    the loop around.  ``context_owner`` is the body whose context belongs here.
    """

    __slots__ = (
        "active",
        "body",
        "captures",
        "cleanup",
        "context_owner",
        "control",
        "facts",
        "interpreter",
        "left",
        "left_loop",
        "loops",
        "module",
        "order_matters",
        "path",
        "scope",
        "yielded",
    )

    def __init__(
        self,
        interpreter: Interpreter,
        module: Module,
        body: Body,
        scope: Scope,
        facts: FunctionFacts = NO_FACTS,
        context_owner: Body | None = None,
    ) -> None:
        self.interpreter = interpreter
        self.module = module
        self.body = body
        self.scope = scope
        self.facts = facts
        self.context_owner = body if context_owner is None else context_owner
        self.control: Control = {}
        self.left: Control = {}
        self.left_loop: Control = {}
        self.loops: tuple[ast.AST, ...] = ()
        self.path: tuple[tuple[ast.AST, str], ...] = ()
        self.cleanup = False
        self.order_matters = True
        self.captures = True
        self.yielded: Value | None = None
        self.active = True

    @property
    def in_step(self) -> bool:
        """Whether this code runs inside a step."""
        return self.body.role is Role.STEP

    @property
    def control_taints(self) -> Taints:
        """The effects that decide whether the current statement runs, without those that only decide an order."""
        return decisive(self.control) if self.control else NO_TAINTS

    def site(self, node: ast.AST) -> Site:
        """A node of this frame's module as a place."""
        return Site(self.module, node)

    def evaluate(self, node: ast.expr) -> Value:
        """The value of an expression here."""
        return self.interpreter.evaluate(self, node)

    def of_definition(self, node: ast.expr) -> Value:
        """A base of a class or a decorator; unknown where it is made of the very thing that is being defined."""
        active = self.interpreter.defining
        if node in active:
            return UNKNOWN
        active.add(node)
        try:
            return self.interpreter.evaluate(self, node)
        finally:
            active.discard(node)

    def control_by(self, taints: Iterable[Effect], sink: Sink, node: ast.AST) -> None:
        """From here on, whether code runs depends on these effects."""
        site = self.site(node)
        for effect in taints:
            self.control.setdefault(effect, (sink, site))

    def consequence(self) -> None:
        """Something that matters happens: every controlling effect has reached its sink; a step decides for itself."""
        if self.in_step:
            return
        for deciding in (self.control, self.left, self.left_loop):
            for effect, (sink, site) in deciding.items():
                effect.reaches(sink, site)

    def leave(self, loop_only: bool = False) -> None:
        """Control leaves the function (or only the loop) here: what decided that decides about all that follows."""
        left = self.left_loop if loop_only else self.left
        for effect, how in self.control.items():
            left.setdefault(effect, how)

    def sink(self, value: Value, sink: Sink, node: ast.AST) -> None:
        """A value ends up in a sink; what happens to it inside a step is recorded with the step."""
        if value.taints and not self.in_step:
            site = self.site(node)
            for effect in value.taints:
                effect.reaches(sink, site)

    def effect(
        self,
        kind: Kind,
        access: Access,
        source: str,
        reason: str,
        node: ast.AST,
        chain: tuple[Link, ...] | None = None,
    ) -> Effect:
        """Record an effect of this body at a node, once; it controls nothing and taints nothing by itself."""
        key = (id(node), kind, source)
        known = self.body.effects.get(key)
        if known is None:
            links = (Link(self.site(node), source),) if chain is None else chain
            known = Effect(kind, access, source, reason, self.site(node), self.body, links, len(self.body.operations))
            self.body.effects[key] = known
        known.in_cleanup = known.in_cleanup or self.cleanup
        known.knows_replay = known.knows_replay or any(e.kind is Kind.REPLAYING for e in (*self.control, *self.left))
        if kind in OUTSIDE_KINDS and access is not Access.READ:
            self.consequence()
        return known

    def body_calls(self, callee: Body) -> None:
        """Remember that this body runs another one, so that rules visit it."""
        if not self.interpreter.is_module_frame_body(self.body):
            self.body.callees[callee] = None

    def wrap(self, effect: Effect, node: ast.AST, what: str) -> Effect:
        """An effect of a helper as an effect of this body: the call at ``node`` reaches it."""
        link = Link(self.site(node), what)
        wrapped = self.effect(effect.kind, effect.access, effect.source, effect.reason, node, (link, *effect.chain))
        wrapped.mode = effect.mode
        wrapped.seconds = effect.seconds
        wrapped.in_cleanup = wrapped.in_cleanup or effect.in_cleanup
        wrapped.knows_replay = wrapped.knows_replay or effect.knows_replay
        return wrapped

    def note_use(self, node: ast.expr, value: Value, how: str) -> None:
        """Remember that an SDK result or a decorated call is used as if it were a plain value."""
        for thing in value.things:
            if isinstance(thing, Typed) and thing.name in ("sdk.BatchResult", "sdk.CallbackText"):
                self.body.uses.setdefault((id(node), how), Use(self.site(node), thing, how))
        self.note_unrun(node, value, how)

    def note_unrun(self, node: ast.expr, value: Value, how: str) -> None:
        """Remember that a decorated call, which has not run, is used as if it were its result."""
        if value.things and all(isinstance(thing, Prepared) for thing in value.things):
            for thing in value.only(Prepared):
                assert isinstance(thing, Prepared)
                self.body.note_unrun(thing, self.site(node), how)

    def lookup(self, name: str) -> Value | None:
        """A local or enclosing name; ``None`` when the module or the builtins must answer."""
        found = self.scope.find(name)
        if found is None:
            return None
        scope, value = found
        if self.captures and value.taints and scope is not self.scope and not self._is_local(scope):
            self.captured(value)
        return value

    def captured(self, value: Value) -> None:
        """Code in a step uses a value from outside: what it depends on is captured."""
        for effect in value.taints if self.in_step else ():
            if effect.body is not self.body and effect.body.role is Role.REPLAYED:
                effect.reaches(Sink.CAPTURED, effect.site)

    def bind(self, name: str, value: Value) -> None:
        """Bind a name where Python would: here, in the enclosing function (``nonlocal``) or in the module
        (``global``).
        """
        if name in self.facts.redirected:
            value = self.implied(value)
            if name in self.facts.globals:
                self.body.writes[name] = value
                return
            found = self.scope.parent.find(name) if self.scope.parent is not None else None
            if found is not None:
                scope, old = found
                scope.bind(name, old | value)
                self.body.writes[name] = value
            return
        self.scope.bind(name, value)

    def implied(self, value: Value) -> Value:
        """A value that outlives this block depends on what decided that the assignment runs."""
        return value.tainted(self.control_taints) if self.control else value

    def _is_local(self, scope: Scope) -> bool:
        """Whether a scope is a comprehension's or block's inside this very body."""
        current: Scope | None = self.scope
        while current is not None and current.own is _COMPREHENSION:
            if current is scope:
                return True
            current = current.parent
        return current is scope

    def nested(self) -> Scope:
        """A scope for a comprehension inside this frame."""
        return Scope(self.scope, _COMPREHENSION)


def decisive(effects: Iterable[Effect]) -> Taints:
    """The effects on which the outcome of a branch depends: an order alone changes what comes first, not what comes."""
    return frozenset(effect for effect in effects if effect.kind is not Kind.ORDER)


_COMPREHENSION: frozenset[str] = frozenset({"<comprehension>"})
