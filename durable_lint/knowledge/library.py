"""Answers what a call of a library does and what it returns, from the tables and the user's overrides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, cached_property

from durable_lint.knowledge import serialization
from durable_lint.knowledge.fact import ACCESSES, KINDS, Fact
from durable_lint.knowledge.serialization import Serdes, Verdict
from durable_lint.knowledge.tables import block_lines, block_names, read_table

EFFECT_TABLES = (
    "clock",
    "random",
    "id",
    "host",
    "network",
    "database",
    "file",
    "process",
    "sleep",
    "concurrency",
    "order",
    "identity",
    "metadata",
    "log",
    "exit",
)

_Facts = tuple[Fact, ...]


class OverrideError(ValueError):
    """An entry of the user's effects configuration that says nothing we understand; the text says what would."""


class Knowledge:
    """Facts about libraries, asked by public dotted name (``requests.Session.get``, ``builtins.open``).

    Names of methods and of other import paths are resolved here: a class inherits the facts of its known bases
    (``pathlib.PosixPath.read_text``), and a private or second path of a public name is the public name
    (``requests.sessions.Session.get``, ``posixpath.exists``).
    """

    def __init__(
        self,
        calls: Mapping[str, _Facts],
        attributes: Mapping[str, _Facts],
        values: _Values,
        silenced: frozenset[str] = frozenset(),
        vouched: frozenset[str] = frozenset(),
    ) -> None:
        self._calls = calls
        self._attributes = attributes
        self._values = values
        self._silenced = silenced
        self._vouched = vouched
        self._answers: dict[str, _Facts] = {}

    def call(self, dotted: str) -> _Facts:
        """What a call of this name does; empty for a call without effect and for an unknown one.

        A name may have two facts of different kinds: ``os.listdir`` reads the file system and returns names in no
        order. Iterating over a value is the call of its type's ``__iter__`` (``builtins.set.__iter__``).
        """
        answer = self._answers.get(dotted)
        if answer is None:
            answer = self._answers[dotted] = self._find_call(self.canonical(dotted))
        return answer

    def attribute(self, dotted: str) -> _Facts:
        """What a plain read of this attribute does (``os.environ``); empty when nothing is known."""
        name = self.canonical(dotted)
        if self._is_silenced(name):
            return ()
        owner, _, leaf = name.rpartition(".")
        for base in (owner, *self.base(owner)):
            if facts := self._attributes.get(f"{base}.{leaf}"):
                return facts
        return ()

    def knows(self, dotted: str) -> bool:
        """Whether anything is known of this name: a fact, a type, what it returns, or that it is harmless."""
        name = self.canonical(dotted)
        return bool(
            self.call(name)
            or self.attribute(name)
            or self.returns(name)
            or self._calls.get(name) == ()
            or self._is_silenced(name)
        )

    def returns(self, dotted: str) -> str | None:
        """The dotted type of what a call of this name returns, where known.

        A known class returns itself. ``with x as y`` binds what ``__enter__`` of x's type returns, ``x[0]`` is
        ``__getitem__``: both are asked here as calls. ``__enter__`` is the object itself unless the tables know better.
        """
        return self._values.returned(self.canonical(dotted))

    def attribute_type(self, dotted: str) -> str | None:
        """The dotted type of an attribute of a known type (``pymongo.MongoClient.orders`` is a database).

        What hangs below a client without being a call of its own (``openai.OpenAI.chat``) is a type of that very name.
        Where any attribute does (``__getattr__``), the known methods are none.
        """
        name = self.canonical(dotted)
        held = self._values.held(name) or (name if self._is_branch(name) else None)
        if held is not None:
            return held
        held = self._values.held(f"{name.rpartition('.')[0]}.__getattr__")
        return None if held is not None and (self.call(name) or self.returns(name)) else held

    def yields(self, dotted: str) -> str | None:
        """The dotted type of each element when what this call returns is iterated over.

        ``returns`` of such a call is a type of its own, ``iterator[pathlib.Path]``, whose ``__iter__`` can be asked.
        """
        return self._values.yielded(self.canonical(dotted))

    def base(self, dotted_type: str) -> tuple[str, ...]:
        """The known ancestors of a type, nearest first, without itself and without ``builtins.object``."""
        return self._values.ancestors(self.canonical(dotted_type))

    def is_type(self, dotted: str) -> bool:
        """Whether the name is a class that the tables know."""
        return self.canonical(dotted) in self._values.types

    def verdict(self, dotted_type: str, serdes: Serdes, bases: Iterable[str] = ()) -> Verdict | None:
        """Whether a value of this type comes back from a serializer ``exact``, ``changed`` or is ``rejected``.

        ``extended`` is the default for operations' results, ``json`` for payloads, ``handler`` for a handler's result.
        For a class of the project give its library ancestors as ``bases``, ``builtins.object`` when it has none (a
        dataclass too); for a generic type name the origin. ``None`` means unknown.
        """
        supers = [self.canonical(base) for base in bases]
        return serialization.verdict(self.canonical(dotted_type), serdes, supers, self.base)

    def becomes(self, dotted_type: str, serdes: Serdes, bases: Iterable[str] = ()) -> str | None:
        """The type that a value comes back as; empty when it is refused, ``None`` when unknown."""
        supers = [self.canonical(base) for base in bases]
        return serialization.becomes(self.canonical(dotted_type), serdes, supers, self.base)

    def key_verdict(self, dotted_type: str, bases: Iterable[str] = ()) -> Verdict | None:
        """The verdict for a value of this type as the key of a dict: only text is ``exact``."""
        supers = [self.canonical(base) for base in bases]
        return serialization.key_verdict(self.canonical(dotted_type), supers, self.base)

    def remedy(self, dotted_type: str, bases: Iterable[str] = ()) -> str | None:
        """What to write instead of a value of this type where a serializer has to carry it; ``None`` for no advice."""
        name = self.canonical(dotted_type)
        return serialization.remedy([name, *(self.canonical(base) for base in bases), *self.base(name)])

    def canonical(self, dotted: str) -> str:
        """The public name of a dotted name that may be spelt by another import path."""
        return self._values.public_name(dotted)

    def vouches(self, dotted: str) -> bool:
        """Whether the user vouches for this function, class or module: taken as deterministic, not followed."""
        return any(prefix in self._vouched for prefix in _prefixes(dotted))

    def with_overrides(
        self, add: Mapping[str, str] | None = None, remove: Iterable[str] = (), vouch: Iterable[str] = ()
    ) -> Knowledge:
        """A copy with the user's own facts.

        ``add`` maps a dotted name to ``kind``, ``kind access`` or either with ``: reason`` after it
        (``"network write: books the parcel"``); a name that ends in ``.*`` means every call below it. ``remove`` names
        calls, attributes, classes or modules of which nothing shall be known. ``vouch`` names project code.
        Raises OverrideError for an entry that makes no sense.
        """
        added = {name: (_parse_override(name, text),) for name, text in (add or {}).items()}
        calls = {**self._calls, **{_deep_name(name): facts for name, facts in added.items()}}
        removed = frozenset(self.canonical(name.removesuffix(".*")) for name in remove)
        return Knowledge(
            calls,
            {**self._attributes, **added},
            self._values,
            (self._silenced | removed) - added.keys(),
            self._vouched | frozenset(name.removesuffix(".*") for name in vouch),
        )

    def _is_silenced(self, name: str) -> bool:
        return bool(self._silenced) and any(prefix in self._silenced for prefix in _prefixes(name))

    def _is_branch(self, name: str) -> bool:
        owner, _, leaf = name.rpartition(".")
        if name in self._calls or not leaf[:1].islower():
            return False
        return any(root in self._roots and f"{root}.**.{leaf}" not in self._calls for root in _prefixes(owner))

    @cached_property
    def _roots(self) -> frozenset[str]:
        """Types whose calls are listed at any depth, one by one."""
        roots = {name.partition(".**.")[0] for name in self._calls if ".**." in name}
        return frozenset(root for root in roots if not {f"{root}.**.*", f"{root}.**.**"} & self._calls.keys())

    def _find_call(self, name: str) -> _Facts:
        if self._is_silenced(name):
            return ()
        facts = self._calls.get(name)
        if facts is not None:
            return facts
        owner, _, leaf = name.rpartition(".")
        for base in self.base(owner):
            facts = self._calls.get(f"{base}.{leaf}")
            if facts is not None:
                return facts
        for prefix in (owner, *self.base(owner)):
            facts = self._wildcard(f"{prefix}.{leaf}")
            if facts is not None:
                return facts
        return ()

    def _wildcard(self, name: str) -> _Facts | None:
        owner, _, leaf = name.rpartition(".")
        word, underscore, _ = leaf.partition("_")
        patterns = [leaf, f"{word}_*"] if underscore else [leaf]
        patterns += ["*", "**"] if leaf[:1].islower() else ["**"]
        for prefix in (owner, *(f"{prefix}.**" for prefix in _prefixes(owner))):
            for pattern in patterns:
                facts = self._calls.get(f"{prefix}.{pattern}")
                if facts is not None:
                    return facts
        return None


class _Values:
    """What is known of types: their names, bases and what their methods return."""

    def __init__(self, table: Mapping[str, str]) -> None:
        self.types = frozenset(table["types"].split())
        self._bases = {left[0]: right for left, right in block_lines(table["bases"])}
        self._aliases = {left: right[0] for lefts, right in block_lines(table["aliases"]) for left in lefts}
        self._returns = _by_source(table["returns"])
        self._holds = _by_source(table["holds"])
        self._yields = _by_source(table["yields"])

    def public_name(self, dotted: str) -> str:
        public = self._aliases.get(dotted)
        if public is not None:
            return public
        prefix, dot, _ = dotted.rpartition(".")
        while dot:
            if prefix in self._aliases:
                return f"{self._aliases[prefix]}.{dotted[len(prefix) + 1 :]}"
            prefix, dot, _ = prefix.rpartition(".")
        return dotted

    def ancestors(self, name: str) -> tuple[str, ...]:
        found: dict[str, None] = {}
        waiting = list(self._bases.get(name, ()))
        while waiting:
            base = waiting.pop(0)
            if base not in found:
                found[base] = None
                waiting.extend(self._bases.get(base, ()))
        return tuple(found)

    def returned(self, name: str) -> str | None:
        if name in self.types:
            return name
        owner, _, leaf = name.rpartition(".")
        known = self._inherited(self._returns, owner, leaf)
        if known is not None:
            return owner if known == "Self" else known
        element = self.yielded(name)
        if element is not None:
            return f"iterator[{element}]"
        return owner if leaf in ("__enter__", "__aenter__") and owner in self.types else None

    def held(self, name: str) -> str | None:
        owner, _, leaf = name.rpartition(".")
        known = self._inherited(self._holds, owner, leaf)
        return owner if known == "Self" else known

    def yielded(self, name: str) -> str | None:
        if name.startswith("iterator[") and name.endswith("].__iter__"):
            return name.removeprefix("iterator[").removesuffix("].__iter__")
        owner, _, leaf = name.rpartition(".")
        return self._inherited(self._yields, owner, leaf)

    def _inherited(self, table: Mapping[str, str], owner: str, leaf: str) -> str | None:
        for base in (owner, *self.ancestors(owner)):
            if known := table.get(f"{base}.{leaf}"):
                return known
        return None


@cache
def shipped() -> Knowledge:
    """The knowledge that comes with durable-lint; loaded at the first call, the same object afterwards."""
    calls: dict[str, _Facts] = {}
    attributes: dict[str, _Facts] = {}
    for table_name in EFFECT_TABLES:
        table = read_table(table_name)
        for group in table["group"]:
            kind, reason, when = table["kind"], group["reason"], group.get("when")
            for access in ("read", "write", "unknown"):
                if block := group.get(access):
                    _record(calls, block, Fact(kind, access, reason, when))
            if block := group.get("attributes"):
                _record(attributes, block, Fact(kind, "read", reason))
        for owner, name in block_names(table.get("harmless", "")):
            calls.setdefault(f"{owner}.{name}", ())
    return Knowledge(calls, attributes, _Values(read_table("values")))


@cache
def libraries() -> frozenset[str]:
    """The top-level names of the libraries that the shipped tables speak for."""
    knowledge = shipped()
    return frozenset(name.partition(".")[0] for name in (*knowledge._calls, *knowledge._values.types))


def _record(facts: dict[str, _Facts], block: str, fact: Fact) -> None:
    for owner, name in block_names(block):
        dotted = f"{owner}.{name}"
        facts[dotted] = (*facts[dotted], fact) if dotted in facts else (fact,)


def _by_source(block: str) -> dict[str, str]:
    return {source: left[0] for left, right in block_lines(block) for source in right}


def _prefixes(dotted: str) -> Iterable[str]:
    while dotted:
        yield dotted
        dotted = dotted.rpartition(".")[0]


def _deep_name(name: str) -> str:
    return f"{name.removesuffix('.*')}.**.*" if name.endswith(".*") else name


def _parse_override(name: str, text: str) -> Fact:
    words, _, reason = text.partition(":")
    kind, *rest = words.split() or [""]
    access = rest[0] if rest else "unknown"
    if kind not in KINDS or access not in ACCESSES or len(rest) > 1:
        raise OverrideError(
            f"effect {text!r} of {name}: expected a kind ({', '.join(sorted(KINDS))}), "
            f"then optionally one of {', '.join(sorted(ACCESSES))}, then optionally ': reason'"
        )
    return Fact(kind, access, reason.strip() or "is listed in your configuration")
