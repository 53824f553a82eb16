"""What is known of an execution during one invocation: the recorded operations, and the way to record more."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar

from durable_runtime.checkpointing import Checkpointer
from durable_runtime.concurrency.pool import BranchPool
from durable_runtime.exceptions import (
    BackgroundThreadError,
    DurableExecutionsError,
    GetExecutionStateError,
)
from durable_runtime.lambda_service import (
    CheckpointOutput,
    DurableServiceClient,
    ErrorObject,
    Operation,
    OperationAction,
    OperationStatus,
    OperationType,
    OperationUpdate,
)
from durable_runtime.operation.recorded import TERMINAL_STATUSES
from durable_runtime.scopes import Scope
from durable_runtime.strict import StrictReplay

if TYPE_CHECKING:
    from durable_runtime.identifier import OperationIdentifier
    from durable_runtime.instrumentation.executor import PluginExecutor

logger = logging.getLogger(__name__)

T = TypeVar("T")


class ReplayStatus(Enum):
    """Whether a context goes over recorded operations again, or does what was not done before."""

    REPLAY = "replay"
    NEW = "new"


class ExecutionState:
    """The state of one execution during one invocation. Internal.

    Attributes:
        strict: The checks of strict replay; None if it is off.
        has_plugins: Whether anything has to be told to plugins; where nothing has, no time is spent on it.
    """

    def __init__(
        self,
        durable_execution_arn: str,
        initial_checkpoint_token: str,
        operations: Iterable[Operation],
        service_client: DurableServiceClient,
        plugin_executor: PluginExecutor,
        updated_operation_ids: Sequence[str] = (),
        strict: StrictReplay | None = None,
    ) -> None:
        self.durable_execution_arn = durable_execution_arn
        self.plugins = plugin_executor
        self.has_plugins = plugin_executor.has_plugins
        self.strict = strict
        # Read and replaced as a whole by many threads: single dict operations are atomic, so no lock is needed.
        self._operations: dict[str, Operation] = {operation.operation_id: operation for operation in operations}
        # What is recorded under an id, to look at it; to act on it, see `consume`.
        self.recorded: Callable[[str], Operation | None] = self._operations.get
        self._client = service_client
        self._token = initial_checkpoint_token
        self._updated_ids = frozenset(updated_operation_ids)
        self._replay_reported: set[str] = set()
        self._checkpointer = Checkpointer(self._send, self._take_in, durable_execution_arn)
        self._pool: BranchPool | None = None

    # What is recorded

    @property
    def operations(self) -> dict[str, Operation]:
        """A copy of all recorded operations by id."""
        return dict(self._operations)

    def consume(self, operation_id: str) -> Operation | None:
        """Return what is recorded under an id, to act on it: plugins hear of its end before."""
        if not self.has_plugins:
            return self._operations.get(operation_id)
        with self.plugins.claim_lock:
            operation = self._operations.get(operation_id)
            ended = operation is not None and operation.status in TERMINAL_STATUSES
            claim = self.plugins.take_end_hook(operation_id) if ended else None
        if claim is not None:
            claim.run()
        return operation

    def execution_operation(self) -> Operation | None:
        """Return the operation that stands for the execution; its id is the last part of the ARN.

        Raises:
            DurableExecutionsError: What has that id is another type of operation.
        """
        operation = self._operations.get(self.durable_execution_arn.split("/")[-1])
        if operation is not None and operation.operation_type is not OperationType.EXECUTION:
            raise DurableExecutionsError(
                f"The execution operation in execution state does not have EXECUTION type: {operation.operation_type}"
            )
        return operation

    def input_payload(self) -> str | None:
        """Return the execution's input as it was recorded."""
        operation = self.execution_operation()
        details = operation.execution_details if operation is not None else None
        return details.input_payload if details is not None else None

    def has_prior_operations(self) -> bool:
        """Tell whether an earlier invocation has recorded anything."""
        return any(operation.operation_type is not OperationType.EXECUTION for operation in self._operations.values())

    def load(self, next_marker: str | None) -> None:
        """Fetch the recorded operations that had no room in the invocation's event.

        Raises:
            GetExecutionStateError: The service did not hand them out.
        """
        self._add_pages([], next_marker, lambda operations: None)

    def _add_pages(
        self, operations: list[Operation], next_marker: str | None, before_publish: Callable[[list[Operation]], None]
    ) -> list[Operation]:
        found = list(operations)
        try:
            while next_marker:
                page = self._client.get_execution_state(
                    durable_execution_arn=self.durable_execution_arn,
                    checkpoint_token=self._token,
                    next_marker=next_marker,
                )
                found.extend(page.operations)
                next_marker = page.next_marker
        except GetExecutionStateError as error:
            logger.exception(
                "The recorded operations of %s could not be fetched",
                self.durable_execution_arn,
                extra=error.build_logger_extras(),
            )
            raise
        finally:
            before_publish(found)
            self._operations.update({operation.operation_id: operation for operation in found})
        return found

    # Recording

    def checkpoint(
        self,
        update: OperationUpdate,
        *,
        wait: bool = True,
        within: Scope | None = None,
        closes: Scope | None = None,
    ) -> None:
        """Record an update; see `Checkpointer.submit`. Plugins hear of starts before and of ends after."""
        if not self.has_plugins:
            self._checkpointer.submit(update, wait=wait, within=within, closes=closes)
            return
        if update.action is OperationAction.START:
            # An operation that will be refused must not be reported as started.
            self._checkpointer.check(update, within)
            self.plugins.on_operation_action(update, previous_operation=self.recorded(update.operation_id))
        try:
            self._checkpointer.submit(update, wait=wait, within=within, closes=closes)
        finally:
            if wait:
                self.plugins.claim_end_hook(update.operation_id, waiter=True)

    def refresh(self) -> None:
        """Ask the service what has changed."""
        self._checkpointer.submit(None, wait=True)

    def record_fatal(self, scope: Scope, error: BaseException) -> bool:
        """Keep the context of a map or parallel from completing; return False if it has completed already."""
        return self._checkpointer.record_fatal(scope, error)

    @property
    def is_revoked(self) -> bool:
        """Whether the service has taken the invocation's token away."""
        return self._checkpointer.is_revoked

    @property
    def seconds_blocked(self) -> float:
        """How long, in all, threads have waited for the service."""
        return self._checkpointer.seconds_blocked

    def raise_if_failed(self) -> None:
        """Raise the failure of a request that nobody waited for, or whose error user code has swallowed.

        Raises:
            BackgroundThreadError: There was one.
        """
        if self._checkpointer.failure is not None:
            raise BackgroundThreadError("Checkpoint creation failed", self._checkpointer.failure)

    def _send(self, updates: list[OperationUpdate]) -> CheckpointOutput:
        output = self._client.checkpoint(
            durable_execution_arn=self.durable_execution_arn,
            checkpoint_token=self._token,
            updates=updates,
            client_token=None,
        )
        if output.checkpoint_token:
            self._token = output.checkpoint_token
        return output

    def _take_in(self, output: CheckpointOutput, waited_for: set[str], ended: bool) -> None:
        state = output.new_execution_state
        # The token of an ended execution is spent, so that further pages are out of reach; nobody needs them any more.
        marker = None if ended else state.next_marker
        if not self.has_plugins:
            if marker:
                self._add_pages(state.operations, marker, lambda operations: None)
            else:
                self._operations.update({operation.operation_id: operation for operation in state.operations})
            return
        before = self.operations
        changed = self._add_pages(
            state.operations, marker, lambda operations: self.plugins.record_end_hooks(operations, waited_for)
        )
        self.plugins.record_change(changed, self.operations, before)

    # The branches of maps and parallels

    def branch_pool(self) -> BranchPool:
        """Return the threads that run the branches of all maps and parallels of this invocation."""
        if self._pool is None:
            self._pool = BranchPool(is_remote=_is_remote(self._client))
        return self._pool

    def close(self) -> None:
        """End the threads, once the branches that still run have come to an end, and send what is left."""
        if self._pool is not None:
            self._pool.close()
        self._checkpointer.close()

    # Plugins

    def report_replay(self, operation: Operation) -> None:
        """Tell plugins that replay has come to an operation of an earlier invocation."""
        if operation.operation_type is OperationType.EXECUTION:
            return
        if operation.operation_id in self._updated_ids:
            self.plugins.on_operation_update(operation)
        else:
            self.report_branch_replay(operation)

    def report_branch_replay(self, operation: Operation) -> None:
        """The same for a branch, at most once an invocation."""
        if operation.status is OperationStatus.READY or operation.operation_id in self._replay_reported:
            return
        self._replay_reported.add(operation.operation_id)
        self.plugins.on_operation_replay(operation)

    def report_unrecorded_end(
        self,
        identifier: OperationIdentifier,
        status: OperationStatus,
        *,
        error: ErrorObject | None = None,
        is_replayed: bool,
    ) -> None:
        """Tell plugins that the body of a context has ended that records no end."""
        if self.has_plugins:
            self.plugins.on_child_context_end(identifier, status, error=error, is_replayed=is_replayed)

    def trace_id_for(self, identifier: OperationIdentifier, function_name: str) -> str | None:
        """Return the X-Ray trace id that plugins want to pass on to a function that is about to be invoked."""
        if not self.has_plugins:
            return None
        # Imported only now: most handlers have no plugins.
        from durable_runtime.plugin import PropagationInput

        asked = PropagationInput(
            execution_arn=self.durable_execution_arn,
            operation_id=identifier.operation_id,
            parent_operation_id=identifier.parent_id,
            target_function_name=function_name,
        )
        return self.plugins.provide_propagation_metadata(asked).x_amzn_trace_id

    def run_with_hooks(
        self,
        identifier: OperationIdentifier,
        function: Callable[..., T],
        args: tuple[Any, ...],
        *,
        is_replay_children: bool,
        attempt: int | None,
    ) -> T:
        """Run a function of the user's between the hooks of plugins, on this thread."""
        from durable_runtime.plugin import UserFunctionOutcome

        start = self.plugins.on_user_function_start(identifier, is_replay_children, attempt)
        outcome = UserFunctionOutcome.INCOMPLETE
        error: ErrorObject | None = None
        try:
            result = function(*args)
            outcome = UserFunctionOutcome.SUCCEEDED
            return result
        except Exception as raised:
            outcome, error = UserFunctionOutcome.FAILED, ErrorObject.from_exception(raised)
            raise
        finally:
            self.plugins.on_user_function_end(start, error, outcome=outcome)


def _is_remote(client: DurableServiceClient) -> bool:
    return type(getattr(client, "client", None)).__module__.startswith("botocore.")
