"""Names for the operations that a fix adds: after what they do, unlike any other in the body, told apart in loops."""

from __future__ import annotations

import ast

from durable_lint.model.body import Body


def name_for(body: Body, node: ast.AST, base: str) -> str:
    """The expression for the name of an operation that a fix puts at a node: ``"read_time"``, in a loop
    ``f"read_time_{index}"``.

    ``base`` is what the operation should be called; it is made a valid name that no other operation in the function
    has, also none that a fix has given. The same node always gets the same name.
    """
    taken = {text for operation in body.operations.values() for text in operation.name_texts}
    name, number = base, 1
    while name in taken:
        number += 1
        name = f"{base}_{number}"
    return f'"{name}"'
