"""One invocation's plugins, and the calls by which the SDK's core tells them what happens."""

from __future__ import annotations

import datetime
import logging
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from durable_runtime.instrumentation import propagation
from durable_runtime.instrumentation.changes import Change, ChangeFeed
from durable_runtime.instrumentation.containment import log
from durable_runtime.instrumentation.creation import copied_for_plugins, create_plugins
from durable_runtime.instrumentation.end_hooks import EndHookClaim, EndHooks
from durable_runtime.instrumentation.hooks import DurableInstrumentationPlugin, call_hook, hears_changes
from durable_runtime.instrumentation.infos import (
    InvocationEndInfo,
    InvocationStartInfo,
    OperationChangeInfo,
    OperationEndInfo,
    OperationInfo,
    OperationInfos,
    OperationStartInfo,
    OperationType,
    UserFunctionEndInfo,
    UserFunctionOutcome,
    UserFunctionStartInfo,
    end_info,
    is_terminal,
    replayed_start_info,
)
from durable_runtime.instrumentation.propagation import PropagationInput, PropagationMetadata
from durable_runtime.lambda_service import OperationAction, OperationStatus

if TYPE_CHECKING:
    from durable_runtime.identifier import OperationIdentifier
    from durable_runtime.instrumentation.hooks import DurableInstrumentationPluginFactory
    from durable_runtime.lambda_service import (
        DurableExecutionInvocationOutput,
        ErrorObject,
        Operation,
        OperationUpdate,
    )
    from durable_runtime.types import LambdaContext

# Stands in where there are no plugins: nothing is ever recorded in it.
_NO_END_HOOKS = EndHooks(lambda info: None, lambda: True)


class PluginExecutor:
    """The plugins of one invocation; make one for each, and keep it in the invocation's own frame.

    Without factories no call does anything: no lock, no thread and no copy. `has_plugins` lets callers skip even the
    preparation of a call.

    Args:
        plugins: the handler's factories, as `load_configured_plugins` has checked them.
    """

    def __init__(self, plugins: Sequence[DurableInstrumentationPluginFactory] | None) -> None:
        self._factories = tuple(plugins or ())
        self.has_plugins = bool(self._factories)
        self._entered = False
        self._plugins: list[DurableInstrumentationPlugin] = []
        # Those whose start hook was called, or at least begun: only they get any other hook.
        self._started: list[DurableInstrumentationPlugin] = []
        self._start_info: InvocationStartInfo | None = None
        self._operations: Callable[[], Mapping[str, Operation]] | None = None
        self._hook_scope: _HookScope | None = None
        self._infos: OperationInfos | None = None
        self._changes: ChangeFeed | None = None
        self._end_hooks = _NO_END_HOOKS
        if self.has_plugins:
            self._hook_scope = _HookScope()
            self._infos = OperationInfos()
            self._changes = ChangeFeed(self._deliver_change)
            self._end_hooks = EndHooks(self.execute_plugins, self._hook_scope.entered)

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
            if self.has_plugins:
                try:
                    self._finish_hooks()
                finally:
                    self._start_info = self._operations = None
                    self._plugins, self._started = [], []

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
        if not self.has_plugins:
            return
        self._operations = operations_provider
        operations = self._snapshot()
        self._start_info = InvocationStartInfo(
            request_id=lambda_context.aws_request_id if lambda_context else None,
            execution_arn=execution_arn,
            is_first_invocation=is_first_invocation,
            execution_start_time=execution_start_time,
            execution_input=copied_for_plugins(execution_input),
            operations=operations,
            updated_operations={key: operations[key] for key in updated_operation_ids or () if key in operations},
        )
        self._plugins = create_plugins(self._factories, self._start_info)
        self.execute_plugins(self._start_info)

    def on_invocation_end(self, output: DurableExecutionInvocationOutput) -> None:
        """Call every hook that is still due, then the end hooks. What tells the thread to stop is raised last."""
        if self._start_info is None:
            return
        held: BaseException | None = None
        try:
            self._finish_hooks()
        except BaseException as control:
            held = control
        end = InvocationEndInfo.from_durable_execution_invocation_output(self._start_info, output, self._snapshot())
        try:
            self.execute_plugins(end)
        except BaseException as control:
            held = held if held is not None else control
        if held is not None:
            raise held

    def _finish_hooks(self) -> None:
        try:
            self._end_hooks.drain()
        finally:
            if self._changes is not None:
                self._changes.close()

    def _snapshot(self) -> dict[str, OperationInfo]:
        if self._operations is None or self._infos is None:
            return {}
        try:
            return self._infos.of(self._operations())
        except Exception as error:
            log(logging.ERROR, "Failed to snapshot operations for plugin hook", error=error)
            return {}

    def execute_plugins(self, info: object, *, finish_fan_out: bool = False) -> None:
        """Call one hook of every plugin, on this thread and in order.

        Only what tells the thread to stop is raised. The hooks after it are not called then, unless it is the end of
        the invocation or `finish_fan_out` is set: then it is raised when all were called.
        """
        if self._hook_scope is None:
            return
        starting = isinstance(info, InvocationStartInfo)
        finish = finish_fan_out or isinstance(info, InvocationEndInfo)
        held: BaseException | None = None
        with self._hook_scope:
            for plugin in self._plugins if starting else self._started:
                if starting:
                    # Before the call: a start that fails half way may own something that only its end can free.
                    self._started.append(plugin)
                try:
                    call_hook(plugin, info)
                except BaseException as control:
                    if not finish:
                        raise
                    held = held if held is not None else control
        if held is not None:
            raise held

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
        if not self.has_plugins or update.action is not OperationAction.START:
            return
        self.execute_plugins(
            OperationStartInfo(
                operation_id=update.operation_id,
                operation_type=OperationType(update.operation_type.value),
                sub_type=update.sub_type,
                name=update.name,
                parent_id=update.parent_id,
                start_time=operation.start_timestamp if operation else None,
                is_replayed=previous_operation is not None,
                status=OperationStatus.STARTED,
            )
        )

    def on_operation_replay(self, operation: Operation) -> None:
        """Replay has come to an operation of an earlier invocation; it is reported if it is still going on."""
        if self.has_plugins and not is_terminal(operation):
            self.execute_plugins(replayed_start_info(operation))

    def on_operation_update(
        self,
        operation_or_operations: Operation | Sequence[Operation] | None,
        operations: Mapping[str, Operation] | None = None,
        previous_operations: Mapping[str, Operation] | None = None,
    ) -> None:
        """Replay has come to operations that changed while the execution was suspended; the end is reported here.

        With both maps, of all operations now and before, the change is reported too.
        """
        if not self.has_plugins or operation_or_operations is None:
            return
        updated: Sequence[Operation] = (
            operation_or_operations
            if isinstance(operation_or_operations, (list, tuple))
            else (operation_or_operations,)
        )
        for operation in updated:
            if is_terminal(operation):
                self._end_hooks.run_once(end_info(operation))
        if operations is not None and previous_operations is not None:
            self.record_change(updated, operations, previous_operations)

    def on_child_context_end(
        self,
        operation_identifier: OperationIdentifier,
        status: OperationStatus,
        *,
        error: ErrorObject | None = None,
        is_replayed: bool = False,
    ) -> None:
        """The body of a child context that records no end has returned: a virtual one, or one that is run again."""
        if not self.has_plugins:
            return
        self.execute_plugins(
            OperationEndInfo(
                operation_id=operation_identifier.operation_id,
                operation_type=OperationType(operation_identifier.type.value),
                sub_type=operation_identifier.sub_type,
                name=operation_identifier.name,
                parent_id=operation_identifier.parent_id,
                start_time=None,
                end_time=datetime.datetime.now(datetime.UTC),
                status=status,
                error=error,
                is_replayed=is_replayed,
            )
        )

    def on_user_function_start(
        self,
        operation_identifier: OperationIdentifier,
        is_replay_children: bool = False,
        attempt: int | None = None,
    ) -> UserFunctionStartInfo:
        """A user's function is about to run on this thread; give what is returned to `on_user_function_end`."""
        info = UserFunctionStartInfo(
            operation_id=operation_identifier.operation_id,
            operation_type=OperationType(operation_identifier.type.value),
            sub_type=operation_identifier.sub_type,
            name=operation_identifier.name,
            parent_id=operation_identifier.parent_id,
            start_time=datetime.datetime.now(datetime.UTC),
            is_replayed=False,
            status=OperationStatus.STARTED,
            is_replay_children=is_replay_children,
            attempt=attempt,
        )
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
        if self.has_plugins:
            self.execute_plugins(UserFunctionEndInfo.from_start_info(start_info, error, outcome=outcome))

    def provide_propagation_metadata(self, info: PropagationInput) -> PropagationMetadata:
        """What the plugins want to hand on to a function that is about to be invoked."""
        if self._hook_scope is None:
            return PropagationMetadata()
        return propagation.collect(self._plugins, info, self._hook_scope)

    # -- answers to checkpoints ----------------------------------------------------------------------------------------

    def record_end_hooks(self, operations: Sequence[Operation], waited_for: Collection[str] = ()) -> None:
        """Record the ends in an answer, before its operations become readable; no hook runs here.

        Args:
            waited_for: ids of the operations whose threads the answer is going to wake; each of these threads must
                call `claim_end_hook(operation_id, waiter=True)`.
        """
        if self.has_plugins:
            ends = [end_info(operation) for operation in operations if is_terminal(operation)]
            if ends:
                self._end_hooks.record(ends, waited_for)

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
        if self._changes is None or self._start_info is None or not any(map(hears_changes, self._started)):
            return
        changed: dict[str, Operation] = {}
        for operation in updated_operations:
            previous = previous_operations.get(operation.operation_id)
            if previous is None or previous.status != operation.status:
                changed[operation.operation_id] = operation
        if changed:
            self._changes.submit(Change(changed, operations))

    def _deliver_change(self, change: Change) -> None:
        if self._start_info is None or self._infos is None:
            return
        info = OperationChangeInfo(
            execution_arn=self._start_info.execution_arn,
            updated_operations=self._infos.of(change.updated),
            operations=self._infos.of(change.operations),
        )
        self.execute_plugins(info, finish_fan_out=True)

    @property
    def claim_lock(self) -> threading.Lock:
        """Hold it from the look at an operation's state until `take_end_hook` has decided; not while a hook runs."""
        return self._end_hooks.lock

    def take_end_hook(self, operation_id: str, *, waiter: bool = False) -> EndHookClaim | None:
        """Decide, under `claim_lock`, what a thread that has seen a final state does: `run` the claim, or nothing."""
        return self._end_hooks.take(operation_id, waiter=waiter)

    def claim_end_hook(self, operation_id: str, *, waiter: bool = False) -> None:
        """Run the end hook of an operation whose final state this thread has seen, or wait for whoever runs it.

        Args:
            waiter: this thread has waited for the checkpoint that ended the operation.
        """
        if self.has_plugins:
            self._end_hooks.claim(operation_id, waiter=waiter)

    def drain_end_hooks(self) -> None:
        """Run the end hooks that nobody has claimed, when every other thread of the invocation has ended."""
        self._end_hooks.drain()


class _HookScope(threading.local):
    """Knows whether the calling thread is inside a hook; enter it around every call of one."""

    depth = 0

    def __enter__(self) -> None:
        self.depth += 1

    def __exit__(self, *exc_info: object) -> None:
        self.depth -= 1

    def entered(self) -> bool:
        return self.depth > 0
