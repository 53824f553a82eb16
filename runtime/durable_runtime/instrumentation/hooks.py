"""What a plugin implements, and what makes plugins."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from durable_runtime.instrumentation.containment import contained, type_name
from durable_runtime.instrumentation.infos import (
    InvocationEndInfo,
    InvocationStartInfo,
    OperationChangeInfo,
    OperationEndInfo,
    OperationStartInfo,
    UserFunctionEndInfo,
    UserFunctionStartInfo,
)

if TYPE_CHECKING:
    from durable_runtime.instrumentation.propagation import PropagationInput, PropagationMetadata


class DurableInstrumentationPlugin:
    """Base class of plugins: override the hooks you need, they do nothing by themselves.

    One instance serves one invocation. Every hook is an ordinary call that its thread waits for; slow work, such as an
    export over the network, belongs on a thread of the plugin's that `on_invocation_end` waits for. No hook runs while
    the SDK holds a lock.

    **Threads.** The invocation's hooks run on the handler's thread: the start before the handler, the end when every
    operation's thread has ended and every other hook has returned. `on_operation_start` and the two hooks of user
    functions run on the thread of the operation. `on_operation_end` runs on the thread that sees the result, before
    the operation returns to the user's code; another thread that sees the same result meanwhile waits for the hook.
    A result that nobody looks at is reported on the handler's thread at the end, or with the parent's end when that
    comes first. `on_operation_change` has a thread of its own, one an invocation.

    **Order.** On one thread: the operation's start, the user function's start and end, the terminal checkpoint, the
    operation's end, the next operation; a child's end precedes its parent's. Branches of `parallel` and `map` run at
    the same time, so state that hooks share needs a lock. An early completion is the exception to child before parent:
    a virtual branch that is still running then ends after it, any other gets no end hook.

    **How often.** In one invocation an operation ends at most once, and one that an earlier invocation has reported
    is not reported again; but a child context whose body runs again, because it is virtual or its result was too
    large to be recorded, reports its end on each run. A retried invocation sees the updates of the failed one again.

    **Failures.** What a hook raises is logged, and the execution goes on. `KeyboardInterrupt`, `SystemExit` and
    `GeneratorExit` go through to the caller instead, except on the change thread. When `on_invocation_end` raises one
    the other plugins still get theirs. A plugin that never got `on_invocation_start` gets no other hook.

    A hook may read results of operations; such a read neither runs another operation's end hook nor waits for one.
    """

    def provide_propagation_metadata(self, info: PropagationInput) -> PropagationMetadata | None:
        """Give a chained invoke something on its way. Called before a new invoke is recorded, never on replay.

        The first plugin's answer counts. An attempt that was not recorded may ask again.
        """
        return None

    def on_invocation_start(self, info: InvocationStartInfo) -> None:
        """The handler is about to run."""

    def on_invocation_end(self, info: InvocationEndInfo) -> None:
        """The handler has returned, raised or suspended, and all other hooks have been called."""

    def on_operation_start(self, info: OperationStartInfo) -> None:
        """An operation is about to be recorded as started, or one that is still going on was found on replay."""

    def on_operation_end(self, info: OperationEndInfo) -> None:
        """An operation has reached its final status, or the body of a child context that records none has returned."""

    def on_operation_change(self, info: OperationChangeInfo) -> None:
        """The service's answer to a checkpoint has changed the status of operations.

        Calls come in order; answers that arrive during a call are merged into the next one, which shows the newest
        status of each operation. There is no order between these calls and `on_operation_end`.
        """

    def on_user_function_start(self, info: UserFunctionStartInfo) -> None:
        """A step, a check, a child context or a branch starts to run the function it was given."""

    def on_user_function_end(self, info: UserFunctionEndInfo) -> None:
        """That function has returned, raised or suspended; its result is not recorded yet."""


class DurableInstrumentationPluginFactory(Protocol):
    """Makes a plugin for each invocation; holds what outlives one, an exporter or a configuration.

    Pass instances of factories to `durable_execution(plugins=[...])`, or name them in the environment variable
    `DURABLE_EXECUTION_PLUGINS`. Anything with a fitting `create_plugin` will do; it need not inherit from this class.

    A factory's class that declares `__durable_registration_api__ = 1` may also declare `exclusive_group`, a name that
    only one registered factory may have, and `on_registration_result(registered: bool)`, which is called once the
    handler is decorated, with False if that failed.
    """

    def create_plugin(self, info: InvocationStartInfo, /) -> DurableInstrumentationPlugin:
        """A plugin for the invocation, which then gets the same info in `on_invocation_start`.

        What is raised, None, and anything that is not a plugin are logged; the invocation goes on without it.
        """
        ...


_HOOKS: dict[type[Any], Callable[[DurableInstrumentationPlugin, Any], None]] = {
    InvocationStartInfo: lambda plugin, info: plugin.on_invocation_start(info),
    InvocationEndInfo: lambda plugin, info: plugin.on_invocation_end(info),
    OperationStartInfo: lambda plugin, info: plugin.on_operation_start(info),
    OperationEndInfo: lambda plugin, info: plugin.on_operation_end(info),
    OperationChangeInfo: lambda plugin, info: plugin.on_operation_change(info),
    UserFunctionStartInfo: lambda plugin, info: plugin.on_user_function_start(info),
    UserFunctionEndInfo: lambda plugin, info: plugin.on_user_function_end(info),
}


def call_hook(plugin: DurableInstrumentationPlugin, info: object) -> None:
    """Call the hook that the info is for, on this thread; raises only what tells the thread to stop."""
    try:
        _HOOKS[type(info)](plugin, info)
    except BaseException as error:
        control = contained(error, "Plugin %s exception ignored", type_name(plugin))
        if control is not None:
            raise control from None


def hears_changes(plugin: DurableInstrumentationPlugin) -> bool:
    """Whether the plugin does anything in `on_operation_change`; in doubt it does."""
    try:
        own = type(plugin)
        return (
            own.on_operation_change is not DurableInstrumentationPlugin.on_operation_change
            or own.__getattribute__ is not object.__getattribute__
            or "on_operation_change" in vars(plugin)
        )
    except Exception:
        return True
