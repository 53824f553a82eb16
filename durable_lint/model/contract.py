"""What analysed code asks of the SDK, held against the recorded facts: calls with their arguments, and names."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from durable_lint.dataclasses import dataclass
from durable_lint.knowledge.contract import Contract, contract
from durable_lint.knowledge.sdk import RUNTIME_LINE, Line, Parameter, SdkFacts, facts
from durable_lint.model.effects import Site
from durable_lint.model.things import (
    Class,
    Context,
    Durable,
    External,
    Function,
    Literal,
    Mapping,
    Partial,
    Pattern,
    Prepared,
    Record,
    Sequence,
    Typed,
)
from durable_lint.model.values import Arguments, Thing, Value

if TYPE_CHECKING:
    from durable_lint.model.module import Module

_PLAIN = {
    "builtins.str": "text",
    "builtins.int": "number",
    "builtins.float": "number",
    "builtins.bool": "number",
    "builtins.NoneType": "None",
    "builtins.dict": "dict",
    "builtins.list": "list",
    "builtins.tuple": "list",
    "builtins.set": "set",
    "builtins.frozenset": "set",
}
_ITEMS = frozenset({"list", "set", "dict", "text"})
_STRATEGIES = frozenset({"retry_strategy", "wait_strategy"})
_CALLABLE = frozenset({"callable", "class", "ParallelBranch"}) | _STRATEGIES
_VERSION_ERRORS = frozenset({"ImportError", "ModuleNotFoundError", "AttributeError", "TypeError", "NameError"})
_VERSION_WORDS = ("version", "hasattr", "signature", "find_spec")


@dataclass(frozen=True, slots=True)
class SdkCall:
    """A call of something that the SDK offers, by its canonical name: ``DurableContext.step``, ``StepConfig``."""

    name: str
    site: Site
    arguments: Arguments

    @property
    def node(self) -> ast.Call:
        """The call expression; of a partial it is the call of what the partial made."""
        assert isinstance(self.site.node, ast.Call)
        return self.site.node


@dataclass(frozen=True, slots=True)
class SdkRead:
    """An attribute that is read of something of the SDK.

    ``owner`` is the class of an object (``BatchResult``); or, when it ``is_imported``, the dotted name of the module or
    of the thing in a module that the attribute is read of.
    """

    owner: str
    name: str
    site: Site
    is_imported: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """One argument of a call: its parameter, its value, and its expression where the call itself holds it."""

    parameter: Parameter
    value: Value
    node: ast.expr | None
    is_keyword: bool


@dataclass(frozen=True, slots=True)
class Match:
    """How the arguments of a call fall on the parameters.

    ``surplus`` are the values of positional arguments for which there is no parameter; ``is_exact`` says that each
    argument stands in the call itself.
    """

    call: SdkCall
    parameters: tuple[Parameter, ...]
    given: tuple[Given, ...]
    surplus: tuple[Value, ...]
    unknown: tuple[str, ...]
    missing: tuple[str, ...]
    twice: tuple[str, ...]
    is_exact: bool

    def of(self, name: str) -> Given | None:
        """What is given for a parameter."""
        return next((given for given in self.given if given.parameter.name == name), None)


class Terms:
    """The terms of one line of the SDK, and the questions that rules ask of calls."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.facts: SdkFacts = facts(line)
        self.contract: Contract = contract(line)

    @property
    def version(self) -> str:
        """The line as people write it: ``SDK 3.0``, by the release that the facts were recorded from."""
        name = "durable-runtime" if self.line == RUNTIME_LINE else "SDK"
        return f"{name} {'.'.join(self.facts.version.split('.')[:2])}"

    def match(self, call: SdkCall) -> Match | None:
        """The arguments of a call on its parameters; ``None`` when some are hidden, or nothing is known of the call."""
        parameters = self.facts.parameters(call.name)
        node, arguments = call.node, call.arguments
        if parameters is None or arguments.open or _spreads(node):
            return None
        named = [parameter for parameter in parameters if not parameter.name.startswith("*")]
        positional = [parameter for parameter in named if not parameter.keyword_only]
        keywords = {item.arg: item.value for item in node.keywords}
        is_exact = len(node.args) == len(arguments.positional) and len(keywords) == len(arguments.keywords)
        pairs = zip(positional, arguments.positional, strict=False)
        given = [
            Given(parameter, value, node.args[index] if is_exact else None, False)
            for index, (parameter, value) in enumerate(pairs)
        ]
        by_name = {parameter.name: parameter for parameter in named}
        taken = {item.parameter.name for item in given}
        given += [
            Given(by_name[name], value, keywords.get(name), True)
            for name, value in arguments.keywords
            if name in by_name and name not in taken
        ]
        filled = {item.parameter.name for item in given}
        takes_more = any(parameter.name.startswith("*") and parameter.name[1] != "*" for parameter in parameters)
        takes_names = any(parameter.name.startswith("**") for parameter in parameters)
        names = [name for name, _ in arguments.keywords]
        return Match(
            call,
            parameters,
            tuple(given),
            () if takes_more else arguments.positional[len(positional) :],
            () if takes_names else tuple(name for name in names if name not in by_name),
            tuple(parameter.name for parameter in named if parameter.required and parameter.name not in filled),
            tuple(name for name in names if name in taken),
            is_exact,
        )

    def wanted(self, call: str, parameter: str) -> str | None:
        """The kind of thing that a parameter wants; ``None`` for one that takes anything."""
        return self.contract.kinds(call).get(parameter)

    def kinds(self, value: Value) -> frozenset[str] | None:
        """What a value may be, in the words of the table; ``None`` when that is not known for certain."""
        found = {self._kind(thing) for thing in value.things}
        return None if not found or None in found else frozenset(kind for kind in found if kind is not None)

    def fits(self, wanted: str, kind: str) -> bool:
        """Whether a thing of one kind can stand where another kind is wanted."""
        if kind in (wanted, "None"):
            return True
        match wanted:
            case "callable":
                return kind in _CALLABLE or kind.startswith("uncalled ")
            case "items":
                return kind in _ITEMS
        return wanted in self.facts.bases(kind)

    def _kind(self, thing: Thing) -> str | None:
        match thing:
            case Literal(typename=name):
                return _PLAIN.get(name)
            case Pattern():
                return "text"
            case Sequence(type=name) | Mapping(type=name):
                return _PLAIN.get(name)
            case Function() | Durable() | Prepared() | Partial():
                return "callable"
            case Class():
                return "class"
            case Context():
                return "DurableContext"
            case Record(type=name):
                return self._made(name.removeprefix("sdk.")) or name.removeprefix("sdk.")
            case Typed(name) if name.startswith("sdk."):
                return self._made(name.removeprefix("sdk."))
            case Typed(name):
                return _PLAIN.get(name)
            case External(name):
                return self._named(name)
        return None

    def _made(self, name: str) -> str | None:
        """The kind of what a call of the SDK gives, or of an object of a class: ``RetryPresets.none`` is callable."""
        owner, _, method = name.rpartition(".")
        if owner == "RetryPresets":
            return "retry_strategy"
        if owner:
            return (
                owner if self.facts.fields(owner) and self.facts.parameters(f"{owner}.{method}") is not None else None
            )
        return self.contract.made(name) or (name if self.facts.is_class(name) else None)

    def _named(self, dotted: str) -> str | None:
        """The kind of something that an import names."""
        if dotted.startswith("builtins."):
            return "class" if dotted.removeprefix("builtins.")[:1].isupper() else None
        name = self.facts.canonical(dotted)
        if name is None:
            return None
        owner, _, member = name.rpartition(".")
        if owner and member in self.facts.members(owner):
            return owner
        is_known = self.facts.parameters(name) is not None or self.facts.is_class(name)
        return f"uncalled {name}" if is_known or "SerDes" in self.facts.bases(name) else None


def version_dependent(module: Module, node: ast.AST) -> bool:
    """Whether code is written for several versions of the SDK: it runs only after a look at what there is.

    Under a ``try`` that waits for a missing name or a wrong call, or under a test of a version, of ``hasattr``, or of
    something that a guarded import has bound. What only type checkers see never runs.
    """
    inner: ast.AST = node
    for outer in module.ancestors(node):
        match outer:
            case ast.Try() | ast.TryStar():
                if any(_waits_for_version(handler) for handler in outer.handlers):
                    return True
            case ast.If() | ast.IfExp() | ast.While():
                if inner is not outer.test and _asks_for_version(module, outer.test):
                    return True
            case ast.BoolOp():
                if inner is not outer.values[0] and any(_asks_for_version(module, test) for test in outer.values):
                    return True
        inner = outer
    return False


def _spreads(node: ast.Call) -> bool:
    return any(isinstance(item, ast.Starred) for item in node.args) or any(item.arg is None for item in node.keywords)


def _waits_for_version(handler: ast.ExceptHandler) -> bool:
    return handler.type is not None and any(name in _VERSION_ERRORS for name in _names_in(handler.type))


def _asks_for_version(module: Module, test: ast.expr) -> bool:
    return any(
        any(word in name.lower() for word in _VERSION_WORDS)
        or name == "TYPE_CHECKING"
        or any(_is_guarded(module, binding.statement) for binding in module.bindings.get(name, ()))
        for name in _names_in(test)
    )


def _is_guarded(module: Module, statement: ast.AST) -> bool:
    return any(
        isinstance(outer, ast.Try) and any(_waits_for_version(handler) for handler in outer.handlers)
        for outer in module.ancestors(statement)
    )


def _names_in(node: ast.expr) -> Iterator[str]:
    for inner in ast.walk(node):
        match inner:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                yield name
