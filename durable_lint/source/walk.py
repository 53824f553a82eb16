"""One lean walk: the children of a node without the trivia that ``ast.iter_child_nodes`` also visits.

``ctx``, operators and plain text carry no meaning that is looked for below a node; leaving their fields out makes a
walk about three times as fast.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Any, TypeVar

N = TypeVar("N", bound=ast.AST)
T = TypeVar("T")

_TRIVIA = frozenset(
    [
        "ctx",
        "op",
        "ops",
        "id",
        "attr",
        "arg",
        "name",
        "asname",
        "kind",
        "level",
        "module",
        "type_comment",
        "is_async",
        "simple",
        "conversion",
    ]
)
_fields: dict[type[ast.AST], tuple[str, ...]] = {}


def kept(question: Callable[[N], T]) -> Callable[[N], T]:
    """Decorate a question about a node: it is answered once, and the answer stays with the node.

    A tree stays as it was parsed, and many rules ask the same. What is kept must not hold trees of other files.
    """
    key = f"{question.__module__}.{question.__qualname__}"

    @wraps(question)
    def ask(node: N) -> T:
        answers: dict[str, Any] = node.__dict__
        if key not in answers:
            answers[key] = question(node)
        answer: T = answers[key]
        return answer

    return ask


def children(node: ast.AST) -> list[ast.AST]:
    """The child nodes that code can hide in, in source order; kept on the node, so the list is not to be changed."""
    known: list[ast.AST] | None = node.__dict__.get("children")
    if known is not None:
        return known
    cls = node.__class__
    fields = _fields.get(cls)
    if fields is None:
        fields = _fields[cls] = tuple(field for field in cls._fields if field not in _TRIVIA)
    found: list[ast.AST] = []
    for field in fields:
        value = getattr(node, field, None)
        if value.__class__ is list:
            found += [item for item in value if isinstance(item, ast.AST)]
        elif isinstance(value, ast.AST):
            found.append(value)
    node.__dict__["children"] = found
    return found


def walk(roots: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Every node below the roots, the roots included, parents before children; iterative, so depth does not matter."""
    stack = list(roots)
    while stack:
        node = stack.pop()
        yield node
        stack += children(node)
