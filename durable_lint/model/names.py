"""Names: what a module's top-level name, an import and an attribute of a module mean."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING

from durable_lint.knowledge.sdk import facts as facts_of_line
from durable_lint.model import declared
from durable_lint.model.effects import Effect, Kind
from durable_lint.model.module import Binding, Module
from durable_lint.model.scope import Scope, facts_of
from durable_lint.model.sdk import is_sdk
from durable_lint.model.things import Class, External, ModuleThing
from durable_lint.model.values import UNKNOWN, Value, of

if TYPE_CHECKING:
    from durable_lint.model.frame import Frame
    from durable_lint.model.interpreter import Interpreter

_FROZEN_AT_IMPORT = frozenset({Kind.CLOCK, Kind.RANDOM, Kind.ID})
_MAX_BINDINGS = 8


def module_value(interpreter: Interpreter, module: Module, name: str) -> Value | None:
    """The value of a top-level name, evaluated once; ``None`` when the module does not bind it."""
    key = (module, name)
    if key in interpreter.module_values:
        return interpreter.module_values[key]
    bindings = module.bindings.get(name)
    if bindings is None:
        return _from_stars(interpreter, module, name)
    if key in interpreter.pending:
        return UNKNOWN
    interpreter.pending.add(key)
    try:
        value = _join_bindings(interpreter, module, name, bindings[:_MAX_BINDINGS])
    finally:
        interpreter.pending.discard(key)
    interpreter.module_values[key] = value
    return value


def _join_bindings(interpreter: Interpreter, module: Module, name: str, bindings: list[Binding]) -> Value:
    value: Value | None = None
    for binding in bindings:
        new = _bound(interpreter, module, name, binding)
        value = new if value is None else value | new
    return UNKNOWN if value is None else value


def _from_stars(interpreter: Interpreter, module: Module, name: str) -> Value | None:
    for statement in reversed(module.stars):
        source = _from_module(interpreter, module, statement)
        if isinstance(source, Module):
            if source is module or (name.startswith("_") and name not in source.exported()):
                continue
            value = _guarded_star(interpreter, source, name)
            if value is not None:
                interpreter.module_values[module, name] = value
                return value
        elif is_sdk(source) and _gives(facts_of_line(interpreter.sdk_line).exports(source), name):
            return of(External(f"{source}.{name}"))
    return None


def _gives(exports: frozenset[str] | None, name: str) -> bool:
    """Whether ``import *`` from a module of the SDK brings a name; from one that is not recorded it may be any."""
    return name in exports if exports is not None else not hasattr(builtins, name)


def _guarded_star(interpreter: Interpreter, source: Module, name: str) -> Value | None:
    marker = (source, f"* {name}")
    if marker in interpreter.pending:
        return None
    interpreter.pending.add(marker)
    try:
        return module_value(interpreter, source, name)
    finally:
        interpreter.pending.discard(marker)


def _bound(interpreter: Interpreter, module: Module, name: str, binding: Binding) -> Value:
    frame = interpreter.module_frame(module)
    statement = binding.statement
    if binding.function is not None:
        frame = _frame_inside(interpreter, module, binding.function)
    match statement:
        case ast.Import() | ast.ImportFrom():
            return imported(interpreter, module, statement, name)
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            from durable_lint.model.statements import function_value

            return function_value(frame, statement)
        case ast.ClassDef():
            return of(Class(statement, module))
        case ast.NamedExpr():
            return frame.evaluate(statement.value)
        case ast.Assign():
            from durable_lint.model.targets import unpack

            value = frame.evaluate(statement.value)
            for target in statement.targets:
                for bound_name, bound_value in unpack(frame, target, value):
                    if bound_name == name:
                        return bound_value
        case ast.AnnAssign():
            stated = declared.value_of(frame, statement.annotation)
            if statement.value is None:
                return stated
            value = frame.evaluate(statement.value)
            return value if value.things else Value(stated.things, value.taints)
        case ast.With() | ast.AsyncWith():
            for item in statement.items:
                if isinstance(item.optional_vars, ast.Name) and item.optional_vars.id == name:
                    return frame.evaluate(item.context_expr)
    return UNKNOWN


def _frame_inside(interpreter: Interpreter, module: Module, function: ast.FunctionDef | ast.AsyncFunctionDef) -> Frame:
    from durable_lint.model.frame import Frame

    outer = interpreter.module_frame(module)
    facts = facts_of(function)
    return Frame(interpreter, module, outer.body, Scope(None, facts.own), facts)


def imported(interpreter: Interpreter, module: Module, statement: ast.Import | ast.ImportFrom, name: str) -> Value:
    """What an import statement binds to ``name``."""
    if isinstance(statement, ast.Import):
        return _imported_module(interpreter, module, statement, name)
    for alias in statement.names:
        if (alias.asname or alias.name) == name:
            source = _from_module(interpreter, module, statement)
            if isinstance(source, Module):
                return module_attribute(interpreter, source, alias.name)
            dotted = f"{source}.{alias.name}" if source else alias.name
            submodule = interpreter.find(module, dotted) if not statement.level else None
            if submodule is None and statement.level:
                submodule = interpreter.project.sibling(module, statement.level, _join(statement.module, alias.name))
            if submodule is not None:
                return of(ModuleThing(submodule))
            return of(External(dotted)) if not statement.level else UNKNOWN
    return UNKNOWN


def _join(first: str | None, second: str) -> str:
    return f"{first}.{second}" if first else second


def _imported_module(interpreter: Interpreter, module: Module, statement: ast.Import, name: str) -> Value:
    for alias in statement.names:
        if alias.asname == name or (alias.asname is None and alias.name.partition(".")[0] == name):
            dotted = alias.name if alias.asname else name
            found = interpreter.find(module, dotted)
            return of(External(dotted)) if found is None else of(ModuleThing(found))
    return UNKNOWN


def _from_module(interpreter: Interpreter, module: Module, statement: ast.ImportFrom) -> Module | str:
    if statement.level:
        return interpreter.project.sibling(module, statement.level, statement.module or "") or ""
    dotted = statement.module or ""
    return interpreter.find(module, dotted) or dotted


def module_attribute(interpreter: Interpreter, module: Module, name: str) -> Value:
    """``module.name``: a top-level name, or a submodule of a package."""
    # A package that is being read and imports its own submodule has no such name yet.
    is_being_read = module.is_package and (module, name) in interpreter.pending
    value = None if is_being_read else module_value(interpreter, module, name)
    if value is not None:
        return value
    if module.is_package:
        submodule = interpreter.project.sibling(module, 1, name)
        if submodule is not None:
            return of(ModuleThing(submodule))
    return UNKNOWN


def home(interpreter: Interpreter, module: Module, name: str) -> tuple[Module, str] | None:
    """The module that binds the variable which a top-level name means, and its name there; ``None`` for what is not a
    variable of the project.
    """
    for _ in range(_MAX_BINDINGS):
        bindings = module.bindings.get(name)
        statement = bindings[0].statement if bindings else None
        if statement is None or isinstance(statement, (ast.Import, ast.FunctionDef, ast.AsyncFunctionDef)):
            return None
        if not isinstance(statement, ast.ImportFrom):
            return module, name
        source = _from_module(interpreter, module, statement)
        if not isinstance(source, Module):
            return None
        name = next(alias.name for alias in statement.names if (alias.asname or alias.name) == name)
        module = source
    return None


def external_attribute(interpreter: Interpreter, importer: Module, dotted: str) -> Value:
    """``a.b`` where ``a`` is no known module: a project module below a namespace package, or something outside."""
    found = interpreter.find(importer, dotted)
    return of(External(dotted)) if found is None else of(ModuleThing(found))


def global_name(frame: Frame, node: ast.Name) -> Value:
    """A name that no function binds: the module's, or a builtin.

    What is read at import time is the same for every replay in one process but not in the next: a clock, random or id
    value keeps its taint, with the name itself as the first link of the chain.
    """
    written = frame.body.writes.get(node.id)
    value = module_value(frame.interpreter, frame.module, node.id)
    if written is not None:
        return written if value is None else written | value
    if value is None:
        return of(External(f"builtins.{node.id}"))
    return at_import(frame, value, node, node.id)


def at_import(frame: Frame, value: Value, node: ast.AST, name: str, when: str = "set at import") -> Value:
    """A module-level value as it is seen from a body: import-time taints become effects of the body at ``node``."""
    if not value.taints or frame.interpreter.is_module_frame(frame):
        return value
    mapping: dict[Effect, Effect | None] = {}
    for effect in value.taints:
        if not frame.interpreter.is_module_frame_body(effect.body):
            continue
        keeps = effect.kind in _FROZEN_AT_IMPORT and not frame.in_step
        mapping[effect] = frame.wrap(effect, node, f"{name} ({when})") if keeps else None
    return value.retaint(mapping)
