"""Mutations: which changes of objects a replay does not repeat, or repeats on top of others.

Asked only after a file has been evaluated: the traces of its bodies are made when the first rule wants them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from durable_lint.model import names
from durable_lint.model.body import Body
from durable_lint.model.effects import Site
from durable_lint.model.module import Module
from durable_lint.model.records import Between, Load, Lost, Mutation, Trace
from durable_lint.model.references import Origin, Source, overlap
from durable_lint.model.scope import facts_of
from durable_lint.model.things import Boto, External, ModuleThing, Typed
from durable_lint.model.tracing import Tracer

if TYPE_CHECKING:
    from durable_lint.model.interpreter import Interpreter
    from durable_lint.model.operations import Operation

_CACHES = re.compile(r"cache|memo", re.IGNORECASE)
_CONTAINERS = ("builtins.", "collections.")


def lost_in(body: Body) -> Iterator[Lost]:
    """Changes that the operations of a body lose: made where a replay does not make them again."""
    mutations = _mutations_of(body)
    if mutations is None:
        return
    for lost in mutations.trace(body).lost:
        if lost.mutation.is_lazy or mutations.is_kept_by_design(lost.mutation):
            continue
        lost.read = lost.read or mutations.read_elsewhere(lost)
        if lost.read is None and lost.mutation.chain and lost.mutation.source.origin is Origin.MODULE:
            continue  # what a helper collects in its own module is its own business while nobody reads it
        yield lost


def changed_between(body: Body) -> Iterator[Between]:
    """Changes, in replayed code, of objects that a step was given and that are used again."""
    mutations = _mutations_of(body)
    if mutations is not None:
        yield from (between for between in mutations.trace(body).between if between.used is not None)


def shared_state(body: Body) -> Iterator[tuple[Mutation, Site]]:
    """Changes of module and class state in a durable replayed body, each with a place that reads it on replay."""
    mutations = _mutations_of(body)
    if mutations is None or not body.reports:
        return
    for mutation in mutations.trace(body).mutations:
        if mutation.source.origin is not Origin.MODULE or mutation.lost is not None or mutation.is_reported:
            continue
        if mutation.is_lazy or mutations.is_kept_by_design(mutation) or _keeps_context(body, mutation):
            continue
        read = mutations.read_on_replay(mutation)
        if read is not None:
            yield mutation, read


def _mutations_of(body: Body) -> Mutations | None:
    interpreter = body.interpreter
    if interpreter is None:
        return None
    if interpreter.mutations is None:
        interpreter.mutations = Mutations(interpreter, interpreter.reached)
        interpreter.mutations.complete()
    return interpreter.mutations


class Mutations:
    """The traces of all bodies of a file, made on demand and remembered."""

    def __init__(self, interpreter: Interpreter, bodies: tuple[Body, ...]) -> None:
        self._interpreter = interpreter
        self._bodies = bodies
        self._traces: dict[Body, Trace] = {}
        self._sources: dict[tuple[ast.AST, str], Source | None] = {}
        self._operations: dict[Body, dict[ast.AST, Operation]] = {}
        self._loads: dict[Source, list[tuple[Load, Body]]] = {}

    def complete(self) -> None:
        """Trace every body: what one loses another may read."""
        for body in self._bodies:
            for load in self.trace(body).loads:
                self._loads.setdefault(load.source, []).append((load, body))

    def trace(self, body: Body) -> Trace:
        """What a body does to objects; nothing yet where it is being traced (recursion)."""
        trace = self._traces.get(body)
        if trace is None:
            self._traces[body] = Trace()
            try:
                trace = Tracer(body, facts_of(body.node), self).run()
            except RecursionError:
                trace = Trace()
            self._traces[body] = trace
        return trace

    def operation_at(self, body: Body, node: ast.Call) -> Operation | None:
        """The operation that a call of a body starts."""
        own = self._operations.get(body)
        if own is None:
            own = self._operations[body] = {operation.call: operation for operation in body.own_operations}
        return own.get(node)

    def source_of(self, body: Body, name: str) -> Source | None:
        """The variable that a name means which a body does not bind: of a function around, or of a module."""
        key = (body.node, name)
        if key not in self._sources:
            self._sources[key] = self._find(body, name)
        return self._sources[key]

    def _find(self, body: Body, name: str) -> Source | None:
        for outer in body.module.ancestors(body.node):
            match outer:
                case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                    if name in facts_of(outer).own:
                        return Source(Origin.ENCLOSING, outer, name)
        found = names.home(self._interpreter, body.module, name)
        return None if found is None else Source(Origin.MODULE, *found)

    def source_of_attribute(self, body: Body, name: str, attribute: str) -> Source | None:
        """The variable that ``module.attribute`` means; ``None`` when the name is no module of the project."""
        if name not in body.module.bindings or name in facts_of(body.node).own:
            return None
        value = self._interpreter.module_value(body.module, name)
        for thing in () if value is None else value.things:
            if isinstance(thing, ModuleThing):
                found = names.home(self._interpreter, thing.module, attribute)
                return None if found is None else Source(Origin.MODULE, *found)
        return None

    def is_kept_by_design(self, mutation: Mutation) -> bool:
        """Whether a process may keep it: a cache by its name, or an object of a library (a client, a logger)."""
        source = mutation.source
        if source.origin is not Origin.MODULE:
            return False
        if _CACHES.search(source.name) or any(_CACHES.search(step) for step in mutation.path):
            return True
        assert isinstance(source.owner, Module)
        value = self._interpreter.module_value(source.owner, source.name)
        if value is None or mutation.manner.is_rebinding:
            return False
        return bool(value.maker) or any(
            isinstance(thing, Boto) or (isinstance(thing, (External, Typed)) and not thing.name.startswith(_CONTAINERS))
            for thing in value.things
        )

    def read_elsewhere(self, lost: Lost) -> Site | None:
        """Where other functions read module state that a step has changed."""
        mutation = lost.mutation
        for load, body in self._loads.get(mutation.source, ()):
            if not load.is_handed and body.node not in mutation.functions and overlap(load.path, mutation.path):
                return load.site
        return None

    def read_on_replay(self, mutation: Mutation) -> Site | None:
        """Where replayed code reads module state or hands it over, apart from the statement that changes it."""
        writes = mutation.chain[-1].site if mutation.chain else mutation.site
        for load, body in self._loads.get(mutation.source, ()):
            if body.is_replayed and overlap(load.path, mutation.path) and not _in_one_statement(load.site, writes):
                return load.site
        return None


def _keeps_context(body: Body, mutation: Mutation) -> bool:
    """Whether what is kept is a context, which is wrong whoever reads it."""
    return any(_in_one_statement(escape.site, mutation.site) for escape in body.escapes.values())


def _in_one_statement(one: Site, other: Site) -> bool:
    if one.module is not other.module:
        return False
    statements = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Delete, ast.Expr)
    around = [n for n in (other.node, *other.module.ancestors(other.node)) if isinstance(n, statements)]
    return bool(around) and one.node in ast.walk(around[0])
