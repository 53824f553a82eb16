"""Narrowing: what a test that has held, or not, says about the names in it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from durable_lint.model import classes
from durable_lint.model.things import Class, External, Instance, Literal, Mapping, Pattern, Sequence, Typed
from durable_lint.model.values import UNKNOWN, Thing, Value

if TYPE_CHECKING:
    from durable_lint.model.frame import Frame

_ABSTRACT = ("typing.", "collections.abc.", "numbers.", "abc.")
_CONTAINERS = frozenset(f"builtins.{name}" for name in ("list", "tuple", "set", "frozenset", "generator"))
_TEXT = "builtins.str"

Names = dict[str, Value]


def narrow(frame: Frame, test: ast.expr, holds: bool) -> Names:
    """Bind the names in a test to what they still may be once it holds (or does not), and give the new values back."""
    narrowed: Names = {}
    for name, value in _narrowed(frame, test, holds):
        if name not in frame.facts.redirected:
            frame.scope.bind(name, value)
            narrowed[name] = value
    return narrowed


def narrow_case(frame: Frame, subject: ast.expr, pattern: ast.pattern, holds: bool) -> None:
    """The same for a ``case`` of a ``match`` whose pattern is a class, or any of several; for any dict or any list."""
    if isinstance(pattern, ast.MatchAs) and pattern.pattern is not None:
        narrow_case(frame, subject, pattern.pattern, holds)
    elif isinstance(pattern, ast.MatchOr) and not holds:
        for part in pattern.patterns:
            narrow_case(frame, subject, part, holds)
    elif isinstance(pattern, ast.MatchOr) and all(_is_class(part) for part in pattern.patterns):
        classes_of_all = [part.cls for part in pattern.patterns if isinstance(part, ast.MatchClass)]
        any_of = ast.copy_location(ast.Tuple(elts=classes_of_all, ctx=ast.Load()), pattern)
        _bind(frame, _by_class(frame, subject, any_of, holds))
    elif isinstance(pattern, ast.MatchClass) and _is_class(pattern):
        _bind(frame, _by_class(frame, subject, pattern.cls, holds))
    elif isinstance(subject, ast.Name) and not holds:
        gone = _taken_whole(pattern)
        if gone:
            _bind(frame, _replaced(frame, subject.id, lambda thing: not gone(thing)))


def _is_class(pattern: ast.pattern) -> bool:
    return isinstance(pattern, ast.MatchClass) and not pattern.patterns and not pattern.kwd_patterns


def _taken_whole(pattern: ast.pattern) -> Callable[[Thing], bool] | None:
    """Which things a pattern takes all of: ``{**rest}`` every dict, ``[*items]`` every list, ``None`` itself."""
    match pattern:
        case ast.MatchMapping(keys=[]):
            return lambda thing: isinstance(thing, Mapping)
        case ast.MatchSequence(patterns=[ast.MatchStar()]):
            return lambda thing: isinstance(thing, Sequence) and thing.type in ("builtins.list", "builtins.tuple")
        case ast.MatchSingleton(value=None):
            return _is_none
    return None


def _bind(frame: Frame, narrowed: Iterator[tuple[str, Value]]) -> None:
    for name, value in narrowed:
        frame.scope.bind(name, value)


def undo(frame: Frame, before: Names, narrowed: Names) -> None:
    """Forget what a test said of names that have not been bound again since."""
    for name, value in narrowed.items():
        if frame.scope.names.get(name) is not value:
            continue
        if name in before:
            frame.scope.bind(name, before[name])
        else:
            del frame.scope.names[name]


def known_truth(value: Value, truth: bool) -> Value:
    """A value without the alternatives that are never true, or never false."""
    stays = _may_be_true if truth else _may_be_false
    things = tuple(thing for thing in value.things if stays(thing))
    return value if things == value.things else value.having(things)


def rejoin(before: Names, first: tuple[Names, Names], second: tuple[Names, Names]) -> None:
    """Forget what a test said of names that neither of its two branches has changed.

    Each branch is given as its names at the end and what the test made of them at its beginning.
    """
    for name in first[1].keys() | second[1].keys():
        if name in before and all(
            names.get(name) is narrowed.get(name, before[name]) for names, narrowed in (first, second)
        ):
            first[0][name] = second[0][name] = before[name]


def _narrowed(frame: Frame, test: ast.expr, holds: bool) -> Iterator[tuple[str, Value]]:
    match test:
        case ast.UnaryOp(op=ast.Not()):
            yield from _narrowed(frame, test.operand, not holds)
        case ast.BoolOp() if isinstance(test.op, ast.And) is holds:
            for operand in test.values:
                yield from _narrowed(frame, operand, holds)
        case ast.Call(func=ast.Name(id="isinstance"), args=[subject, cls]):
            yield from _by_class(frame, subject, cls, holds)
        case ast.Call(func=ast.Name(id="hasattr"), args=[ast.Name(id=name), _]) if not holds:
            yield from _replaced(frame, name, lambda thing: False)
        case ast.Compare(
            left=left, ops=[ast.Is() | ast.IsNot() | ast.Eq() | ast.NotEq() as operator], comparators=[right]
        ):
            same = holds is isinstance(operator, (ast.Is, ast.Eq))
            yield from _by_identity(frame, left, right, same)
        case ast.Name(id=name):
            yield from _replaced(frame, name, _may_be_true if holds else _may_be_false)
        case ast.NamedExpr(target=ast.Name(id=name)):
            yield from _replaced(frame, name, _may_be_true if holds else _may_be_false)


def _by_identity(frame: Frame, left: ast.expr, right: ast.expr, same: bool) -> Iterator[tuple[str, Value]]:
    match left, right:
        case ast.Name(id=name), ast.Constant(value=None):
            yield from _replaced(frame, name, lambda thing: _is_none(thing) is same)
        case ast.Call(func=ast.Name(id="type"), args=[subject]), cls:
            yield from _by_class(frame, subject, cls, same)


def _by_class(frame: Frame, subject: ast.expr, cls: ast.expr, holds: bool) -> Iterator[tuple[str, Value]]:
    if not isinstance(subject, ast.Name):
        return
    wanted = list(_classes(frame, cls))
    if not wanted:
        return
    verdicts = {thing: [_is_a(frame, thing, item) for item in wanted] for thing in _things(frame, subject.id)}

    def stays(thing: Thing) -> bool:
        return any(verdict is not False for verdict in verdicts[thing]) if holds else True not in verdicts[thing]

    for name, value in _replaced(frame, subject.id, stays):
        if holds and (value.partial or not value.things):
            others = (_instance(frame, item) for item in wanted)
            things = dict.fromkeys((*value.things, *(thing for thing in others if thing is not None)))
            value = Value(tuple(things), value.taints, value.loops)
        yield name, value


def _things(frame: Frame, name: str) -> tuple[Thing, ...]:
    found = frame.scope.find(name)
    return () if found is None else found[1].things


def _replaced(frame: Frame, name: str, stays: Callable[[Thing], bool]) -> Iterator[tuple[str, Value]]:
    """A name with the alternatives that stay."""
    found = frame.scope.find(name)
    if found is None:
        return
    value = found[1]
    things = tuple(thing for thing in value.things if stays(thing))
    if things != value.things:
        yield name, value.having(things)
    elif not things:
        yield name, value


def _is_none(thing: Thing) -> bool:
    return isinstance(thing, Literal) and thing.value is None


def _may_be_true(thing: Thing) -> bool:
    return not isinstance(thing, Literal) or bool(thing.value)


def _may_be_false(thing: Thing) -> bool:
    """Numbers, text and containers can be false; of anything else ``order and order.total`` asks if it is there."""
    match thing:
        case Literal(value):
            return not value
        case Typed(name):
            return name.startswith("builtins.")
        case Sequence(items=items):
            return not items
    return isinstance(thing, (Mapping, Pattern))


def _classes(frame: Frame, node: ast.expr) -> Iterator[Class | External]:
    """The classes that ``isinstance`` is asked about."""
    if isinstance(node, (ast.Tuple, ast.List)):
        for item in node.elts:
            yield from _classes(frame, item)
    elif isinstance(node, ast.BinOp):
        yield from _classes(frame, node.left)
        yield from _classes(frame, node.right)
    else:
        for thing in frame.evaluate(node).things:
            if isinstance(thing, (Class, External)):
                yield thing
            elif isinstance(thing, Sequence):
                for value in thing.items or ():
                    yield from (inner for inner in value.things if isinstance(inner, (Class, External)))


def _is_a(frame: Frame, thing: Thing, cls: Class | External) -> bool | None:
    """Whether a thing is an instance of a class; ``None`` when that cannot be told."""
    knowledge = frame.interpreter.knowledge
    if isinstance(thing, Instance):
        bases = list(classes.linearized(frame, thing.cls))
        if cls in bases:
            return True
        if isinstance(cls, Class):
            return None if thing.cls in classes.linearized(frame, cls) else False
        known = classes.library_bases(frame, thing.cls)
        name = knowledge.canonical(cls.name)
        if known is None or name.startswith(_ABSTRACT):
            return None
        return any(name == base or name in knowledge.base(base) for base in known) or None if known else False
    own = _type_name(thing)
    if own is None:
        return None
    if isinstance(cls, Class):
        return False
    name = knowledge.canonical(cls.name)
    if name == own or name in knowledge.base(own) or name == "builtins.object":
        return True
    if name.startswith(_ABSTRACT):
        return True if isinstance(thing, Mapping) and name.endswith("Mapping") else None
    return None if own in knowledge.base(name) else False


def _type_name(thing: Thing) -> str | None:
    match thing:
        case Literal(typename=name) | Sequence(type=name) | Mapping(type=name):
            return name
        case Pattern() | Typed("sdk.CallbackText"):
            return _TEXT
        case Typed(name):
            return name
    return None


def _instance(frame: Frame, cls: Class | External) -> Thing | None:
    """An object of a class of which nothing else is known."""
    if isinstance(cls, Class):
        return Instance(cls, None)
    name = frame.interpreter.knowledge.canonical(cls.name)
    if name == "builtins.dict":
        return Mapping(name, (), UNKNOWN, UNKNOWN)
    if name in _CONTAINERS:
        return Sequence(name, None, UNKNOWN)
    return None if name.startswith(_ABSTRACT) or name == "builtins.object" else Typed(name)
