"""Things: the alternatives that values are made of, from constants to objects of the project and of the SDK."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from collections.abc import Mapping as MappingABC
from typing import TYPE_CHECKING

from durable_lint.dataclasses import dataclass, replace
from durable_lint.model.effects import NO_TAINTS, Site, Taints
from durable_lint.model.values import UNKNOWN, Arguments, Constant, Exchange, Thing, Value, join

if TYPE_CHECKING:
    from durable_lint.model.body import Body
    from durable_lint.model.module import Module
    from durable_lint.model.scope import Scope

MAX_ITEMS = 64
OPEN = "**"
UNORDERED = frozenset({"builtins.set", "builtins.frozenset"})


@dataclass(frozen=True, slots=True)
class Literal(Thing):
    """A constant; ``typename`` keeps ``1``, ``True`` and ``1.0`` apart."""

    value: Constant
    typename: str

    @classmethod
    def of(cls, value: Constant) -> Literal:
        """The literal for a Python constant."""
        return cls(value, f"builtins.{type(value).__name__}")

    @property
    def plain_type(self) -> str:
        return self.typename

    def constant(self) -> Constant:
        return self.value

    def widened(self, keeps_taints: bool) -> Thing:
        return self if self.value is None else Typed(self.typename)


@dataclass(frozen=True, slots=True)
class Pattern(Thing):
    """Text of literal parts and holes (``None``): an f-string, a concatenation."""

    pieces: tuple[str | None, ...]

    @property
    def plain_type(self) -> str:
        return "builtins.str"

    def widened(self, keeps_taints: bool) -> Thing:
        return Typed("builtins.str")


@dataclass(frozen=True, slots=True)
class Typed(Thing):
    """An instance of a type known by its dotted name (``datetime.datetime``, ``requests.Session``)."""

    name: str

    @property
    def plain_type(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Batch(Typed):
    """A ``BatchResult``, by the ``map`` or ``parallel`` call that gives it."""

    origin: ast.Call


@dataclass(frozen=True, slots=True)
class Content(Typed):
    """All that a file, a download or a table of data holds, as text or bytes or parsed into rows.

    ``source`` says of what (``an S3 object``), ``site`` is the call that read it; ``is_large`` tells what is hardly
    ever small from what may be.
    """

    source: str
    site: Site
    is_large: bool


@dataclass(frozen=True, slots=True)
class Sequence(Thing):
    """A list, tuple, set, frozenset or generator: its items when visible, and what any item may be.

    ``length`` is their number where only that is known, as of a range.
    """

    type: str
    items: tuple[Value, ...] | None
    element: Value
    length: int | None = None

    @property
    def count(self) -> int | None:
        """How many items it has, ``None`` when that is not known."""
        return self.length if self.items is None else len(self.items)

    @property
    def plain_type(self) -> str:
        return self.type

    def parts(self) -> Iterable[Value]:
        return (self.element,) if self.items is None else self.items

    def retaint(self, mapping: Exchange, depth: int) -> Thing:
        items = None if self.items is None else tuple(item.retaint(mapping, depth) for item in self.items)
        return _same_or(self, Sequence(self.type, items, self.element.retaint(mapping, depth), self.length))

    def widened(self, keeps_taints: bool) -> Thing:
        return Sequence(self.type, None, UNKNOWN)

    def forgetting(self, changed: tuple[Thing, ...], depth: int) -> Thing:
        items = None if self.items is None else tuple(item.forgetting(changed, depth) for item in self.items)
        whole = self.element.forgetting(changed, depth)
        if whole is self.element and all(a is b for a, b in zip(items or (), self.items or (), strict=True)):
            return self
        return Sequence(self.type, items, whole, self.length)


@dataclass(frozen=True, slots=True)
class Mapping(Thing):
    """A dict: the entries whose keys are visible, what any key and any value may be."""

    type: str
    entries: tuple[tuple[Constant, Value], ...]
    key: Value
    element: Value

    def get(self, key: Constant) -> Value | None:
        """The value under a literal key when it is visible."""
        for known, value in self.entries:
            if known == key and type(known) is type(key):
                return value
        return None

    @property
    def is_visible(self) -> bool:
        """Whether the entries are all that is known of the dict: nothing was put under a key that could not be seen."""
        if len(self.entries) >= MAX_ITEMS or not all(isinstance(thing, Literal) for thing in self.key.things):
            return False
        things = {thing for _, value in self.entries for thing in value.things}
        taints = NO_TAINTS.union(*(value.taints for _, value in self.entries))
        return things.issuperset(self.element.things) and taints >= self.element.taints

    def merged(self, other: Mapping) -> Mapping:
        """This dict with another one's entries in it, which replace its own under the same keys."""
        both = {(key, type(key)): (key, value) for key, value in (*self.entries, *other.entries)}
        entries = tuple(both.values())[:MAX_ITEMS]
        if self.is_visible and other.is_visible:
            element = join(value for _, value in entries)
        else:
            element = self.element | other.element
        return Mapping(self.type, entries, self.key | other.key, element)

    def without(self, keys: Iterable[Constant]) -> Mapping:
        """This dict with some entries taken out."""
        gone = {(key, type(key)) for key in keys}
        entries = tuple((key, value) for key, value in self.entries if (key, type(key)) not in gone)
        if len(entries) == len(self.entries):
            return self
        element = join(value for _, value in entries) if self.is_visible else self.element
        return Mapping(self.type, entries, self.key, element)

    @property
    def plain_type(self) -> str:
        return self.type

    def parts(self) -> Iterable[Value]:
        return (value for _, value in self.entries)

    def retaint(self, mapping: Exchange, depth: int) -> Thing:
        entries = tuple((name, value.retaint(mapping, depth)) for name, value in self.entries)
        key, element = self.key.retaint(mapping, depth), self.element.retaint(mapping, depth)
        return _same_or(self, Mapping(self.type, entries, key, element))

    def widened(self, keeps_taints: bool) -> Thing:
        return Mapping(self.type, (), UNKNOWN, UNKNOWN)

    def forgetting(self, changed: tuple[Thing, ...], depth: int) -> Thing:
        if self.entries and self in changed:
            return Mapping(self.type, (), self.key, UNKNOWN)
        entries = tuple((name, value.forgetting(changed, depth)) for name, value in self.entries)
        whole = self.element.forgetting(changed, depth)
        if whole is self.element and all(a is b for (_, a), (_, b) in zip(entries, self.entries, strict=True)):
            return self
        return Mapping(self.type, entries, self.key, whole)


FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclass(frozen=True, slots=True)
class Function(Thing):
    """A function of the project with the scope it closes over and, for a method, the object it is bound to."""

    node: FunctionNode
    module: Module
    scope: Scope | None
    bound: Value | None = None
    owner: Class | None = None
    wraps: str | None = None

    @property
    def name(self) -> str:
        """The name for messages: ``OrderStore.save`` or ``lambda``; a wrapper goes by the name of what it wraps."""
        if self.wraps is not None:
            return self.wraps
        own = "lambda" if isinstance(self.node, ast.Lambda) else self.node.name
        return f"{self.owner.node.name}.{own}" if self.owner is not None else own

    def name_in(self, module: Module) -> str:
        """The name as another module would write it: ``outbox.put``, or ``OrderStore.save`` for a method."""
        if (
            self.module is module
            or self.owner is not None
            or self.wraps is not None
            or isinstance(self.node, ast.Lambda)
        ):
            return self.name
        return f"{self.module.name.rpartition('.')[2]}.{self.name}"


@dataclass(frozen=True, slots=True)
class Class(Thing):
    """A class of the project."""

    node: ast.ClassDef
    module: Module
    scope: Scope | None = None


@dataclass(frozen=True, slots=True)
class Instance(Thing):
    """An object of a project class with the arguments it was constructed from.

    ``state`` holds the attributes that are known better than from evaluating the constructor: those that depend on
    effects (as the effects of the body that made the object), and those assigned since.
    """

    cls: Class
    arguments: Arguments | None
    state: tuple[tuple[str, Value], ...] = ()

    def held(self, name: str) -> Value | None:
        """The value of an attribute that ``state`` knows."""
        return next((value for known, value in self.state if known == name), None)

    def taints_held(self) -> Taints:
        """The effects that only parts of the object depend on."""
        given = () if self.arguments is None else self.arguments.values()
        return NO_TAINTS.union(*(value.taints for value in (*given, *(value for _, value in self.state))))

    def taints_of_state(self) -> Taints:
        """The effects that only attributes assigned later depend on."""
        given = () if self.arguments is None else self.arguments.values()
        of_state = NO_TAINTS.union(*(value.taints for _, value in self.state))
        return of_state.difference(*(value.taints for value in given))

    def holding(self, values: MappingABC[str, Value]) -> Instance:
        """The same object with other values for some attributes."""
        kept = tuple(entry for entry in self.state if entry[0] not in values)
        return Instance(self.cls, self.arguments, (*kept, *values.items())[-MAX_ITEMS:])

    def retaint(self, mapping: Exchange, depth: int) -> Thing:
        arguments = None if self.arguments is None else self.arguments.retaint(mapping, depth)
        state = tuple((name, value.retaint(mapping, depth)) for name, value in self.state)
        return _same_or(self, Instance(self.cls, arguments, state))

    def widened(self, keeps_taints: bool) -> Thing:
        arguments = None if self.arguments is None else self.arguments.widened(keeps_taints)
        return Instance(self.cls, arguments, tuple((name, value.widened(keeps_taints)) for name, value in self.state))


@dataclass(frozen=True, slots=True)
class ModuleThing(Thing):
    """A module of the project."""

    module: Module


@dataclass(frozen=True, slots=True)
class External(Thing):
    """Anything outside the project by its dotted name: a module, a class, a function, a builtin."""

    name: str


@dataclass(frozen=True, slots=True)
class Method(Thing):
    """A method of a thing that is not project code: ``client.put_item``, ``context.step``, ``names.append``."""

    receiver: Thing
    name: str


@dataclass(frozen=True, slots=True)
class Context(Thing):
    """A DurableContext; ``owner`` is the body that the SDK handed it to."""

    owner: Body


@dataclass(frozen=True, slots=True)
class Durable(Thing):
    """A function under one of the SDK's decorators: ``handler``, ``step``, ``child``, ``submitter``, ``branch``."""

    kind: str
    function: Value


@dataclass(frozen=True, slots=True)
class Prepared(Thing):
    """A decorated function called with its arguments, ready to be handed to an operation."""

    kind: str
    function: Value
    arguments: Arguments
    site: Site

    def retaint(self, mapping: Exchange, depth: int) -> Thing:
        return _same_or(self, replace(self, arguments=self.arguments.retaint(mapping, depth)))


@dataclass(frozen=True, slots=True)
class Partial(Thing):
    """``functools.partial`` of something."""

    function: Value
    arguments: Arguments

    def retaint(self, mapping: Exchange, depth: int) -> Thing:
        return _same_or(self, Partial(self.function, self.arguments.retaint(mapping, depth)))


@dataclass(frozen=True, slots=True)
class Boto(Thing):
    """A boto3 object: ``surface`` is session, client, resource, paginator, waiter, collection or a resource's class."""

    surface: str
    service: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Record(Thing):
    """An SDK configuration object with the fields it was built from.

    A field ``**`` stands for others that could not be seen.
    """

    type: str
    fields: tuple[tuple[str, Value], ...]

    @property
    def is_open(self) -> bool:
        """Whether it may have fields that could not be seen."""
        return any(name == OPEN for name, _ in self.fields)

    def get(self, name: str) -> Value | None:
        """The value of a field that was given."""
        return next((value for key, value in self.fields if key == name), None)


def typed(name: str) -> Value:
    """An instance of a type."""
    return Value((Typed(name),))


def literal(value: Constant) -> Value:
    """A constant."""
    return Value((Literal.of(value),))


def changed_dict(value: Value, things: tuple[Thing, ...]) -> Value:
    """A dict with other entries; what only entries that are gone depended on no longer counts."""
    taints = value.taints
    if len(value.things) == len(things) == 1:
        old, new = value.things[0], things[0]
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            taints -= old.element.taints - new.element.taints
    return replace(value, things=things, taints=taints)


def _same_or(old: Thing, new: Thing) -> Thing:
    """The old thing where the new one is equal: what is the same object need not be compared again."""
    return old if new == old else new
