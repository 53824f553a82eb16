"""Weight: how much a value holds, and a lighter one in place of one that holds too much.

Values are trees that share their parts: an object whose services all know it, or a partial of a partial, doubles with
every assignment.  Hashing and comparing walk the whole tree, so what is kept under a name must stay small.
"""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint.model.things import (
    OPEN,
    Durable,
    Function,
    Instance,
    Mapping,
    Method,
    Partial,
    Prepared,
    Record,
    Sequence,
    Typed,
)
from durable_lint.model.values import UNKNOWN, Arguments, Thing, Value

MAX_WEIGHT = 600
"""Things in one value, each counted as often as it can be reached; far above what hand-written code holds."""
_SHARE = 16
_HIDDEN = ((OPEN, UNKNOWN),)
_HOLDERS = (Sequence, Mapping, Instance, Function, Partial, Prepared, Durable, Record, Method)


def light(value: Value, room: int = MAX_WEIGHT) -> Value:
    """The value itself, or one without the contents that would make it too heavy."""
    if _room_left(value, room) >= 0:
        return value
    share = room // _SHARE
    return value.having(tuple(_light(thing, share) for thing in value.things))


def light_arguments(arguments: Arguments, room: int = MAX_WEIGHT) -> Arguments:
    """The same for every argument of a call."""
    positional = tuple(light(value, room) for value in arguments.positional)
    keywords = tuple((name, light(value, room)) for name, value in arguments.keywords)
    if all(a is b for a, b in zip(positional, arguments.positional, strict=True)) and all(
        a[1] is b[1] for a, b in zip(keywords, arguments.keywords, strict=True)
    ):
        return arguments
    return Arguments(positional, keywords, arguments.open)


def _room_left(value: Value, room: int) -> int:
    """The room that is left beside a value; negative when it does not fit."""
    for thing in value.things:
        room -= 1
        if room < 0:
            return room
        if isinstance(thing, _HOLDERS):
            for part in _parts(thing):
                room = _room_left(part, room - 1)
                if room < 0:
                    return room
    return room


def _parts(thing: Thing) -> Iterator[Value]:
    match thing:
        case Sequence(items=items, element=element):
            yield from items or ()
            yield element
        case Mapping(entries=entries, key=key, element=element):
            for _, entry in entries:
                yield entry
            yield key
            yield element
        case Instance(arguments=arguments, state=state):
            if arguments is not None:
                yield from arguments.values()
            for _, held in state:
                yield held
        case Function(bound=Value() as bound):
            yield bound
        case Partial(function, arguments) | Prepared(function=function, arguments=arguments):
            yield function
            yield from arguments.values()
        case Durable(function=function):
            yield function
        case Record(fields=fields):
            for _, field in fields:
                yield field
        case Method(receiver=receiver):
            yield Value((receiver,))


def _light(thing: Thing, room: int) -> Thing:
    """A thing whose parts fit into the room each; without parts where there is none."""
    match thing:
        case Sequence(type_, items, element):
            kept = None if items is None or not room else tuple(light(item, room) for item in items)
            return Sequence(type_, kept, light(element, room) if room else UNKNOWN, thing.count)
        case Mapping(type_, entries, key, element):
            shown = tuple((name, light(entry, room)) for name, entry in entries) if room else ()
            return Mapping(type_, shown, key, light(element, room) if room else UNKNOWN)
        case Instance(cls, arguments, state):
            if not room:
                return Instance(cls, None)
            given = None if arguments is None else light_arguments(arguments, room)
            return Instance(cls, given, tuple((name, light(held, room)) for name, held in state))
        case Function(bound=Value() as bound):
            return Function(
                thing.node, thing.module, thing.scope, light(bound, room // _SHARE), thing.owner, thing.wraps
            )
        case Partial(function, arguments):
            return (
                Partial(light(function, room), light_arguments(arguments, room)) if room else Typed("functools.partial")
            )
        case Prepared(kind, function, arguments, site):
            bound_ones = light_arguments(arguments, room) if room else Arguments(open=True)
            return Prepared(kind, light(function, room), bound_ones, site)
        case Durable(kind, function):
            return Durable(kind, light(function, room))
        case Record(type_, fields):
            return Record(type_, tuple((name, light(field, room)) for name, field in fields) if room else _HIDDEN)
        case Method(receiver, name):
            return Method(_light(receiver, room), name)
    return thing
