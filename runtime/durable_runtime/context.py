"""The durable operations, as methods of the context that a durable function gets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from durable_runtime.concurrency.completion import envelope_summary_generator
from durable_runtime.config import (
    CallbackConfig,
    ChildConfig,
    Duration,
    InvokeConfig,
    MapConfig,
    ParallelBranch,
    ParallelConfig,
    StepConfig,
    WaitForCallbackConfig,
)
from durable_runtime.decorators import (
    durable_parallel_branch,
    durable_step,
    durable_wait_for_callback,
    durable_with_child_context,
)
from durable_runtime.exceptions import ChildContextError
from durable_runtime.lambda_service import OperationSubType, OperationType
from durable_runtime.operation import arguments
from durable_runtime.operation.callback import Callback, create_callback, raise_as_callback_error, wait_for_callback
from durable_runtime.operation.child import refuse_recorded_virtual, run_child
from durable_runtime.operation.invoke import run_invoke, serialize_payload
from durable_runtime.operation.map import run_map
from durable_runtime.operation.parallel import run_parallel
from durable_runtime.operation.step import run_step
from durable_runtime.operation.wait import run_wait
from durable_runtime.operation.wait_for_condition import run_wait_for_condition
from durable_runtime.replaying import ExecutionContext, ReplayingContext
from durable_runtime.state import ExecutionState, ReplayStatus
from durable_runtime.strict import function_footprint, payload_footprint
from durable_runtime.types import DurableContext as DurableContextProtocol
from durable_runtime.types import StepContext, WaitForCallbackContext, WaitForConditionCheckContext

if TYPE_CHECKING:
    from durable_runtime.concurrency.models import BatchResult
    from durable_runtime.operation.base import OperationCall
    from durable_runtime.types import LambdaContext
    from durable_runtime.waits import WaitForConditionConfig

__all__ = [
    "Callback",
    "DurableContext",
    "ExecutionContext",
    "durable_parallel_branch",
    "durable_step",
    "durable_wait_for_callback",
    "durable_with_child_context",
]

P = TypeVar("P")
R = TypeVar("R")
T = TypeVar("T")
U = TypeVar("U")

_STEP = StepConfig()
_STEP_SUB_TYPE = OperationSubType.STEP.value
_CHILD: ChildConfig[Any] = ChildConfig()
_MAP: MapConfig[Any] = MapConfig()
_PARALLEL = ParallelConfig()
_INVOKE: InvokeConfig[Any, Any] = InvokeConfig()
_CALLBACK = CallbackConfig()


class DurableContext(ReplayingContext, DurableContextProtocol):
    """What a durable function does its work with.

    On each invocation the function runs from its beginning. Operations that are recorded return at once what they
    returned before; the first one that has to wait ends the invocation. So the function must call the same operations
    in the same order every time, and leave whatever may differ, such as the time or an answer from elsewhere, to steps.

    Every operation takes a `name`, for history and messages; it belongs to the operation's identity.

    All operations raise:
        TypeError, ValidationError: An argument is wrong; nothing was recorded.
        NonDeterministicExecutionError: History holds another operation at this place. It ends the execution.
    """

    @staticmethod
    def from_lambda_context(
        state: ExecutionState, lambda_context: LambdaContext, replay_status: ReplayStatus = ReplayStatus.NEW
    ) -> DurableContext:
        """Return the context of a handler."""
        return DurableContext(
            state, ExecutionContext(state.durable_execution_arn), lambda_context, replay_status=replay_status
        )

    def step(self, func: Callable[[StepContext], T], name: str | None = None, config: StepConfig | None = None) -> T:
        """Run a function and record its result; on replay, return the recorded one.

        Args:
            func: It gets a StepContext. What it does may happen twice if the invocation dies in the midst of it; see
                StepSemantics.
            name: By default that of the function, if it was made by `@durable_step`.
            config: Retries, semantics and serdes. Without a retry strategy of your own there are up to 6 attempts.

        Raises:
            StepError: The function raised, and is not tried again.
            SerDesError: Its result cannot be serialized.
        """
        arguments.check_step(func, name, config)
        config = config or _STEP
        sub_type = config.sub_type or _STEP_SUB_TYPE
        with self._begin("step", OperationType.STEP, sub_type, _name(name, func)) as call:
            if self.state.strict is not None:
                call.leave_footprint(lambda: function_footprint(func))
            return run_step(call, func, config)

    def wait(self, duration: Duration, name: str | None = None) -> None:
        """Suspend for a time, at least a second; nothing runs, and nothing is billed, meanwhile."""
        seconds = arguments.check_wait(duration, name)
        with self._begin("wait", OperationType.WAIT, OperationSubType.WAIT.value, name) as call:
            call.leave_footprint(lambda: f"waits {seconds} s")
            run_wait(call, seconds)

    def invoke(
        self, function_name: str, payload: P, name: str | None = None, config: InvokeConfig[P, R] | None = None
    ) -> R:
        """Invoke another function, durable or not, and suspend until it has ended; return its result.

        Args:
            function_name: Its name or ARN; for a durable function, with a version or alias.
            payload: Its input; plain JSON unless the config has a serdes.

        Raises:
            InvokeError: It failed, timed out, was stopped or does not exist.
        """
        arguments.check_invoke(function_name, name, config)
        chosen = config or _INVOKE
        sub_type = OperationSubType.CHAINED_INVOKE.value
        with self._begin("invoke", OperationType.CHAINED_INVOKE, sub_type, name) as call:
            call.leave_footprint(
                lambda: f"invokes {function_name!r} with {payload_footprint(serialize_payload(call, payload, chosen))}"
            )
            result: R = run_invoke(call, function_name, payload, chosen)
            return result

    def create_callback(self, name: str | None = None, config: CallbackConfig | None = None) -> Callback[Any]:
        """Create a callback, whose id something outside needs in order to complete it.

        Hand the id out in a step, then call `result()`. `wait_for_callback` does all three.
        """
        arguments.check_callback(name, config)
        config = config or _CALLBACK
        sub_type = config.sub_type or OperationSubType.CALLBACK.value
        with self._begin("create_callback", OperationType.CALLBACK, sub_type, name) as call:
            timeouts = (config.timeout_seconds, config.heartbeat_timeout_seconds)
            call.leave_footprint(lambda: f"times out after {timeouts[0]} s, or {timeouts[1]} s without a heartbeat")
            callback_id = create_callback(call, config)
            callback: Callback[Any] = Callback(callback_id, call.operation_id, self.state, config.serdes)
            callback.context = self
            return callback

    def wait_for_callback(
        self,
        submitter: Callable[[str, WaitForCallbackContext], Any],
        name: str | None = None,
        config: WaitForCallbackConfig | None = None,
    ) -> Any:
        """Create a callback, hand out its id and suspend until its result was sent.

        Args:
            submitter: It gets the callback id and a context, and runs as a step.
            name: By default that of the submitter, if it was made by `@durable_wait_for_callback`.

        Raises:
            CallbackSubmitterError: The submitter raised, and is not tried again.
            CallbackTimeoutError: No result or no heartbeat came in time.
            CallbackExternalError: A failure was sent.
        """
        arguments.check_wait_for_callback(submitter, name, config)
        name = _name(name, submitter)
        try:
            return self._run_child(
                "wait_for_callback",
                lambda context: wait_for_callback(context, submitter, name, config),
                name,
                _CHILD,
                OperationSubType.WAIT_FOR_CALLBACK.value,
                submitter,
            )
        except ChildContextError as error:
            raise_as_callback_error(error)

    def wait_for_condition(
        self,
        check: Callable[[T, WaitForConditionCheckContext], T],
        config: WaitForConditionConfig[T],
        name: str | None = None,
    ) -> T:
        """Check a condition again and again, suspended in between, and return the state with which it was met.

        Args:
            check: It gets the state of the check before and a context, and returns the new state.
            config: The initial state, and the strategy that decides whether and when to check again.

        Raises:
            WaitForConditionError: The check raised, or the strategy gave up.
        """
        arguments.check_wait_for_condition(check, config, name)
        sub_type = OperationSubType.WAIT_FOR_CONDITION.value
        with self._begin("wait_for_condition", OperationType.STEP, sub_type, name) as call:
            call.leave_footprint(lambda: function_footprint(check))
            return run_wait_for_condition(call, check, config)

    def run_in_child_context(
        self, func: Callable[[DurableContext], T], name: str | None = None, config: ChildConfig[T] | None = None
    ) -> T:
        """Run a function that uses durable operations of its own, and record its result as one.

        Args:
            func: It gets a context, which it must use in place of this one.
            name: By default that of the function, if it was made by `@durable_with_child_context`.

        Raises:
            ChildContextError: The function raised.
            SerDesError: Its result cannot be serialized.
        """
        arguments.check_child(func, name, config)
        config = config or _CHILD
        sub_type = config.sub_type or OperationSubType.RUN_IN_CHILD_CONTEXT.value
        return self._run_child("run_in_child_context", func, _name(name, func), config, sub_type, func)

    def _run_child(
        self,
        method: str,
        func: Callable[[DurableContext], T],
        name: str | None,
        config: ChildConfig[Any],
        sub_type: str,
        user_function: Callable[..., Any],
    ) -> T:
        call = self._begin(method, OperationType.CONTEXT, sub_type, name)
        if config.is_virtual:
            refuse_recorded_virtual(call.identifier, call.recorded)
        with call:
            call.leave_footprint(lambda: function_footprint(user_function))
            child = self.create_child_context(call.operation_id, is_virtual=config.is_virtual)
            return run_child(call, child, lambda: child.run_body(str(call), func), config)

    def map(
        self,
        inputs: Sequence[U],
        func: Callable[[DurableContext, U, int, Sequence[U]], T],
        name: str | None = None,
        config: MapConfig[U] | None = None,
    ) -> BatchResult[T]:
        """Run a function for each input, each in a context of its own, many at a time.

        Failed items do not raise: check the result's `has_failure`, or call its `throw_if_error()`.

        Args:
            inputs: They must be the same, in the same order, on every replay.
            func: It gets a context, the input, its index, and all inputs.
            name: By default that of the function, if it has been given one by a decorator.
            config: How many at a time, when to stop early, and how to record.
        """
        arguments.check_map(inputs, func, name, config)
        items: Sequence[U] = list(inputs)
        # Reading an iterator has used it up, so the function gets the list.
        passed = items if isinstance(inputs, Iterator) else inputs
        chosen: MapConfig[Any] = config or _MAP
        chosen.completion_config._validate_for_total(len(items))
        return self._run_batch(
            "map",
            OperationSubType.MAP.value,
            _name(name, func),
            chosen,
            lambda call, context: run_map(call, context, passed, items, func, chosen),
            lambda: f"has {len(items)} items and {function_footprint(func)}",
        )

    def parallel(
        self,
        functions: Sequence[Callable[[DurableContext], T] | ParallelBranch[T]],
        name: str | None = None,
        config: ParallelConfig | None = None,
    ) -> BatchResult[T]:
        """Run several functions side by side, each in a context of its own.

        Failed branches do not raise: check the result's `has_failure`, or call its `throw_if_error()`.

        Args:
            functions: Each gets a context; wrap one in ParallelBranch to give it a name.
            config: How many at a time, when to stop early, and how to record.
        """
        arguments.check_parallel(functions, name, config)
        branches = list(functions)
        arguments.check_branches(branches)
        chosen = config or _PARALLEL
        chosen.completion_config._validate_for_total(len(branches))
        return self._run_batch(
            "parallel",
            OperationSubType.PARALLEL.value,
            name,
            chosen,
            lambda call, context: run_parallel(call, context, branches, chosen),
            lambda: f"has {len(branches)} branches: {', '.join(map(function_footprint, branches))}",
        )

    def _run_batch(
        self,
        method: str,
        sub_type: str,
        name: str | None,
        config: MapConfig[Any] | ParallelConfig,
        body: Callable[[OperationCall, DurableContext], BatchResult[Any]],
        footprint: Callable[[], str],
    ) -> BatchResult[Any]:
        with self._begin(method, OperationType.CONTEXT, sub_type, name) as call:
            call.leave_footprint(footprint)
            context = self.create_child_context(call.operation_id)
            child_config: ChildConfig[Any] = ChildConfig(
                serdes=config.serdes,
                summary_generator=envelope_summary_generator(f"{sub_type}Result", config.summary_generator),
            )
            return run_child(call, context, lambda: body(call, context), child_config)


def _name(name: str | None, func: Any) -> str | None:
    if name:
        return name
    original = getattr(func, "_original_name", None)
    # A mock has every attribute that is asked for.
    return original if isinstance(original, str) else None
