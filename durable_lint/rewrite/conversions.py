"""Conversions: how a value that JSON cannot carry goes there, and how it is made again from what comes back."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from durable_lint.dataclasses import dataclass
from durable_lint.finding import Edit, Safety
from durable_lint.model import classes, dataclass_fields, declared, inference, payloads
from durable_lint.model.effects import Site
from durable_lint.model.interpreter import Interpreter
from durable_lint.model.module import Module
from durable_lint.model.scope import loaded_names
from durable_lint.model.things import Instance, Literal, Mapping, Pattern, Sequence, Typed
from durable_lint.model.values import Value, join
from durable_lint.rewrite.bindings import binders, scope_of, visible_scopes
from durable_lint.rewrite.edits import attributable, source_of
from durable_lint.rewrite.imports import bring
from durable_lint.rewrite.zones import Zone, zone_of

_MAX_DEPTH = 5
_NUMBERS = frozenset({"builtins.int", "builtins.float", "builtins.bool"})
_SCALARS = frozenset({"builtins.str", "builtins.NoneType", "types.NoneType"}) | _NUMBERS
_UNORDERED = frozenset({"builtins.set", "builtins.frozenset"})
_LISTED = frozenset(
    {"builtins.tuple", "builtins.generator", "builtins.range", "builtins.dict_keys", "builtins.dict_values"}
)


@dataclass(frozen=True, slots=True)
class Conversion:
    """The way of a value to JSON and back.

    ``there`` is the text that makes JSON of it, ``type`` what that is, as an annotation; ``back`` takes the text of an
    expression for the JSON and gives one for the value. ``edits`` import what both need, ``there_edits`` what
    ``there`` needs. A conversion is unsafe when what comes back may differ in a part that cannot be seen.
    """

    there: str
    type: str
    back: Callable[[str], str]
    edits: tuple[Edit, ...] = ()
    there_edits: tuple[Edit, ...] = ()
    safety: Safety = Safety.SAFE


@dataclass(frozen=True, slots=True)
class Sent:
    """The text that makes JSON of a value, what that is as an annotation, and the imports that the text needs."""

    text: str
    type: str
    edits: tuple[Edit, ...] = ()


def json_form(
    interpreter: Interpreter, module: Module, node: ast.expr, value: Value, text: str, at: ast.expr | None = None
) -> Conversion | None:
    """How the value of an expression goes through JSON and back.

    ``text`` is the expression's text, ``value`` what is known of its value, ``at`` where it is made again when that is
    another place of the file. ``None`` when its type is not known for certain, when JSON carries it anyway, and when
    no text brings it back as it was.
    """
    sent = sent_form(interpreter, module, node, value, text)
    made = None if sent is None else _back(interpreter, module, node, value, at or node)
    if sent is None or made is None:
        return None
    edits = tuple(dict.fromkeys((*sent.edits, *made.edits)))
    return Conversion(sent.text, sent.type, made.text, edits, sent.edits, made.safety)


def sent_form(interpreter: Interpreter, module: Module, node: ast.expr, value: Value, text: str) -> Sent | None:
    """The JSON form of the value of an expression, for a reader that takes JSON; ``None`` when there is none that
    surely says the same.
    """
    kind = kind_of(value)
    things = value.things
    element = _element(value)
    if kind in _UNORDERED and _is_sortable(element):
        return _called(module, node, "sorted", text, f"list[{_written(element)}]")
    if kind in _LISTED:
        return _as_list(module, node, text, f"list[{_written(element)}]" if _is_flat(element) else "list")
    if kind in _TO_TEXT:
        return _called(module, node, "str", text, "str")
    if kind in _METHODS:
        method, made = _METHODS[kind]
        return Sent(f"{attributable(node, text)}.{method}()", made)
    if len(things) == 1 and isinstance(things[0], Instance):
        return _of_instance(interpreter, module, node, things[0], text)
    return None


def is_plain(interpreter: Interpreter, value: Value, site: Site) -> bool | None:
    """Whether a value comes back from plain JSON equal, whichever of its alternatives it is; ``None`` when a part is
    not known.

    What only a library's own source could tell is not known here: to ask it costs more than everything else.
    """
    known = _is_surely_plain(value, _MAX_DEPTH)
    if not known and _comes_from_library(value, _MAX_DEPTH):
        return None
    if payloads.troubles(interpreter, value, "json", site):
        return False
    return True if known else None


def kind_of(value: Value) -> str | None:
    """The type of a value that is of one type, whatever it may be."""
    names = {thing.plain_type for thing in value.things}
    if value.things:
        return names.pop() if len(names) == 1 else None
    results = inference.results_of(value.maker) if value.maker else ()
    return results[0].name if len(results) == 1 else None


def is_builtin(module: Module, node: ast.AST, name: str) -> bool:
    """Whether a name means the builtin where a node stands."""
    return bring(module, f"builtins.{name}", node) is not None


_METHODS = {
    "datetime.datetime": ("isoformat", "str"),
    "datetime.date": ("isoformat", "str"),
    "datetime.time": ("isoformat", "str"),
    "datetime.timedelta": ("total_seconds", "float"),
    "builtins.bytes": ("hex", "str"),
}
_TO_TEXT = frozenset(
    {"decimal.Decimal", "uuid.UUID", "pathlib.Path", "pathlib.PosixPath", "pathlib.PurePath", "pathlib.PurePosixPath"}
)
# By what a value is made again, with a method of it and the keyword it wants.
_MAKERS: dict[str, tuple[str, ...]] = {
    "datetime.date": ("datetime.date", ".fromisoformat"),
    "datetime.time": ("datetime.time", ".fromisoformat"),
    "datetime.timedelta": ("datetime.timedelta", "", "seconds="),
    "decimal.Decimal": ("decimal.Decimal",),
    "uuid.UUID": ("uuid.UUID",),
    "pathlib.Path": ("pathlib.Path",),
    "pathlib.PosixPath": ("pathlib.Path",),
    "pathlib.PurePath": ("pathlib.PurePath",),
    "pathlib.PurePosixPath": ("pathlib.PurePosixPath",),
    "builtins.set": ("builtins.set",),
    "builtins.frozenset": ("builtins.frozenset",),
    "builtins.tuple": ("builtins.tuple",),
    "builtins.bytes": ("builtins.bytes", ".fromhex"),
}


@dataclass(frozen=True, slots=True)
class _Made:
    """How a value is made again from its JSON form."""

    text: Callable[[str], str]
    edits: tuple[Edit, ...] = ()
    safety: Safety = Safety.SAFE


def _back(interpreter: Interpreter, module: Module, node: ast.expr, value: Value, at: ast.expr) -> _Made | None:
    kind = kind_of(value)
    if kind == "datetime.datetime":
        return _moment(interpreter, module, node, at)
    if kind in _MAKERS and (kind not in _LISTED or _is_flat(_element(value))):
        return _calling(module, at, *_MAKERS[kind])
    if value.sole is not None and isinstance(value.things[0], Instance):
        return _rebuilt(interpreter, module, value.things[0], at)
    return None


def _calling(module: Module, at: ast.expr, dotted: str, method: str = "", keyword: str = "") -> _Made | None:
    brought = bring(module, dotted, at)
    if brought is None:
        return None
    return _Made(lambda text: f"{brought.expression}{method}({keyword}{text})", brought.edits)


def _moment(interpreter: Interpreter, module: Module, node: ast.expr, at: ast.expr) -> _Made | None:
    """A datetime from its text, which holds the offset from UTC but not whose zone it is."""
    made = _calling(module, at, "datetime.datetime", ".fromisoformat")
    if made is None:
        return None
    zone = zone_of(interpreter, module, node)
    if zone is Zone.IN_TEXT:
        return made
    if isinstance(zone, ast.expr):
        if not all(is_global(module, at, name) for name in loaded_names(zone)):
            return None
        shift = f".astimezone({source_of(module, zone)})"
        return _Made(lambda text: f"{made.text(text)}{shift}", made.edits)
    return _Made(made.text, made.edits, Safety.UNSAFE)


def _rebuilt(interpreter: Interpreter, module: Module, instance: Instance, node: ast.expr) -> _Made | None:
    """A member of an enum, or an instance of a dataclass, from what was sent of it."""
    name = class_name_at(module, instance, node)
    if name is None:
        return None
    frame = interpreter.module_frame(instance.cls.module)
    if classes.is_enum(frame, instance.cls):
        return _Made(lambda text: f"{name}({text})")
    if not dataclass_fields.is_dataclass(frame, instance.cls) or not _is_rebuildable(instance.cls.node):
        return None  # what validates (pydantic) may want other names than it gives
    return _Made(lambda text: f"{name}(**{text})")


def class_name_at(module: Module, instance: Instance, node: ast.AST) -> str | None:
    """How a node's code can name the class of an instance, when it is at the module's top level or imported there."""
    cls = instance.cls
    for name, bindings in module.bindings.items():
        if len(bindings) != 1 or not is_global(module, node, name):
            continue
        statement = bindings[0].statement
        if cls.module is module and statement is cls.node:
            return name
        if isinstance(statement, ast.ImportFrom) and cls.module is not module and cls.node in cls.module.tree.body:
            dotted = cls.module.name.rpartition(".")[2]
            imported = {alias.asname or alias.name: alias.name for alias in statement.names}
            if (statement.module or "").rpartition(".")[2] == dotted and imported.get(name) == cls.node.name:
                return name
    return None


def is_global(module: Module, node: ast.AST, name: str) -> bool:
    """Whether a name where a node stands is the module's (or a builtin), not one of a function round it."""
    scopes = {scope_of(module, binder) for binder in binders(module, name)}
    return not any(scope in scopes for scope in visible_scopes(module, node) if scope is not module.tree)


def _of_instance(
    interpreter: Interpreter, module: Module, node: ast.expr, instance: Instance, text: str
) -> Sent | None:
    frame = interpreter.module_frame(instance.cls.module)
    if classes.is_enum(frame, instance.cls):
        made = _type_of_members(instance.cls.node)
        return None if made is None else Sent(f"{attributable(node, text)}.value", made)
    bases = classes.library_bases(frame, instance.cls)
    if bases and bases[0] == "pydantic.BaseModel":
        return Sent(f'{attributable(node, text)}.model_dump(mode="json")', "dict")
    if (
        bases != ()
        or not dataclass_fields.is_dataclass(frame, instance.cls)
        or not _has_plain_fields(interpreter, instance)
    ):
        return None
    brought = bring(module, "dataclasses.asdict", node)
    return None if brought is None else Sent(f"{brought.expression}({text})", "dict", brought.edits)


def _has_plain_fields(interpreter: Interpreter, instance: Instance) -> bool:
    """Whether every field of a dataclass without a dataclass among its bases is declared as plain JSON."""
    frame = interpreter.module_frame(instance.cls.module)
    if instance.cls.node.bases:
        return False
    annotations = [s.annotation for s in instance.cls.node.body if isinstance(s, ast.AnnAssign)]
    return all(_is_surely_plain(declared.value_of(frame, annotation), _MAX_DEPTH) for annotation in annotations)


def _is_rebuildable(cls: ast.ClassDef) -> bool:
    """Whether the fields of a dataclass are what its constructor takes, and all that it keeps."""
    for statement in cls.body:
        match statement:
            case ast.FunctionDef(name=("__init__" | "__post_init__" | "__new__")):
                return False
            case ast.AnnAssign(value=ast.Call(keywords=keywords)) if any(item.arg == "init" for item in keywords):
                return False
    return True


def _type_of_members(cls: ast.ClassDef) -> str | None:
    """The annotation for the values of an enum's members, when each is a plain constant."""
    values = [s.value for s in cls.body if isinstance(s, ast.Assign)]
    if not values or not all(isinstance(value, ast.Constant) for value in values):
        return None
    types = {type(value.value) for value in values if isinstance(value, ast.Constant)}
    return types.pop().__name__ if len(types) == 1 and types <= {str, int, float} else None


def _called(module: Module, node: ast.expr, name: str, text: str, made: str) -> Sent | None:
    return Sent(f"{name}({text})", made) if is_builtin(module, node, name) else None


def _as_list(module: Module, node: ast.expr, text: str, made: str) -> Sent | None:
    """A list in the place of a tuple or a generator, with its brackets exchanged where it is written out."""
    if isinstance(node, ast.GeneratorExp):
        return None if isinstance(module.parent(node), ast.Call) else Sent(f"[{text[1:-1]}]", made)
    if not isinstance(node, ast.Tuple) or text != source_of(module, node):
        return _called(module, node, "list", text, made)
    inner = text[1:-1] if _has_parentheses(text) else text
    if len(node.elts) == 1 and "\n" not in inner and inner.rstrip().endswith(","):
        inner = inner.rstrip()[:-1]
    return Sent(f"[{inner}]", made)


def _has_parentheses(text: str) -> bool:
    """Whether the text of a tuple holds the tuple's own parentheses."""
    return ast.parse(f"({text})", mode="eval").body.col_offset == 1


def _element(value: Value) -> Value:
    """What any item of a value's sequences may be."""
    return join(
        item
        for thing in value.things
        if isinstance(thing, Sequence)
        for item in ((thing.element,) if thing.items is None else thing.items)
    )


def _is_sortable(element: Value) -> bool:
    """Whether items are surely plain and have an order."""
    names = {thing.plain_type for thing in element.things}
    return bool(names) and (names == {"builtins.str"} or names <= _NUMBERS)


def _is_flat(element: Value) -> bool:
    """Whether items are surely plain and hold nothing."""
    return bool(element.things) and all(thing.plain_type in _SCALARS for thing in element.things)


def _written(element: Value) -> str:
    """The annotation for items."""
    names = dict.fromkeys((thing.plain_type or "").removeprefix("builtins.") for thing in element.things)
    return " | ".join("None" if name.endswith("NoneType") else name for name in names)


def _is_surely_plain(value: Value, depth: int) -> bool:
    if depth == 0:
        return False
    return bool(value.things) and all(_is_plain_thing(thing, depth - 1) for thing in value.things)


def _comes_from_library(value: Value, depth: int) -> bool:
    """Whether a part is what a library gave, of which no table says what it is."""
    if value.maker and not value.things:
        return True
    return depth > 0 and any(
        _comes_from_library(part, depth - 1)
        for thing in value.things
        if isinstance(thing, (Sequence, Mapping))
        for part in _parts(thing)
    )


def _parts(thing: Sequence | Mapping) -> Iterator[Value]:
    yield thing.element
    if isinstance(thing, Sequence):
        yield from thing.items or ()
    else:
        yield from (entry for _, entry in thing.entries)


def _is_plain_thing(thing: object, depth: int) -> bool:
    match thing:
        case Literal(typename=name) | Typed(name):
            return name in _SCALARS
        case Pattern():
            return True
        case Sequence("builtins.list", items, element):
            return all(_is_surely_plain(item, depth) for item in ((element,) if items is None else items))
        case Mapping("builtins.dict", entries, key):
            has_text_keys = bool(key.things) and all(inner.plain_type == "builtins.str" for inner in key.things)
            held = [entry for _, entry in entries] if entries and thing.is_visible else [thing.element]
            return has_text_keys and all(_is_surely_plain(item, depth) for item in held)
    return False
