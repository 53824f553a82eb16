"""Facts about the SDK for durable functions that analysed code is written against, one set for each major line.

``sdk-<line>.toml`` is generated from the published package by ``tools/sdk_facts.py``, ``sdk-runtime.toml`` from our own
runtime, which is the newest line under another import name; ``sdk-shapes.toml`` adds what signatures do not tell.
Neither is ever imported.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, cached_property
from typing import Any, Literal, NamedTuple

from durable_lint.knowledge.tables import block_lines, read_table

Line = Literal["1", "2", "3", "runtime"]
LINES: tuple[Line, ...] = ("1", "2", "3")
NEWEST_LINE: Line = "3"
RUNTIME_LINE: Line = "runtime"
RUNTIME_PACKAGE = "durable_runtime"
# Each before those that import its names for themselves.
_USUAL_HOMES = (
    ".",
    "config",
    "exceptions",
    "retries",
    "waits",
    "serdes",
    "types",
    "logger",
    "lambda_service",
    "concurrency.models",
)


class Parameter(NamedTuple):
    """A parameter of an SDK call or a field of an SDK dataclass.

    ``name`` of a variadic one keeps its stars. ``default`` is source text (``...`` for a long one), ``None`` when an
    argument is required.
    """

    name: str
    default: str | None
    keyword_only: bool = False

    @property
    def required(self) -> bool:
        """Whether a call must give it."""
        return self.default is None and not self.name.startswith("*")


class CallableShape(NamedTuple):
    """How an operation or decorator treats the function it gets.

    ``parameter`` is the operation's parameter that takes the function (empty for a decorator). ``role`` tells if the
    body is ``replayed`` or a ``step`` (runs once, its result is recorded), ``arguments`` name what the SDK passes.
    """

    parameter: str
    role: str
    arguments: tuple[str, ...]


class SdkFacts:
    """What one line of the SDK offers. Operations are named as on the context (``step``), or ``with_retry``."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._spoken = spoken_line(line)
        self._table = read_table(f"sdk-{line}")
        self.version: str = self._table["version"]

    def canonical(self, dotted: str) -> str | None:
        """The bare public name behind any import path of the SDK, ``None`` for a name that is not the SDK's.

        ``aws_durable_execution_sdk_python.context.durable_step`` is ``durable_step``, and what follows a public name is
        kept (``….config.Duration.from_seconds`` is ``Duration.from_seconds``). The path may be one that does not
        export the name: ``exports`` tells.
        """
        package, *parts = dotted.split(".")
        if package not in self._packages:
            return None
        for index, part in enumerate(parts):
            if part in self._public_names:
                return ".".join(parts[index:])
        return None

    def exports(self, module: str) -> frozenset[str] | None:
        """The names that can be imported from this module of the SDK (``aws_durable_execution_sdk_python.config``).

        ``None`` when this line has no such module.
        """
        package, _, relative = module.partition(".")
        return self.of(package)._modules.get(relative or ".") if package in self._packages else None

    def of(self, module: str) -> SdkFacts:
        """The facts that tell of a module by its import name: our runtime's for its own, this line's for AWS's."""
        if module.partition(".")[0] == RUNTIME_PACKAGE:
            return facts(RUNTIME_LINE)
        return facts(self._spoken)

    def is_package(self, name: str) -> bool:
        """Whether this is the import name of a package with the SDK's surface."""
        return name in self._packages

    def parameters(self, name: str) -> tuple[Parameter, ...] | None:
        """The parameters of a function, method or constructor (``DurableContext.step``), ``self`` left out.

        A dataclass is called with its fields. ``None`` when the line has no such call.
        """
        text = self._signatures.get(name)
        return self.fields(name) if text is None else _parse_parameters(text)

    def fields(self, name: str) -> tuple[Parameter, ...] | None:
        """The fields of a dataclass in order, ``None`` when the name is no dataclass of this line."""
        text = self._fields.get(name)
        return None if text is None else _parse_parameters(text)

    def members(self, enum: str) -> tuple[str, ...]:
        """The members of an enum of the SDK; empty when it is none."""
        return tuple(self._members.get(enum, "").split())

    def attributes(self, name: str) -> tuple[str, ...]:
        """Everything readable on an instance of this class: fields, methods and properties; empty when unknown."""
        fields = (field.name for field in self.fields(name) or ())
        return tuple(
            dict.fromkeys((*fields, *self._methods.get(name, ()), *self._section_attributes.get(name, "").split()))
        )

    def is_class(self, name: str) -> bool:
        """Whether what people use under this name is a class of which everything readable is recorded."""
        return bool(self.attributes(name) or self.members(name)) or name in self._fields

    def borrowed(self, module: str) -> frozenset[str]:
        """What a module of the SDK has besides its own names: its submodules, and what it imports from libraries."""
        return frozenset(self.of(module)._borrowed.get(module.partition(".")[2] or ".", "").split())

    @property
    def modules(self) -> tuple[str, ...]:
        """The dotted names of all modules below the package, without the package's own name."""
        return tuple(name for name in self._modules if name != ".")

    def homes(self, name: str) -> tuple[str, ...]:
        """The modules (without the package's name; empty for itself) that have a name, the ones for users first."""
        having = [module for module, names in self._modules.items() if name in names]
        order = [*_USUAL_HOMES, *sorted(self._modules)]
        return tuple("" if module == "." else module for module in sorted(having, key=order.index))

    def bases(self, name: str) -> tuple[str, ...]:
        """All ancestors of a class of the SDK, nearest first; of an error they end in Exception and BaseException."""
        return tuple(self._bases.get(name, "").split())

    def raises(self, operation: str) -> tuple[str, ...]:
        """The errors an operation raises when what it does fails; ``*`` stands for the body's own error, unchanged.

        Also for ``Callback.result`` and ``BatchResult.throw_if_error``. ``map`` and ``parallel`` raise none: failures
        are in their BatchResult. ``common_errors`` can come on top of these at any operation.
        """
        return self._shapes.raises[self._spoken].get(operation, ())

    @property
    def common_errors(self) -> tuple[str, ...]:
        """Errors that any operation can raise: broken replay, refused checkpoint, value that cannot be stored."""
        return self._shapes.common[self._spoken]

    @property
    def control_flow(self) -> tuple[str, ...]:
        """What carries a suspension out of the handler; none of these is an Exception."""
        return self._shapes.control_flow

    @property
    def operations(self) -> tuple[str, ...]:
        """The names of all operations on a context."""
        return tuple(name for name in self._shapes.operations if f"DurableContext.{name}" in self._signatures)

    def callable_shape(self, name: str) -> CallableShape | None:
        """How an operation or a decorator calls the function it is given; ``None`` for those that take none."""
        return self._shapes.callables.get(name)

    def arity(self, name: str) -> int | None:
        """With how many positional arguments the SDK calls the function given to this operation or decorator.

        A decorated function is called with its own arguments after these. ``None`` for operations that take none.
        """
        shape = self.callable_shape(name)
        return None if shape is None else len(shape.arguments)

    def default_serdes(self, operation: str) -> str | None:
        """How an operation's values travel by default: ``extended``, ``json``, ``text``; ``handler`` for results."""
        return self._shapes.serdes.get(operation)

    @property
    def _packages(self) -> frozenset[str]:
        return self._shapes.packages

    @cached_property
    def _shapes(self) -> _Shapes:
        return _shapes()

    @cached_property
    def _modules(self) -> dict[str, frozenset[str]]:
        return {name: frozenset(text.split()) for name, text in self._section("modules").items()}

    @cached_property
    def _public_names(self) -> frozenset[str]:
        return frozenset().union(*self._modules.values())

    @cached_property
    def _signatures(self) -> dict[str, str]:
        return self._section("signatures")

    @cached_property
    def _methods(self) -> dict[str, tuple[str, ...]]:
        methods: dict[str, tuple[str, ...]] = {}
        for call in self._signatures:
            owner, _, method = call.rpartition(".")
            methods[owner] = (*methods.get(owner, ()), method)
        return methods

    @cached_property
    def _fields(self) -> dict[str, str]:
        return self._section("fields")

    @cached_property
    def _section_attributes(self) -> dict[str, str]:
        return self._section("attributes")

    @cached_property
    def _borrowed(self) -> dict[str, str]:
        return self._section("borrowed")

    @cached_property
    def _members(self) -> dict[str, str]:
        return self._section("members")

    @cached_property
    def _bases(self) -> dict[str, str]:
        return self._section("bases")

    def _section(self, title: str) -> dict[str, str]:
        rows = (line.partition(": ") for line in self._table[title].splitlines())
        return {name: text for name, colon, text in rows if colon}


class _Shapes(NamedTuple):
    packages: frozenset[str]
    callables: dict[str, CallableShape]
    operations: tuple[str, ...]
    serdes: dict[str, str]
    control_flow: tuple[str, ...]
    raises: dict[str, dict[str, tuple[str, ...]]]
    common: dict[str, tuple[str, ...]]


def spoken_line(line: Line) -> Line:
    """The line of AWS's SDK whose behaviour a line has."""
    return NEWEST_LINE if line == RUNTIME_LINE else line


@cache
def facts(line: Line = NEWEST_LINE) -> SdkFacts:
    """The facts of one major line of the SDK; loaded at the first call, the same object afterwards."""
    return SdkFacts(line)


@cache
def _shapes() -> _Shapes:
    table: dict[str, Any] = read_table("sdk-shapes")
    operations = dict(_callable_shapes(table["callables"], is_operation=True))
    decorators = dict(_callable_shapes(table["decorators"], is_operation=False))
    return _Shapes(
        packages=frozenset(table["packages"].split()),
        callables=operations | decorators,
        operations=(*operations, *table["plain"].split()),
        serdes={left[0]: right[0] for left, right in block_lines(table["serdes"])},
        control_flow=tuple(table["control_flow"].split()),
        raises={
            line: {left[0]: tuple(right) for left, right in block_lines(block)}
            for line, block in table["raises"].items()
        },
        common={line: tuple(names.split()) for line, names in table["common"].items()},
    )


def _callable_shapes(block: str, is_operation: bool) -> Iterator[tuple[str, CallableShape]]:
    for (name, *_), words in block_lines(block):
        parameter = words[0] if is_operation else ""
        role, *arguments = words[is_operation:]
        yield name, CallableShape(parameter, role, tuple(arguments))


@cache
def _parse_parameters(text: str) -> tuple[Parameter, ...]:
    parameters = []
    keyword_only = False
    for word in () if text == "()" else text.split():
        if word == "*":
            keyword_only = True
            continue
        name, equals, default = word.partition("=")
        parameters.append(Parameter(name, default if equals else None, keyword_only and not name.startswith("*")))
        keyword_only = keyword_only or name.startswith("*")
    return tuple(parameters)
