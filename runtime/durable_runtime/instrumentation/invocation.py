"""The plugins of one invocation: what the core reports becomes calls of their hooks."""

from __future__ import annotations

import copy
import datetime
import logging
import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from durable_runtime.instrumentation import propagation
from durable_runtime.instrumentation.changes import Change, ChangeFeed
from durable_runtime.instrumentation.containment import contained, log, type_name
from durable_runtime.instrumentation.end_hooks import EndHooks
from durable_runtime.instrumentation.hooks import DurableInstrumentationPlugin, call_hook, hears_changes
from durable_runtime.instrumentation.infos import (
    InvocationEndInfo,
    InvocationStartInfo,
    OperationChangeInfo,
    OperationEndInfo,
    OperationInfo,
    OperationInfos,
    OperationStartInfo,
    UserFunctionEndInfo,
    UserFunctionStartInfo,
    is_terminal,
)
from durable_runtime.lambda_service import OperationAction

if TYPE_CHECKING:
    from durable_runtime.identifier import OperationIdentifier
    from durable_runtime.instrumentation.enums import UserFunctionOutcome
    from durable_runtime.instrumentation.hooks import DurableInstrumentationPluginFactory
    from durable_runtime.lambda_service import (
        DurableExecutionInvocationOutput,
        ErrorObject,
        Operation,
        OperationStatus,
        OperationUpdate,
    )


class InvocationPlugins:
    """Makes the plugins of an invocation and calls their hooks. What the calls mean is told at `PluginExecutor`.

    Args:
        factories: one at least.
    """

    def __init__(self, factories: tuple[DurableInstrumentationPluginFactory, ...]) -> None:
        self._factories = factories
        self._plugins: list[DurableInstrumentationPlugin] = []
        # Those whose start hook was called, or at least begun: only they get any other hook.
        self._started: list[DurableInstrumentationPlugin] = []
        self._start_info: InvocationStartInfo | None = None
        self._operations: Callable[[], Mapping[str, Operation]] | None = None
        self._infos = OperationInfos()
        self._hook_scope = _HookScope()
        self._changes = ChangeFeed(self._deliver)
        self.end_hooks = EndHooks(self.call, self._hook_scope.entered)

    # -- the invocation ------------------------------------------------------------------------------------------------

    def start(
        self,
        execution_arn: str,
        is_first_invocation: bool,
        execution_start_time: datetime.datetime | None,
        request_id: str | None,
        execution_input: Any,
        operations: Callable[[], Mapping[str, Operation]] | None,
        updated_operation_ids: Iterable[str],
    ) -> None:
        self._operations = operations
        infos = self._snapshot()
        info = self._start_info = InvocationStartInfo(
            request_id=request_id,
            execution_arn=execution_arn,
            is_first_invocation=is_first_invocation,
            execution_start_time=execution_start_time,
            execution_input=_copied(execution_input),
            operations=infos,
            updated_operations={key: infos[key] for key in updated_operation_ids if key in infos},
        )
        self._plugins = [plugin for factory in self._factories if (plugin := _created(factory, info)) is not None]
        self.call(info)

    def end(self, output: DurableExecutionInvocationOutput) -> None:
        if self._start_info is None:
            return
        held: BaseException | None = None
        try:
            self._finish_hooks()
        except BaseException as control:
            held = control
        info = InvocationEndInfo.from_durable_execution_invocation_output(self._start_info, output, self._snapshot())
        try:
            self.call(info)
        except BaseException as control:
            held = held if held is not None else control
        if held is not None:
            raise held

    def close(self) -> None:
        """End the scope, whether or not `end` was called: no plugin is held any longer, and no thread runs."""
        try:
            self._finish_hooks()
        finally:
            self._start_info = self._operations = None
            self._plugins, self._started = [], []

    def _finish_hooks(self) -> None:
        try:
            self.end_hooks.drain()
        finally:
            self._changes.close()

    def _snapshot(self) -> dict[str, OperationInfo]:
        if self._operations is None:
            return {}
        try:
            return self._infos.of(self._operations())
        except Exception as error:
            log(logging.ERROR, "Failed to snapshot operations for plugin hook", error=error)
            return {}

    def call(self, info: object, *, finish_fan_out: bool = False) -> None:
        """Call the hook that the info is for; see `PluginExecutor.execute_plugins`."""
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

    def action(
        self, update: OperationUpdate, operation: Operation | None, previous_operation: Operation | None
    ) -> None:
        if update.action is OperationAction.START:
            self.call(OperationStartInfo.before(update, operation, is_replayed=previous_operation is not None))

    def replay(self, operation: Operation) -> None:
        if not is_terminal(operation):
            self.call(OperationStartInfo.again(operation))

    def update(self, operations: Iterable[Operation]) -> None:
        for operation in operations:
            if is_terminal(operation):
                self.end_hooks.run_once(OperationEndInfo.of(operation))

    def child_context_end(
        self, identifier: OperationIdentifier, status: OperationStatus, error: ErrorObject | None, is_replayed: bool
    ) -> None:
        self.call(OperationEndInfo.now(identifier, status, error, is_replayed))

    def user_function_end(
        self, start_info: UserFunctionStartInfo, error: ErrorObject | None, outcome: UserFunctionOutcome | None
    ) -> None:
        self.call(UserFunctionEndInfo.from_start_info(start_info, error, outcome=outcome))

    def propagation_metadata(self, info: propagation.PropagationInput) -> propagation.PropagationMetadata:
        return propagation.collect(self._plugins, info, self._hook_scope)

    # -- answers to checkpoints ----------------------------------------------------------------------------------------

    def record_ends(self, operations: Iterable[Operation], waited_for: Collection[str]) -> None:
        ends = [OperationEndInfo.of(operation) for operation in operations if is_terminal(operation)]
        if ends:
            self.end_hooks.record(ends, waited_for)

    def change(
        self,
        updated: Iterable[Operation],
        operations: Mapping[str, Operation],
        previous_operations: Mapping[str, Operation],
    ) -> None:
        if not any(map(hears_changes, self._started)):
            return
        changed: dict[str, Operation] = {}
        for operation in updated:
            previous = previous_operations.get(operation.operation_id)
            if previous is None or previous.status != operation.status:
                changed[operation.operation_id] = operation
        if changed:
            self._changes.submit(Change(changed, operations))

    def _deliver(self, change: Change) -> None:
        # Converted here rather than when it was submitted: what merges with later changes never needs to be.
        info = OperationChangeInfo(
            execution_arn=None if self._start_info is None else self._start_info.execution_arn,
            updated_operations=self._infos.of(change.updated),
            operations=self._infos.of(change.operations),
        )
        self.call(info, finish_fan_out=True)


class _HookScope(threading.local):
    """Knows whether the calling thread is inside a hook; enter it around every call of one."""

    depth = 0

    def __enter__(self) -> None:
        self.depth += 1

    def __exit__(self, *exc_info: object) -> None:
        self.depth -= 1

    def entered(self) -> bool:
        return self.depth > 0


def _created(
    factory: DurableInstrumentationPluginFactory, info: InvocationStartInfo
) -> DurableInstrumentationPlugin | None:
    """The factory's plugin; raises only what tells the thread to stop."""
    name = type_name(factory)
    try:
        plugin = factory.create_plugin(info)
        # In here, because a proxy's __class__ may run code of the user's.
        fits = isinstance(plugin, DurableInstrumentationPlugin)
    except BaseException as error:
        control = contained(error, "Plugin factory %s exception ignored", name)
        if control is not None:
            raise control from None
        return None
    if fits:
        return plugin
    if plugin is None:
        log(logging.ERROR, "Plugin factory %s returned None; plugin ignored", name)
    else:
        log(
            logging.ERROR,
            "Plugin factory %s returned %s, which is not a DurableInstrumentationPlugin; plugin ignored",
            name,
            type_name(plugin),
        )
    return None


def _copied(execution_input: Any) -> Any:
    """Plugins and the handler must not see each other's changes to the event."""
    try:
        return copy.deepcopy(execution_input)
    except Exception as error:
        log(logging.ERROR, "Failed to copy execution input for plugins; omitting plugin input", error=error)
        return None
