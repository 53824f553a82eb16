"""Errors: what guarded code can raise, and what a clause that names classes catches of it."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable
from typing import TYPE_CHECKING

from durable_lint.dataclasses import dataclass
from durable_lint.knowledge import sdk as sdk_facts
from durable_lint.model import classes, dataclass_fields
from durable_lint.model.operations import Operation, Outcome
from durable_lint.model.scope import walk_body
from durable_lint.model.sdk import is_sdk, sdk_name
from durable_lint.model.things import (
    Boto,
    Class,
    Context,
    Durable,
    External,
    Literal,
    Mapping,
    Method,
    Pattern,
    Sequence,
    Typed,
)
from durable_lint.model.values import Thing, Value

if TYPE_CHECKING:
    from durable_lint.knowledge.sdk import SdkFacts
    from durable_lint.model.frame import Frame

_TIMEOUT = "CallbackTimeoutError"
_EVERYTHING = frozenset({"BaseException", "Exception"})
_ANYWHERE = frozenset(
    {
        "KeyboardInterrupt", "SystemExit", "GeneratorExit", "MemoryError", "RecursionError",
        "TypeError", "AttributeError", "NameError", "Warning",
    }
)  # fmt: skip
_RAISES: dict[str, tuple[str, ...]] = {
    "int": ("ValueError",),
    "float": ("ValueError",),
    "complex": ("ValueError",),
    "min": ("ValueError",),
    "max": ("ValueError",),
    "next": ("StopIteration",),
    **dict.fromkeys(
        ("str", "len", "list", "dict", "set", "tuple", "frozenset", "bool", "sorted", "sum", "range", "enumerate",
         "zip", "reversed", "isinstance", "print", "repr", "abs", "round", "any", "all", "format", "getattr",
         "hasattr"),
        (),
    ),
}  # fmt: skip
_METHOD_RAISES: dict[str, tuple[str, ...]] = {
    "pop": ("KeyError", "IndexError"),
    "popitem": ("KeyError",),
    "remove": ("ValueError", "KeyError"),
    "index": ("ValueError",),
    "encode": ("UnicodeEncodeError",),
    "decode": ("UnicodeDecodeError",),
    "format": ("KeyError", "IndexError", "ValueError"),
    "split": ("ValueError",),
}
_PURE_KINDS = frozenset({"clock", "random", "id", "log", "identity"})


@dataclass(frozen=True, slots=True)
class ErrorClass:
    """A class that a clause names: the SDK's or a builtin by its bare name, any other by its dotted one.

    ``bases`` are the names of its ancestors; ``None`` when they are not known.
    """

    name: str
    bases: frozenset[str] | None

    def is_any(self, names: Iterable[str]) -> bool:
        """Whether it is one of these classes."""
        return self.name in names


def class_named(frame: Frame, node: ast.expr) -> ErrorClass | None:
    """The class that an expression in a clause names, also ``client.exceptions.NotFound`` of a boto3 client."""
    match node:
        case ast.Attribute(value=ast.Attribute(value=client, attr="exceptions"), attr=name):
            if any(isinstance(thing, Boto) for thing in frame.evaluate(client).things):
                return ErrorClass(f"botocore.errorfactory.{name}", frozenset())
    return class_of(frame, frame.evaluate(node))


def class_of(frame: Frame, value: Value) -> ErrorClass | None:
    """The one class that an expression in a clause names; ``None`` when it is not known."""
    if value.sole is None:
        return None
    match value.things[0]:
        case External(name) if is_sdk(name):
            public = sdk_name(name) or ""
            bases = _facts(frame).bases(public)
            return ErrorClass(public, frozenset(bases)) if bases else None
        case External(name):
            module, _, leaf = name.rpartition(".")
            if module == "builtins":
                return _builtin(leaf)
            return ErrorClass(name, frozenset()) if module else None
        case Class() as cls:
            return ErrorClass(cls.node.name, _project_bases(frame, cls))
    return None


def _builtin(name: str) -> ErrorClass | None:
    found = getattr(builtins, name, None)
    if not isinstance(found, type) or not issubclass(found, BaseException):
        return None
    return ErrorClass(found.__name__, frozenset(base.__name__ for base in found.__mro__[1:]))


def _project_bases(frame: Frame, cls: Class) -> frozenset[str] | None:
    outside = classes.library_bases(frame, cls)
    if outside is None:
        return None
    names: set[str] = set()
    for dotted in outside:
        if is_sdk(dotted):
            return None
        builtin = _builtin(dotted.rpartition(".")[2]) if dotted.startswith("builtins.") else None
        names |= {dotted} if builtin is None else {builtin.name, *(builtin.bases or ())}
    return frozenset(names)


def catches_suspension(frame: Frame, caught: Iterable[ErrorClass | None]) -> bool:
    """Whether a clause for these classes catches what carries a suspension out of the handler."""
    return any(c is not None and c.is_any({"BaseException", *_facts(frame).control_flow}) for c in caught)


def catches_timeout(frame: Frame, caught: Iterable[ErrorClass | None], source: str) -> bool:
    """Whether a clause catches what an operation raises for a callback that nobody answers; a hidden class may."""
    facts = _facts(frame)
    raised = facts.raises(source)
    name = _TIMEOUT if _TIMEOUT in raised else next(iter(raised), "")
    return any(
        c is None or c.bases is None or c.is_any({name, *facts.bases(name), *_EVERYTHING}) for c in caught if raised
    )


def catches_broken_replay(frame: Frame, caught: Iterable[ErrorClass | None]) -> bool:
    """Whether a clause names the error of a broken replay, or an ancestor of it that the SDK defines."""
    broken = "NonDeterministicExecutionError"
    wanted = {broken, *_facts(frame).bases(broken)} - _EVERYTHING - {"object"}
    wanted |= {"InvocationError", "CheckpointError"}
    return any(c is not None and c.is_any(wanted) for c in caught)


def catches_everything(caught: Iterable[ErrorClass | None]) -> bool:
    """Whether a clause names ``Exception``."""
    return any(c is not None and c.name == "Exception" for c in caught)


def raised_instead(
    frame: Frame,
    caught: tuple[ErrorClass | None, ...],
    guarded: list[ast.stmt],
    operations: tuple[Operation, ...],
    outcomes: tuple[Outcome, ...],
) -> tuple[str, ...]:
    """The errors of the guarded operations when the clause can match none of them, nor anything else in the block.

    Empty where a class, an operation or another call is not known well enough to say so.
    """
    if not caught or frame.interpreter.sdk_line == "1":
        return ()
    facts = _facts(frame)
    own: list[str] = []
    for operation in operations:
        names = _raised_by(facts, operation)
        if "*" in names:
            return ()
        own.extend(names)
    for outcome in outcomes:
        own.extend(facts.raises(outcome.source))
    others = _raised_elsewhere(frame, guarded, operations, outcomes)
    if others is None:
        return ()
    possible = {*own, *facts.common_errors, *facts.control_flow, *others}
    if any(_may_match(facts, wanted, possible) for wanted in caught):
        return ()
    return tuple(dict.fromkeys(own)) or ("DurableExecutionsError",)


def _raised_by(facts: SdkFacts, operation: Operation) -> tuple[str, ...]:
    """What an operation raises; an operation without a context of its own hands the body's errors through."""
    virtual = operation.config_field("is_virtual")
    if virtual is not None and virtual.things != (Literal.of(False),):
        return ("*",)
    if operation.shares_context or (operation.called and operation.config_is_hidden):
        return ("*",)
    return facts.raises(operation.kind.value)


def _may_match(facts: SdkFacts, wanted: ErrorClass | None, possible: set[str]) -> bool:
    if wanted is None or wanted.bases is None or wanted.is_any(_EVERYTHING | _ANYWHERE) or wanted.bases & {"Warning"}:
        return True
    for name in possible:
        builtin = _builtin(name)
        ancestors = set(facts.bases(name)) | set(builtin.bases or () if builtin is not None else ())
        if wanted.name == name or wanted.name in ancestors or name in wanted.bases:
            return True
    return False


def _raised_elsewhere(
    frame: Frame, guarded: list[ast.stmt], operations: tuple[Operation, ...], outcomes: tuple[Outcome, ...]
) -> set[str] | None:
    """The builtin errors that the rest of guarded code can raise; ``None`` for anything."""
    known = {operation.call for operation in operations if not operation.via} | {o.site.node for o in outcomes}
    names: set[str] = set()
    for node in walk_body(guarded):
        match node:
            case (
                ast.Raise() | ast.Assert() | ast.Await() | ast.With() | ast.AsyncWith() | ast.Yield() | ast.YieldFrom()
            ):
                return None
            case ast.Subscript(ctx=ast.Load()) | ast.Delete():
                names |= {"KeyError", "IndexError"}
            case ast.BinOp(op=ast.Div() | ast.FloorDiv() | ast.Mod()):
                names |= {"ZeroDivisionError", "ValueError"}
            case ast.Assign() if any(isinstance(target, (ast.Tuple, ast.List)) for target in node.targets):
                names.add("ValueError")
            case ast.Import() | ast.ImportFrom():
                return None
            case ast.Call() if node not in known:
                raised = _raised_by_call(frame, node)
                if raised is None:
                    return None
                names.update(raised)
    return names


def _raised_by_call(frame: Frame, node: ast.Call) -> set[str] | None:
    value = frame.evaluate(node.func)
    names: set[str] = set()
    for thing in value.things:
        raised = _raised_by_thing(frame, thing)
        if raised is None:
            return None
        names.update(raised)
    return names if value.things else None


def _raised_by_thing(frame: Frame, thing: Thing) -> tuple[str, ...] | None:
    match thing:
        case Durable():
            return ()
        case External(name) if is_sdk(name):
            return ()
        case External(name) if name.startswith("builtins."):
            return _RAISES.get(name.removeprefix("builtins."))
        case External(name):
            facts = frame.interpreter.knowledge.call(name)
            return () if facts and all(fact.kind in _PURE_KINDS for fact in facts) else None
        case Class():
            is_plain = (
                dataclass_fields.is_dataclass(frame, thing) and classes.member(frame, thing, "__post_init__") is None
            )
            return () if is_plain else None
        case Method(Context(), _):
            return ()
        case Method(Typed(type_), _) if type_.startswith(("sdk.", "logging.")):
            return ()
        case Method(Sequence() | Mapping() | Literal() | Pattern() | Typed("builtins.str"), name):
            return _METHOD_RAISES.get(name, ())
    return None


def _facts(frame: Frame) -> SdkFacts:
    return sdk_facts.facts(frame.interpreter.sdk_line)
