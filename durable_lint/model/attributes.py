"""Attributes: what ``thing.name`` means, and what assigning to it does."""

from __future__ import annotations

import ast
from collections.abc import Mapping as MappingABC
from typing import TYPE_CHECKING

from durable_lint.model import classes, contents, names
from durable_lint.model.body import Body, Escape, Use
from durable_lint.model.contract import SdkRead
from durable_lint.model.effects import NO_TAINTS, Access, Effect, Kind, Taints
from durable_lint.model.sdk import is_sdk
from durable_lint.model.things import (
    Boto,
    Class,
    Context,
    Durable,
    External,
    Function,
    Instance,
    Literal,
    Mapping,
    Method,
    ModuleThing,
    Pattern,
    Prepared,
    Record,
    Sequence,
    Typed,
    changed_dict,
    typed,
)
from durable_lint.model.values import UNKNOWN, Thing, Value, of

if TYPE_CHECKING:
    from durable_lint.knowledge import Fact
    from durable_lint.model.frame import Frame

_LAMBDA_CONTEXT = "lambda_context"
_COLLECTIONS = "collection"


def read(frame: Frame, node: ast.Attribute) -> Value:
    """The value of ``base.attr``."""
    frame.captures = not isinstance(node.value, ast.Name)  # of an object from outside only the attribute is captured
    base = frame.evaluate(node.value)
    frame.captures = True
    result: Value | None = None
    elsewhere: Taints | None = None
    for thing in base.things:
        if isinstance(thing, Prepared) and base.sole is not None and not node.attr.startswith("_"):
            frame.body.note_unrun(thing, frame.site(node), f"attribute {node.attr}")
        if base.sole is not None:
            _note_read(frame, thing, node)
        value = of_thing(frame, thing, node)
        result = value if result is None else result | value
        held = _of_other_parts(frame, thing, node.attr) if isinstance(thing, Instance) else NO_TAINTS
        elsewhere = held if elsewhere is None else elsewhere & held
    value = (result or UNKNOWN).tainted(base.taints.difference(elsewhere or ()), base.loops)
    frame.captured(value)
    return value


def _note_read(frame: Frame, thing: Thing, node: ast.Attribute) -> None:
    """Remember an attribute that is read of the SDK: of its modules and classes, and of objects of them."""
    match thing:
        case Context():
            read = SdkRead("DurableContext", node.attr, frame.site(node))
        case Record(type=name) | Typed(name) if name.startswith("sdk."):
            read = SdkRead(name.removeprefix("sdk."), node.attr, frame.site(node))
        case External(dotted) if is_sdk(dotted):
            read = SdkRead(dotted, node.attr, frame.site(node), is_imported=True)
        case _:
            return
    frame.body.sdk_reads[(id(node), read.owner)] = read


def _of_other_parts(frame: Frame, thing: Instance, name: str) -> Taints:
    """What an object depends on that says nothing about this attribute."""
    return thing.taints_held() if classes.has(frame, thing, name) else thing.taints_of_state()


def of_thing(frame: Frame, thing: Thing, node: ast.Attribute) -> Value:
    """The attribute of one alternative."""
    name = node.attr
    match thing:
        case ModuleThing(module):
            value = names.module_attribute(frame.interpreter, module, name)
            return names.at_import(frame, value, node, ast.unparse(node))
        case External(dotted):
            return _of_external(frame, dotted, name, node)
        case Instance():
            value = classes.instance_attribute(frame, thing, name, node)
            frame.captured(value)
            return names.at_import(frame, value, node, ast.unparse(node))
        case Class():
            when = "set at import" if thing.scope is None else "set by the class"
            return names.at_import(frame, classes.class_attribute(frame, thing, name), node, ast.unparse(node), when)
        case Context():
            return _of_context(thing, name)
        case Boto():
            return _of_boto(thing, name)
        case Typed(dotted):
            return _of_typed(frame, thing, dotted, name, node)
        case Sequence() | Mapping() | Literal() | Pattern():
            return of(Method(thing, name))
        case Record():
            field = thing.get(name)
            return field if field is not None else of(Method(thing, name))
        case Durable() | Prepared() | Function() | Method():
            return UNKNOWN
    return UNKNOWN


def _of_external(frame: Frame, dotted: str, name: str, node: ast.Attribute) -> Value:
    full = f"{dotted}.{name}"
    if is_sdk(dotted):
        return of(External(full))
    value = names.external_attribute(frame.interpreter, frame.module, full)
    return value.tainted(facts_of(frame, External(full), node))


def facts_of(frame: Frame, thing: External, node: ast.AST) -> Taints:
    """What reading an outside name does (``os.environ``), however it was imported."""
    if "." not in thing.name or is_sdk(thing.name):
        return NO_TAINTS
    facts = frame.interpreter.knowledge.attribute(thing.name)
    return frozenset(record(frame, fact, thing.name, node) for fact in facts) if facts else NO_TAINTS


def _of_context(context: Context, name: str) -> Value:
    if name == "lambda_context":
        return typed(_LAMBDA_CONTEXT)
    if name == "logger":
        return typed("sdk.Logger")
    if name == "execution_context":
        return typed("sdk.ExecutionContext")
    return of(Method(context, name))


def _of_boto(thing: Boto, name: str) -> Value:
    if name == "meta" and thing.surface == "resource":
        return of(Boto("resource_meta", thing.service))
    if thing.surface == "resource_meta" and name == "client":
        return of(Boto("client", thing.service))
    if thing.surface not in (
        "client",
        "session",
        "paginator",
        "waiter",
        _COLLECTIONS,
        "batch_writer",
    ) and _is_collection(name):
        return Value((Boto(_COLLECTIONS, thing.service, name), Method(thing, name)))
    return of(Method(thing, name))


def _is_collection(name: str) -> bool:
    return name in (
        "objects",
        "object_versions",
        "multipart_uploads",
        "buckets",
        "tables",
        "queues",
        "topics",
        "instances",
        "subscriptions",
    )


def _of_typed(frame: Frame, thing: Typed, dotted: str, name: str, node: ast.Attribute) -> Value:
    note_attribute_use(frame, thing, name, node)
    facts = frame.interpreter.knowledge.attribute(f"{dotted}.{name}")
    held = frame.interpreter.knowledge.attribute_type(f"{dotted}.{name}")
    whole = contents.of_attribute(frame, thing, node) if held is None else None
    value = whole or (of(Method(thing, name)) if held is None else typed(held))
    if facts:
        value = Value((), frozenset(record(frame, fact, f"{dotted}.{name}", node) for fact in facts))
    return value


def note_attribute_use(frame: Frame, thing: Typed, name: str, node: ast.AST) -> None:
    """Remember ``callback_text.get`` and the like."""
    if thing.name == "sdk.CallbackText":
        how = f"attribute {name}"
        frame.body.uses.setdefault((id(node), how), Use(frame.site(node), thing, how))


def record(frame: Frame, fact: Fact, source: str, node: ast.AST, access: str | None = None) -> Effect:
    """Record what a knowledge table says about a name as an effect of this body."""
    kind = Kind(fact.kind)
    return frame.effect(kind, Access(access or fact.access), display(source), fact.reason, node)


def display(dotted: str) -> str:
    """A dotted name as people write it: builtins without their module, a call of an object without `__call__`."""
    return dotted.removeprefix("builtins.").removeprefix("lambda_context.").removesuffix(".__call__")


def element_of(frame: Frame, thing: Thing) -> Value:
    """What one element is when a thing that is no plain container is iterated."""
    match thing:
        case Literal(value=str()) | Pattern() | Typed("builtins.str"):
            return typed("builtins.str")
        case Typed(name):
            element = frame.interpreter.knowledge.yields(f"{name}.__iter__")
            return UNKNOWN if element is None else typed(element)
        case Class() if classes.is_enum(frame, thing):
            return of(Instance(thing, None))
    return UNKNOWN


def item_of(frame: Frame, thing: Thing, node: ast.Subscript) -> Value:
    """``thing[...]`` of a thing that is no plain container."""
    match thing:
        case External(name) if name == "os.environ":
            return typed("builtins.str")
        case External(name) if not is_sdk(name):
            return of(thing) if name.startswith(("typing.", "collections.abc.", "builtins.")) else UNKNOWN
        case Typed(name):
            returned = frame.interpreter.knowledge.returns(f"{name}.__getitem__")
            return UNKNOWN if returned is None else typed(returned)
    return UNKNOWN


def write(frame: Frame, target: ast.Attribute, value: Value) -> None:
    """``base.attr = value``: where a context would outlive its body it escapes."""
    base = frame.evaluate(target.value)
    how = None
    for thing in base.things:
        match thing:
            case ModuleThing():
                how = "a module global"
            case Class():
                how = "a class attribute"
    if how is None and _is_module_level(frame, target.value):
        how = "an object that outlives the execution"
    if how is not None:
        _escape(frame, target, value, how)
    classes.record_write(frame, target, value)
    assign(frame, target.value, {target.attr: value})


def assign(frame: Frame, node: ast.expr, values: MappingABC[str, Value]) -> None:
    """Attributes of the object that an expression names have these values from here on."""
    if not values:
        return
    variable = node.id if isinstance(node, ast.Name) else ""
    if classes.is_self(frame, node):
        variable = classes.self_name(frame)
        for name, value in values.items():
            frame.body.writes.setdefault(f"self.{name}", value)
    found = frame.scope.find(variable)
    if found is None:
        return
    scope, base = found
    things = tuple(thing.holding(values) if isinstance(thing, Instance) else thing for thing in base.things)
    held = NO_TAINTS if things == base.things else NO_TAINTS.union(*(value.taints for value in values.values()))
    scope.bind(variable, base.having(things).tainted(held))


def _update_item(frame: Frame, node: ast.Subscript, value: Value) -> None:
    """What lies in a container has changed in place: the container holds this value now."""
    base, index = frame.evaluate(node.value), frame.evaluate(node.slice)
    key = index.things[0] if index.sole is not None else None
    things: list[Thing] = []
    for thing in base.things:
        if isinstance(thing, Mapping) and isinstance(key, Literal):
            things.append(thing.merged(Mapping(thing.type, ((key.value, value),), index, value)))
        elif isinstance(thing, Mapping):
            things.append(Mapping(thing.type, (), thing.key, value if not thing.entries else UNKNOWN))
        elif isinstance(thing, Sequence):
            things.append(Sequence(thing.type, None, value))
        else:
            things.append(thing)
    if tuple(things) != base.things:
        update(frame, node.value, changed_dict(base, tuple(things)).tainted(value.taints, value.loops))


def _is_module_level(frame: Frame, node: ast.expr) -> bool:
    root = node
    while isinstance(root, (ast.Attribute, ast.Subscript)):
        root = root.value
    return isinstance(root, ast.Name) and frame.scope.find(root.id) is None and root.id in frame.module.bindings


def note_container_escape(frame: Frame, node: ast.AST, container: ast.expr, value: Value) -> None:
    """A context put into a container that outlives the body."""
    if _is_module_level(frame, container):
        _escape(frame, node, value, "a module-level container")


def note_kept_contexts(frame: Frame, body: Body, node: ast.AST) -> None:
    """A method called on an object that outlives this body may have kept a context in it."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return
    receiver = node.func.value
    if not _is_module_level(frame, receiver) or not any(frame.evaluate(receiver).only(Instance)):
        return
    for name, value in body.writes.items():
        if name.startswith("self."):
            _escape(frame, node, value, "an object that outlives the execution")


def _escape(frame: Frame, node: ast.AST, value: Value, how: str) -> None:
    if frame.interpreter.is_module_frame(frame):
        return
    for context in value.inside(Context):
        assert isinstance(context, Context)
        frame.body.escapes[id(node)] = Escape(frame.site(node), context, how)


def update(frame: Frame, node: ast.expr, value: Value) -> None:
    """The object that an expression names has changed in place: its name now has this value."""
    if isinstance(node, ast.Name):
        found = frame.scope.find(node.id)
        if found is not None:
            scope, old = found
            scope.bind(node.id, value if scope is frame.scope else frame.implied(value))
            for name, other in list(scope.names.items()):
                if name != node.id and (fresh := other.forgetting(old.things)) is not other:
                    scope.bind(name, fresh)
    elif isinstance(node, ast.Attribute):
        assign(frame, node.value, {node.attr: value})
    elif isinstance(node, ast.Subscript):
        _update_item(frame, node, value)
