"""Payloads: what a serializer makes of a value on its way into a checkpoint, an invocation or a handler's result."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from enum import Enum
from typing import TYPE_CHECKING

from durable_lint.dataclasses import dataclass, replace
from durable_lint.model import classes, dataclass_fields, inference
from durable_lint.model.effects import Site
from durable_lint.model.sdk import is_sdk
from durable_lint.model.things import (
    Boto,
    Class,
    External,
    Function,
    Instance,
    Literal,
    Mapping,
    ModuleThing,
    Partial,
    Pattern,
    Record,
    Sequence,
    Typed,
)
from durable_lint.model.values import Constant, Thing, Value

if TYPE_CHECKING:
    from durable_lint.knowledge.serialization import Serdes
    from durable_lint.model.interpreter import Interpreter

_MAX_DEPTH = 5
_MAX_TEXT = 40
_NOT_FINITE = frozenset({"math.nan", "math.inf", "cmath.nan", "cmath.inf", "numpy.nan", "numpy.inf"})
_NAMED_TUPLE = "typing.NamedTuple"


class Fate(Enum):
    """What becomes of a value: refused, carried by the SDK's typed envelope only, or changed on the way."""

    REFUSED = "refused"
    ENVELOPE = "envelope"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One part of a value that does not travel as it is.

    ``site`` is the expression that makes it as far as it can be seen, ``type`` its type as people write it, ``place``
    where in that expression's value it lies (empty for the value itself), ``becomes`` what comes back instead,
    ``remedy`` what to write instead, ``value`` what is known of the part.
    """

    fate: Fate
    site: Site
    type: str
    place: str
    becomes: str = ""
    remedy: str = ""
    value: Value | None = None

    @property
    def what(self) -> str:
        """The type with its place: ``set (under 'tags')``."""
        return f"{self.type} ({self.place})" if self.place else self.type


@dataclass(frozen=True, slots=True)
class _Kind:
    """The type of a value with no content that matters: its dotted name, its bases, and how people call it."""

    dotted: str
    bases: tuple[str, ...] = ()
    label: str = ""
    remedy: str = ""


def troubles(interpreter: Interpreter, value: Value, serdes: Serdes, site: Site) -> list[Trouble]:
    """The parts of a value that a serializer refuses or changes, the worst of each expression first.

    An alternative that may be there is enough; what nothing is known of is left out.
    """
    found: dict[tuple[ast.AST, Fate, str, str], Trouble] = {}
    for trouble in _Walk(interpreter, serdes).value(value, site, "", _MAX_DEPTH):
        found.setdefault((trouble.site.node, trouble.fate, trouble.type, trouble.place), trouble)
    return list(found.values())


class _Walk:
    """One walk over a value for one serializer."""

    def __init__(self, interpreter: Interpreter, serdes: Serdes) -> None:
        self._interpreter = interpreter
        self._knowledge = interpreter.knowledge
        self._serdes = serdes

    def value(self, value: Value, site: Site, place: str, depth: int) -> Iterator[Trouble]:
        if depth <= 0:
            return
        node = site.node
        if isinstance(node, (ast.NamedExpr, ast.Await)):
            site = Site(site.module, node.value)
        for trouble in self._alternatives(value, site, place, depth):
            yield trouble if trouble.value is not None else replace(trouble, value=value)

    def _alternatives(self, value: Value, site: Site, place: str, depth: int) -> Iterator[Trouble]:
        for thing in value.things:
            yield from self._thing(thing, site, place, depth - 1)
        if not value.things and value.maker:
            results = inference.results_of(value.maker)
            judged = [list(self._judge(_Kind(item.name, self._known(item.bases)), site, place)) for item in results]
            if judged and all(judged):
                yield from judged[0]

    def _thing(self, thing: Thing, site: Site, place: str, depth: int) -> Iterator[Trouble]:
        match thing:
            case Sequence() | Mapping():
                label = "namedtuple" if thing.type == _NAMED_TUPLE else ""
                own = list(self._judge(_Kind(thing.type, (), label), site, place))
                yield from own
                if any(trouble.fate is Fate.REFUSED for trouble in own):
                    return
                if isinstance(thing, Sequence):
                    yield from self._items(thing, site, place, depth)
                else:
                    yield from self._entries(thing, site, place, depth)
            case Instance():
                yield from self._instance(thing, site, place, depth)
            case External(name) if name in _NOT_FINITE:
                label = "nan" if name.endswith("nan") else "infinity"
                yield Trouble(Fate.CHANGED, site, label, place, "text that is not JSON", "None")
            case _:
                kind = self._kind(thing)
                if kind is not None:
                    yield from self._judge(kind, site, place)

    def _kind(self, thing: Thing) -> _Kind | None:
        match thing:
            case Literal(typename=name):
                return _Kind(name)
            case Pattern():
                return _Kind("builtins.str")
            case Typed(name):
                return self._typed(name)
            case Function() if isinstance(thing.node, ast.Lambda):
                return _Kind("builtins.function", (), "lambda")
            case Function(bound=None) if thing.owner is None:
                return _Kind("builtins.function", (), f"function {thing.name}")
            case Partial():
                return _Kind("functools.partial")
            case Class():
                return _Kind("builtins.type", (), f"class {thing.node.name}")
            case ModuleThing():
                return _Kind("types.ModuleType", (), "module")
            case Boto(surface=("client" | "resource" | "session") as surface):
                return _Kind("boto3.client", ("builtins.object",), f"boto3 {surface}", "what you need of its answers")
            case External(name) if not is_sdk(name):
                return self._external(name)
            case Record(type=name):
                return _Kind(name, ("builtins.object",), name.removeprefix("sdk."))
        return None

    def _typed(self, name: str) -> _Kind | None:
        if name == "sdk.CallbackText":
            return _Kind("builtins.str")
        if name == "sdk.BatchResult":
            return _Kind("BatchResult", (), "BatchResult", "{}.get_results()")
        if name in ("sdk.Callback", "sdk.Logger"):
            return _Kind(name, ("builtins.object",), name.removeprefix("sdk."))
        if name.startswith(("sdk.", "typing.")) or "." not in name:
            return None
        if self._knowledge.verdict(name, self._serdes) is None:
            bases = inference.bases_of(name)
            return None if bases is None else _Kind(name, self._known(bases))
        return _Kind(name)

    def _external(self, name: str) -> _Kind | None:
        """A library's function or class itself; anything else (a constant) is known by astroid only."""
        inferred = inference.thing_at(name)
        if inferred is None:
            return None
        label = f"{inferred.name.removeprefix('builtins.').replace('type', 'class')} {name.removeprefix('builtins.')}"
        callable_kinds = ("builtins.function", "builtins.type", "types.ModuleType")
        return _Kind(inferred.name, self._known(inferred.bases), label if inferred.name in callable_kinds else "")

    def _instance(self, thing: Instance, site: Site, place: str, depth: int) -> Iterator[Trouble]:
        frame = self._interpreter.module_frame(thing.cls.module)
        bases = classes.library_bases(frame, thing.cls)
        if bases is None or (thing.arguments is None and "typing.Protocol" in bases):
            return
        name = thing.cls.node.name
        kind = _Kind(f"{thing.cls.module.name}.{name}", self._judged(bases) or ("builtins.object",))
        label, remedy = name, ""
        if dataclass_fields.is_dataclass(frame, thing.cls):
            label, remedy = f"dataclass {name}", "dataclasses.asdict({})"
        elif any(base.startswith("enum.") for base in bases):
            label = f"member of the enum {name}"
        elif any(base in ("pydantic.BaseModel", "pydantic.RootModel") for base in bases):
            label = f"pydantic model {name}"
        yield from self._judge(_Kind(kind.dotted, kind.bases, label, remedy), site, place)
        if _NAMED_TUPLE in bases or any(base.endswith(".TypedDict") for base in bases):
            yield from self._fields(thing, site, place, depth)

    def _judged(self, bases: tuple[str, ...]) -> tuple[str, ...]:
        """The bases, each that the tables do not know replaced by its own as far as those can be inferred."""
        found: list[str] = []
        for base in bases:
            if self._knowledge.verdict(base, self._serdes) is None:
                inferred = inference.bases_of(base, abstract=True)
                found.extend((base,) if inferred is None else self._known(inferred))
            else:
                found.append(base)
        return tuple(found)

    def _known(self, bases: tuple[str, ...]) -> tuple[str, ...]:
        """Of all the bases of a class those that decide: the others are judged by their own bases, which follow."""
        return tuple(base for base in bases if self._knowledge.verdict(base, self._serdes) is not None)

    def _fields(self, thing: Instance, site: Site, place: str, depth: int) -> Iterator[Trouble]:
        names = dataclass_fields.fields(self._interpreter.module_frame(thing.cls.module), thing.cls)
        given = thing.arguments
        if given is None:
            return
        for position, name in enumerate(names):
            value = given.get(position, name)
            if value is not None:
                yield from self.value(value, site, f"field {name}", depth)

    def _judge(self, kind: _Kind, site: Site, place: str) -> Iterator[Trouble]:
        """The trouble with a type, if any."""
        becomes = self._knowledge.becomes(kind.dotted, self._serdes, kind.bases)
        if becomes is None or becomes == self._knowledge.canonical(kind.dotted):
            if becomes is None or self._serdes != "extended" or kind.dotted == "BatchResult":
                return
            if self._knowledge.verdict(kind.dotted, "json", kind.bases) == "exact":
                return
            fate = Fate.ENVELOPE
            becomes = self._knowledge.becomes(kind.dotted, "json", kind.bases) or ""
        else:
            fate = Fate.CHANGED if becomes else Fate.REFUSED
        label = kind.label or kind.dotted.removeprefix("builtins.")
        template = kind.remedy or self._knowledge.remedy(kind.dotted, kind.bases) or ""
        yield Trouble(fate, site, label, place, becomes.removeprefix("builtins."), _remedy(template, site, place))

    def _items(self, thing: Sequence, site: Site, place: str, depth: int) -> Iterator[Trouble]:
        inner = place or "an item"
        node = site.node
        if isinstance(node, (ast.ListComp, ast.GeneratorExp, ast.SetComp)):
            yield from self.value(thing.element, Site(site.module, node.elt), "", depth)
            return
        if thing.items is None:
            yield from self.value(thing.element, site, inner, depth)
            return
        nodes = node.elts if isinstance(node, (ast.List, ast.Tuple, ast.Set)) else []
        pointed = len(nodes) == len(thing.items) and not any(isinstance(item, ast.Starred) for item in nodes)
        for index, item in enumerate(thing.items):
            where = Site(site.module, nodes[index]) if pointed else site
            yield from self.value(item, where, "" if pointed else inner, depth)

    def _entries(self, thing: Mapping, site: Site, place: str, depth: int) -> Iterator[Trouble]:
        node = site.node
        if isinstance(node, ast.DictComp):
            yield from self._keys(thing.key, Site(site.module, node.key), "a key", depth)
            yield from self.value(thing.element, Site(site.module, node.value), "", depth)
            return
        shown: set[str] = set()
        yield from self._keys(thing.key, site, "a key", depth)
        nodes = _entry_nodes(node)
        for key, entry in thing.entries:
            pointed = nodes.get((key, type(key)))
            where = site if pointed is None else Site(site.module, pointed)
            for trouble in self.value(entry, where, f"under {key!r}" if pointed is None else "", depth):
                shown.add(trouble.type)
                yield trouble
        if thing.entries and all(isinstance(item, Literal) for item in thing.key.things):
            return
        for trouble in self.value(thing.element, site, place or "a value", depth):
            if trouble.type not in shown:
                yield trouble

    def _keys(self, keys: Value, site: Site, place: str, depth: int) -> Iterator[Trouble]:
        for thing in keys.things:
            kind = self._key_kind(thing)
            if kind is None:
                continue
            verdict = self._knowledge.key_verdict(kind.dotted, kind.bases)
            label = kind.label or kind.dotted.removeprefix("builtins.")
            if verdict == "rejected":
                yield Trouble(Fate.REFUSED, site, label, place, "", "a dict with text keys")
            elif verdict == "changed":
                yield Trouble(Fate.CHANGED, site, label, place, "str", "text keys from the start: str(key)")

    def _key_kind(self, thing: Thing) -> _Kind | None:
        match thing:
            case Sequence() | Mapping():
                return _Kind(thing.type)
            case Instance():
                frame = self._interpreter.module_frame(thing.cls.module)
                bases = classes.library_bases(frame, thing.cls)
                if bases is None:
                    return None
                name = thing.cls.node.name
                return _Kind(f"{thing.cls.module.name}.{name}", bases or ("builtins.object",), name)
        return self._kind(thing)


def _remedy(template: str, site: Site, place: str) -> str:
    """What to write, with the expression in its place where it is the value and short."""
    if "{}" not in template:
        return template
    try:
        text = "…" if place else ast.unparse(site.node)
    except RecursionError:
        text = "…"
    if len(text) > _MAX_TEXT or "\n" in text:
        text = "…"
    elif template.startswith("{}") and isinstance(site.node, (ast.BinOp, ast.BoolOp, ast.IfExp, ast.Lambda, ast.Await)):
        text = f"({text})"
    return template.replace("{}", text)


def _entry_nodes(node: ast.AST) -> dict[tuple[Constant, type], ast.expr]:
    """The expressions of a dict display (or ``dict(key=...)``) by their literal keys."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict":
        return {(keyword.arg, str): keyword.value for keyword in node.keywords if keyword.arg}
    if not isinstance(node, ast.Dict):
        return {}
    return {
        (key.value, type(key.value)): value
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant) and key.value is not Ellipsis
    }
