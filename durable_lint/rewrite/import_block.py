"""Where a new import goes: into the statement that imports from that module, else into the block at the place that
isort's defaults (as ruff and the black profile have them) would choose.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Sequence

from durable_lint.finding import Edit, Span
from durable_lint.model.module import Module
from durable_lint.model.sdk import is_sdk

_Import = ast.Import | ast.ImportFrom
_Natural = tuple[list[tuple[int, int]], list[tuple[int, int]]]
_MemberKey = tuple[int, _Natural]
_StatementKey = tuple[bool, _Natural, _MemberKey]
_DIRECTIVE = re.compile(r"#\s*(ruff:\s*)?isort:\s*(skip|off|split)", re.IGNORECASE)
_HEADER = re.compile(r"#!|#.*?coding[:=]")
_STATEMENT = re.compile(r"(?P<before>\s*)from (?P<source>[\w.]+) import (?P<name>\w+)(?P<after>\s*)")
_FUTURE, _STDLIB, _OTHER, _LOCAL = range(4)


def with_import(module: Module, source: str, name: str, user: ast.stmt | None) -> tuple[Edit, ...] | None:
    """The edits that make ``from source import name`` run when the file is imported, at the place where it belongs.

    ``user`` is the top-level statement that needs the name while the file is being imported, if one does. ``None``
    when there is no place where it can be put for certain.
    """
    limit = len(module.tree.body) if user is None else module.tree.body.index(user)
    statements = module.tree.body[:limit]
    for statement in statements:
        if isinstance(statement, ast.ImportFrom) and _can_take_names(statement, source):
            return _into_statement(module, statement, name)
    run = _run_for(_runs(statements), source)
    edit = _into_run(module, run, source, name) if run else _before_code(module, f"from {source} import {name}\n")
    return None if edit is None else (edit,)


def together(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Edits of one fix, of which several may bring imports to one place: those of one module become one statement."""
    places: dict[tuple[str, Span], list[Edit]] = {}
    for edit in dict.fromkeys(edits):
        places.setdefault((edit.filename, edit.span), []).append(edit)
    return tuple(edit for here in places.values() for edit in (_one_place(here) if len(here) > 1 else here))


def _one_place(edits: list[Edit]) -> list[Edit]:
    """What is inserted at one place, as one insertion in the order of isort's default."""
    found = [_STATEMENT.fullmatch(edit.text) for edit in edits]
    statements = [match for match in found if match is not None]
    first = edits[0]
    if len(statements) < len(edits):
        text = "".join(sorted((edit.text for edit in edits), key=lambda text: _member_key(text.strip(", \n"))))
        return [Edit(first.filename, first.span, text)]
    names: dict[str, list[str]] = {}
    for match in statements:
        names.setdefault(match["source"], []).append(match["name"])
    lines = [f"from {source} import {', '.join(sorted(names[source], key=_member_key))}" for source in sorted(names)]
    return [Edit(first.filename, first.span, f"{statements[0]['before']}{chr(10).join(lines)}{statements[0]['after']}")]


def _can_take_names(statement: ast.ImportFrom, source: str) -> bool:
    """Whether it imports from a module under the names that things have there; renaming has a statement of its own."""
    is_from = statement.module == source and not statement.level
    return is_from and any(alias.asname is None and alias.name != "*" for alias in statement.names)


def _runs(statements: Sequence[ast.stmt]) -> list[list[_Import]]:
    """The stretches of top-level imports with nothing else between them."""
    runs: list[list[_Import]] = [[]]
    for statement in statements:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            runs[-1].append(statement)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _run_for(runs: Sequence[list[_Import]], source: str) -> list[_Import]:
    """The first stretch; for the SDK the one that has it, since what stands before may make it importable."""
    if is_sdk(source):
        runs = [run for run in runs if any(_is_sdk(statement) for statement in run)] or runs
    return runs[0] if runs else []


def _into_statement(module: Module, statement: ast.ImportFrom, name: str) -> tuple[Edit, ...]:
    """The name at its sorted place between the ones that are imported already."""
    aliases = statement.names
    after = [index for index, alias in enumerate(aliases) if _member_key(alias.name) > _member_key(name)]
    index = after[0] if after else len(aliases)
    previous = aliases[index - 1] if index else None
    following = aliases[index] if index < len(aliases) else None
    own_line = _as_own_line(module, statement, previous, following, name)
    if own_line is not None:
        return own_line
    if previous is None:
        span = module.text.span(aliases[0])
        return (_inserted(module, span.row, span.column, f"{name}, "),)
    span = module.text.span(previous)
    return (_inserted(module, span.end_row, span.end_column, f", {name}"),)


def _as_own_line(
    module: Module, statement: ast.ImportFrom, previous: ast.alias | None, following: ast.alias | None, name: str
) -> tuple[Edit, ...] | None:
    """The name on a line of its own, where the brackets hold one name a line; comments stay with their names."""
    model = previous or following
    assert model is not None
    line = module.text.line(model.lineno)
    column = module.text.span(model).column
    indent = line[: column - 1]
    if indent.strip(" \t") or (following is not None and _is_behind_code(module, following)):
        return None
    if previous is None:
        row = _row_of_bracket(module, statement)
        return None if row is None else (_inserted(module, row + 1, 1, f"{indent}{name},\n"),)
    end = module.text.span(previous)
    rest = module.text.line(end.end_row)[end.end_column - 1 :].partition("#")[0].strip()
    if rest not in ("", ",") or (following is None and (statement.end_lineno or 0) <= end.end_row):
        return None
    if rest == ",":
        return (_inserted(module, end.end_row + 1, 1, f"{indent}{name},\n"),)
    if following is not None:
        return None
    comma = _inserted(module, end.end_row, end.end_column, ",")
    return (comma, _inserted(module, end.end_row + 1, 1, f"{indent}{name}\n"))


def _is_behind_code(module: Module, alias: ast.alias) -> bool:
    return bool(module.text.line(alias.lineno)[: module.text.span(alias).column - 1].strip(" \t"))


def _row_of_bracket(module: Module, statement: ast.ImportFrom) -> int | None:
    """The row of an opening bracket that has nothing but a comment behind it."""
    for row in range(statement.lineno, statement.names[0].lineno):
        if module.text.line(row).partition("#")[0].rstrip().endswith("("):
            return row
    return None


def _into_run(module: Module, run: list[_Import], source: str, name: str) -> Edit | None:
    """A line of its own in a stretch of imports."""
    text = f"from {source} import {name}\n"
    if _DIRECTIVE.search(module.text.text):
        return _behind(module, run[-1], text)
    section = _section(source)
    groups = _groups(module, run)
    own = [group for group in groups if _section_of(group[0]) == section]
    if own:
        group = next((group for group in own if is_sdk(source) and any(map(_is_sdk, group))), own[0])
        return _into_group(module, group, _statement_key(source, name), text)
    earlier = [group for group in groups if _section_of(group[0]) < section]
    gap = "\n" if len(groups) == 1 or _blank_between(module, groups[0][-1], groups[1][0]) else ""
    if earlier:
        return _behind(module, earlier[-1][-1], gap + text)
    return _in_front(module, groups[0][0], text + gap)


def _into_group(module: Module, group: Sequence[_Import], key: _StatementKey, text: str) -> Edit | None:
    later = [index for index, statement in enumerate(group) if _key_of(statement) > key]
    index = later[0] if later else len(group)
    return _behind(module, group[index - 1], text) if index else _in_front(module, group[0], text)


def _groups(module: Module, run: Sequence[_Import]) -> list[list[_Import]]:
    """Imports of one section with no blank line between them."""
    groups: list[list[_Import]] = []
    for statement in run:
        last = groups[-1][-1] if groups else None
        if last is None or _section_of(last) != _section_of(statement) or _blank_between(module, last, statement):
            groups.append([])
        groups[-1].append(statement)
    return groups


def _blank_between(module: Module, first: ast.stmt, second: ast.stmt) -> bool:
    return any(not module.text.line(row).strip() for row in range((first.end_lineno or 0) + 1, second.lineno))


def _behind(module: Module, statement: ast.stmt, text: str) -> Edit | None:
    """Text in the line below a statement, unless another one begins in the statement's last line."""
    row = statement.end_lineno or statement.lineno
    following = module.tree.body[module.tree.body.index(statement) + 1 :]
    if row >= len(module.text.lines) or (following and _first_row(following[0]) == row):
        return None
    return _inserted(module, row + 1, 1, text)


def _in_front(module: Module, statement: ast.stmt, text: str) -> Edit | None:
    """Text in the line above a statement, unless another one ends in the statement's first line."""
    index = module.tree.body.index(statement)
    if index and (module.tree.body[index - 1].end_lineno or 0) >= statement.lineno:
        return None
    return _inserted(module, statement.lineno, 1, text)


def _before_code(module: Module, text: str) -> Edit | None:
    """Text as the first statement of a file without imports: behind the docstring, else behind the head's comments."""
    body = module.tree.body
    has_docstring = ast.get_docstring(module.tree, clean=False) is not None
    first = body[1] if has_docstring and len(body) > 1 else body[0]
    row = (body[0].end_lineno or 0) if has_docstring else _head(module, _first_row(first))
    if has_docstring and _first_row(first) <= row:
        return None
    blanks = 0
    while not module.text.line(row + blanks + 1).strip() and row + blanks < len(module.text.lines):
        blanks += 1
    is_definition = isinstance(first, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    wanted = 2 if is_definition and row + blanks + 1 == _first_row(first) else 1
    if row == 0:
        return _inserted(module, blanks + 1, 1, text + "\n" * wanted)
    return _inserted(module, row + 1, 1, "\n" + text + "\n" * max(0, wanted - blanks))


def _head(module: Module, first_row: int) -> int:
    """The last row of the comments that are about the file: not those right above its first statement, unless they
    are for the machine.
    """
    row = 0
    while row + 1 < first_row and module.text.line(row + 1).lstrip().startswith("#"):
        row += 1
    if row + 1 < first_row:
        return row
    return max((number for number in (1, 2) if number <= row and _HEADER.match(module.text.line(number))), default=0)


def _first_row(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])


def _inserted(module: Module, row: int, column: int, text: str) -> Edit:
    return Edit(module.path, Span(row, column, row, column), text)


def _section(source: str) -> int:
    root = source.partition(".")[0]
    if root == "__future__":
        return _FUTURE
    return _STDLIB if root in sys.stdlib_module_names else _OTHER


def _section_of(statement: _Import) -> int:
    if isinstance(statement, ast.Import):
        return _section(statement.names[0].name)
    return _LOCAL if statement.level else _section(statement.module or "")


def _is_sdk(statement: _Import) -> bool:
    if isinstance(statement, ast.Import):
        return any(is_sdk(alias.name) for alias in statement.names)
    return not statement.level and is_sdk(statement.module or "")


def _statement_key(source: str, name: str) -> _StatementKey:
    """How ``from source import name`` is sorted among the imports of its section: behind every ``import x``."""
    return (True, _natural(source), _member_key(name))


def _key_of(statement: _Import) -> _StatementKey:
    first = statement.names[0].name
    if isinstance(statement, ast.Import):
        return (False, _natural(first), _member_key(""))
    return _statement_key(statement.module or "", first)


def _member_key(name: str) -> _MemberKey:
    """How a name is sorted in a statement: constants, classes, then all others."""
    if len(name) > 1 and name.isupper():
        return (0, _natural(name))
    return (1 if name[:1].isupper() else 2, _natural(name))


def _natural(text: str) -> _Natural:
    """Numbers by their value, letters without their case before with it."""
    return _pieces(text.lower()), _pieces(text)


def _pieces(text: str) -> list[tuple[int, int]]:
    pieces = re.findall(r"\d+|\D", text)
    return [(ord("0"), int(piece)) if piece.isdecimal() else (ord(piece), 0) for piece in pieces]
