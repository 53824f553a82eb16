"""The service client that an in-process handler talks to, in the classes of whichever SDK the handler uses."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import Any

from durable_runtime.service.errors import ServiceError
from durable_runtime.service.functions import Handler
from durable_runtime.service.hosts.protocol import Service

_KNOWN = ("durable_runtime.execution", "aws_durable_execution_sdk_python.execution")


class Flavour:
    """An SDK in memory: the modules that hold its wire classes.

    Attributes:
        is_certain: Whether the handler was seen to be decorated with this SDK's decorator.
    """

    def __init__(self, execution: ModuleType, *, is_certain: bool) -> None:
        self.is_certain = is_certain
        self._execution = execution
        self._wire = sys.modules[f"{execution.__name__.rpartition('.')[0]}.lambda_service"]

    def event(self, event: dict[str, Any], service: Service) -> Any:
        """The invocation event as the SDK takes it in process: with the client to use."""
        state = event["InitialExecutionState"]
        return self._execution.DurableExecutionInvocationInputWithClient(
            durable_execution_arn=event["DurableExecutionArn"],
            checkpoint_token=event["CheckpointToken"],
            initial_execution_state=self._execution.InitialExecutionState.from_dict(state),
            updated_operation_ids=event.get("UpdatedOperationIds", []),
            service_client=ServiceClient(self._wire, service),
        )


class ServiceClient:
    """A `DurableServiceClient` that calls the engine directly."""

    def __init__(self, wire: ModuleType, service: Service) -> None:
        self._wire = wire
        self._service = service

    def checkpoint(
        self, durable_execution_arn: str, checkpoint_token: str, updates: Sequence[Any], client_token: str | None
    ) -> Any:
        try:
            answer = self._service.checkpoint(
                durable_execution_arn, checkpoint_token, [update.to_dict() for update in updates], client_token
            )
        except ServiceError as error:
            raise self._wire.CheckpointError.from_exception(error) from error
        return self._wire.CheckpointOutput.from_dict(answer)

    def get_execution_state(
        self, durable_execution_arn: str, checkpoint_token: str, next_marker: str, max_items: int = 1000
    ) -> Any:
        try:
            answer = self._service.state(durable_execution_arn, checkpoint_token, next_marker, max_items)
        except ServiceError as error:
            raise self._wire.GetExecutionStateError.from_exception(error) from error
        return self._wire.StateOutput.from_dict(answer)


def flavour_of(handler: Handler) -> Flavour | None:
    """The SDK that a durable handler was decorated with.

    It is the one whose wrapper is found in the handler's chain of wrappers; behind an opaque wrapper, the only one
    that is loaded in this process. None if neither tells.
    """
    for function in _wrappers(handler):
        module = sys.modules.get(getattr(function, "__globals__", {}).get("__name__", ""))
        if module is not None and hasattr(module, "DurableExecutionInvocationInputWithClient"):
            return Flavour(module, is_certain=True)
    loaded = [sys.modules[name] for name in _KNOWN if name in sys.modules]
    return Flavour(loaded[0], is_certain=False) if len(loaded) == 1 else None


def _wrappers(handler: Any) -> Iterator[Any]:
    """The handler and all that it wraps: decorators, partials, bound methods."""
    seen: set[int] = set()
    while handler is not None and id(handler) not in seen:
        seen.add(id(handler))
        yield handler
        links = (getattr(handler, name, None) for name in ("__wrapped__", "func", "__func__"))
        handler = next((link for link in links if link is not None), None)
