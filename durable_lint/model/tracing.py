"""Tracing: a body's statements in order, with what each name holds and what has happened to it on the way.

Branches are joined, loops run twice.  What a called body or an operation's body does to objects of this one comes from
its own trace.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from durable_lint.model.body import Body, Role
from durable_lint.model.effects import Link, Site
from durable_lint.model.emptiness import empty_else, empty_then, expects_nothing_there
from durable_lint.model.records import PLAIN, Altered, Between, Handed, Load, Manner, Mutation, Touched, Trace
from durable_lint.model.references import (
    NOTHING,
    Bound,
    Held,
    Origin,
    Path,
    Reference,
    Source,
    either,
    is_within,
    joined,
    overlap,
)
from durable_lint.model.scope import all_arguments
from durable_lint.model.tracing_expressions import (
    bind,
    bind_element,
    delete,
    remember_defaults,
    sources_of,
    update,
    visit,
)
from durable_lint.source.walk import children, walk

if TYPE_CHECKING:
    from durable_lint.model.mutations import Mutations
    from durable_lint.model.operations import Operation
    from durable_lint.model.records import Lost, Mark
    from durable_lint.model.scope import FunctionFacts

_MAX_DOUBLE_PASS = 2
_MAX_MARKS = 48


class Tracer:
    """The state of one walk over a body: what local names hold, marks of outside objects, conditions around."""

    def __init__(self, body: Body, facts: FunctionFacts, mutations: Mutations) -> None:
        self.body = body
        self.facts = facts
        self.mutations = mutations
        self.trace = Trace()
        self.names: dict[str, Held] = {}
        self.outside: dict[Source, frozenset[Mark]] = {}
        self.empty: frozenset[Source] = frozenset()
        self.tested: frozenset[Source] = frozenset()
        self.decided_by_result = False
        self.depth = 0
        self.running: tuple[Operation, ...] = ()
        self.defaults: dict[ast.AST, dict[str, Held]] = {}
        self.bound: dict[ast.AST, Bound] = {}
        self._mutations: dict[tuple[ast.AST, Source, Path], Mutation] = {}
        self._betweens: dict[ast.AST, Between] = {}
        for argument in all_arguments(body.node.args):
            source = Source(Origin.PARAMETER, body.node, argument.arg)
            self.names[argument.arg] = Held(frozenset({Reference(source)}))

    def run(self) -> Trace:
        """Walk the whole body."""
        if isinstance(self.body.node, ast.Lambda):
            visit(self, self.body.node.body)
        else:
            self.block(self.body.node.body)
        return self.trace

    def site(self, node: ast.AST) -> Site:
        """A node of this body as a place."""
        return Site(self.body.module, node)

    # Names

    def of_name(self, name: str) -> Held:
        """What a name holds here."""
        if name in self.facts.own:
            return self.names.get(name, NOTHING)
        source = self.mutations.source_of(self.body, name)
        return NOTHING if source is None else self.of_source(source)

    def of_source(self, source: Source) -> Held:
        """An object from outside, or a variable of this body that a nested function means."""
        if source.owner is self.body.node:
            return self.names.get(source.name, NOTHING)
        return Held(frozenset({Reference(source)}), self.outside.get(source, frozenset()))

    def assign(self, name: str, held: Held, value: ast.AST, target: ast.AST) -> None:
        """Bind a name; what is new gets the expression for its source."""
        if name in self.facts.redirected:
            known = self.of_name(name)
            is_latch = isinstance(value, ast.Constant) and any(r.source in self.tested for r in known.references)
            manner = Manner(is_recorded=held.is_recorded, is_rebinding=True, is_lazy=is_latch)
            self.change(target, name, known, manner)
            return
        if not held.references:
            held = Held(frozenset({Reference(Source(Origin.MADE, value, name))}), frozenset(), held.is_recorded)
        self.names[name] = held

    def mark(self, mark: Mark) -> None:
        """Whatever holds the mark's object has the mark from here on."""
        for name, held in self.names.items():
            if any(reference.source == mark.source for reference in held.references):
                self.names[name] = Held(held.references, marked(held.marks, mark), held.is_recorded)
        if mark.source.origin in (Origin.ENCLOSING, Origin.MODULE):
            self.outside[mark.source] = marked(self.outside.get(mark.source, frozenset()), mark)

    # What happens to objects

    def read(self, held: Held, node: ast.AST, is_own: bool = True) -> None:
        """Code uses an object, or a part of it: here, or in what is called here."""
        for reference in held.references:
            source, path = reference.source, reference.path
            if source.outlives:
                self.trace.reads.setdefault(source, set()).add(path)
            if source.origin is Origin.MODULE and is_own:
                self.trace.loads.append(Load(source, path, self.site(node)))
            for mark in held.marks:
                if mark.source == source and overlap(mark.path, path):
                    self._use(mark, node)

    def hand_over(self, held: Held, node: ast.AST) -> None:
        """An operation is given an object."""
        for reference in held.references:
            if reference.source.origin is Origin.MODULE:
                self.trace.loads.append(Load(reference.source, reference.path, self.site(node), is_handed=True))

    def _use(self, mark: Mark, node: ast.AST) -> None:
        match mark:
            case Touched(lost):
                if lost.read is None and lost.operation not in self.running:
                    lost.read = self.site(node)
            case Altered(between):
                if between.used is None and (self.running or between.is_update):
                    between.used = self.site(node)

    def change(self, node: ast.AST, what: str, held: Held, manner: Manner = PLAIN, by: Mutation | None = None) -> None:
        """An object is changed here, or in a call here that leads to a change (``by``)."""
        if manner.is_recorded:
            self._hold_result(held)
        for reference in held.references:
            if reference.is_copy:
                continue
            if reference.source.outlives:
                self._record(node, what, reference, manner, by)
            if not (manner.is_recorded or manner.is_addition or manner.is_rebinding or self.decided_by_result):
                self._between(node, what, held, reference, manner.is_update)

    def _record(self, node: ast.AST, what: str, reference: Reference, manner: Manner, by: Mutation | None) -> None:
        source = reference.source
        key = (node, source, reference.path)
        if key in self._mutations:
            return
        is_lazy = manner.is_lazy or source in self.empty
        mutation = Mutation(
            self.site(node),
            what,
            source,
            reference.path,
            where=self.body.name,
            functions=frozenset({self.body.node}),
            manner=manner,
            is_lazy=is_lazy and self._is_state(reference, manner.is_rebinding),
            changes_self=self._is_self(source),
            in_reporting_body=self.body.reports,
        )
        if by is not None:
            inherit(mutation, by)
        self._mutations[key] = mutation
        self.trace.mutations.append(mutation)

    def clear(self, node: ast.AST, what: str, held: Held) -> None:
        """A container is emptied, which makes it as good as new: what it held before is no longer in it."""
        self.change(node, what, held, Manner(is_recorded=True))
        sources = {reference.source for reference in held.references}
        for name, known in self.names.items():
            if any(reference.source in sources for reference in known.references):
                kept = frozenset(mark for mark in known.marks if isinstance(mark, Touched))
                self.names[name] = Held(known.references, kept, known.is_recorded)

    def pass_on(self, node: ast.AST, reference: Reference, lost: Lost) -> None:
        """Callers hold an object that an operation here has changed."""
        key = (node, reference.source, reference.path)
        if key not in self._mutations:
            mutation = Mutation(self.site(node), lost.mutation.what, reference.source, reference.path, lost=lost)
            self._mutations[key] = mutation
            self.trace.mutations.append(mutation)

    def _is_state(self, reference: Reference, is_rebinding: bool) -> bool:
        """Whether filling it where it is empty is a lazy initialization, not a use of what was handed over."""
        source = reference.source
        is_attribute = bool(reference.path) and reference.path[0].startswith(".")
        if source.origin is Origin.PARAMETER:
            return is_attribute and self._is_self(source)
        return source.origin is Origin.MODULE or is_rebinding or is_attribute

    def _is_self(self, source: Source) -> bool:
        """Whether an object is the one that the running method was called on."""
        node = self.body.node
        is_method = source.origin is Origin.PARAMETER and isinstance(self.body.module.parent(node), ast.ClassDef)
        return is_method and source.name == next(all_arguments(node.args)).arg

    def _hold_result(self, held: Held) -> None:
        """What an operation's result is put into is made of results as well."""
        sources = {reference.source for reference in held.references if reference.source.origin is Origin.MADE}
        for name, known in self.names.items():
            if not known.is_recorded and any(reference.source in sources for reference in known.references):
                self.names[name] = Held(known.references, known.marks, True)

    def _between(self, node: ast.AST, what: str, held: Held, reference: Reference, is_update: bool) -> None:
        if self.body.role is not Role.REPLAYED:
            return
        handed = [
            mark.operation
            for mark in held.marks
            if isinstance(mark, Handed) and mark.source == reference.source and is_within(reference.path, mark.path)
        ]
        if not handed:
            return
        between = self._betweens.get(node)
        if between is None:
            latest = max(handed, key=lambda operation: (operation.call.lineno, operation.call.col_offset))
            between = self._betweens[node] = Between(self.site(node), what, latest, is_update)
            self.trace.between.append(between)
        self.mark(Altered(between, reference.source, reference.path))

    # Statements

    def block(self, statements: Iterable[ast.stmt]) -> bool:
        """Walk statements; whether all paths leave early."""
        saved, empty = self.decided_by_result, self.empty
        left = False
        for statement in statements:
            if self._statement(statement):
                left = True
                break
        self.decided_by_result, self.empty = saved, empty
        return left

    def _statement(self, node: ast.stmt) -> bool:
        match node:
            case ast.Expr(value=value):
                visit(self, value, is_dropped=True)
            case ast.Assign(targets=targets, value=value):
                held = visit(self, value)
                for target in targets:
                    bind(self, target, held, value)
            case ast.AnnAssign(target=target, value=value):
                if value is not None:
                    bind(self, target, visit(self, value), value)
            case ast.AugAssign():
                update(self, node)
            case ast.Delete(targets=targets):
                for target in targets:
                    delete(self, target)
            case ast.Return() | ast.Raise():
                for part in children(node):
                    visit(self, part)
                return True
            case ast.Break() | ast.Continue():
                return True
            case ast.If():
                return self._if(node)
            case ast.For() | ast.AsyncFor() | ast.While():
                self._loop(node)
            case ast.Try() | ast.TryStar():
                return self._try(node)
            case ast.With() | ast.AsyncWith():
                for item in node.items:
                    held = visit(self, item.context_expr)
                    if item.optional_vars is not None:
                        bind(self, item.optional_vars, held, item.context_expr)
                return self.block(node.body)
            case ast.Match():
                visit(self, node.subject)
                return self._alternatives([partial(self.block, case.body) for case in node.cases], may_skip=True)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                remember_defaults(self, node)
            case _:
                for part in children(node):
                    if isinstance(part, ast.expr):
                        visit(self, part)
        return False

    def _if(self, node: ast.If) -> bool:
        decided = self.decided_by_result
        test = visit(self, node.test)
        self.decided_by_result = decided or test.is_recorded
        empty, tested = self.empty, self.tested
        if isinstance(node.test, ast.Name):
            self.tested = tested | sources_of(self, [node.test])
        in_then = empty | sources_of(self, empty_then(node.test))
        in_else = empty | sources_of(self, empty_else(node.test))
        lefts: list[bool] = []

        def branch(statements: list[ast.stmt], known: frozenset[Source]) -> Callable[[], bool]:
            def walked() -> bool:
                self.empty = known
                lefts.append(self.block(statements))
                return lefts[-1]

            return walked

        left = self._alternatives([branch(node.body, in_then), branch(node.orelse, in_else)])
        self.empty = in_else if lefts[0] and not lefts[1] else empty
        self.decided_by_result, self.tested = decided, tested
        return left

    def _alternatives(self, branches: list[Callable[[], bool]], may_skip: bool = False) -> bool:
        """Walk several blocks of which one runs, and join what they leave behind."""
        before = dict(self.names)
        ends: list[dict[str, Held]] = [before] if may_skip else []
        for branch in branches:
            self.names = dict(before)
            if not branch():
                ends.append(self.names)
        self.names = joined(ends) if ends else before
        return not ends

    def _loop(self, node: ast.For | ast.AsyncFor | ast.While) -> None:
        decided = self.decided_by_result
        if not isinstance(node, ast.While):
            iterated = visit(self, node.iter)
        before = dict(self.names)
        self.depth += 1
        for _ in range(2 if self.depth <= _MAX_DOUBLE_PASS else 1):
            if isinstance(node, ast.While):
                test = visit(self, node.test)
                self.decided_by_result = decided or test.is_recorded
            else:
                bind_element(self, node.target, iterated, node.iter)
            self.block(node.body)
            self.names = joined([before, self.names])
        self.depth -= 1
        self.decided_by_result = decided
        self.block(node.orelse)

    def _try(self, node: ast.Try | ast.TryStar) -> bool:
        before = dict(self.names)
        left = self.block(node.body)
        after = self.names
        ends = [] if left else [after]
        for handler in node.handlers:
            self.names = joined([before, after])
            empty = self.empty
            if expects_nothing_there(handler.type):
                self.empty = empty | self._states_in(node.body)
            if not self.block(handler.body):
                ends.append(self.names)
            self.empty = empty
        if not left:
            self.names = after
            if self.block(node.orelse):
                ends = ends[1:]
            else:
                ends[0] = self.names
        self.names = joined(ends) if ends else joined([before, after])
        return self.block(node.finalbody) or not ends

    def _states_in(self, statements: list[ast.stmt]) -> frozenset[Source]:
        """Module and object state that a block looks into."""
        names = {node.id for node in walk(statements) if isinstance(node, ast.Name)}
        held = either(self.of_name(name) for name in sorted(names))
        return frozenset(reference.source for reference in held.references)


def marked(marks: frozenset[Mark], new: Mark) -> frozenset[Mark]:
    """Marks with one more, without those that nothing is left to be told about."""
    if new in marks:
        return marks
    kept = [mark for mark in marks if not _is_settled(mark, new)]
    return frozenset([*kept, new] if len(kept) < _MAX_MARKS else kept)


def _is_settled(mark: Mark, new: Mark) -> bool:
    match mark:
        case Touched(lost):
            return lost.read is not None
        case Altered(between):
            return between.used is not None
    return isinstance(new, Handed) and (mark.source, mark.path) == (new.source, new.path)


def inherit(mutation: Mutation, by: Mutation) -> None:
    """A call leads to a change in what it calls, which stands at the end of the chain."""
    mutation.chain = (Link(mutation.site, by.where), *(by.chain or (Link(by.site, by.what),)))
    mutation.functions |= by.functions
    mutation.is_lazy = mutation.is_lazy or by.is_lazy
    mutation.manner = by.manner
    mutation.is_reported = by.is_reported or by.in_reporting_body
