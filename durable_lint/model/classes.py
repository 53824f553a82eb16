"""Classes of the project: attributes of instances, inheritance, properties, dataclasses."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from durable_lint.dataclasses import replace
from durable_lint.model import dataclass_fields, declared, evaluation, members
from durable_lint.model.body import Body, BodyKind
from durable_lint.model.effects import Access, Effect, Kind, Taints
from durable_lint.model.frame import Frame
from durable_lint.model.things import Class, External, Function, Instance, Literal, Method, Typed
from durable_lint.model.values import UNKNOWN, Arguments, Value, join, of

_SELF = "self."
_MAX_BASES = 12
_PLAIN_BASES = frozenset({"builtins.object", "abc.ABC", "typing.Generic", "typing.Protocol"})
_TEXTS = frozenset({"__str__", "__repr__", "__format__"})
_PROPERTIES = frozenset({"builtins.property", "functools.cached_property", "abc.abstractproperty"})


def linearized(frame: Frame, cls: Class) -> Iterator[Class | External]:
    """The class and its bases, project classes and outside names, nearest first."""
    seen: list[Class | External] = []
    waiting: list[Class | External] = [cls]
    while waiting and len(seen) < _MAX_BASES:
        current = waiting.pop(0)
        if current in seen:
            continue
        seen.append(current)
        yield current
        if isinstance(current, Class):
            inner = class_frame(frame, current)
            for base in current.node.bases:
                node = base.value if isinstance(base, ast.Subscript) else base
                waiting.extend(t for t in inner.of_definition(node).things if isinstance(t, (Class, External)))


def class_frame(frame: Frame, cls: Class) -> Frame:
    """The frame in which a class statement's expressions are evaluated."""
    outer = frame.interpreter.module_frame(cls.module)
    if cls.scope is None:
        return outer
    return Frame(frame.interpreter, cls.module, outer.body, cls.scope)


def member(frame: Frame, cls: Class, name: str) -> tuple[Class, ast.stmt] | External | None:
    """The statement that defines a member, in the class or the first base that has it; an outside base when it may."""
    outside: External | None = None
    for base in linearized(frame, cls):
        if isinstance(base, External):
            outside = outside or (base if base.name != "builtins.object" else None)
            continue
        statement = members.facts_of(base.node).members.get(name)
        if statement is not None:
            return base, statement
    return outside


def class_attribute(frame: Frame, cls: Class, name: str) -> Value:
    """``Class.name``: a method unbound, a class attribute, a nested class; an enum's member is the enum's instance."""
    found = member(frame, cls, name)
    if not isinstance(found, tuple):
        if found is None:
            return UNKNOWN
        makes_one = _gives_itself(frame, found, name)
        return of(Method(cls, name)) if makes_one else of(External(f"{found.name}.{name}"))
    owner, statement = found
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        value = method_value(frame, owner, statement)
        if _is_decorated(frame, owner, statement, "builtins.classmethod"):
            return bound(value, of(cls))
        return value
    if is_enum(frame, cls) and isinstance(statement, ast.Assign):
        return of(Instance(cls, None))
    return _held_by_class(frame, cls, owner, statement, name)


def _held_by_class(frame: Frame, cls: Class, owner: Class, statement: ast.stmt, name: str) -> Value:
    """A class attribute; where the class only says ``None``, what its methods put there later."""
    value = _class_value(frame, owner, statement)
    if value.things == (Literal.of(None),):
        return value | (_assigned_elsewhere(frame, cls, name) or UNKNOWN)
    return value


def _class_value(frame: Frame, owner: Class, statement: ast.stmt) -> Value:
    inner = class_frame(frame, owner)
    match statement:
        case ast.ClassDef():
            return of(Class(statement, owner.module, owner.scope))
        case ast.Assign():
            return inner.evaluate(statement.value)
        case ast.AnnAssign():
            value = UNKNOWN if statement.value is None else inner.evaluate(statement.value)
            return value if value.things else declared.value_of(inner, statement.annotation)
    return UNKNOWN


def bound_method(frame: Frame, instance: Instance, name: str) -> Function | None:
    """A method of an object as a function bound to it, without its decorators."""
    found = member(frame, instance.cls, name)
    if isinstance(found, tuple) and isinstance(found[1], (ast.FunctionDef, ast.AsyncFunctionDef)):
        return Function(found[1], found[0].module, found[0].scope, whole(instance), found[0])
    return None


def library_bases(frame: Frame, cls: Class) -> tuple[str, ...] | None:
    """The outside classes that a project class derives from, nearest first; ``None`` when a base is not known."""
    bases: list[str] = []
    for base in linearized(frame, cls):
        if isinstance(base, External):
            is_named = base.name == "durable_lint.namedtuple"
            bases.append("typing.NamedTuple" if is_named else frame.interpreter.knowledge.canonical(base.name))
            continue
        inner = class_frame(frame, base)
        for expression in base.node.bases:
            node = expression.value if isinstance(expression, ast.Subscript) else expression
            if not any(isinstance(thing, (Class, External)) for thing in inner.evaluate(node).things):
                return None
    return tuple(bases)


def is_enum(frame: Frame, cls: Class) -> bool:
    """Whether a class is an enumeration."""
    return any(isinstance(base, External) and base.name.startswith("enum.") for base in linearized(frame, cls))


def method_value(frame: Frame, owner: Class, statement: ast.FunctionDef | ast.AsyncFunctionDef) -> Value:
    """The function behind a method, seen through its decorators."""
    from durable_lint.model.statements import function_value

    return function_value(class_frame(frame, owner), statement, owner)


def bound(value: Value, receiver: Value) -> Value:
    """Methods bound to what they were read from."""
    things = tuple(
        replace(t, bound=receiver) if isinstance(t, Function) and t.bound is None else t for t in value.things
    )
    return value.having(things)


def instance_attribute(frame: Frame, instance: Instance, name: str, node: ast.AST) -> Value:
    """``object.name``: what the constructor stored, a property's result, a bound method, a class attribute."""
    cls = instance.cls
    found = member(frame, cls, name)
    if isinstance(found, tuple):
        owner, statement = found
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return _method_of(frame, instance, owner, statement, node)
        held = instance.held(name)
        if held is not None:
            return held
        stored = constructed(frame, instance).get(name)
        field = dataclass_fields.argument(frame, instance, name)
        parts = [value for value in (field, stored) if value is not None]
        if parts:
            return join(parts)
        default = _held_by_class(frame, cls, owner, statement, name)
        return (
            default if _is_filled(frame, instance) else declared.possible(class_frame(frame, owner), statement, default)
        )
    stored = instance.held(name) or constructed(frame, instance).get(name)
    if stored is not None:
        return stored
    assigned = _assigned_elsewhere(frame, cls, name)
    if assigned is not None:
        return assigned
    if isinstance(found, External):
        return of(Method(instance if _gives_itself(frame, found, name) else of_type(frame, found), name))
    return UNKNOWN


def _is_filled(frame: Frame, instance: Instance) -> bool:
    """Whether it is known which fields of an object were given, so that the others have their defaults."""
    if instance.arguments is None or instance.arguments.open:
        return False
    return not any(base.endswith(".BaseSettings") for base in library_bases(frame, instance.cls) or ())


def _gives_itself(frame: Frame, base: External, name: str) -> bool:
    """Whether a method that an outside class hands down gives an object of the class that it is called on."""
    knowledge = frame.interpreter.knowledge
    dotted = knowledge.canonical(base.name)
    full = f"{dotted}.{name}"
    return knowledge.returns(full) == dotted and not knowledge.call(full)


def whole(instance: Instance) -> Value:
    """An object as the receiver of a method, which may use all of it."""
    return Value((instance,), instance.taints_held())


def has(frame: Frame, instance: Instance, name: str) -> bool:
    """Whether an attribute is known for itself, so that it does not depend on all that the object was made of."""
    if instance.arguments is None or instance.arguments.open:
        return False
    if instance.held(name) is not None or isinstance(member(frame, instance.cls, name), tuple):
        return True
    return name in constructed(frame, instance)


def of_type(frame: Frame, base: External) -> Typed:
    """An instance of an outside class that a project class derives from."""
    return Typed(frame.interpreter.knowledge.canonical(base.name))


def _method_of(
    frame: Frame, instance: Instance, owner: Class, statement: ast.FunctionDef | ast.AsyncFunctionDef, node: ast.AST
) -> Value:
    if _is_property(frame, owner, statement):
        from durable_lint.model import calls

        plain = Function(statement, owner.module, owner.scope, whole(instance), owner)
        return calls.call_function(frame, plain, Arguments(), node)
    value = method_value(frame, owner, statement)
    if _is_decorated(frame, owner, statement, "builtins.staticmethod"):
        return value
    if _is_decorated(frame, owner, statement, "builtins.classmethod"):
        return bound(value, of(instance.cls))
    return bound(value, whole(instance))


def _is_property(frame: Frame, owner: Class, statement: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(_is_decorated(frame, owner, statement, name) for name in _PROPERTIES)


def _is_decorated(frame: Frame, owner: Class, statement: ast.FunctionDef | ast.AsyncFunctionDef, dotted: str) -> bool:
    leaf = dotted.rpartition(".")[2]
    inner = class_frame(frame, owner)
    for decorator in statement.decorator_list:
        text = (
            decorator.attr
            if isinstance(decorator, ast.Attribute)
            else decorator.id
            if isinstance(decorator, ast.Name)
            else ""
        )
        if text == leaf or (text and any(t == External(dotted) for t in inner.of_definition(decorator).things)):
            return True
    return False


def constructed(frame: Frame, instance: Instance) -> dict[str, Value]:
    """What ``__init__`` stores on the object, evaluated once for each set of constructor arguments."""
    interpreter = frame.interpreter
    key = (instance.cls, instance.arguments)
    if key in interpreter.instances:
        return interpreter.instances[key]
    interpreter.instances[key] = {}
    attributes: dict[str, Value] = {}
    for initializer in ("__init__", "__post_init__"):
        found = member(frame, instance.cls, initializer)
        if isinstance(found, tuple) and isinstance(found[1], ast.FunctionDef):
            attributes.update(_run_initializer(frame, instance, found[0], found[1]))
    interpreter.instances[key] = attributes
    return attributes


def _run_initializer(frame: Frame, instance: Instance, owner: Class, node: ast.FunctionDef) -> dict[str, Value]:

    function = Function(node, owner.module, owner.scope, whole(instance), owner)
    arguments = (
        instance.arguments if instance.arguments is not None and node.name == "__init__" else Arguments(open=True)
    )
    body = evaluation.body_of(frame, function, arguments, BodyKind.PLAIN)
    return {} if body is None else stored_on_self(body, {})


def stored_on_self(body: Body, mapping: Mapping[Effect, Effect | None]) -> dict[str, Value]:
    """What a method assigned to attributes of its object, with the effects of its caller."""
    return {
        name.removeprefix(_SELF): value.retaint(mapping)
        for name, value in body.writes.items()
        if name.startswith(_SELF)
    }


def record_write(frame: Frame, target: ast.Attribute, value: Value) -> None:
    """Remember ``self.attr = value`` in the body's record."""
    if is_self(frame, target.value):
        name = f"{_SELF}{target.attr}"
        old = frame.body.writes.get(name)
        frame.body.writes[name] = value if old is None else old | value


def is_self(frame: Frame, node: ast.expr) -> bool:
    """Whether an expression is the object that the running method is bound to: its first parameter, or ``super()``."""
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id == "super"
    return isinstance(node, ast.Name) and node.id == self_name(frame)


def self_name(frame: Frame) -> str:
    """The first parameter of the running function; empty where there is none."""
    arguments = frame.body.node.args
    return next((argument.arg for argument in [*arguments.posonlyargs, *arguments.args]), "")


def _assigned_elsewhere(frame: Frame, cls: Class, name: str) -> Value | None:
    """``self.name = …`` in methods other than the constructor: a lazily made client."""
    key = (cls, f"assigned {name}")
    known = frame.interpreter.instances.get(key)
    if known is not None:
        return known.get(name)
    frame.interpreter.instances[key] = {}
    values: list[Value] = []
    for base in linearized(frame, cls):
        if isinstance(base, Class):
            values.extend(_assignments(frame, base, name))
    if not values:
        return None
    frame.interpreter.instances[key] = {name: join(values)}
    return join(values)


def _assignments(frame: Frame, cls: Class, name: str) -> Iterator[Value]:

    module_level = frame.interpreter.module_frame(cls.module)
    for statement in members.facts_of(cls.node).assigning.get(name, ()):
        is_of_class = _is_decorated(frame, cls, statement, "builtins.classmethod")
        function = Function(statement, cls.module, cls.scope, of(cls if is_of_class else Instance(cls, None)), cls)
        body = evaluation.body_of(module_level, function, Arguments(open=True), BodyKind.PLAIN)
        value = None if body is None else body.writes.get(f"self.{name}")
        if value is not None:
            yield value


def default_text(frame: Frame, value: Value, node: ast.AST) -> Taints:
    """Effects of showing a value as text: objects of a class without a text of its own show their place in memory."""
    made_here = [t for t in value.things if isinstance(t, Instance) and t.arguments is not None]
    shown = [thing for thing in made_here if _shows_place(frame, thing.cls)]
    return frozenset(
        frame.effect(
            Kind.IDENTITY, Access.READ, f"the default text of {thing.cls.node.name}", "shows a place in memory", node
        )
        for thing in shown
    )


def _shows_place(frame: Frame, cls: Class) -> bool:
    for base in linearized(frame, cls):
        if isinstance(base, External):
            if base.name not in _PLAIN_BASES:
                return False
            continue
        inner = class_frame(frame, base)
        if base.node.decorator_list or base.node.keywords or not all(inner.evaluate(b).things for b in base.node.bases):
            return False
        if not _TEXTS.isdisjoint(members.facts_of(base.node).members):
            return False
    return True
