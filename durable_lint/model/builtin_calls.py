"""Builtin functions, and those of the standard library that are like them: what they return."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from durable_lint.dataclasses import replace
from durable_lint.model import attributes, classes, functional, sizes, special_methods
from durable_lint.model.effects import Access, Kind
from durable_lint.model.ordering import NO_ORDER, iterated, orderless
from durable_lint.model.things import (
    UNORDERED,
    Class,
    External,
    Instance,
    Literal,
    Mapping,
    Pattern,
    Sequence,
    Typed,
    literal,
    typed,
)
from durable_lint.model.values import UNKNOWN, Arguments, Thing, Value, join, of

if TYPE_CHECKING:
    from durable_lint.model.frame import Frame

COROUTINE = "builtins.coroutine"
_NOT_FINITE = frozenset({"nan", "inf", "infinity"})
ORDERLESS = frozenset(
    f"builtins.{name}"
    for name in ("sorted", "set", "frozenset", "sum", "min", "max", "any", "all", "len", "bool", "isinstance")
) | {"collections.Counter", "math.fsum", "math.prod"}


def _sorted(frame: Frame, arguments: Arguments, node: ast.Call) -> Value:
    element = iterated(frame, arguments, node, ordered=False)
    flow = arguments.flow()
    taints = orderless(flow.taints | functional.key_of(frame, arguments, element, node).taints)
    length = sizes.fewest(arguments.positional[0]) if arguments.positional else None
    return Value((Sequence("builtins.list", None, element.retaint(NO_ORDER), length),), taints, flow.loops)


def _collection(type_: str, ordered: bool) -> Callable[[Frame, Arguments, ast.Call], Value]:
    def build(frame: Frame, arguments: Arguments, node: ast.Call) -> Value:
        if not arguments.positional:
            return Value((Sequence(type_, (), UNKNOWN),))
        element = iterated(frame, arguments, node, ordered=ordered)
        first = arguments.positional[0]
        sequence = first.things[0] if first.sole is not None and isinstance(first.things[0], Sequence) else None
        kept = sequence.items if sequence is not None and ordered and sequence.type not in UNORDERED else None
        length = sequence.count if sequence is not None and kept is None and ordered and len(node.args) == 1 else None
        taints = element.taints if ordered else orderless(element.taints)
        inner = element if ordered else element.retaint(NO_ORDER)
        return Value((Sequence(type_, kept, inner, length),), taints, element.loops)

    return build


def _next(frame: Frame, arguments: Arguments, node: ast.Call) -> Value:
    element = iterated(frame, arguments, node, ordered=True)
    rest = join(arguments.positional[1:])
    return (element if not arguments.positional[1:] else element | rest).tainted(loops=frozenset(frame.loops))


def _enumerate(frame: Frame, arguments: Arguments, node: ast.Call) -> Value:
    element = iterated(frame, arguments, node, ordered=True)
    pair = Sequence("builtins.tuple", (typed("builtins.int"), element), typed("builtins.int") | element)
    length = sizes.fewest(arguments.positional[0]) if arguments.positional else None
    pairs = Sequence("builtins.generator", None, Value((pair,), element.taints), length)
    return Value((pairs,), element.taints, element.loops)


def _zip(frame: Frame, arguments: Arguments, node: ast.Call) -> Value:
    from durable_lint.model.displays import iterate

    elements = [iterate(frame, place, value) for place, value in zip(node.args, arguments.positional, strict=False)]
    joined = join(elements)
    pair = Sequence("builtins.tuple", tuple(elements), joined)
    return Value((Sequence("builtins.generator", None, Value((pair,), joined.taints)),), joined.taints, joined.loops)


def _chain(frame: Frame, arguments: Arguments, node: ast.Call) -> Value:
    from durable_lint.model.displays import iterate

    element = join(iterate(frame, place, value) for place, value in zip(node.args, arguments.positional, strict=False))
    return Value((Sequence("builtins.generator", None, element),), element.taints, element.loops)


def _range(frame: Frame, arguments: Arguments, node: ast.Call) -> Value:
    flow = arguments.flow()
    start = join(arguments.positional[:1] + arguments.positional[2:]) if len(arguments.positional) > 1 else UNKNOWN
    number = Value((Typed("builtins.int"),), start.taints, start.loops)
    return Value((Sequence("builtins.range", None, number, _length_of_range(arguments)),), flow.taints, flow.loops)


def _length_of_range(arguments: Arguments) -> int | None:
    bounds = [value.number() for value in arguments.positional]
    numbers = [int(bound) for bound in bounds if bound is not None]
    if len(numbers) != len(bounds) or not 1 <= len(numbers) <= 3 or arguments.open or numbers[2:] == [0]:
        return None
    return len(range(*numbers))


def _min_max(frame: Frame, arguments: Arguments, node: ast.Call) -> Value:
    if len(arguments.positional) == 1:
        element = iterated(frame, arguments, node, ordered=False)
        taints = functional.key_of(frame, arguments, element, node).taints
        return element.retaint(NO_ORDER).tainted(orderless(taints))
    element = join(arguments.positional)
    return element.tainted(functional.key_of(frame, arguments, element, node).taints)


def _sum(frame: Frame, arguments: Arguments, node: ast.Call) -> Value:
    element = iterated(frame, arguments, node, ordered=False)
    return Value(tuple(t for t in element.things if isinstance(t, Typed)), orderless(element.taints), element.loops)


def _counted(frame: Frame, arguments: Arguments, node: ast.Call) -> Value:
    for place, value in zip(node.args, arguments.positional, strict=False):
        frame.note_use(place, value, "len")
    counted = [special_methods.run_any(frame, value, "__len__", (), node) for value in arguments.positional]
    flow = join(value for value in (arguments.flow(), *counted) if value is not None)
    return Value((Typed("builtins.int"),), orderless(flow.taints), flow.loops)


def _dict(frame: Frame, arguments: Arguments, node: ast.Call) -> Value:
    entries = [(key, value) for key, value in arguments.keywords]
    flow = arguments.flow()
    for value in arguments.positional:
        for thing in value.things:
            if isinstance(thing, Mapping):
                given = Mapping(
                    "builtins.dict",
                    tuple(entries),
                    join(literal(name) for name, _ in entries),
                    join(entry for _, entry in entries),
                )
                return Value((replace(thing.merged(given), type="builtins.dict"),), flow.taints, flow.loops)
    element = join(value for _, value in arguments.keywords) if entries and not arguments.positional else UNKNOWN
    key = join(literal(name) for name, _ in entries) if entries and not arguments.positional else UNKNOWN
    return Value((Mapping("builtins.dict", tuple(entries), key, element),), flow.taints, flow.loops)


def _dict_from_keys(frame: Frame, arguments: Arguments, node: ast.Call) -> Value:
    """``dict.fromkeys(ids)``: the entries stand in the order in which the keys come."""
    key = iterated(frame, arguments, node, ordered=True)
    element = arguments.get(1, "value") or literal(None)
    taints = orderless(key.taints) | element.taints
    return Value((Mapping("builtins.dict", (), key, element),), taints, key.loops)


def _converted(type_: str) -> Callable[[Frame, Arguments, ast.Call], Value]:
    def convert(frame: Frame, arguments: Arguments, node: ast.Call) -> Value:
        flow = arguments.flow()
        text = arguments.positional[0].literal_text() if len(arguments.positional) == 1 else None
        if type_ == "builtins.float" and text is not None and text.strip().lower().lstrip("+-") in _NOT_FINITE:
            return of(External("math.nan" if "nan" in text.lower() else "math.inf"))
        if type_ == "builtins.str" and len(arguments.positional) == 1:
            first = arguments.positional[0]
            flow = flow.tainted(classes.default_text(frame, first, node))
            if first.sole is not None and isinstance(first.things[0], (Literal, Pattern)):
                thing = first.things[0]
                shown: Thing = thing if isinstance(thing, Pattern) else Literal.of(str(thing.value))
                return Value((shown,), flow.taints, flow.loops)
            return Value((Pattern((None,)),), flow.taints, flow.loops)
        return Value((Typed(type_),), flow.taints, flow.loops)

    return convert


def _representation(frame: Frame, arguments: Arguments, node: ast.Call) -> Value:
    flow = arguments.flow()
    shown = classes.default_text(frame, arguments.positional[0], node) if arguments.positional else frozenset()
    return Value((Pattern((None,)),), flow.taints | shown, flow.loops)


def _hash(frame: Frame, arguments: Arguments, node: ast.Call) -> Value:
    """``hash`` of numbers is the same in every process; of text it is not."""
    numbers = ("builtins.int", "builtins.float", "builtins.bool")
    hashed = arguments.positional[0] if arguments.positional else UNKNOWN
    things = () if hashed.partial else hashed.things
    if things and all(
        isinstance(t, (Literal, Typed)) and (t.typename if isinstance(t, Literal) else t.name) in numbers
        for t in things
    ):
        return typed("builtins.int")
    effect = frame.effect(Kind.IDENTITY, Access.READ, "hash", "differs in each process", node)
    return Value((Typed("builtins.int"),), frozenset({effect}))


def _getattr(frame: Frame, arguments: Arguments, node: ast.Call) -> Value:
    name = arguments.positional[1].literal_text() if len(arguments.positional) > 1 else None
    if name is None:
        return UNKNOWN
    access = ast.copy_location(ast.Attribute(value=node.args[0], attr=name, ctx=ast.Load()), node)
    found = join(attributes.of_thing(frame, thing, access) for thing in arguments.positional[0].things)
    return found | arguments.positional[2] if len(arguments.positional) > 2 else found


def _isinstance(frame: Frame, arguments: Arguments, node: ast.Call) -> Value:
    return Value((Typed("builtins.bool"),), arguments.positional[0].taints if arguments.positional else frozenset())


def _super(frame: Frame, arguments: Arguments, node: ast.Call) -> Value:
    """``super()`` as an instance of the first base of the class around."""
    from durable_lint.model import classes

    found = frame.scope.find(_receiver_name(frame))
    for thing in () if found is None else found[1].things:
        if isinstance(thing, Instance):
            for base in list(classes.linearized(frame, thing.cls))[1:]:
                if isinstance(base, Class):
                    return of(Instance(base, thing.arguments))
    return UNKNOWN


def _receiver_name(frame: Frame) -> str:
    parameters = [*frame.body.node.args.posonlyargs, *frame.body.node.args.args]
    return parameters[0].arg if parameters else ""


def _drawn(frame: Frame, arguments: Arguments, node: ast.Call) -> Value:
    """``random.choice(items)``: some element, and not known which."""
    return iterated(frame, arguments, node, ordered=False).widened(keeps_taints=True)


def _drawn_list(frame: Frame, arguments: Arguments, node: ast.Call) -> Value:
    """``random.sample(items, k=2)``: a list of some elements."""
    element = _drawn(frame, arguments, node)
    flow = arguments.flow()
    return Value((Sequence("builtins.list", None, element),), element.taints | flow.taints, flow.loops)


def _deep_copy(frame: Frame, arguments: Arguments, node: ast.Call) -> Value:
    return arguments.positional[0] if arguments.positional else UNKNOWN


def _awaited(frame: Frame, arguments: Arguments, node: ast.Call) -> Value:
    return awaited(arguments.positional[0]) if arguments.positional else UNKNOWN


def awaited(value: Value) -> Value:
    """What awaiting a value gives."""
    if not any(isinstance(thing, Sequence) and thing.type == COROUTINE for thing in value.things):
        return value
    results = (
        thing.element if isinstance(thing, Sequence) and thing.type == COROUTINE else of(thing)
        for thing in value.things
    )
    return join(results).tainted(value.taints, value.loops)


BUILTINS: dict[str, Callable[[Frame, Arguments, ast.Call], Value]] = {
    "builtins.sorted": _sorted,
    "builtins.list": _collection("builtins.list", ordered=True),
    "builtins.tuple": _collection("builtins.tuple", ordered=True),
    "builtins.set": _collection("builtins.set", ordered=False),
    "builtins.frozenset": _collection("builtins.frozenset", ordered=False),
    "builtins.reversed": _collection("builtins.reversed", ordered=True),
    "builtins.iter": _collection("builtins.generator", ordered=True),
    "builtins.next": _next,
    "builtins.enumerate": _enumerate,
    "builtins.zip": _zip,
    "builtins.range": _range,
    "builtins.map": functional.map_function,
    "builtins.filter": functional.filter_function,
    "functools.reduce": functional.reduce_function,
    "itertools.starmap": functional.star_map,
    "itertools.takewhile": functional.filter_function,
    "itertools.dropwhile": functional.filter_function,
    "itertools.filterfalse": functional.filter_function,
    "itertools.chain": _chain,
    "itertools.islice": _collection("builtins.generator", ordered=True),
    "re.sub": functional.substitute,
    "random.choice": _drawn,
    "secrets.choice": _drawn,
    "random.sample": _drawn_list,
    "random.choices": _drawn_list,
    "builtins.min": _min_max,
    "builtins.max": _min_max,
    "builtins.sum": _sum,
    "builtins.len": _counted,
    "builtins.dict": _dict,
    "builtins.dict.fromkeys": _dict_from_keys,
    "builtins.str": _converted("builtins.str"),
    "builtins.int": _converted("builtins.int"),
    "builtins.float": _converted("builtins.float"),
    "builtins.bool": _converted("builtins.bool"),
    "builtins.round": _converted("builtins.int"),
    "builtins.bytes": _converted("builtins.bytes"),
    "builtins.hash": _hash,
    "builtins.repr": _representation,
    "builtins.getattr": _getattr,
    "builtins.isinstance": _isinstance,
    "builtins.super": _super,
    "asyncio.run": _awaited,
    "copy.copy": _deep_copy,
    "copy.deepcopy": _deep_copy,
}
