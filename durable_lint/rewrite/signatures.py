"""Signatures: giving a function the parameters for what the SDK passes to it, where it is certain which are missing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from durable_lint.finding import Edit, Span
from durable_lint.knowledge import sdk as sdk_facts
from durable_lint.model.body import Body, Misfit
from durable_lint.model.handed import unfit
from durable_lint.model.module import Module
from durable_lint.model.operations import SHAPES
from durable_lint.model.scope import all_arguments
from durable_lint.model.things import Function, FunctionNode, literal
from durable_lint.model.values import Arguments
from durable_lint.rewrite.edits import inserted_after, inserted_before, is_exact
from durable_lint.rewrite.imports import bring
from durable_lint.source.walk import walk

_CONTEXT_NAMES = re.compile(r"(\w*_)?(ctx|context)")
_PARAMETERS = {
    "step_context": ("step_context",),
    "context": ("ctx", "child", "child_context"),
    "callback_context": ("callback_context",),
    "check_context": ("check_context",),
}
_TYPES = {
    "step_context": "StepContext",
    "context": "DurableContext",
    "callback_context": "WaitForCallbackContext",
    "check_context": "WaitForConditionCheckContext",
}


def completed(body: Body, misfit: Misfit) -> tuple[Edit, ...] | None:
    """The edits that give a function the parameters it lacks; ``None`` when it is not certain which, or who else
    calls it.
    """
    function = misfit.function
    if function is None or function.owner is not None or not is_exact(function.module, function.node):
        return None
    node = function.node
    if isinstance(node, ast.AsyncFunctionDef):
        return None
    if isinstance(node, ast.Lambda):
        place = _missing_of_plain(node, misfit.passed) if _is_handed(body, node, misfit.passed) else None
    elif misfit.site.node is node:
        place = _missing_of_decorated(node, misfit.passed) if _fits_calls(function, misfit.passed) else None
    else:
        place = _missing_of_plain(node, misfit.passed) if _is_only_handed(body, function, misfit.passed) else None
    if place is None:
        return None
    position, missing = place
    names = _free_names(node, missing, misfit.passed)
    return None if names is None else _inserted(function.module, node, position, missing, names)


def _missing_of_plain(node: FunctionNode, passed: tuple[str, ...]) -> tuple[int, tuple[str, ...]] | None:
    """Where which parameters are missing in a function that takes what the SDK passes and nothing else.

    Defaults that hold variables capture them and stand behind what is passed.
    """
    arguments = node.args
    if arguments.posonlyargs or arguments.vararg or arguments.kwonlyargs or arguments.kwarg:
        return None
    given = arguments.args[: len(arguments.args) - len(arguments.defaults)]
    captures = all(isinstance(default, (ast.Name, ast.Attribute, ast.Subscript)) for default in arguments.defaults)
    if len(given) >= len(passed) or not captures:
        return None
    if not given:
        return (0, passed) if len(passed) == 1 else None
    is_context = _is_context(given[0])
    if passed[0] == "context":
        starts_right = is_context or given[0].arg.startswith("_") or _starts_operations(node, given[0].arg)
    else:
        starts_right = not is_context and not _reads(node, given[0].arg, "logger")
    return (len(given), passed[len(given) :]) if starts_right else None


def _missing_of_decorated(node: ast.FunctionDef, passed: tuple[str, ...]) -> tuple[int, tuple[str, ...]] | None:
    """Where which parameters are missing in a decorated function, whose own ones come after what the SDK passes."""
    if node.args.posonlyargs or node.args.vararg:
        return None
    given = node.args.args
    if passed == ("event", "context"):
        if len(given) > 1 or node.args.defaults:
            return None
        return (0, passed[: 2 - len(given)]) if not given or _is_context(given[0]) else (1, passed[1:])
    if any(map(_is_context, given)):
        return None
    if len(passed) == 1:
        return 0, passed
    return (1, passed[1:]) if given and passed[0] == "callback_id" and "callback" in given[0].arg else None


def _is_context(parameter: ast.arg) -> bool:
    """Whether a parameter is meant for a context, by its type or its name."""
    stated = "" if parameter.annotation is None else ast.unparse(parameter.annotation)
    return "Context" in stated or _CONTEXT_NAMES.fullmatch(parameter.arg) is not None


def _starts_operations(node: FunctionNode, name: str) -> bool:
    return any(_reads(node, name, operation) for operation in SHAPES)


def _reads(node: FunctionNode, name: str, attribute: str) -> bool:
    return any(
        isinstance(inner, ast.Attribute)
        and inner.attr == attribute
        and isinstance(inner.value, ast.Name)
        and inner.value.id == name
        for inner in walk([node])
    )


def _fits_calls(function: Function, passed: tuple[str, ...]) -> bool:
    """Whether the calls of a decorated function in its own file give all of its own arguments."""
    assert isinstance(function.node, ast.FunctionDef)
    own = len(passed) - 1  # what it takes besides its own arguments already
    for call in _calls(function.module, function.node.name):
        if any(isinstance(argument, ast.Starred) for argument in call.args) or not all(k.arg for k in call.keywords):
            return False
        keywords = Arguments((), tuple((k.arg or "", literal(None)) for k in call.keywords))
        if passed[0] != "event" and unfit(function, own + len(call.args), keywords) is not None:
            return False
    return True


def _calls(module: Module, name: str) -> Iterator[ast.Call]:
    for node in walk([module.tree]):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            yield node


def _is_only_handed(body: Body, function: Function, passed: tuple[str, ...]) -> bool:
    """Whether every mention of a function is as the callable of an operation that passes just this."""
    node, module = function.node, function.module
    assert isinstance(node, ast.FunctionDef)
    if node.decorator_list or module is not body.module or body.interpreter is None:
        return False
    definitions = [other for other in module.functions if other.name == node.name]
    if len(definitions) != 1 or not all(_is_handed(body, use, passed) for use in _uses(module, node.name)):
        return False
    if function.scope is not None:
        return True
    own = module.name.rpartition(".")[2]
    explicit = "__all__" in module.bindings and node.name in module.exported()
    return not explicit and not body.interpreter.project.names_together(module, node.name, own)


def _uses(module: Module, name: str) -> Iterator[ast.Name]:
    return (node for node in walk([module.tree]) if isinstance(node, ast.Name) and node.id == name)


def _is_handed(body: Body, callable_: ast.AST, passed: tuple[str, ...]) -> bool:
    """Whether a callable goes to operations that pass just this, and nowhere else: straight, in a list, or in one that
    is kept under a name.
    """
    module, inner = body.module, callable_
    outer = module.parent(inner)
    while isinstance(outer, (ast.List, ast.Tuple, ast.ListComp)):
        inner, outer = outer, module.parent(outer)
    kept: ast.AST | None = None
    match outer:
        case ast.Assign(targets=[ast.Name() as kept]) | ast.AnnAssign(target=ast.Name() as kept):
            pass
        case ast.Call(func=ast.Attribute(value=ast.Name() as kept, attr="append")) if inner in outer.args:
            pass
    if not isinstance(kept, ast.Name):
        return _is_callable_argument(body, inner, passed)
    return all(
        isinstance(use.ctx, ast.Store) or _appends(module, use) or _is_callable_argument(body, use, passed)
        for use in _uses(module, kept.id)
    )


def _appends(module: Module, use: ast.Name) -> bool:
    outer = module.parent(use)
    return isinstance(outer, ast.Attribute) and outer.attr == "append"


def _is_callable_argument(body: Body, argument: ast.AST, passed: tuple[str, ...]) -> bool:
    """Whether an expression is what an operation, which passes just this, is given to call."""
    outer = body.module.parent(argument)
    keyword = outer if isinstance(outer, ast.keyword) else None
    call = outer if keyword is None else body.module.parent(keyword)
    if not isinstance(call, ast.Call) or body.interpreter is None:
        return False
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    shape = SHAPES.get(name)
    facts = sdk_facts.facts(body.interpreter.sdk_line).callable_shape(name)
    if shape is None or shape.callable is None or facts is None or facts.arguments != passed:
        return False
    if keyword is not None:
        return keyword.arg == shape.callable
    return argument in call.args and call.args.index(argument) == shape.position(shape.callable)


def _inserted(
    module: Module, node: ast.Lambda | ast.FunctionDef, position: int, missing: tuple[str, ...], names: list[str]
) -> tuple[Edit, ...] | None:
    """The edits that insert parameters in front of the one at a position."""
    imports: list[Edit] = []
    if isinstance(node, ast.FunctionDef) and _is_annotated(node):
        for index, wanted in enumerate(missing):
            brought = bring(module, f"sdk.{_TYPES[wanted]}", node) if wanted in _TYPES else None
            if brought is not None:
                names[index] += f": {brought.expression}"
                imports.extend(brought.edits)
    text, given = ", ".join(names), node.args.args
    if position:
        edit = inserted_after(module, given[position - 1], f", {text}")
    elif given:
        edit = inserted_before(module, given[0], f"{text}, ")
    else:
        opened = _opening(module, node)
        if opened is None:
            return None  # type parameters, or parentheses further down
        rest = ", " if node.args.kwonlyargs or node.args.kwarg else ""
        edit = Edit(module.path, opened, (" " if isinstance(node, ast.Lambda) else "") + text + rest)
    return edit, *dict.fromkeys(imports)


def _is_annotated(node: ast.FunctionDef) -> bool:
    return node.returns is not None or any(parameter.annotation for parameter in all_arguments(node.args))


def _free_names(
    node: ast.Lambda | ast.FunctionDef, missing: tuple[str, ...], passed: tuple[str, ...]
) -> list[str] | None:
    """Names for parameters that mean nothing else in the function yet."""
    taken = {inner.id for inner in walk([node]) if isinstance(inner, ast.Name)}
    taken |= {inner.arg for inner in walk([node]) if isinstance(inner, ast.arg)}
    names: list[str] = []
    for wanted in missing:
        candidates = _PARAMETERS.get(wanted, (wanted,))
        if passed[0] == "event":
            candidates = (wanted,)
        elif isinstance(node, ast.Lambda) and wanted != "context":
            candidates = ("_" if wanted.endswith("context") else wanted, *candidates, f"_{wanted}")
        name = next((candidate for candidate in candidates if candidate not in taken), None)
        if name is None:
            return None
        taken.add(name)
        names.append(name)
    return names


def _opening(module: Module, node: ast.Lambda | ast.FunctionDef) -> Span | None:
    """The place for the first parameter of a function without positional ones."""
    span = module.text.span(node)
    if isinstance(node, ast.Lambda):
        column = span.column + len("lambda")
        return Span(span.row, column, span.row, column)
    found = re.match(rf"\s*def\s+{re.escape(node.name)}\s*\((?=[^\s#]|$)", module.text.line(span.row))
    if found is None:
        return None
    return Span(span.row, found.end() + 1, span.row, found.end() + 1)
