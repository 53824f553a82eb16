"""The interpreter: abstract evaluation on demand, with memory and a budget."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from durable_lint.knowledge import Knowledge, libraries
from durable_lint.knowledge.sdk import NEWEST_LINE, Line
from durable_lint.model import expressions, names, statements
from durable_lint.model.body import Body, BodyKind, Role
from durable_lint.model.frame import Frame
from durable_lint.model.module import Module
from durable_lint.model.project import Project
from durable_lint.model.scope import Scope
from durable_lint.model.sdk import is_sdk
from durable_lint.model.things import Batch, Durable, Function, FunctionNode
from durable_lint.model.values import UNKNOWN, Value

if TYPE_CHECKING:
    from durable_lint.model.mutations import Mutations
    from durable_lint.model.payloads import Trouble

UNIT_BUDGET = 100_000


class Interpreter:
    """Evaluates bodies of one project and remembers them.

    ``budget`` bounds the expressions evaluated for one file; when it is spent everything else there is unknown, which
    is silent.  ``variants`` counts how often each function was evaluated, for widening its arguments.
    ``given_names`` are the operation names that fixes have chosen, by function and place, ``reached`` the bodies of the
    file once it has been evaluated, ``mutations`` what is known of the objects that they change, once a rule has asked.
    """

    def __init__(self, project: Project, knowledge: Knowledge, sdk_line: Line = NEWEST_LINE) -> None:
        self.project = project
        self.knowledge = knowledge
        self.sdk_line = sdk_line
        self.budget = UNIT_BUDGET
        self.active: list[FunctionNode] = []
        self.defining: set[ast.expr] = set()
        self.memory: dict[tuple[object, ...], Body] = {}
        self.variants: dict[FunctionNode, int] = {}
        self.module_values: dict[tuple[Module, str], Value] = {}
        self.pending: set[tuple[Module, str]] = set()
        self.defaults: dict[tuple[FunctionNode, Scope | None], dict[str, Value]] = {}
        self.instances: dict[tuple[object, ...], dict[str, Value]] = {}
        self.judged: dict[tuple[Body, ast.AST, str], list[Trouble]] = {}
        self.durables: dict[FunctionNode, tuple[Durable, Function]] = {}
        self.given_names: dict[FunctionNode, dict[ast.AST, str]] = {}
        self.reached: tuple[Body, ...] = ()
        self.mutations: Mutations | None = None
        self._module_frames: dict[Module, Frame] = {}

    def evaluate(self, frame: Frame, node: ast.expr) -> Value:
        """The value of an expression; unknown when the budget is spent."""
        self.budget -= 1
        if self.budget < 0:
            return UNKNOWN
        evaluator: Callable[[Frame, ast.expr], Value] | None = expressions.EVALUATORS.get(node.__class__)
        if evaluator is None:
            return UNKNOWN
        try:
            value = evaluator(frame, node)
        except RecursionError:
            if not self.is_module_frame(frame):
                raise
            return (
                UNKNOWN  # a function that is too deep is given up as a whole; a module has nothing else to go on with
            )
        if value.taints or node.__class__ is ast.Call:
            frame.body.values[node] = value
        for thing in value.things:
            if thing.__class__ is Batch:
                _note_batches(frame.body, node, value)
                break
        return value

    def run(self, frame: Frame, body: list[ast.stmt]) -> bool:
        """Run statements; whether control leaves the block early on every path."""
        return statements.run(frame, body)

    def find(self, importer: Module, dotted: str) -> Module | None:
        """The project module that an absolute import means; ``None`` for a library that the tables speak for."""
        top = dotted.partition(".")[0]
        if is_sdk(top):
            return None
        found = self.project.find(importer, dotted)
        return None if found is not None and top in libraries() and self.project.is_installed(found, dotted) else found

    def module_frame(self, module: Module) -> Frame:
        """The frame in which a module's top level is evaluated; its effects are import-time effects, never findings."""
        frame = self._module_frames.get(module)
        if frame is None:
            body = Body(_MODULE_LEVEL, module, module.name, Role.REPLAYED, BodyKind.PLAIN, interpreter=self)
            frame = self._module_frames[module] = Frame(self, module, body, Scope(None, frozenset()))
        return frame

    def is_module_frame_body(self, body: Body) -> bool:
        """Whether a body is the record of a module's top level."""
        return body.node is _MODULE_LEVEL

    def is_module_frame(self, frame: Frame) -> bool:
        """Whether a frame is a module's top level."""
        return frame.body.node is _MODULE_LEVEL

    def module_value(self, module: Module, name: str) -> Value | None:
        """The value of a module's top-level name; ``None`` when it binds no such name."""
        return names.module_value(self, module, name)

    def register_durable(self, durable: Durable, function: Function) -> None:
        """Remember a decorated function, so that it is evaluated even when nothing in this file runs it."""
        self.durables.setdefault(function.node, (durable, function))


def _note_batches(body: Body, node: ast.expr, value: Value) -> None:
    for thing in value.only(Batch):
        assert isinstance(thing, Batch)
        body.batches.setdefault(node, set()).add(thing.origin)


_MODULE_LEVEL = ast.Lambda(
    args=ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[]),
    body=ast.Constant(value=None, lineno=1, col_offset=0, end_lineno=1, end_col_offset=0),
    lineno=1,
    col_offset=0,
    end_lineno=1,
    end_col_offset=0,
)
