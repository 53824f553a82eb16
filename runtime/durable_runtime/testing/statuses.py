"""`InvocationStatus` as the documentation's examples of tests import it: from the testing package.

AWS's testing SDK 1.4.0 does not have the name, but the examples compare with it the statuses of executions and, in the
same breath, those of operations, which are members of `OperationStatus` and equal to none of it. A test module that
takes the name from here, and knows nothing of `OperationStatus`, gets both from the fixture in these words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import ModuleType
from typing import TYPE_CHECKING, Any

from durable_runtime.execution import InvocationStatus as _InvocationStatus

if TYPE_CHECKING:
    from durable_runtime.testing.vocabulary import Vocabulary


class _Members(type):
    """Everything that is asked of the class is answered by the SDK's enum."""

    def __getattr__(cls, name: str) -> Any:
        return getattr(_InvocationStatus, name)

    def __getitem__(cls, name: str) -> _InvocationStatus:
        return _InvocationStatus[name]

    def __call__(cls, value: Any) -> _InvocationStatus:
        return _InvocationStatus(value)

    def __iter__(cls) -> Iterator[_InvocationStatus]:
        return iter(_InvocationStatus)

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, _InvocationStatus)


class InvocationStatus(metaclass=_Members):
    """The SDK's `InvocationStatus`: its members are the very same objects."""


def as_documented(words: Vocabulary, module: ModuleType | None) -> Vocabulary:
    """The words in which a test module wants to hear of statuses."""
    names = [value for value in vars(module).values() if isinstance(value, type)] if module is not None else []
    if InvocationStatus not in names or words.operation_status in names:
        return words

    def status(value: str) -> Any:
        invocation_status = words.invocation_status
        return invocation_status[value] if value in invocation_status.__members__ else words.operation_status(value)

    return replace(words, operation_status=status)
