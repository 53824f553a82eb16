"""Which contexts may still record operations."""

from __future__ import annotations


class Scope:
    """A context, as far as its updates are concerned: once it is closed, nothing beneath it can be recorded.

    `fatal` is the error of a branch that has to end the execution; it prevents the context from being closed.
    """

    __slots__ = ("closed", "fatal", "parent")

    def __init__(self, parent: Scope | None = None) -> None:
        self.parent = parent
        self.closed = False
        self.fatal: BaseException | None = None

    def is_cut_off(self) -> bool:
        """Tell whether this context or one around it is closed."""
        scope: Scope | None = self
        while scope is not None:
            if scope.closed:
                return True
            scope = scope.parent
        return False
