"""The values of a template with their places, read from YAML or JSON without constructing anything.

PyYAML is imported when the first template is read. Only its events are used: they know every tag, cost a tenth of
nodes that PyYAML composes, and cannot exhaust the stack.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from durable_lint.dataclasses import dataclass
from durable_lint.finding import Hop, Span
from durable_lint.source.text import SourceError, SourceText

if TYPE_CHECKING:
    import yaml

_DEEPEST = 100
_LARGEST = 10_000  # entries of one mapping: CloudFormation takes 500 resources, merges of merges could bring billions
_MERGE = "<<"


class Place(NamedTuple):
    """A stretch of a template."""

    filename: str
    span: Span

    def hop(self, what: str) -> Hop:
        """This place as a link of a reason chain."""
        return Hop(self.filename, self.span.row, self.span.column, what)


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A value and where it stands. ``tag`` is its short tag as it is written (``!Ref``), empty without one."""

    place: Place
    tag: str


@dataclass(frozen=True, slots=True, eq=False)
class Text(Node):
    """A scalar, whatever its type: numbers and truth values are the text that they are written as."""

    value: str


@dataclass(frozen=True, slots=True, eq=False)
class Items(Node):
    """A list."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Table(Node):
    """A mapping, its keys as they are written; those of merged mappings (``<<``) come first, and lose."""

    entries: tuple[tuple[Text, Node], ...]

    def get(self, name: str) -> Node | None:
        """The value of a key; of a key that is written twice, the last."""
        return next((value for key, value in reversed(self.entries) if key.value == name), None)

    def key(self, name: str) -> Text | None:
        """The key itself, for its place."""
        return next((key for key, _ in reversed(self.entries) if key.value == name), None)

    def table(self, name: str) -> Table | None:
        """The value of a key when it is a mapping that stands for itself."""
        value = self.get(name)
        return value if isinstance(value, Table) and is_literal(value) else None

    def text(self, name: str) -> str | None:
        """The value of a key when it is literal text."""
        return text_of(self.get(name))

    @property
    def is_whole(self) -> bool:
        """Whether nothing is put into it or taken out of it when the template is processed."""
        return not any(key.value.startswith("Fn::") for key, _ in self.entries)


def text_of(node: Node | None) -> str | None:
    """Literal text; ``!Sub`` without anything to substitute is literal too."""
    if isinstance(node, Text) and (not node.tag or (node.tag == "!Sub" and "${" not in node.value)):
        return node.value
    return None


def is_literal(node: Node) -> bool:
    """Whether a value stands for itself: no short tag, and no ``Ref``, ``Condition`` or ``Fn::`` as its only key."""
    if node.tag:
        return False
    if isinstance(node, Table):
        names = {key.value for key, _ in node.entries}
        return node.is_whole and names not in ({"Ref"}, {"Condition"})
    return True


def number_of(node: Node | None) -> int | None:
    """A whole number, plain or in quotes as CloudFormation also takes it; ``None`` for anything else."""
    text = text_of(node)
    digits = "" if text is None else text.strip().removeprefix("-").removeprefix("+")
    is_decimal = digits.isascii() and digits.isdecimal() and len(digits) <= 18
    if text is None or not is_decimal or (digits.startswith("0") and digits != "0"):
        return None  # 0600 is another number to YAML 1.1 than to JSON
    return int(text)


def function_of(node: Node | None, name: str) -> Node | None:
    """The argument of an intrinsic function, in its short (``!GetAtt``) or its long form."""
    if isinstance(node, Table) and not node.tag and len(node.entries) == 1:
        key, value = node.entries[0]
        return value if key.value in (name, f"Fn::{name}") else None
    return node if node is not None and node.tag == f"!{name}" else None


def read(filename: str, data: bytes) -> Table | None:
    """The root of a template; ``None`` for a file that is broken, of several documents, or no mapping.

    That a template is broken is for those tools to say that deploy it.
    """
    import yaml

    try:
        source = SourceText.from_bytes(data)
        # JSON may be indented by tabs, which YAML does not take; a string in JSON holds none.
        text = source.text.replace("\t", " ") if filename.endswith(".json") else source.text
        events = yaml.parse(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        root = _Builder(filename, source).build(events)
    except (SourceError, yaml.YAMLError, _Refused, ValueError):
        return None
    return root if isinstance(root, Table) and is_literal(root) else None


class _Refused(Exception):
    """The events are no template."""


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not been met."""

    event: Any
    children: list[Node]


class _Builder:
    """Builds nodes from events, without recursion."""

    def __init__(self, filename: str, source: SourceText) -> None:
        self._filename = filename
        self._source = source
        self._anchors: dict[str, Node] = {}

    def build(self, events: Iterator[yaml.Event]) -> Node | None:
        """The one document's root. Raises _Refused for more than one, and for nesting that no template has."""
        import yaml

        stack: list[_Open] = []
        root: Node | None = None
        for event in events:
            if isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent)):
                stack.append(_Open(event, []))
                if len(stack) > _DEEPEST:
                    raise _Refused
                continue
            if isinstance(event, yaml.ScalarEvent):
                node: Node = Text(self._place(event, event), _tag(event), event.value)
                self._remember(event, node)
            elif isinstance(event, yaml.AliasEvent):
                if event.anchor not in self._anchors:
                    raise _Refused
                node = self._anchors[event.anchor]
            elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
                node = self._closed(stack.pop(), event)
            else:
                continue
            if stack:
                stack[-1].children.append(node)
            elif root is not None:
                raise _Refused
            else:
                root = node
        return root

    def _closed(self, opened: _Open, end: Any) -> Node:
        import yaml

        start, children = opened.event, opened.children
        place = self._place(start, end)
        node: Node
        if isinstance(start, yaml.SequenceStartEvent):
            node = Items(place, _tag(start), tuple(children))
        else:
            node = Table(place, _tag(start), tuple(islice(_entries(children), _LARGEST + 1)))
            if len(node.entries) > _LARGEST:
                raise _Refused
        self._remember(start, node)
        return node

    def _remember(self, event: Any, node: Node) -> None:
        if event.anchor:
            self._anchors[event.anchor] = node

    def _place(self, first: Any, last: Any) -> Place:
        start = self._source.place(first.start_mark.index)
        return Place(self._filename, Span(*start, *self._source.place(last.end_mark.index)))


def _entries(children: list[Node]) -> Iterator[tuple[Text, Node]]:
    """The entries of a mapping from its keys and values in turn, those that it merges first."""
    pairs = list(zip(children[::2], children[1::2], strict=True))
    for key, value in pairs:
        if isinstance(key, Text) and key.value == _MERGE:
            merged = value.items if isinstance(value, Items) else (value,)
            for table in reversed(merged):
                yield from table.entries if isinstance(table, Table) else ()
    for key, value in pairs:
        if isinstance(key, Text) and key.value != _MERGE:
            yield key, value


def _tag(event: Any) -> str:
    """The tag as written; YAML's own (``!!str``) say nothing here."""
    tag = event.tag
    return tag if tag and tag != "!" and not tag.startswith("tag:yaml.org,2002:") else ""
