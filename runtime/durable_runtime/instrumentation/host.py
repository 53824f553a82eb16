"""The plugins of a handler, for invocation after invocation."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from durable_runtime.instrumentation.containment import log
from durable_runtime.instrumentation.executor import PluginExecutor
from durable_runtime.lambda_service import DurableExecutionInvocationOutput, ErrorObject

if TYPE_CHECKING:
    from durable_runtime.instrumentation.hooks import DurableInstrumentationPluginFactory
    from durable_runtime.types import LambdaContext

Handler = Callable[[Any, "LambdaContext"], MutableMapping[str, Any]]
HandlerWithPlugins = Callable[[Any, "LambdaContext", PluginExecutor], MutableMapping[str, Any]]


class PluginHost:
    """Holds a handler's factories, and nothing of any invocation: invocations may run at the same time."""

    def __init__(self, plugins: Sequence[DurableInstrumentationPluginFactory] | None) -> None:
        self._factories = tuple(plugins or ())

    @contextmanager
    def invocation(self) -> Iterator[PluginExecutor]:
        """The scope of one invocation, with its own executor."""
        executor = PluginExecutor(self._factories)
        with executor.run():
            yield executor

    @property
    def handle_durable_output(self) -> Callable[[HandlerWithPlugins], Handler]:
        """Decorates a function of event, context and executor, whose output, or failure, plugins see at the end."""

        def decorate(function: HandlerWithPlugins) -> Handler:
            @functools.wraps(function)
            def handler(event: Any, context: LambdaContext) -> MutableMapping[str, Any]:
                with self.invocation() as executor:
                    try:
                        output = function(event, context, executor)
                        completed = DurableExecutionInvocationOutput.from_dict(output)
                    except BaseException as failure:
                        _end_failed(executor, failure)
                        raise
                    # Outside the try: a hook that raises must not be told of the end twice.
                    executor.on_invocation_end(completed)
                    return output

            return handler

        return decorate


def _end_failed(executor: PluginExecutor, failure: BaseException) -> None:
    """Tell plugins that the invocation raises `failure`, which wins over whatever their hooks raise."""
    try:
        executor.on_invocation_end(DurableExecutionInvocationOutput.create_retry(ErrorObject.from_exception(failure)))
    except BaseException as error:
        log(
            logging.ERROR,
            "Plugin invocation-end hook failed while the invocation was already failing; "
            "the original failure is raised",
            error=error,
        )
