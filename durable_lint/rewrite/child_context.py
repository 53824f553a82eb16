"""Child contexts: a step that runs operations becomes one, together with every place that runs it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from durable_lint.dataclasses import dataclass
from durable_lint.finding import Edit, Fix, Safety, Span
from durable_lint.model.body import Body, BodyKind
from durable_lint.model.effects import Site
from durable_lint.model.module import Module
from durable_lint.model.operations import SHAPES, Operation, OperationKind
from durable_lint.model.scope import all_arguments
from durable_lint.rewrite.bindings import home_of, scope_of
from durable_lint.rewrite.callers import references
from durable_lint.rewrite.edits import is_exact, joined, replaced, source_of
from durable_lint.rewrite.imports import bring
from durable_lint.rewrite.varying import evaluations_of
from durable_lint.source.walk import walk

_NAMES = ("ctx", "child", "child_context")
_FORBIDDEN = (ast.Try, ast.TryStar, ast.Global, ast.Nonlocal, ast.Yield, ast.YieldFrom, ast.Await)


@dataclass(frozen=True, slots=True)
class _Contexts:
    """How a step's code names what it runs operations on.

    ``name`` is the variable for it, ``uses`` are the places that read it, ``parameter`` is the one it came in through.
    """

    name: str
    uses: tuple[ast.Name, ...]
    parameter: ast.arg | None


def in_child_context(body: Body) -> Fix | None:
    """Make a step a child context, which runs the operations on its own context, and run it as one everywhere.

    ``None`` where it does anything besides that a replay would do again, where a caller cannot be found or configures
    the step, and where the operations run on a context that cannot be replaced.
    """
    node = body.node
    if isinstance(node, ast.AsyncFunctionDef) or not is_exact(body.module, node):
        return None
    evaluations = [one for one in evaluations_of(body) if one.kind is BodyKind.STEP]
    if any(one.effects for one in evaluations) or any(isinstance(inner, _FORBIDDEN) for inner in walk([node])):
        return None
    contexts = _contexts(body, evaluations)
    own = next(iter((*node.args.posonlyargs, *node.args.args)), None)
    if contexts is None or own is None or contexts.parameter is own:
        return None
    calls = _runs_of(body, contexts)
    signature = None if calls is None else _signature(body, own, contexts)
    if calls is None or signature is None:
        return None
    name, edits = signature
    edits = [*edits, *(replaced(body.module, use, name) for use in contexts.uses if use.id != name)]
    if isinstance(node, ast.FunctionDef) and node.decorator_list:
        decorator = bring(body.module, "sdk.durable_with_child_context", node.decorator_list[0])
        if decorator is None:
            return None
        edits += [*decorator.edits, replaced(body.module, node.decorator_list[0], decorator.expression)]
    what = "the lambda" if isinstance(node, ast.Lambda) else f"`{node.name}`"
    title = f"Run {what} in a child context"
    return Fix(title, Safety.UNSAFE, joined((*edits, *calls)), changes_operations=True)


def _contexts(body: Body, evaluations: Sequence[Body]) -> _Contexts | None:
    """What all the operations of a step run on, when that is one variable that is used for nothing else."""
    names: set[str] = set()
    for evaluation in evaluations:
        for operation in evaluation.operations.values():
            name = _name_of(evaluation, operation)
            if name is None:
                return None
            names.add(name)
    if len(names) != 1:
        return None
    (name,) = names
    parameter = next((one for one in all_arguments(body.node.args) if one.arg == name), None)
    uses = tuple(_reads(body, name))
    places = {operation.place.node for one in evaluations for operation in one.operations.values()}
    if not uses or not all(_is_replaceable(body.module, use, places) for use in uses):
        return None
    return _Contexts(name, uses, parameter)


def _name_of(body: Body, operation: Operation) -> str | None:
    """The variable of a step's code that an operation runs on."""
    if operation.context is None:
        return None
    inside = set(walk([body.node]))
    place, call = operation.place.node, operation.call
    if call in inside and operation.kind is not OperationKind.WITH_RETRY:
        receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
        return receiver.id if isinstance(receiver, ast.Name) else None
    if not isinstance(place, ast.Call):
        return None
    parameters = [*body.node.args.posonlyargs, *body.node.args.args]
    given = dict(body.arguments.keywords)
    given.update((one.arg, value) for one, value in zip(parameters, body.arguments.positional, strict=False))
    names = {name for name, value in given.items() if operation.context in value.things}
    names |= {operation.context.owner.context_parameter or ""}
    arguments = (*place.args, *(keyword.value for keyword in place.keywords))
    return next((one.id for one in arguments if isinstance(one, ast.Name) and one.id in names), None)


def _reads(body: Body, name: str) -> Iterator[ast.Name]:
    """The places of a step's code that read a parameter of it, or a variable which comes from outside."""
    inside = set(walk([body.node]))
    for node in walk([body.node]):
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
            home = home_of(body.module, node, name)
            if home is body.node or home not in inside:
                yield node


def _is_replaceable(module: Module, use: ast.Name, places: set[ast.AST]) -> bool:
    """Whether a place starts an operation, writes to the log, or hands the context to what runs operations."""
    outer = module.parent(use)
    if isinstance(outer, ast.keyword):
        outer = module.parent(outer)
    if isinstance(outer, ast.Attribute):
        return outer.attr in SHAPES or outer.attr == "logger"
    return isinstance(outer, ast.Call) and outer.func is not use and outer in places and is_exact(module, use)


def _runs_of(body: Body, contexts: _Contexts) -> tuple[Edit, ...] | None:
    """The edits at every place that runs the step; ``None`` when one of them does something else with it."""
    node, module = body.node, body.module
    if isinstance(node, ast.Lambda):
        places: list[Site] | None = [Site(module, node)]
    elif isinstance(node, ast.FunctionDef) and body.interpreter is not None and len(node.decorator_list) < 2:
        if not isinstance(scope_of(module, node), (ast.Module, ast.FunctionDef)):
            return None
        places = references(body.interpreter, module, node, _known_users(body))
    else:
        return None
    edits: list[Edit] = []
    for place in places or ():
        made = _run_at(body, contexts, place)
        if made is None:
            return None
        edits.extend(made)
    return tuple(edits) or None


def _known_users(body: Body) -> Iterator[Module]:
    """The modules whose operations are seen to run the step."""
    assert body.interpreter is not None
    for other in body.interpreter.memory.values():
        for operation in other.operations.values():
            if any(one.node is body.node for called in operation.called for one in called.bodies):
                yield operation.site.module


def _run_at(body: Body, contexts: _Contexts, place: Site) -> tuple[Edit, ...] | None:
    """The edits that run the step as a child context where ``context.step`` runs it."""
    module, given = place.module, place.node
    edits: list[Edit] = []
    is_decorated = isinstance(body.node, ast.FunctionDef) and bool(body.node.decorator_list)
    if is_decorated:
        call = module.parent(given)
        if not isinstance(call, ast.Call) or call.func is not given:
            return None
        if contexts.parameter is not None:
            removed = _without_argument(module, call, body, contexts.parameter)
            if removed is None:
                return None
            edits.append(removed)
        given = call
    elif contexts.parameter is not None:
        return None
    run = _running_call(module, given)
    if run is None:
        return None
    if not is_decorated and not _is_operation(body, run):
        return None
    span = module.text.span(run.func)
    word = Span(span.end_row, span.end_column - len("step"), span.end_row, span.end_column)
    return (*edits, Edit(module.path, word, "run_in_child_context"))


def _running_call(module: Module, given: ast.AST) -> ast.Call | None:
    """The call of ``context.step`` that is given a function, unless it also configures the step."""
    run = module.parent(given)
    if isinstance(run, ast.keyword) and run.arg == "func":
        run = module.parent(run)
    elif not isinstance(run, ast.Call) or given not in run.args[:1]:
        return None
    if not isinstance(run, ast.Call) or not isinstance(run.func, ast.Attribute) or run.func.attr != "step":
        return None
    is_plain = len(run.args) < 3 and all(keyword.arg in ("func", "name") for keyword in run.keywords)
    spreads = any(isinstance(one, ast.Starred) for one in run.args)
    return run if is_plain and not spreads and is_exact(module, run) else None


def _is_operation(body: Body, call: ast.Call) -> bool:
    """Whether a call is seen to run an operation of the SDK."""
    others = () if body.interpreter is None else body.interpreter.memory.values()
    return any(call is operation.call for other in others for operation in other.operations.values())


def _without_argument(module: Module, call: ast.Call, body: Body, parameter: ast.arg) -> Edit | None:
    """The edit that leaves out what a call gives for a parameter."""
    given: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
    if any(isinstance(one, ast.Starred) or (isinstance(one, ast.keyword) and one.arg is None) for one in given):
        return None
    position = [*body.node.args.posonlyargs, *body.node.args.args].index(parameter) - 1
    if position < len(call.args):
        return _left_out(module, given, position)
    for index, one in enumerate(given):
        if isinstance(one, ast.keyword) and one.arg == parameter.arg:
            return _left_out(module, given, index)
    return None


def _left_out(module: Module, items: Sequence[ast.AST], index: int) -> Edit | None:
    """The edit that takes one of some items between commas away."""
    span = module.text.span(items[index])
    value = items[index].value if isinstance(items[index], ast.keyword) else items[index]  # type: ignore[attr-defined]
    if not isinstance(value, (ast.Name, ast.Attribute, ast.arg)):
        return None
    if index + 1 < len(items):
        following = module.text.span(items[index + 1])
        gone = Span(span.row, span.column, following.row, following.column)
    elif index:
        previous = module.text.span(items[index - 1])
        gone = Span(previous.end_row, previous.end_column, span.end_row, span.end_column)
    else:
        gone = span
        if module.text.line(span.end_row)[span.end_column - 1 :].lstrip()[:1] != ")":
            return None
    text = module.text.slice(gone)
    return None if "#" in text or "(" in text or ")" in text else Edit(module.path, gone, "")


def _signature(body: Body, own: ast.arg, contexts: _Contexts) -> tuple[str, list[Edit]] | None:
    """The name of the child's context, and the edits of the parameters for it."""
    module, node = body.module, body.node
    uses = list(_reads(body, own.arg))
    if not all(isinstance(outer := module.parent(use), ast.Attribute) and outer.attr == "logger" for use in uses):
        return None
    parameters = [*node.args.posonlyargs, *node.args.args]
    if contexts.parameter is not None and not uses:
        if contexts.parameter not in parameters or node.args.defaults:
            return None
        return _taking_over(module, parameters, contexts.parameter)
    name = own.arg if uses else _free_name(node)
    if name is None:
        return None
    annotation = ""
    edits: list[Edit] = []
    if own.annotation is not None:
        brought = bring(module, "sdk.DurableContext", own.annotation)
        if brought is None:
            return None
        annotation, edits = f": {brought.expression}", [*brought.edits]
    if source_of(module, own) != f"{name}{annotation}":
        edits.append(replaced(module, own, f"{name}{annotation}"))
    if contexts.parameter is not None:
        if contexts.parameter not in parameters or node.args.defaults:
            return None
        removed = _left_out(module, parameters, parameters.index(contexts.parameter))
        if removed is None:
            return None
        edits.append(removed)
    return name, edits


def _taking_over(module: Module, parameters: Sequence[ast.arg], parameter: ast.arg) -> tuple[str, list[Edit]] | None:
    """The parameter that the context came in through becomes the first one."""
    first = parameters[0]
    if parameters[1] is parameter:
        removed = _left_out(module, parameters, 0)
        return None if removed is None else (parameter.arg, [removed])
    removed = _left_out(module, parameters, parameters.index(parameter))
    if removed is None:
        return None
    return parameter.arg, [replaced(module, first, source_of(module, parameter)), removed]


def _free_name(node: ast.AST) -> str | None:
    """A name for a context that means nothing else in a function."""
    taken = {inner.id for inner in walk([node]) if isinstance(inner, ast.Name)}
    taken |= {inner.arg for inner in walk([node]) if isinstance(inner, ast.arg)}
    return next((name for name in _NAMES if name not in taken), None)
