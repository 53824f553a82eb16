"""Expressions: one small function for each kind of node."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from durable_lint.model import (
    attributes,
    calls,
    classes,
    container_calls,
    library_calls,
    names,
    narrowing,
    special_methods,
    truth,
)
from durable_lint.model.body import Use
from durable_lint.model.effects import Access, Kind, Sink, Taints
from durable_lint.model.module import target_names
from durable_lint.model.values import (
    MAX_ITEMS,
    UNKNOWN,
    Boto,
    Class,
    Constant,
    External,
    Function,
    Instance,
    Literal,
    Mapping,
    Pattern,
    Prepared,
    Sequence,
    Thing,
    Typed,
    Value,
    join,
    literal,
    of,
    type_name,
    typed,
)

if TYPE_CHECKING:
    from durable_lint.model.frame import Frame

UNORDERED = frozenset({"builtins.set", "builtins.frozenset"})
_MAX_TEXT = 400
_LONG_DISPLAY = 4 * MAX_ITEMS
_NUMBERS = frozenset({"builtins.int", "builtins.float", "builtins.bool", "builtins.complex"})


def _constant(frame: Frame, node: ast.Constant) -> Value:
    return typed("builtins.ellipsis") if node.value is Ellipsis else literal(node.value)


def _name(frame: Frame, node: ast.Name) -> Value:
    value = frame.lookup(node.id)
    value = names.global_name(frame, node) if value is None else value
    for thing in value.things:
        if isinstance(thing, External):
            value = value.tainted(attributes.facts_of(frame, thing, node))
    return value


def _attribute(frame: Frame, node: ast.Attribute) -> Value:
    return attributes.read(frame, node)


def _call(frame: Frame, node: ast.Call) -> Value:
    return calls.evaluate(frame, node)


def _binary(frame: Frame, node: ast.BinOp) -> Value:
    left, right = frame.evaluate(node.left), frame.evaluate(node.right)
    taints, loops = left.taints | right.taints, left.loops | right.loops
    note_use(frame, node, left, "arithmetic")
    note_use(frame, node, right, "arithmetic")
    own = special_methods.OPERATORS.get(node.op.__class__)
    result = None if own is None else special_methods.run_any(frame, left, own, (right,), node)
    if result is not None:
        return result.tainted(taints, loops)
    if isinstance(node.op, ast.Mod) and any(_is_text(thing) for thing in left.things):
        for item in visible_items(right) or (right,):
            taints |= classes.default_text(frame, item, node.right)
    return Value(_combined(node.op, left, right), taints, loops)


def _combined(operator: ast.operator, left: Value, right: Value) -> tuple[Thing, ...]:
    if isinstance(operator, ast.Add):
        text = _concatenated(left, right)
        if text is not None:
            return (text,)
        sequences = [thing for thing in (*left.things, *right.things) if isinstance(thing, Sequence)]
        if sequences:
            element = join(thing.element for thing in sequences)
            return (Sequence(sequences[0].type, None, element),)
    if isinstance(operator, ast.Mod) and any(_is_text(thing) for thing in left.things):
        return (Pattern((None,)),)
    if isinstance(operator, (ast.BitOr, ast.BitAnd, ast.Sub, ast.BitXor)):
        for thing in left.things:
            if isinstance(thing, Sequence) and thing.type in UNORDERED:
                return (Sequence(thing.type, None, thing.element | _elements(right)),)
            if isinstance(thing, Mapping) and isinstance(operator, ast.BitOr):
                return tuple(thing.merged(other) for other in right.things if isinstance(other, Mapping)) or (
                    Mapping(thing.type, (), thing.key, UNKNOWN),
                )
    return _arithmetic(operator, left, right)


def _elements(value: Value) -> Value:
    return join(thing.element for thing in value.things if isinstance(thing, Sequence))


_RESULT_TYPES = {
    ("datetime.datetime", "datetime.datetime"): "datetime.timedelta",
    ("datetime.date", "datetime.date"): "datetime.timedelta",
    ("datetime.datetime", "datetime.timedelta"): "datetime.datetime",
    ("datetime.date", "datetime.timedelta"): "datetime.date",
    ("datetime.timedelta", "datetime.datetime"): "datetime.datetime",
    ("datetime.timedelta", "datetime.timedelta"): "datetime.timedelta",
    ("pathlib.Path", "builtins.str"): "pathlib.Path",
    ("decimal.Decimal", "decimal.Decimal"): "decimal.Decimal",
    ("decimal.Decimal", "builtins.int"): "decimal.Decimal",
    ("builtins.int", "decimal.Decimal"): "decimal.Decimal",
}


_DECIMAL = "decimal.Decimal"
_PATHS = ("Path", "PurePath", "PosixPath", "PurePosixPath", "WindowsPath", "PureWindowsPath")
_CERTAIN_RESULTS: dict[tuple[object, ...], str] = {
    **{(operator, _DECIMAL): _DECIMAL for operator in (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Mod, ast.FloorDiv)},
    **{(ast.Div, f"pathlib.{name}"): f"pathlib.{name}" for name in _PATHS},
    (ast.Add, "datetime.datetime"): "datetime.datetime",
}
_ODD_OPERANDS = frozenset({"numpy.ndarray", "pandas.Series", "pandas.DataFrame"})


def _arithmetic(operator: ast.operator, left: Value, right: Value) -> tuple[Thing, ...]:
    types_left, types_right = {type_name(t) for t in left.things}, {type_name(t) for t in right.things}
    for types, others in ((types_left, types_right), (types_right, types_left)):
        certain = _CERTAIN_RESULTS.get((operator.__class__, *types)) if len(types) == 1 else None
        if certain is not None and (types is types_left or certain == _DECIMAL) and not others & _ODD_OPERANDS:
            return (Typed(certain),)
    if not types_left or not types_right:
        return ()
    if types_left <= _NUMBERS and types_right <= _NUMBERS:
        folded = _fold(operator, left.number(), right.number())
        if folded is not None:
            return (Literal.of(folded),)
        is_float = isinstance(operator, ast.Div) or "builtins.float" in types_left | types_right
        return (Typed("builtins.float" if is_float else "builtins.int"),)
    results = {_RESULT_TYPES.get((a, b)) for a in types_left if a for b in types_right if b}
    if isinstance(operator, ast.Div) and results == {"datetime.timedelta"}:
        return (Typed("builtins.float"),)
    return tuple(Typed(result) for result in sorted(filter(None, results)))


def _fold(operator: ast.operator, left: float | None, right: float | None) -> int | float | None:
    if left is None or right is None or abs(left) > 1e15 or abs(right) > 1e15:
        return None
    match operator:
        case ast.Add():
            result = left + right
        case ast.Sub():
            result = left - right
        case ast.Mult():
            result = left * right
        case ast.Div() if right:
            return left / right
        case _:
            return None
    return int(result) if result.is_integer() else result


def _is_text(thing: Thing) -> bool:
    return type_name(thing) == "builtins.str"


def _concatenated(left: Value, right: Value) -> Thing | None:
    if not any(_is_text(thing) for thing in (*left.things, *right.things)):
        return None
    if left.things and right.things and not all(_is_text(t) for t in (*left.things, *right.things)):
        return None
    return _text([*_parts(left), *_parts(right)])


def _parts(value: Value) -> list[str | None]:
    if len(value.things) == 1:
        match value.things[0]:
            case Literal(value=str(text)):
                return [text]
            case Literal(value=(bool() | int()) as number):
                return [str(number)]
            case Pattern(parts):
                return list(parts)
    return [None]


def _text(parts: list[str | None]) -> Thing:
    merged: list[str | None] = []
    for part in parts:
        if part is not None and merged and isinstance(merged[-1], str):
            merged[-1] += part
        else:
            merged.append(part)
    if not merged:
        return Literal.of("")
    if len(merged) == 1 and isinstance(merged[0], str):
        return Literal.of(merged[0])
    return Pattern(tuple(part[:_MAX_TEXT] if part else part for part in merged[:32]))


def _formatted(frame: Frame, node: ast.JoinedStr) -> Value:
    parts: list[str | None] = []
    taints, loops = UNKNOWN.taints, UNKNOWN.loops
    for piece in node.values:
        if isinstance(piece, ast.Constant):
            parts.append(str(piece.value))
            continue
        if not isinstance(piece, ast.FormattedValue):
            continue
        value = frame.evaluate(piece.value)
        note_use(frame, piece.value, value, "formatted")
        taints, loops = taints | value.taints, loops | value.loops
        if piece.format_spec is not None:
            taints |= frame.evaluate(piece.format_spec).taints
            parts.append(None)
        else:
            taints |= classes.default_text(frame, value, piece.value)
            parts.extend(_parts(value))
    return Value((_text(parts),), taints, loops)


def _boolean(frame: Frame, node: ast.BoolOp) -> Value:
    saved, before = dict(frame.control), dict(frame.scope.names)
    goes_on = isinstance(node.op, ast.And)
    result: Value | None = None
    narrowed: dict[str, Value] = {}
    for operand in node.values:
        value = frame.evaluate(operand)
        if operand is not node.values[-1]:
            note_unrun(frame, operand, value, "truth")
            value = narrowing.known_truth(value, not goes_on)
            narrowed.update(narrowing.narrow(frame, operand, goes_on))
        result = value if result is None else result | value
        if truth.decided(frame, operand) is (not goes_on):
            break
        frame.control_by(value.taints, Sink.BRANCH, operand)
    frame.control = saved
    narrowing.undo(frame, before, narrowed)
    return UNKNOWN if result is None else result


def _unary(frame: Frame, node: ast.UnaryOp) -> Value:
    value = frame.evaluate(node.operand)
    if isinstance(node.op, ast.Not):
        note_use(frame, node, value, "truth")
        return Value((Typed("builtins.bool"),), _without_secrets(value.taints), value.loops)
    number = value.number()
    if isinstance(node.op, ast.USub) and number is not None:
        return Value((Literal.of(-int(number) if number.is_integer() else -number),), value.taints, value.loops)
    return Value(tuple(thing for thing in value.things if not isinstance(thing, Literal)), value.taints, value.loops)


def _compare(frame: Frame, node: ast.Compare) -> Value:
    left = frame.evaluate(node.left)
    taints, loops = left.taints, left.loops
    if not all(isinstance(operator, (ast.Is, ast.IsNot)) for operator in node.ops):
        note_use(frame, node, left, "compared")
    membership = all(isinstance(operator, (ast.In, ast.NotIn)) for operator in node.ops)
    for comparator in node.comparators:
        right = frame.evaluate(comparator)
        note_use(frame, node, right, "membership" if membership else "compared")
        if membership:
            found = special_methods.run_any(frame, right, "__contains__", (left,), node)
            taints |= UNKNOWN.taints if found is None else found.taints
        taints, loops = taints | (_orderless(right) if membership else right.taints), loops | right.loops
    return Value((Typed("builtins.bool"),), _without_secrets(taints), loops)


def _without_secrets(taints: Taints) -> Taints:
    """What a comparison or a test tells: not the secret itself."""
    return frozenset(effect for effect in taints if effect.kind is not Kind.SECRET)


def _orderless(value: Value) -> frozenset[Any]:
    return frozenset(effect for effect in value.taints if effect.kind is not Kind.ORDER)


def _conditional(frame: Frame, node: ast.IfExp) -> Value:
    test = frame.evaluate(node.test)
    note_unrun(frame, node.test, test, "truth")
    outcome = truth.decided(frame, node.test)
    if outcome is not None:
        return frame.evaluate(node.body if outcome else node.orelse)
    saved, path = dict(frame.control), frame.path
    frame.control_by(test.taints, Sink.BRANCH, node.test)
    before = dict(frame.scope.names)
    frame.path = (*path, (node, "then"))
    narrowed = narrowing.narrow(frame, node.test, holds=True)
    then = frame.evaluate(node.body)
    narrowing.undo(frame, before, narrowed)
    frame.path = (*path, (node, "else"))
    narrowed = narrowing.narrow(frame, node.test, holds=False)
    otherwise = frame.evaluate(node.orelse)
    narrowing.undo(frame, before, narrowed)
    frame.control, frame.path = saved, path
    return (then | otherwise).tainted(test.taints, test.loops)


def _lambda(frame: Frame, node: ast.Lambda) -> Value:
    calls.remember_defaults(frame, node)
    return of(Function(node, frame.module, frame.scope))


def _collected(frame: Frame, elements: Iterable[ast.expr], type_: str) -> Value:
    items: list[Value] | None = []
    element, taints, loops = None, UNKNOWN.taints, UNKNOWN.loops
    for node in _worth_evaluating(list(elements)):
        if isinstance(node, ast.Starred):
            spread = frame.evaluate(node.value)
            value = iterate(frame, node.value, spread, ordered=type_ not in UNORDERED)
            visible = visible_items(spread)
            if items is not None and visible is not None:
                items.extend(visible)
            else:
                items = None
        else:
            value = frame.evaluate(node)
            if items is not None:
                items.append(value)
        taints, loops = taints | value.taints, loops | value.loops
        element = value if element is None else element | value
    known = tuple(items) if items is not None and len(items) <= MAX_ITEMS else None
    return Value((Sequence(type_, known, element or UNKNOWN),), taints, loops)


def _worth_evaluating(nodes: list[ast.expr]) -> list[ast.expr]:
    """The items of a display; of a table of constants, which may be long, those at its beginning."""
    if len(nodes) <= _LONG_DISPLAY:
        return nodes
    return [node for index, node in enumerate(nodes) if index <= MAX_ITEMS or not _is_data(node)]


def _is_data(node: ast.expr | None) -> bool:
    match node:
        case ast.Constant():
            return True
        case ast.UnaryOp():
            return _is_data(node.operand)
        case ast.List() | ast.Tuple() | ast.Set():
            return all(_is_data(item) for item in node.elts)
        case ast.Dict():
            return all(_is_data(item) for item in (*node.keys, *node.values))
    return False


def visible_items(value: Value) -> tuple[Value, ...] | None:
    """The items of a sequence whose display is visible."""
    if len(value.things) == 1 and isinstance(value.things[0], Sequence):
        return value.things[0].items
    return None


def _list(frame: Frame, node: ast.List) -> Value:
    return _collected(frame, node.elts, "builtins.list")


def _tuple(frame: Frame, node: ast.Tuple) -> Value:
    return _collected(frame, node.elts, "builtins.tuple")


def _set(frame: Frame, node: ast.Set) -> Value:
    return _collected(frame, node.elts, "builtins.set")


def _dict(frame: Frame, node: ast.Dict) -> Value:
    entries: dict[tuple[Constant, type], tuple[Constant, Value]] = {}
    keys: list[Value] = []
    rest: list[Value] = []
    taints, loops = UNKNOWN.taints, UNKNOWN.loops
    for key_node, value_node in _pairs(node):
        value = frame.evaluate(value_node)
        loops |= value.loops
        if key_node is None:
            taints |= _around_entries(value)
            for thing in value.things:
                if isinstance(thing, Mapping):
                    entries.update({(name, type(name)): (name, entry) for name, entry in thing.entries})
                    keys.append(thing.key)
                    rest.extend(() if thing.is_visible else (thing.element,))
            continue
        key = frame.evaluate(key_node)
        taints |= key.taints
        keys.append(key)
        if len(key.things) == 1 and isinstance(key.things[0], Literal):
            name = key.things[0].value
            entries[name, type(name)] = (name, value)
        else:
            rest.append(value)
    element = join((*(value for _, value in entries.values()), *rest))
    taints |= element.taints
    mapping = Mapping("builtins.dict", tuple(entries.values())[:MAX_ITEMS], join(keys), element)
    return Value((mapping,), taints, loops)


def _around_entries(value: Value) -> Taints:
    """What a dict depends on besides its entries, where these are visible."""
    entries = [thing.element.taints for thing in value.things if isinstance(thing, Mapping) and thing.is_visible]
    return value.taints - entries[0] if len(entries) == len(value.things) == 1 else value.taints


def _pairs(node: ast.Dict) -> Iterable[tuple[ast.expr | None, ast.expr]]:
    """The keys and values of a dict display; of a long table of constants those at its beginning."""
    pairs = list(zip(node.keys, node.values, strict=True))
    if len(pairs) <= _LONG_DISPLAY:
        return pairs
    return [pair for index, pair in enumerate(pairs) if index <= MAX_ITEMS or not all(_is_data(part) for part in pair)]


def _comprehension(frame: Frame, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, type_: str) -> Value:
    def build() -> Value:
        element = frame.evaluate(node.elt)
        return Value((Sequence(type_, None, element),), element.taints, element.loops)

    return _in_generators(frame, node, node.generators, build, ordered=type_ not in UNORDERED)


def _in_generators(
    frame: Frame, node: ast.expr, generators: list[ast.comprehension], build: Callable[[], Value], ordered: bool
) -> Value:
    from durable_lint.model.statements import bind_target

    scope, loops, control = frame.scope, frame.loops, dict(frame.control)
    ordered = ordered and frame.order_matters
    taints = UNKNOWN.taints
    for index, generator in enumerate(generators):
        source = frame.evaluate(generator.iter)
        if index == 0:
            frame.scope = frame.nested()
            frame.loops = (*loops, node)
        element = iterate(frame, generator.iter, source, ordered=ordered)
        taints |= element.taints | source.taints
        frame.control_by(element.taints | source.taints, Sink.LOOP, generator.iter)
        bind_target(frame, generator.target, element.tainted(UNKNOWN.taints, frozenset({node})))
        for condition in generator.ifs:
            test = frame.evaluate(condition)
            taints |= test.taints
            frame.control_by(test.taints, Sink.BRANCH, condition)
            narrowing.narrow(frame, condition, holds=True)
        if generator.ifs:
            for name in target_names(generator.target):
                frame.scope.bind(name, frame.scope.names[name].of_one_type())
    value = build()
    frame.scope, frame.loops, frame.control = scope, loops, control
    return Value(value.things, value.taints | taints, value.loops - {node})


def _list_comprehension(frame: Frame, node: ast.ListComp) -> Value:
    return _comprehension(frame, node, "builtins.list")


def _set_comprehension(frame: Frame, node: ast.SetComp) -> Value:
    return _comprehension(frame, node, "builtins.set")


def _generator(frame: Frame, node: ast.GeneratorExp) -> Value:
    return _comprehension(frame, node, "builtins.generator")


def _dict_comprehension(frame: Frame, node: ast.DictComp) -> Value:
    def build() -> Value:
        key, element = frame.evaluate(node.key), frame.evaluate(node.value)
        return Value((Mapping("builtins.dict", (), key, element),), key.taints | element.taints, element.loops)

    return _in_generators(frame, node, node.generators, build, ordered=False)


def iterate(frame: Frame, node: ast.expr, source: Value, ordered: bool = True) -> Value:
    """What one element of an iterated value may be.

    Where order matters, iterating a set is an effect of its own: each process iterates it in another order.
    """
    note_use(frame, node, source, "iterate")
    element: Value | None = None
    taints = source.taints
    for thing in source.things:
        match thing:
            case Sequence("builtins.range", _, item):
                # How long a range is decides how often a loop runs, not what its numbers are.
                return item.tainted(frozenset(), source.loops)
            case Sequence(type_, _, item):
                new = item
                if type_ in UNORDERED and ordered and not _is_stable_set(thing):
                    effect = frame.effect(
                        Kind.ORDER,
                        Access.READ,
                        type_.rpartition(".")[2],
                        "iterates in another order in each process",
                        node,
                    )
                    taints |= {effect}
            case Mapping(_, _, key, _):
                new = key
            case Boto():
                new = library_calls.iterate_boto(frame, thing, node)
            case Instance():
                given = special_methods.run(frame, thing, "__iter__", (), node)
                new = UNKNOWN if given is None else _next_of(frame, node, given)
            case _:
                new = attributes.element_of(frame, thing)
        element = new if element is None else element | new
    return (element or UNKNOWN).tainted(taints, source.loops)


def _next_of(frame: Frame, node: ast.expr, iterator: Value) -> Value:
    """What an iterator gives that a project class made; one that is its own iterator says it in ``__next__``."""
    for thing in iterator.only(Instance):
        return special_methods.run(frame, thing, "__next__", (), node) or UNKNOWN
    return iterate(frame, node, iterator)


def _is_stable_set(thing: Sequence) -> bool:
    """Whether the elements hash alike in every process: small ints, booleans and ``None``."""
    things = thing.element.things
    stable = (bool, int, float, type(None))
    return bool(things) and all(
        (isinstance(item, Literal) and isinstance(item.value, stable)) or type_name(item) in _NUMBERS for item in things
    )


def _subscript(frame: Frame, node: ast.Subscript) -> Value:
    base = frame.evaluate(node.value)
    index = frame.evaluate(node.slice)
    note_use(frame, node, base, "subscript by text" if any(_is_text(thing) for thing in index.things) else "subscript")
    key = index.things[0].value if len(index.things) == 1 and isinstance(index.things[0], Literal) else None
    results: list[Value] = []
    for thing in base.things:
        match thing:
            case Sequence(_, items, element):
                if items is not None and isinstance(key, int) and -len(items) <= key < len(items):
                    results.append(items[key])
                elif isinstance(node.slice, ast.Slice):
                    results.append(of(Sequence(thing.type, None, element)))
                else:
                    results.append(element)
            case Mapping():
                found = thing.get(key) if key is not None else None
                if found is not None and len(base.things) == 1:
                    # What lies under other keys says nothing about this one; what decided over the dict does.
                    around = base.taints - thing.element.taints - thing.key.taints
                    return found.tainted(around | index.taints, base.loops | index.loops)
                results.append(found if found is not None else thing.element)
            case Literal(value=str()) | Pattern():
                results.append(typed("builtins.str"))
            case Class() if classes.is_enum(frame, thing):
                results.append(of(Instance(thing, None)))
            case Instance():
                results.append(special_methods.run(frame, thing, "__getitem__", (index,), node) or UNKNOWN)
            case _:
                results.append(attributes.item_of(frame, thing, node))
    return join(results).tainted(base.taints | index.taints, base.loops | index.loops)


def _slice(frame: Frame, node: ast.Slice) -> Value:
    parts = [frame.evaluate(part) for part in (node.lower, node.upper, node.step) if part is not None]
    joined = join(parts)
    return Value((), joined.taints, joined.loops)


def _await(frame: Frame, node: ast.Await) -> Value:
    value = frame.evaluate(node.value)
    note_unrun(frame, node, value, "awaited")
    return container_calls.awaited(value)


def _yield(frame: Frame, node: ast.Yield) -> Value:
    value = frame.evaluate(node.value) if node.value is not None else literal(None)
    frame.yielded = value if frame.yielded is None else frame.yielded | value
    return UNKNOWN


def _yield_from(frame: Frame, node: ast.YieldFrom) -> Value:
    value = iterate(frame, node.value, frame.evaluate(node.value))
    frame.yielded = value if frame.yielded is None else frame.yielded | value
    return UNKNOWN


def _walrus(frame: Frame, node: ast.NamedExpr) -> Value:
    value = frame.evaluate(node.value)
    frame.bind(node.target.id, value)
    return value


def _starred(frame: Frame, node: ast.Starred) -> Value:
    return frame.evaluate(node.value)


def note_use(frame: Frame, node: ast.expr, value: Value, how: str) -> None:
    """Remember that an SDK result or a decorated call is used as if it were a plain value."""
    for thing in value.things:
        if isinstance(thing, Typed) and thing.name in ("sdk.BatchResult", "sdk.CallbackText"):
            frame.body.uses.setdefault((id(node), how), Use(frame.site(node), thing, how))
    note_unrun(frame, node, value, how)


def note_unrun(frame: Frame, node: ast.expr, value: Value, how: str) -> None:
    """Remember that a decorated call, which has not run, is used as if it were its result."""
    if value.things and all(isinstance(thing, Prepared) for thing in value.things):
        for thing in value.only(Prepared):
            assert isinstance(thing, Prepared)
            frame.body.note_unrun(thing, frame.site(node), how)


EVALUATORS: dict[type[ast.expr], Callable[[Any, Any], Value]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.BinOp: _binary,
    ast.JoinedStr: _formatted,
    ast.BoolOp: _boolean,
    ast.UnaryOp: _unary,
    ast.Compare: _compare,
    ast.IfExp: _conditional,
    ast.Lambda: _lambda,
    ast.List: _list,
    ast.Tuple: _tuple,
    ast.Set: _set,
    ast.Dict: _dict,
    ast.ListComp: _list_comprehension,
    ast.SetComp: _set_comprehension,
    ast.GeneratorExp: _generator,
    ast.DictComp: _dict_comprehension,
    ast.Subscript: _subscript,
    ast.Slice: _slice,
    ast.Await: _await,
    ast.Yield: _yield,
    ast.YieldFrom: _yield_from,
    ast.NamedExpr: _walrus,
    ast.Starred: _starred,
}
