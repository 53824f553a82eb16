"""Values: what an expression may refer to, and which effects it depends on.

A value is a small set of *things* (alternatives; none means unknown), the effects that taint it, and the loops in which
it varies.  Things are immutable and compare by content, so that values can key the evaluation's memory.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as MappingABC
from typing import TYPE_CHECKING

from durable_lint.dataclasses import dataclass, replace
from durable_lint.model.effects import NO_TAINTS, Effect, Site, Taints

if TYPE_CHECKING:
    from durable_lint.model.body import Body
    from durable_lint.model.module import Module
    from durable_lint.model.scope import Scope

MAX_ALTERNATIVES = 6
MAX_ITEMS = 64
MAX_NESTING = 5
OPEN = "**"
UNORDERED = frozenset({"builtins.set", "builtins.frozenset"})

Constant = str | bytes | int | float | complex | bool | None


class Thing:
    """Something an expression may refer to."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Literal(Thing):
    """A constant; ``typename`` keeps ``1``, ``True`` and ``1.0`` apart."""

    value: Constant
    typename: str

    @classmethod
    def of(cls, value: Constant) -> Literal:
        """The literal for a Python constant."""
        return cls(value, f"builtins.{type(value).__name__}")


@dataclass(frozen=True, slots=True)
class Pattern(Thing):
    """Text of literal parts and holes (``None``): an f-string, a concatenation."""

    parts: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Typed(Thing):
    """An instance of a type known by its dotted name (``datetime.datetime``, ``requests.Session``)."""

    name: str


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


@dataclass(frozen=True, slots=True)
class Partial(Thing):
    """``functools.partial`` of something."""

    function: Value
    arguments: Arguments


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


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of a call; ``open`` says that some could not be seen (``*args``, ``**kwargs`` of unknown
    content).
    """

    positional: tuple[Value, ...] = ()
    keywords: tuple[tuple[str, Value], ...] = ()
    open: bool = False

    def get(self, position: int | None, name: str) -> Value | None:
        """The argument at a position or under a name, ``None`` when it is not given."""
        if position is not None and position < len(self.positional):
            return self.positional[position]
        return next((value for key, value in self.keywords if key == name), None)

    def values(self) -> Iterator[Value]:
        """Every argument."""
        yield from self.positional
        for _, value in self.keywords:
            yield value

    def flow(self) -> Value:
        """A value of which nothing is known but that it depends on all of them."""
        joined = join(self.values())
        return Value((), joined.taints, joined.loops)

    def widened(self, keeps_taints: bool) -> Arguments:
        """Less precise arguments, of which there are fewer: no constants, no contents, and in the end no taints."""
        return Arguments(
            tuple(value.widened(keeps_taints) for value in self.positional),
            tuple((key, value.widened(keeps_taints)) for key, value in self.keywords),
            self.open,
        )

    def retaint(self, mapping: MappingABC[Effect, Effect | None], depth: int) -> Arguments:
        """The same arguments with effects exchanged."""
        return replace(
            self,
            positional=tuple(value.retaint(mapping, depth) for value in self.positional),
            keywords=tuple((key, value.retaint(mapping, depth)) for key, value in self.keywords),
        )


NO_ARGUMENTS = Arguments()


@dataclass(frozen=True, slots=True)
class Value:
    """What an expression may be: alternatives, taints, and the loops it varies in.

    ``maker`` is the dotted name of the library call that gave a value of which nothing else is known. ``partial`` says
    that there are alternatives besides the ``things``, of which nothing is known: what holds for every thing need not
    hold for the value.
    """

    things: tuple[Thing, ...] = ()
    taints: Taints = NO_TAINTS
    loops: frozenset[ast.AST] = frozenset()
    maker: str = ""
    partial: bool = False

    def __or__(self, other: Value) -> Value:
        """The join of two values."""
        if self == other or (other is UNKNOWN and not self.things):
            return self
        partial = self.partial or other.partial or bool(self.things) is not bool(other.things)
        things = self.things
        for thing in other.things:
            if thing not in things:
                if len(things) == MAX_ALTERNATIVES:
                    partial = True
                    break
                things = (*things, thing)
        return Value(things, self.taints | other.taints, self.loops | other.loops, self.maker or other.maker, partial)

    def having(self, things: tuple[Thing, ...]) -> Value:
        """This value with other alternatives, known and unknown ones as they are otherwise."""
        return Value(things, self.taints, self.loops, self.maker, self.partial and bool(things))

    def tainted(self, taints: Taints = NO_TAINTS, loops: frozenset[ast.AST] = frozenset()) -> Value:
        """This value, depending on more effects."""
        if taints <= self.taints and loops <= self.loops:
            return self
        return Value(self.things, self.taints | taints, self.loops | loops, self.maker, self.partial)

    def only(self, *kinds: type[Thing]) -> Iterator[Thing]:
        """The alternatives of the given classes."""
        return (thing for thing in self.things if isinstance(thing, kinds))

    def inside(self, *kinds: type[Thing], depth: int = MAX_NESTING) -> Iterator[Thing]:
        """The alternatives of the given classes, also those in visible containers."""
        for thing in self.things:
            if isinstance(thing, kinds):
                yield thing
            elif depth and isinstance(thing, Sequence):
                for item in (thing.element,) if thing.items is None else thing.items:
                    yield from item.inside(*kinds, depth=depth - 1)
            elif depth and isinstance(thing, Mapping):
                for _, entry in thing.entries:
                    yield from entry.inside(*kinds, depth=depth - 1)

    def without(self, taints: Iterable[Effect]) -> Value:
        """This value with some effects removed."""
        kept = self.taints.difference(taints)
        return self if kept == self.taints else Value(self.things, kept, self.loops, self.maker, self.partial)

    def retaint(self, mapping: MappingABC[Effect, Effect | None], depth: int = MAX_NESTING) -> Value:
        """This value with effects exchanged (``None`` removes one), also inside containers."""
        if not mapping or depth == 0:
            return self
        taints = (
            frozenset(new for old in self.taints if (new := mapping.get(old, old)) is not None)
            if self.taints
            else self.taints
        )
        things = tuple(_retaint(thing, mapping, depth - 1) for thing in self.things)
        if taints == self.taints and all(a is b for a, b in zip(things, self.things, strict=True)):
            return self
        return Value(things, taints, self.loops, self.maker, self.partial)

    def widened(self, keeps_taints: bool) -> Value:
        """This value with constants and contents forgotten; what it refers to stays."""
        things = tuple(dict.fromkeys(_widened(thing, keeps_taints) for thing in self.things))
        return Value(things, self.taints if keeps_taints else NO_TAINTS, partial=self.partial)

    def changed_to(self, things: tuple[Thing, ...]) -> Value:
        """This dict with other entries; what only entries that are gone depended on no longer counts."""
        taints = self.taints
        if len(self.things) == len(things) == 1:
            old, new = self.things[0], things[0]
            if isinstance(old, Mapping) and isinstance(new, Mapping):
                taints -= old.element.taints - new.element.taints
        return Value(things, taints, self.loops, self.maker, self.partial)

    def forgetting(self, changed: tuple[Thing, ...], depth: int = MAX_NESTING) -> Value:
        """This value with nothing known of the dicts in it that look like one which has just changed: it may be the
        same.
        """
        if depth == 0 or not any(isinstance(thing, (Sequence, Mapping)) for thing in self.things):
            return self
        things = tuple(_forgetting(thing, changed, depth - 1) for thing in self.things)
        if all(a is b for a, b in zip(things, self.things, strict=True)):
            return self
        return self.having(things)

    def of_one_type(self) -> Value:
        """This value without its types when they differ: which one is left by a test is not known."""
        types = {type_name(thing) for thing in self.things} - {None}
        if len(types) < 2:
            return self
        return self.having(tuple(thing for thing in self.things if type_name(thing) is None))

    def literal_text(self) -> str | None:
        """The text when the value is exactly one string."""
        value = self._only_constant()
        return value if isinstance(value, str) else None

    def number(self) -> float | None:
        """The number when the value is exactly one literal number."""
        value = self._only_constant()
        return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None

    def _only_constant(self) -> Constant:
        """The constant when the value can be nothing else, ``None`` also for one that is ``None``."""
        only = self.things[0] if len(self.things) == 1 and not self.partial else None
        return only.value if isinstance(only, Literal) else None


UNKNOWN = Value()


def type_name(thing: Thing) -> str | None:
    """The dotted type of a thing that is a plain value."""
    match thing:
        case Literal(_, name) | Typed(name):
            return name
        case Pattern():
            return "builtins.str"
        case Sequence(type=name) | Mapping(type=name):
            return name
    return None


def _widened(thing: Thing, keeps_taints: bool) -> Thing:
    match thing:
        case Literal(value=value, typename=name) if value is not None:
            return Typed(name)
        case Pattern():
            return Typed("builtins.str")
        case Sequence(type=name):
            return Sequence(name, None, UNKNOWN)
        case Mapping(type=name):
            return Mapping(name, (), UNKNOWN, UNKNOWN)
        case Instance(cls, arguments, state):
            known = None if arguments is None else arguments.widened(keeps_taints)
            return Instance(cls, known, tuple((name, value.widened(keeps_taints)) for name, value in state))
    return thing


def _retaint(thing: Thing, mapping: MappingABC[Effect, Effect | None], depth: int) -> Thing:
    if depth <= 0:
        return thing
    match thing:
        case Sequence(type_, items, element):
            new_items = None if items is None else tuple(item.retaint(mapping, depth) for item in items)
            changed = Sequence(type_, new_items, element.retaint(mapping, depth), thing.length)
        case Mapping(type_, entries, key, element):
            new_entries = tuple((name, value.retaint(mapping, depth)) for name, value in entries)
            changed = Mapping(type_, new_entries, key.retaint(mapping, depth), element.retaint(mapping, depth))  # type: ignore[assignment]
        case Instance(cls, arguments, state):
            known = None if arguments is None else arguments.retaint(mapping, depth)
            held = tuple((name, value.retaint(mapping, depth)) for name, value in state)
            changed = Instance(cls, known, held)  # type: ignore[assignment]
        case Prepared():
            changed = replace(thing, arguments=thing.arguments.retaint(mapping, depth))  # type: ignore[assignment]
        case Partial(function, arguments):
            changed = Partial(function, arguments.retaint(mapping, depth))  # type: ignore[assignment]
        case _:
            return thing
    return thing if changed == thing else changed


def _forgetting(thing: Thing, changed: tuple[Thing, ...], depth: int) -> Thing:
    match thing:
        case Mapping(type_, entries, key, element):
            if entries and thing in changed:
                return Mapping(type_, (), key, UNKNOWN)
            parts = [entry.forgetting(changed, depth) for _, entry in entries]
            whole = element.forgetting(changed, depth)
            if whole is element and all(new is old for new, (_, old) in zip(parts, entries, strict=True)):
                return thing
            return Mapping(type_, tuple((name, new) for (name, _), new in zip(entries, parts, strict=True)), key, whole)
        case Sequence(type_, items, element):
            kept = None if items is None else tuple(item.forgetting(changed, depth) for item in items)
            whole = element.forgetting(changed, depth)
            if whole is element and (items is None or all(a is b for a, b in zip(kept or (), items, strict=True))):
                return thing
            return Sequence(type_, kept, whole, thing.length)
    return thing


def of(*things: Thing) -> Value:
    """A value of the given alternatives."""
    return Value(things)


def typed(name: str) -> Value:
    """An instance of a type."""
    return Value((Typed(name),))


def literal(value: Constant) -> Value:
    """A constant."""
    return Value((Literal.of(value),))


def join(values: Iterable[Value]) -> Value:
    """The join of many values; unknown when there are none."""
    result: Value | None = None
    for value in values:
        result = value if result is None else result | value
    return UNKNOWN if result is None else result
