"""What the SDK's core tells plugins about one invocation.

This module is all that a handler without plugins imports: the plugins, and what they are told, live in `invocation`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime
    import threading

    from durable_runtime.identifier import OperationIdentifier
    from durable_runtime.instrumentation.end_hooks import EndHookClaim
    from durable_runtime.instrumentation.enums import UserFunctionOutcome
    from durable_runtime.instrumentation.hooks import DurableInstrumentationPluginFactory
    from durable_runtime.instrumentation.infos import UserFunctionStartInfo
    from durable_runtime.instrumentation.invocation import InvocationPlugins
    from durable_runtime.instrumentation.propagation import PropagationInput, PropagationMetadata
    from durable_runtime.lambda_service import (
        DurableExecutionInvocationOutput,
        ErrorObject,
        Operation,
        OperationStatus,
        OperationUpdate,
    )
    from durable_runtime.types import LambdaContext

_NOTHING_TO_LOCK = nullcontext()


class PluginExecutor:
    """The plugins of one invocation; make one for each, and keep it in the invocation's own frame.

    Without factories no call does anything: no lock, no thread and no copy. `has_plugins` lets callers skip even the
    preparation of a call.

    Args:
        plugins: the handler's factories, as `load_configured_plugins` has checked them.
    """

    def __init__(self, plugins: Sequence[DurableInstrumentationPluginFactory] | None) -> None:
        self._entered = False
        self._invocation: InvocationPlugins | None = None
        if plugins:
            from durable_runtime.instrumentation.invocation import InvocationPlugins

            self._invocation = InvocationPlugins(tuple(plugins))

    @property
    def has_plugins(self) -> bool:
        """Whether the handler has any, even if none of them could be made for this invocation."""
        return self._invocation is not None

    # -- the invocation ------------------------------------------------------------------------------------------------

    @contextmanager
    def run(self) -> Iterator[None]:
        """The scope of the invocation; at its end no plugin and no thread is left.

        Raises:
            RuntimeError: entered a second time.
        """
        if self._entered:
            raise RuntimeError(
                "PluginExecutor.run() is single-use: this executor has already served an invocation. "
                "Build one executor per invocation."
            )
        self._entered = True
        try:
            yield
        finally:
            if self._invocation is not None:
                self._invocation.close()

    def on_invocation_start(
        self,
        execution_arn: str,
        is_first_invocation: bool,
        execution_start_time: datetime.datetime | None,
        lambda_context: LambdaContext | None,
        execution_input: Any = None,
        operations_provider: Callable[[], Mapping[str, Operation]] | None = None,
        updated_operation_ids: Sequence[str] | None = None,
    ) -> None:
        """Make the plugins and call their start hooks.

        Args:
            execution_input: the handler's event; plugins see a copy.
            operations_provider: gives a copy of what is recorded, now and at the end of the invocation.
            updated_operation_ids: what was changed from outside since the last invocation.
        """
        if self._invocation is not None:
            self._invocation.start(
                execution_arn,
                is_first_invocation,
                execution_start_time,
                lambda_context.aws_request_id if lambda_context else None,
                execution_input,
                operations_provider,
                updated_operation_ids or (),
            )

    def on_invocation_end(self, output: DurableExecutionInvocationOutput) -> None:
        """Call every hook that is still due, then the end hooks. What tells the thread to stop is raised last."""
        if self._invocation is not None:
            self._invocation.end(output)

    def execute_plugins(self, info: object, *, finish_fan_out: bool = False) -> None:
        """Call one hook of every plugin, on this thread and in order.

        Only what tells the thread to stop is raised. The hooks after it are not called then, unless it is the end of
        the invocation or `finish_fan_out` is set: then it is raised when all were called.
        """
        if self._invocation is not None:
            self._invocation.call(info, finish_fan_out=finish_fan_out)

    # -- operations ----------------------------------------------------------------------------------------------------

    def on_operation_action(
        self,
        update: OperationUpdate,
        operation: Operation | None = None,
        previous_operation: Operation | None = None,
    ) -> None:
        """An update is about to be queued; a START is reported, for its answer may show only how the operation ended.

        Args:
            operation: what is recorded after the update, where that is known.
            previous_operation: what was recorded before it.
        """
        if self._invocation is not None:
            self._invocation.action(update, operation, previous_operation)

    def on_operation_replay(self, operation: Operation) -> None:
        """Replay has come to an operation of an earlier invocation; it is reported if it is still going on."""
        if self._invocation is not None:
            self._invocation.replay(operation)

    def on_operation_update(
        self,
        operation_or_operations: Operation | Sequence[Operation] | None,
        operations: Mapping[str, Operation] | None = None,
        previous_operations: Mapping[str, Operation] | None = None,
    ) -> None:
        """Replay has come to operations that changed while the execution was suspended; the end is reported here.

        With both maps, of all operations now and before, the change is reported too.
        """
        if self._invocation is None or operation_or_operations is None:
            return
        updated: Sequence[Operation] = (
            operation_or_operations
            if isinstance(operation_or_operations, (list, tuple))
            else (operation_or_operations,)
        )
        self._invocation.update(updated)
        if operations is not None and previous_operations is not None:
            self._invocation.change(updated, operations, previous_operations)

    def on_child_context_end(
        self,
        operation_identifier: OperationIdentifier,
        status: OperationStatus,
        *,
        error: ErrorObject | None = None,
        is_replayed: bool = False,
    ) -> None:
        """The body of a child context that records no end has returned: a virtual one, or one that is run again."""
        if self._invocation is not None:
            self._invocation.child_context_end(operation_identifier, status, error, is_replayed)

    def on_user_function_start(
        self,
        operation_identifier: OperationIdentifier,
        is_replay_children: bool = False,
        attempt: int | None = None,
    ) -> UserFunctionStartInfo:
        """A user's function is about to run on this thread; give what is returned to `on_user_function_end`.

        The info is made for nothing where there are no plugins: ask `has_plugins` first.
        """
        from durable_runtime.instrumentation.infos import UserFunctionStartInfo

        info = UserFunctionStartInfo.now(operation_identifier, is_replay_children, attempt)
        self.execute_plugins(info)
        return info

    def on_user_function_end(
        self,
        start_info: UserFunctionStartInfo,
        error: ErrorObject | None,
        *,
        outcome: UserFunctionOutcome | None = None,
    ) -> None:
        """The function has returned, raised or suspended."""
        if self._invocation is not None:
            self._invocation.user_function_end(start_info, error, outcome)

    def provide_propagation_metadata(self, info: PropagationInput) -> PropagationMetadata:
        """What the plugins want to hand on to a function that is about to be invoked."""
        if self._invocation is not None:
            return self._invocation.propagation_metadata(info)
        from durable_runtime.instrumentation.propagation import PropagationMetadata

        return PropagationMetadata()

    # -- answers to checkpoints ----------------------------------------------------------------------------------------

    def record_end_hooks(self, operations: Sequence[Operation], waited_for: Collection[str] = ()) -> None:
        """Record the ends in an answer, before its operations become readable; no hook runs here.

        Args:
            waited_for: ids of the operations whose threads the answer is going to wake; each of these threads must
                call `claim_end_hook(operation_id, waiter=True)`.
        """
        if self._invocation is not None:
            self._invocation.record_ends(operations, waited_for)

    def record_change(
        self,
        updated_operations: Sequence[Operation],
        operations: Mapping[str, Operation],
        previous_operations: Mapping[str, Operation],
    ) -> None:
        """Queue the change that an answer makes, before the threads that wait for it wake; no hook runs here.

        Args:
            operations: all operations after the answer; kept until it is delivered, so it must not change any more.
            previous_operations: those before it; only the ones that the answer updates are looked up.
        """
        if self._invocation is not None:
            self._invocation.change(updated_operations, operations, previous_operations)

    @property
    def claim_lock(self) -> threading.Lock | nullcontext[None]:
        """Hold it from the look at an operation's state until `take_end_hook` has decided; not while a hook runs."""
        return _NOTHING_TO_LOCK if self._invocation is None else self._invocation.end_hooks.lock

    def take_end_hook(self, operation_id: str, *, waiter: bool = False) -> EndHookClaim | None:
        """Decide, under `claim_lock`, what a thread that has seen a final state does: `run` the claim, or nothing."""
        return None if self._invocation is None else self._invocation.end_hooks.take(operation_id, waiter=waiter)

    def claim_end_hook(self, operation_id: str, *, waiter: bool = False) -> None:
        """Run the end hook of an operation whose final state this thread has seen, or wait for whoever runs it.

        Args:
            waiter: this thread has waited for the checkpoint that ended the operation.
        """
        if self._invocation is not None:
            self._invocation.end_hooks.claim(operation_id, waiter=waiter)

    def drain_end_hooks(self) -> None:
        """Run the end hooks that nobody has claimed, when every other thread of the invocation has ended."""
        if self._invocation is not None:
            self._invocation.end_hooks.drain()
