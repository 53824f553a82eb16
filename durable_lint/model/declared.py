"""Annotations: what a declared type says about a value."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from durable_lint.model.sdk import CONTEXT_TYPES, sdk_name
from durable_lint.model.things import (
    Boto,
    Class,
    Context,
    External,
    Instance,
    Literal,
    Mapping,
    Record,
    Sequence,
    Typed,
    literal,
    typed,
)
from durable_lint.model.values import UNKNOWN, Value, join, of

if TYPE_CHECKING:
    from durable_lint.model.frame import Frame

_SEQUENCES = {
    "builtins.list": "builtins.list",
    "builtins.tuple": "builtins.tuple",
    "builtins.set": "builtins.set",
    "builtins.frozenset": "builtins.frozenset",
    "durable_lint.namedtuple": "typing.NamedTuple",
    "typing.List": "builtins.list",
    "typing.Tuple": "builtins.tuple",
    "typing.Set": "builtins.set",
    "typing.FrozenSet": "builtins.frozenset",
}
_MAPPINGS = {
    "builtins.dict": "builtins.dict",
    "typing.Dict": "builtins.dict",
    "collections.OrderedDict": "collections.OrderedDict",
    "collections.defaultdict": "collections.defaultdict",
}
_TRANSPARENT = frozenset(
    {"typing.Annotated", "typing.Final", "typing.ClassVar", "typing.Required", "typing.NotRequired"}
)
_UNIONS = frozenset({"typing.Union", "typing.Optional"})
_BOTO_STUBS = ("mypy_boto3_", "types_boto3_", "types_aiobotocore_")
_MAX_DEPTH = 6


def value_of(frame: Frame, annotation: ast.expr | None, depth: int = 0) -> Value:
    """What a value declared with this annotation may be; unknown where the annotation says nothing we can use."""
    if annotation is None or depth > _MAX_DEPTH:
        return UNKNOWN
    match annotation:
        case ast.Constant(value=str(text)):
            return value_of(frame, _parsed(text), depth + 1)
        case ast.Constant(value=None):
            return literal(None)
        case ast.BinOp(op=ast.BitOr()):
            return value_of(frame, annotation.left, depth + 1) | value_of(frame, annotation.right, depth + 1)
        case ast.Subscript():
            return _subscripted(frame, annotation, depth)
        case ast.Name() | ast.Attribute():
            return _named(frame, annotation)
    return UNKNOWN


def possible(frame: Frame, field: ast.stmt, default: Value) -> Value:
    """What a field holds that may have been given another value than its default: something of the declared type."""
    is_plain = all(isinstance(thing, (Literal, Record)) for thing in default.things)
    if not isinstance(field, ast.AnnAssign) or not is_plain:
        return default
    return Value(value_of(frame, field.annotation).things, default.taints, default.loops)


def declares_context(frame: Frame, annotation: ast.expr | None) -> bool:
    """Whether an annotation names the SDK's DurableContext (also in quotes, unions and ``Annotated``)."""
    if annotation is None:
        return False
    match annotation:
        case ast.Constant(value=str(text)):
            return "Context" in text and declares_context(frame, _parsed(text))
        case ast.BinOp(op=ast.BitOr()):
            return declares_context(frame, annotation.left) or declares_context(frame, annotation.right)
        case ast.Subscript():
            slices = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]
            names = _external_names(frame, annotation.value)
            return bool(names & (_UNIONS | _TRANSPARENT)) and any(declares_context(frame, item) for item in slices)
        case ast.Name() | ast.Attribute():
            if (
                annotation.id if isinstance(annotation, ast.Name) else annotation.attr
            ) not in CONTEXT_TYPES and not isinstance(annotation, ast.Name):
                return False
            return any(sdk_name(name) in CONTEXT_TYPES for name in _external_names(frame, annotation))
    return False


def _parsed(text: str) -> ast.expr | None:
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _external_names(frame: Frame, node: ast.expr) -> frozenset[str]:
    return frozenset(thing.name for thing in frame.evaluate(node).things if isinstance(thing, External))


def _named(frame: Frame, node: ast.expr) -> Value:
    return join(filter(None, (_instance_of(frame, thing) for thing in frame.evaluate(node).things)))


def _instance_of(frame: Frame, thing: object) -> Value | None:
    match thing:
        case Class():
            return of(Instance(thing, None))
        case External(name):
            return _external_instance(frame, name)
    return None


def _external_instance(frame: Frame, name: str) -> Value | None:
    public = sdk_name(name)
    if public is not None:
        return of(Context(frame.context_owner)) if public in CONTEXT_TYPES else typed(f"sdk.{public}")
    if name in _SEQUENCES:
        return of(Sequence(_SEQUENCES[name], None, UNKNOWN))
    if name in _MAPPINGS or name in ("typing.Mapping", "collections.abc.Mapping"):
        return of(Mapping(_MAPPINGS.get(name, "builtins.dict"), (), UNKNOWN, UNKNOWN))
    if name.startswith(_BOTO_STUBS):
        return _boto_stub(name)
    if name in ("typing.Any", "builtins.object") or name.startswith(("typing.", "collections.abc.")):
        return None
    return of(Typed(frame.interpreter.knowledge.canonical(name)))


def _boto_stub(name: str) -> Value | None:
    service = name.partition(".")[0].split("_boto3_")[-1].removeprefix("types_aiobotocore_")
    leaf = name.rpartition(".")[2]
    if leaf.endswith("Client"):
        return of(Boto("client", service.replace("_", "-")))
    if leaf.endswith("ServiceResource"):
        return of(Boto("resource", service))
    return of(Boto(leaf, service)) if ".service_resource." in name else None


def _subscripted(frame: Frame, node: ast.Subscript, depth: int) -> Value:
    names = _external_names(frame, node.value)
    slices = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if names & _UNIONS:
        stated = join(value_of(frame, item, depth + 1) for item in slices)
        return stated | literal(None) if "typing.Optional" in names else stated
    if names & _TRANSPARENT:
        return value_of(frame, slices[0], depth + 1)
    for name in names:
        if name in _SEQUENCES:
            return of(Sequence(_SEQUENCES[name], None, _element(frame, slices, depth)))
        if name in _MAPPINGS or name.endswith(".Mapping"):
            key = value_of(frame, slices[0], depth + 1)
            element = value_of(frame, slices[-1], depth + 1) if len(slices) > 1 else UNKNOWN
            return of(Mapping(_MAPPINGS.get(name, "builtins.dict"), (), key, element))
    return UNKNOWN


def _element(frame: Frame, slices: list[ast.expr], depth: int) -> Value:
    items = [item for item in slices if not (isinstance(item, ast.Constant) and item.value is Ellipsis)]
    return join(value_of(frame, item, depth + 1) for item in items)
