"""Extraction: code that becomes a step function of its own, in front of the definition that it stands in."""

from __future__ import annotations

import ast
import builtins
import keyword
from collections.abc import Iterator, Sequence
from itertools import islice

from durable_lint.dataclasses import dataclass
from durable_lint.finding import Edit, Span
from durable_lint.model.module import Module
from durable_lint.model.operations import SHAPES
from durable_lint.model.scope import all_arguments
from durable_lint.rewrite.bindings import is_free
from durable_lint.rewrite.dependencies import can_stand_elsewhere, enclosing_functions, names_bound, names_taken
from durable_lint.rewrite.edits import indentation, joined, source_of
from durable_lint.rewrite.imports import bring
from durable_lint.source.walk import children, walk

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_CONTEXTS = frozenset({"context", "ctx"})
_MAX_NUMBER = 100


@dataclass(frozen=True, slots=True)
class Portion:
    """Code that moves: whole statements that follow each other, then an expression, one of the two at least.

    ``value`` is what the last of it computes; it is given back where ``returns`` says so. ``inner`` is an assignment
    among the statements whose value is given back instead, the last thing that happens.
    """

    statements: tuple[ast.stmt, ...] = ()
    value: ast.expr | None = None
    returns: bool = False
    inner: ast.Assign | None = None

    @property
    def code(self) -> tuple[ast.AST, ...]:
        """All of it, in order."""
        return self.statements if self.value is None else (*self.statements, self.value)


@dataclass(frozen=True, slots=True)
class Extraction:
    """A new step function: ``call`` prepares it where the code was (``fetch_rates(currency)``), ``edits`` define it and
    import what it needs.
    """

    name: str
    call: str
    edits: tuple[Edit, ...]


def extraction(
    module: Module, portion: Portion, name: str, *, receives: str = "step_context", annotation: str = ""
) -> Extraction | None:
    """Make a ``@durable_step`` function of code; its place is left as it is.

    ``name`` must be free (``free_name``). The local names that it reads become parameters, by value; ``receives`` is
    the parameter for the step context, a name that the code may use for it, ``annotation`` what the function returns.
    ``None`` when the code cannot stand elsewhere, or what it needs cannot be handed on or imported.
    """
    if not portion.code or not can_stand_elsewhere(portion.code):
        return None
    taken = names_taken(module, portion.code, frozenset({receives}))
    outer = _top_level(module, portion.code[0])
    if taken is None or outer is None or receives in taken:
        return None
    context_type, decorator = bring(module, "sdk.StepContext", outer), bring(module, "sdk.durable_step", outer)
    if context_type is None or decorator is None:
        return None
    inner = _body(module, portion, indentation_unit(module, portion.code[0]))
    if inner is None:
        return None
    annotated = [f"{receives}: {context_type.expression}", *(_parameter(module, portion, one) for one in taken)]
    result = f" -> {annotation}" if annotation else ""
    head = f"@{decorator.expression}\ndef {name}({', '.join(annotated)}){result}:\n"
    definition = Edit(module.path, _start(module, outer), f"{head}{inner}\n\n\n")
    edits = joined((*context_type.edits, *decorator.edits, definition))
    return Extraction(name, f"{name}({', '.join(taken)})", edits)


def free_name(module: Module, node: ast.AST, base: str, words: frozenset[str]) -> str | None:
    """A name for a new function like ``base`` that means nothing yet in a module.

    ``words`` are the identifiers that ``base`` was made of: another definition of the module that uses all of them may
    ask for the same name in the same pass, so that each gets a number of its own.
    """
    if not base.isidentifier():
        return None
    if not _is_unused(module, base) and not any(_is_step(statement, base) for statement in module.tree.body):
        base = f"{base}_step"
    candidates = [base, *(f"{base}_{number}" for number in range(2, _MAX_NUMBER))]
    free = (name for name in candidates if _is_unused(module, name))
    return next(islice(free, _earlier_claims(module, node, words), None), None)


def _is_unused(module: Module, name: str) -> bool:
    """Whether a name means nothing in a file, whatever the scope."""
    return is_free(module, name) and not hasattr(builtins, name) and not keyword.iskeyword(name)


def indentation_unit(module: Module, node: ast.AST) -> str:
    """What the file indents one level by, as near to a node as it can be seen."""
    outer = _top_level(module, node)
    for statement in (*((outer,) if outer is not None else ()), *module.tree.body):
        if isinstance(statement, _DEFINITIONS) and statement.body[0].lineno > statement.lineno:
            blanks = indentation(module, statement.body[0])
            if blanks:
                return blanks
    return "    "


def stands_alone(module: Module, statement: ast.stmt) -> bool:
    """Whether a statement shares its lines with nothing but blanks and a comment."""
    span = module.text.span(statement)
    before = module.text.line(span.row)[: span.column - 1]
    behind = module.text.line(span.end_row)[span.end_column - 1 :].strip()
    return not before.strip() and (not behind or behind.startswith("#"))


def _top_level(module: Module, node: ast.AST) -> ast.stmt | None:
    """The statement of the module that a node stands in."""
    found = node if isinstance(node, ast.stmt) else None
    for outer in module.ancestors(node):
        if isinstance(outer, ast.stmt):
            found = outer
    return found


def _start(module: Module, statement: ast.stmt) -> Span:
    """The start of the first line of a statement, its decorators and the comments right above it included."""
    row = min([statement.lineno, *(decorator.lineno for decorator in _decorators(statement))])
    while row > 1 and module.text.line(row - 1).startswith("#") and not module.text.line(row - 1).startswith("#!"):
        row -= 1
    return Span(row, 1, row, 1)


def _parameter(module: Module, portion: Portion, name: str) -> str:
    """A parameter, with its annotation where the code round it states one that is known at the new place."""
    for function in enclosing_functions(module, portion.code[0]):
        if isinstance(function, ast.Lambda):
            if any(argument.arg == name for argument in all_arguments(function.args)):
                return name
            continue
        bound = names_bound(function.body)
        for argument in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs):
            if argument.arg == name and argument.annotation is not None and name not in bound:
                return f"{name}: {source_of(module, argument.annotation)}" if _is_plain(module, argument) else name
        if name in bound:
            return name
    return name


def _is_plain(module: Module, argument: ast.arg) -> bool:
    """Whether an annotation is made of the module's names and builtins, on one line."""
    assert argument.annotation is not None
    span = module.text.span(argument.annotation)
    names = {node.id for node in walk([argument.annotation]) if isinstance(node, ast.Name)}
    return span.row == span.end_row and all(name in module.bindings or hasattr(builtins, name) for name in names)


def _body(module: Module, portion: Portion, unit: str) -> str | None:
    """The lines of the new function without the last line's end."""
    parts: list[str] = []
    if portion.statements:
        first, last = portion.statements[0], portion.statements[-1]
        if not all(stands_alone(module, statement) for statement in portion.statements):
            return None
        span = module.text.span(first)
        row = module.text.span(last).end_row
        stretch = Span(span.row, span.column, row, len(module.text.line(row)) + 1)
        text = _shifted(module, stretch, portion.statements, indentation(module, first), unit)
        if portion.inner is not None:
            text = _returning(module, portion.inner, text, stretch)
        parts.append(unit + text)
    if portion.value is not None:
        parts.append(unit + _expression(module, portion.value, unit, "return " if portion.returns else ""))
    return "\n".join(parts)


def _returning(module: Module, assignment: ast.Assign, text: str, stretch: Span) -> str:
    """The text with an assignment of it made a ``return``; the assignment stands alone on its lines."""
    lines = text.split("\n")
    index = module.text.span(assignment).row - stretch.row
    target = module.text.slice(_up_to(module, assignment, assignment.value))
    lines[index] = lines[index].replace(target, "return ", 1)
    return "\n".join(lines)


def _up_to(module: Module, outer: ast.AST, inner: ast.AST) -> Span:
    start, end = module.text.span(outer), module.text.span(inner)
    return Span(start.row, start.column, end.row, end.column)


def _expression(module: Module, node: ast.expr, unit: str, prefix: str) -> str:
    """An expression as a statement, in brackets where the lines that it goes over have lost those round it."""
    text = _shifted(module, module.text.span(node), (node,), indentation(module, node), unit)
    try:
        ast.parse(text.strip())
    except SyntaxError:
        text = f"({text})"
    return prefix + text


def _shifted(module: Module, span: Span, nodes: Sequence[ast.AST], blanks: str, unit: str) -> str:
    """The text of a stretch, its lines after the first indented by ``unit`` instead of ``blanks``."""
    inside = set(_rows_inside_text(nodes))
    lines = module.text.slice(span).split("\n")
    moved = [lines[0]]
    for row, line in enumerate(lines[1:], span.row + 1):
        if row in inside:
            moved.append(line)
        elif line.startswith(blanks):
            moved.append(unit + line[len(blanks) :] if line.strip() else line)
        else:
            moved.append(unit + line.lstrip(" \t\f") if line.strip() else line)
    return "\n".join(moved)


def _rows_inside_text(nodes: Sequence[ast.AST]) -> Iterator[int]:
    """The rows that begin inside a literal: their blanks are text."""
    for node in walk(nodes):
        if isinstance(node, (ast.Constant, ast.JoinedStr)) and node.end_lineno is not None:
            yield from range(node.lineno + 1, node.end_lineno + 1)


def _identifiers(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name) | ast.arg(arg=name):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.alias():
            yield (node.asname or node.name).partition(".")[0]


def _earlier_claims(module: Module, node: ast.AST, words: frozenset[str]) -> int:
    """How many earlier definitions of the module that orchestrate use these words outside operations."""
    own = _top_level(module, node)
    count = 0
    for statement in module.tree.body:
        if statement is own:
            break
        if isinstance(statement, _DEFINITIONS) and not _is_step(statement) and _orchestrates(module, statement):
            count += bool(words) and words <= set(_words_outside_operations(statement))
    return count


def _orchestrates(module: Module, statement: ast.stmt) -> bool:
    """Whether a definition may hold durable code, as far as its text tells."""
    if "urable" in source_of(module, statement) or any("urable" in ast.unparse(one) for one in _decorators(statement)):
        return True
    return any(
        (isinstance(node, ast.Attribute) and node.attr in SHAPES)
        or (isinstance(node, ast.arg) and node.arg in _CONTEXTS)
        for node in walk([statement])
    )


def _words_outside_operations(statement: ast.stmt) -> Iterator[str]:
    stack: list[ast.AST] = [statement]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SHAPES:
            continue
        if isinstance(node, ast.Attribute):
            yield node.attr
        yield from _identifiers(node)
        stack += children(node)


def _decorators(statement: ast.stmt) -> list[ast.expr]:
    return statement.decorator_list if isinstance(statement, _DEFINITIONS) else []


def _is_step(statement: ast.stmt, name: str | None = None) -> bool:
    """Whether a statement defines a decorated step, of a given name if there is one."""
    if name is not None and getattr(statement, "name", None) != name:
        return False
    return any(ast.unparse(one).rpartition(".")[2] == "durable_step" for one in _decorators(statement))
