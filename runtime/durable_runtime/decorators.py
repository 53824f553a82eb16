"""Decorators that turn functions with arguments of their own into what the operations of a context take."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from durable_runtime.config import ParallelBranch
from durable_runtime.operation.arguments import refuse_unawaited
from durable_runtime.types import StepContext, WaitForCallbackContext

if TYPE_CHECKING:
    from durable_runtime.context import DurableContext

T = TypeVar("T")
Params = ParamSpec("Params")


def durable_step(
    func: Callable[Concatenate[StepContext, Params], T],
) -> Callable[Params, Callable[[StepContext], T]]:
    """Make a function a step with a name: `context.step(charge(order))` runs `charge(step_context, order)`."""

    @wraps(func)
    def bind(*args: Params.args, **kwargs: Params.kwargs) -> Callable[[StepContext], T]:
        def run(context: StepContext) -> T:
            return func(context, *args, **kwargs)

        return _named(run, func)

    return _marked("durable_step", bind, func)


def durable_with_child_context(
    func: Callable[Concatenate[DurableContext, Params], T],
) -> Callable[Params, Callable[[DurableContext], T]]:
    """Make a function the body of a child context with a name: `context.run_in_child_context(ship(order))`."""

    @wraps(func)
    def bind(*args: Params.args, **kwargs: Params.kwargs) -> Callable[[DurableContext], T]:
        def run(context: DurableContext) -> T:
            return func(context, *args, **kwargs)

        return _named(run, func)

    return _marked("durable_with_child_context", bind, func)


def durable_wait_for_callback(
    func: Callable[Concatenate[str, WaitForCallbackContext, Params], T],
) -> Callable[Params, Callable[[str, WaitForCallbackContext], T]]:
    """Make a function a submitter with a name: `context.wait_for_callback(ask(manager))`."""

    @wraps(func)
    def bind(*args: Params.args, **kwargs: Params.kwargs) -> Callable[[str, WaitForCallbackContext], T]:
        def run(callback_id: str, context: WaitForCallbackContext) -> T:
            return func(callback_id, context, *args, **kwargs)

        return _named(run, func)

    return _marked("durable_wait_for_callback", bind, func)


def durable_parallel_branch(
    name: str | None = None,
) -> Callable[[Callable[Concatenate[DurableContext, Params], T]], Callable[Params, ParallelBranch[T]]]:
    """Make a function a branch of a parallel: `context.parallel([fetch_user(7), fetch_orders(7)])`.

    Args:
        name: The branch's name. Without one it is "parallel-branch-<index>", whatever the function is called.
    """

    def decorate(
        func: Callable[Concatenate[DurableContext, Params], T],
    ) -> Callable[Params, ParallelBranch[T]]:
        @wraps(func)
        def bind(*args: Params.args, **kwargs: Params.kwargs) -> ParallelBranch[T]:
            def run(context: DurableContext) -> T:
                return func(context, *args, **kwargs)

            run._user_function = func  # type: ignore[attr-defined]
            return ParallelBranch(func=run, name=name)

        return _marked("durable_parallel_branch", bind, func)

    return decorate


def _named(run: Callable[..., T], func: Callable[..., Any]) -> Callable[..., T]:
    run._original_name = func.__name__  # type: ignore[attr-defined]
    run._user_function = func  # type: ignore[attr-defined]
    return run


def _marked(decorator: str, bind: Callable[Params, T], func: Callable[..., Any]) -> Callable[Params, T]:
    """Note which decorator it was, so that an operation can tell a function that was passed without being called."""
    refuse_unawaited(f"@{decorator}", func)
    bind._durable_decorator = decorator  # type: ignore[attr-defined]
    return bind
