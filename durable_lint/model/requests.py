"""Requests: the calls with which code leaves the program, what they are given, and the way to them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from durable_lint.dataclasses import dataclass, replace
from durable_lint.finding import Hop
from durable_lint.knowledge import semantics
from durable_lint.model.effects import Access, Link, Site
from durable_lint.model.scope import all_arguments, facts_of
from durable_lint.model.things import Function, Mapping, Sequence
from durable_lint.model.values import Arguments, Value

if TYPE_CHECKING:
    from durable_lint.model.body import Body
    from durable_lint.model.frame import Frame

_MAX_REQUESTS = 200
_MAX_DEPTH = 4
_PARTS = frozenset({"headers", "json", "data", "params", "body", "Entries"})
_VERBS = frozenset({"post", "put", "patch", "delete", "get", "request", "urlopen"})
_LIBRARIES_OF_VALUES = ("builtins.", "typing.", "dataclasses.", "logging.", "structlog.")


@dataclass(frozen=True, slots=True)
class Request:
    """A call that leaves the program, with its arguments, as one body reaches it.

    ``source`` is the dotted name of what is called (``requests.Session.post``, ``boto3 sqs.send_message``); where the
    tables know nothing of it, ``access`` is ``None`` and it is only remembered for what its arguments are called.
    ``via`` are the calls of project functions that lead from the body to it.
    """

    site: Site
    source: str
    access: Access | None
    arguments: Arguments
    via: tuple[Link, ...] = ()

    @property
    def place(self) -> Site:
        """Where the body reaches it: the call itself, or that of the helper that leads to it."""
        return self.via[0].site if self.via else self.site

    @property
    def sites(self) -> tuple[Site, ...]:
        """Every call on the way, from the body to the one that leaves the program."""
        return (*(link.site for link in self.via), self.site)

    @property
    def shown(self) -> str:
        """The call as people write it."""
        return f"{self.source}()"

    def hops(self) -> tuple[Hop, ...]:
        """The way from the body through helpers; empty when the call stands in the body."""
        if not self.via:
            return ()
        return (*(link.site.hop(link.what) for link in self.via), self.site.hop(self.source))

    def trail(self, start: str) -> str:
        """That way as text in brackets: `` (charge → gateway.send → requests.post)``; empty where there is none."""
        return f" ({' → '.join((start, *(link.what for link in self.via), self.source))})" if self.via else ""

    def reached_through(self, link: Link) -> Request:
        """This request as a caller of the function that makes it reaches it."""
        return replace(self, via=(link, *self.via))

    def identifiers(self) -> Iterator[tuple[str, Value]]:
        """The arguments that tell the receiver which request it is, as they are called: ``Idempotency-Key``, and what
        is given for them; also those in the visible headers and bodies of HTTP requests and in entries of a batch.
        What else is sent is data, whatever it is called.
        """
        for name, value in self.arguments.keywords:
            if semantics.is_key(name) or (self.access is Access.WRITE and semantics.is_request_id(name)):
                yield name, value
            elif name in _PARTS:
                yield from _inside(value, _MAX_DEPTH)
        for value in self.arguments.positional if self.source.rpartition(".")[2] in _VERBS else ():
            yield from _inside(value, _MAX_DEPTH)


def note(frame: Frame, node: ast.AST, source: str, access: Access | None, arguments: Arguments) -> None:
    """Remember a call that leaves the program."""
    requests = frame.body.requests
    if len(requests) < _MAX_REQUESTS:
        requests[(id(node), source)] = Request(frame.site(node), source, access, arguments)


def note_unknown(frame: Frame, node: ast.Call, name: str, arguments: Arguments) -> None:
    """Remember a call of which nothing is known but that it is given a key: what only makes an object is none."""
    if name.startswith(_LIBRARIES_OF_VALUES) or name.rpartition(".")[2][:1].isupper():
        return
    if any(semantics.is_key(keyword) for keyword, _ in arguments.keywords):
        note(frame, node, name, None, arguments)


def adopt(frame: Frame, body: Body, function: Function, link: Link) -> None:
    """What a called function sends is sent by its caller too; a parameter that is a key says so at the call."""
    if not body.requests:
        return
    for key, request in list(body.requests.items())[:_MAX_REQUESTS]:
        frame.body.requests[(id(link.site.node), *key)] = request.reached_through(link)
    if not semantics.SPELLINGS.isdisjoint(facts_of(function.node).own):
        keyed = tuple(_named(function, body.arguments))
        if keyed:
            note(frame, link.site.node, link.what, None, Arguments((), keyed))


def _named(function: Function, arguments: Arguments) -> Iterator[tuple[str, Value]]:
    for position, parameter in enumerate(all_arguments(function.node.args)):
        value = arguments.get(position, parameter.arg) if parameter.arg in semantics.SPELLINGS else None
        if value is not None:
            yield parameter.arg, value


def _inside(value: Value, depth: int) -> Iterator[tuple[str, Value]]:
    if depth == 0:
        return
    for thing in value.things:
        if isinstance(thing, Mapping):
            for name, entry in thing.entries:
                if isinstance(name, str) and semantics.is_key(name):
                    yield name, entry
                else:
                    yield from _inside(entry, depth - 1)
        elif isinstance(thing, Sequence):
            for item in thing.items or (thing.element,):
                yield from _inside(item, depth - 1)


def hides_entries(values: Iterable[Value]) -> bool:
    """Whether some of the values may hold more than can be seen: an unknown dict, a dict with unknown keys."""
    return any(
        not value.things or any(isinstance(thing, Mapping) and not thing.is_visible for thing in value.things)
        for value in values
    )
