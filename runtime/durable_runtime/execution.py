"""The decorator that makes a function a durable one, and what happens in one of its invocations."""

from __future__ import annotations

import contextvars
import json
import logging
from collections.abc import Callable, MutableMapping
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, overload

from durable_runtime.context import DurableContext
from durable_runtime.exceptions import (
    BackgroundThreadError,
    BotoClientError,
    CheckpointError,
    ExecutionError,
    InvocationError,
    SuspendExecution,
)
from durable_runtime.instrumentation.executor import PluginExecutor
from durable_runtime.invocation import (
    DurableExecutionInvocationInput,
    DurableExecutionInvocationInputWithClient,
    InitialExecutionState,
)
from durable_runtime.lambda_service import (
    DurableExecutionInvocationOutput,
    DurableServiceClient,
    ErrorObject,
    InvocationStatus,
    LambdaClient,
    OperationUpdate,
)
from durable_runtime.operation.arguments import refuse_unawaited
from durable_runtime.plugin_discovery import load_configured_plugins
from durable_runtime.state import ExecutionState, ReplayStatus
from durable_runtime.strict import StrictReplay, current_journal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from durable_runtime.plugin import DurableInstrumentationPluginFactory
    from durable_runtime.types import LambdaContext

__all__ = [
    "LAMBDA_RESPONSE_SIZE_LIMIT",
    "DurableExecutionInvocationInput",
    "DurableExecutionInvocationInputWithClient",
    "InitialExecutionState",
    "InvocationStatus",
    "durable_execution",
    "handle_checkpoint_error",
]

logger = logging.getLogger(__name__)

# Lambda's limit of 6 MiB for a response, less what surrounds the result.
LAMBDA_RESPONSE_SIZE_LIMIT = 6 * 1024 * 1024 - 50

Handler = Callable[[Any, DurableContext], Any]
Wrapper = Callable[[Any, "LambdaContext"], MutableMapping[str, Any]]


@overload
def durable_execution(
    func: Handler,
    *,
    boto3_client: Any = None,
    plugins: list[DurableInstrumentationPluginFactory] | None = None,
) -> Wrapper: ...


@overload
def durable_execution(
    func: None = None,
    *,
    boto3_client: Any = None,
    plugins: list[DurableInstrumentationPluginFactory] | None = None,
) -> Callable[[Handler], Wrapper]: ...


def durable_execution(
    func: Handler | None = None,
    *,
    boto3_client: Any = None,
    plugins: list[DurableInstrumentationPluginFactory] | None = None,
) -> Wrapper | Callable[[Handler], Wrapper]:
    """Make a function a durable one; use it with or without parentheses.

    The function gets the execution's input and a DurableContext. What it returns must be JSON as it is; the result of
    the whole is what Lambda expects of a durable function.

    Args:
        boto3_client: The Lambda client to record with, instead of a default one.
        plugins: Factories of instrumentation plugins; each makes one plugin an invocation.

    Raises:
        TypeError: The function is a coroutine or generator function, or not a function.
    """
    if func is None:
        return partial(durable_execution, boto3_client=boto3_client, plugins=plugins)
    if not callable(func):
        raise TypeError(f"durable_execution must decorate a function, got {func!r}")
    refuse_unawaited("the function decorated with @durable_execution", func)
    factories = load_configured_plugins(plugins)

    @wraps(func)
    def wrapper(event: Any, context: LambdaContext) -> MutableMapping[str, Any]:
        invocation: DurableExecutionInvocationInput
        if isinstance(event, DurableExecutionInvocationInputWithClient):
            invocation, client = event, event.service_client
        else:
            invocation, client = _read_event(event), _lambda_client(boto3_client)
        # Context variables that the function sets stay with this invocation.
        return contextvars.copy_context().run(_Invocation(func, invocation, client, factories, context).run)

    return wrapper


def _read_event(event: Any) -> DurableExecutionInvocationInput:
    try:
        return DurableExecutionInvocationInput.from_json_dict(event)
    except (KeyError, TypeError, AttributeError) as error:
        raise ExecutionError(
            "Unexpected payload provided to start the durable execution. "
            "Check your resource configurations to confirm the durability is set."
        ) from error


def _lambda_client(boto3_client: Any) -> DurableServiceClient:
    return LambdaClient(client=boto3_client) if boto3_client is not None else LambdaClient.initialize_client()


def _event_of(state: ExecutionState) -> Any:
    payload = state.input_payload()
    if not payload or not payload.strip():
        return {}
    try:
        return json.loads(payload)
    except json.JSONDecodeError:
        logger.exception("The input of %s is not JSON: %r", state.durable_execution_arn, payload)
        raise


def handle_checkpoint_error(error: CheckpointError) -> DurableExecutionInvocationOutput:
    """Fail the execution for an error that no new invocation can cure; raise any other."""
    if error.is_retryable():
        raise error from None
    return _failed(error)


def _failed(error: BaseException) -> DurableExecutionInvocationOutput:
    return DurableExecutionInvocationOutput(InvocationStatus.FAILED, error=ErrorObject.from_exception(error))


class _Invocation:
    """One invocation of a durable function, on the thread that Lambda calls it on."""

    def __init__(
        self,
        func: Handler,
        invocation: DurableExecutionInvocationInput,
        client: DurableServiceClient,
        factories: Sequence[DurableInstrumentationPluginFactory],
        lambda_context: LambdaContext,
    ) -> None:
        self._func = func
        self._lambda_context = lambda_context
        self._invocation = invocation
        self._plugins = PluginExecutor(factories)
        arn = invocation.durable_execution_arn
        journal = current_journal()
        self._state = ExecutionState(
            arn,
            invocation.checkpoint_token,
            invocation.initial_execution_state.operations,
            client,
            self._plugins,
            invocation.updated_operation_ids,
            StrictReplay(journal.of(arn)) if journal is not None else None,
        )

    def run(self) -> MutableMapping[str, Any]:
        """Run the function as far as it gets and return Lambda's answer.

        Raises:
            InvocationError: The service shall invoke again.
        """
        try:
            self._state.load(self._invocation.initial_execution_state.next_marker)
        except BotoClientError as error:
            if error.is_retryable():
                raise
            logger.exception("The state of the execution cannot be had", extra=error.build_logger_extras())
            return _failed(error).to_dict()
        replays = self._state.has_prior_operations()
        event = _event_of(self._state)
        with self._plugins.run():
            try:
                output = self._run_with_threads(event, replays=replays)
            except BaseException as error:
                self._report_abort(error)
                raise
            self._plugins.on_invocation_end(output)
        return output.to_dict()

    def _run_with_threads(self, event: Any, *, replays: bool) -> DurableExecutionInvocationOutput:
        try:
            self._report_start(event, replays=replays)
            context = DurableContext.from_lambda_context(
                self._state, self._lambda_context, ReplayStatus.REPLAY if replays else ReplayStatus.NEW
            )
            output = self._run_function(event, context)
        finally:
            self._state.close()
        # The service takes no result of an invocation whose token it has taken away, perhaps only while threads ended.
        return DurableExecutionInvocationOutput.create_pending() if self._state.is_revoked else output

    def _run_function(self, event: Any, context: DurableContext) -> DurableExecutionInvocationOutput:
        try:
            try:
                result = context.run_body("the handler", lambda context: self._func(event, context))
            finally:
                if not self._state.is_revoked:
                    self._state.raise_if_failed()
            return self._succeed(result)
        except SuspendExecution:
            return DurableExecutionInvocationOutput.create_pending()
        except BackgroundThreadError as error:
            return self._settle_service_error(error)
        except Exception as error:
            if self._state.is_revoked:
                return DurableExecutionInvocationOutput.create_pending()
            return self._settle_error(error)

    def _succeed(self, result: Any) -> DurableExecutionInvocationOutput:
        if self._state.is_revoked:
            return DurableExecutionInvocationOutput.create_pending()
        try:
            serialized = json.dumps(result)
        except Exception as error:
            error.add_note("This is the result of the handler, which has to be JSON.")
            raise
        if len(serialized) <= LAMBDA_RESPONSE_SIZE_LIMIT:
            return DurableExecutionInvocationOutput.create_succeeded(serialized)
        self._state.checkpoint(OperationUpdate.create_execution_succeed(serialized))
        return DurableExecutionInvocationOutput.create_succeeded("")

    def _settle_service_error(self, error: BackgroundThreadError) -> DurableExecutionInvocationOutput:
        source = error.source_exception
        extra = source.build_logger_extras() if isinstance(source, BotoClientError) else None
        logger.error("The service did not take a checkpoint", exc_info=source, extra=extra)
        if isinstance(source, BotoClientError) and not source.is_retryable():
            return _failed(source)
        raise source from error

    def _settle_error(self, error: Exception) -> DurableExecutionInvocationOutput:
        """Tell errors after which the service shall invoke again from those that end the execution."""
        if isinstance(error, InvocationError) and error.is_retryable():
            logger.error("The invocation failed and is to be repeated", exc_info=error)
            raise error
        logger.error("The execution failed", exc_info=error)
        output = _failed(error)
        if isinstance(error, InvocationError | ExecutionError):
            return output
        if len(json.dumps(output.to_dict())) <= LAMBDA_RESPONSE_SIZE_LIMIT or output.error is None:
            return output
        try:
            self._state.checkpoint(OperationUpdate.create_execution_fail(output.error))
        except SuspendExecution:
            return DurableExecutionInvocationOutput.create_pending()
        except BackgroundThreadError as failure:
            return self._settle_service_error(failure)
        return DurableExecutionInvocationOutput(InvocationStatus.FAILED)

    # Plugins

    def _report_start(self, event: Any, *, replays: bool) -> None:
        if not self._state.has_plugins:
            return
        execution = self._state.execution_operation()
        self._plugins.on_invocation_start(
            execution_arn=self._state.durable_execution_arn,
            lambda_context=self._lambda_context,
            execution_start_time=execution.start_timestamp if execution is not None else None,
            is_first_invocation=not replays,
            execution_input=event,
            operations_provider=lambda: self._state.operations,
            updated_operation_ids=self._invocation.updated_operation_ids,
        )

    def _report_abort(self, error: BaseException) -> None:
        try:
            output = DurableExecutionInvocationOutput.create_retry(ErrorObject.from_exception(error))
            self._plugins.on_invocation_end(output)
        except BaseException:
            # The error that ends the invocation is the one to raise.
            logger.exception("A plugin failed at the end of an invocation that failed")
