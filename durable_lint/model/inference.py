"""Inference: what a library's function returns, asked of astroid where the tables know nothing.

Only the standard library and packages installed beside durable-lint are read; their code is parsed, never run. astroid
is imported at the first question, which is asked only for values that reach a checkpoint.
"""

from __future__ import annotations

import builtins
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from importlib.machinery import PathFinder
from itertools import islice
from time import thread_time
from typing import TYPE_CHECKING, Any, TypeVar

from durable_lint.dataclasses import dataclass

if TYPE_CHECKING:
    from astroid.nodes import ClassDef, NodeNG

_MAX_QUESTIONS = 300
_MAX_SECONDS = 5.0
_MAX_RESULTS = 6
_MAX_MODULES = 150
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class Inferred:
    """The type of an object: its dotted name and all its bases, nearest first, ``builtins.object`` last."""

    name: str
    bases: tuple[str, ...]


@cache
def results_of(dotted: str) -> tuple[Inferred, ...]:
    """Everything that calling this name may give, a class or a function of a library; empty when that is not known."""
    if dotted.startswith("builtins."):
        return _builtin_results(dotted)
    return _ask(dotted, lambda: tuple(dict.fromkeys(_called(dotted))), ())


@cache
def bases_of(dotted: str, abstract: bool = False) -> tuple[str, ...] | None:
    """All bases of a library's class, itself first; ``None`` when they are not known.

    Objects of an ``abstract`` class are of other classes, of which nothing is known: it has to be asked for.
    """
    return _ask(dotted, lambda: _bases(dotted, abstract), None)


@cache
def thing_at(dotted: str) -> Inferred | None:
    """The type of what a library's name holds: ``builtins.function``, ``builtins.type`` or a constant's."""
    if dotted.startswith("builtins."):
        return _builtin(dotted)
    return _ask(dotted, lambda: _held(dotted), None)


def _builtin_results(dotted: str) -> tuple[Inferred, ...]:
    """What calling a builtin gives, where it is a class: this needs no astroid."""
    found = getattr(builtins, dotted.partition(".")[2], None)
    if not isinstance(found, type) or found is type:
        return ()
    return (Inferred(dotted, tuple(f"builtins.{base.__name__}" for base in found.__mro__[1:])),)


def _builtin(dotted: str) -> Inferred | None:
    found = getattr(builtins, dotted.partition(".")[2], None)
    if isinstance(found, type):
        return Inferred("builtins.type", ("builtins.object",))
    return Inferred("builtins.function", ("builtins.object",)) if callable(found) else None


class _Unknown(Exception):
    """Nothing certain can be said."""


class _Allowance:
    """How much may still be asked of astroid in this process."""

    questions = _MAX_QUESTIONS
    seconds = _MAX_SECONDS
    lock = threading.Lock()


def _ask(dotted: str, question: Callable[[], _Answer], otherwise: _Answer) -> _Answer:
    if not _is_library(dotted.partition(".")[0]):
        return otherwise
    with _Allowance.lock:
        if _Allowance.questions <= 0 or _Allowance.seconds <= 0:
            return otherwise
        _Allowance.questions -= 1
        started = thread_time()
        try:
            return question()
        except Exception:  # astroid fails in many ways, all of which mean the same here
            return otherwise
        finally:
            _Allowance.seconds -= thread_time() - started
            _forget()


def _forget() -> None:
    """Drop astroid's memory when it has grown: trees are large and editors keep one process for days."""
    if "astroid" not in sys.modules:
        return
    from astroid.manager import AstroidManager

    manager = AstroidManager()
    if len(manager.astroid_cache) > _MAX_MODULES:
        with suppress(Exception):
            manager.clear_cache()


def _called(dotted: str) -> Iterator[Inferred]:
    from astroid import nodes
    from astroid.util import Uninferable

    for found in _definitions(dotted):
        if isinstance(found, nodes.ClassDef):
            yield Inferred(dotted, (found.qname(), *_ancestors(found)))
        elif isinstance(found, nodes.AsyncFunctionDef):
            yield Inferred("builtins.coroutine", ("builtins.object",))
        elif isinstance(found, nodes.FunctionDef):
            results = list(islice(found.infer_call_result(None), _MAX_RESULTS + 1))
            if len(results) > _MAX_RESULTS or Uninferable in results:
                raise _Unknown
            yield from map(_type_of, results)
        else:
            raise _Unknown


def _bases(dotted: str, abstract: bool) -> tuple[str, ...] | None:
    from astroid import nodes

    for found in _definitions(dotted):
        if isinstance(found, nodes.ClassDef) and (abstract or not _is_abstract(found)):
            return (found.qname(), *_ancestors(found))
    return None


def _held(dotted: str) -> Inferred:
    if dotted in sys.stdlib_module_names:
        return Inferred("types.ModuleType", ("builtins.object",))
    types = {_type_of(found) for found in _definitions(dotted)}
    if len(types) != 1:
        raise _Unknown
    return types.pop()


def _type_of(node: Any) -> Inferred:
    from astroid import bases, nodes

    if isinstance(node, bases.Instance):
        cls = node._proxied
        if isinstance(cls, nodes.ClassDef):
            return Inferred(cls.qname(), _ancestors(cls))
    name = node.pytype()
    if not isinstance(name, str):
        raise _Unknown
    name = {"builtins.module": "types.ModuleType"}.get(name, name)
    return Inferred(name, ("builtins.object",))


def _definitions(dotted: str) -> Iterator[NodeNG]:
    """What a dotted name refers to, followed through imports and re-exports."""
    from astroid.manager import AstroidManager
    from astroid.util import Uninferable

    top, *parts = dotted.split(".")
    if not parts:
        raise _Unknown
    manager = AstroidManager()
    module, rest = manager.ast_from_module_name(top), parts
    while len(rest) > 1:
        try:
            module, rest = manager.ast_from_module_name(f"{module.name}.{rest[0]}"), rest[1:]
        except Exception:  # not a module: a class, whose attribute is asked for
            break
    found: Any = module
    for name in rest[:-1]:
        found = next(iter(found.igetattr(name)))
    for definition in islice(found.igetattr(rest[-1]), _MAX_RESULTS):
        if definition is Uninferable or not _is_in_library(definition):
            raise _Unknown
        yield definition


def _ancestors(cls: ClassDef) -> tuple[str, ...]:
    """The names of a class's bases; raises when one of them cannot be resolved."""
    from astroid import nodes
    from astroid.nodes.scoped_nodes import ClassDef
    from astroid.util import safe_infer

    order = cls.mro()
    for base in order:
        for expression in base.bases:
            node = expression.value if isinstance(expression, nodes.Subscript) else expression
            if not isinstance(safe_infer(node), ClassDef):
                raise _Unknown
    return tuple(base.qname() for base in order[1:])


def _is_abstract(cls: ClassDef) -> bool:
    names = {base.qname() for base in cls.mro()}
    if "typing.Protocol" in names or cls.declared_metaclass() is not None or "abc.ABC" in cls.basenames:
        return True
    for base in cls.mro():
        for method in base.mymethods():
            if method.is_abstract(pass_is_abstract=False) and cls.getattr(method.name)[0] is method:
                return True
    return False


@cache
def _folders() -> tuple[str, ...]:
    import sysconfig

    names = ("stdlib", "platstdlib", "purelib", "platlib")
    return tuple(dict.fromkeys(os.path.realpath(sysconfig.get_path(name)) for name in names))


@cache
def _is_library(top: str) -> bool:
    """Whether a package is the standard library's or installed, whatever lies in the current folder."""
    return top in sys.stdlib_module_names or PathFinder.find_spec(top, list(_folders()[-2:])) is not None


def _is_in_library(node: NodeNG) -> bool:
    file = node.root().file
    return not file or file.startswith("<") or os.path.realpath(file).startswith(tuple(f + os.sep for f in _folders()))
