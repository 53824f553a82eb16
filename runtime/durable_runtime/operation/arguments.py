"""Checks of the arguments of durable operations, before anything is recorded.

Each error names the parameter, says what is expected there and, where it can tell, what the caller meant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from types import AsyncGeneratorType, CoroutineType, FunctionType, GeneratorType
from typing import Any

from durable_runtime.arguments import refuse
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
from durable_runtime.exceptions import ValidationError
from durable_runtime.guards import NothingRanError
from durable_runtime.waits import WaitForConditionConfig

_CO_GENERATOR, _CO_COROUTINE, _CO_ASYNC_GENERATOR = 0x20, 0x80, 0x200
_NEVER_RUN = _CO_GENERATOR | _CO_COROUTINE | _CO_ASYNC_GENERATOR


def check_step(func: Any, name: Any, config: Any) -> None:
    """Check the arguments of `context.step`."""
    check_function("step", "func", func, "a function that takes a StepContext", name)
    _check_name("step", name)
    if config is not None and not isinstance(config, StepConfig):
        _refuse_config("step", config, StepConfig)


def check_child(func: Any, name: Any, config: Any) -> None:
    """Check the arguments of `context.run_in_child_context`."""
    check_function("run_in_child_context", "func", func, "a function that takes a DurableContext", name)
    _check_name("run_in_child_context", name)
    if config is not None and not isinstance(config, ChildConfig):
        _refuse_config("run_in_child_context", config, ChildConfig)


def check_map(inputs: Any, func: Any, name: Any, config: Any) -> None:
    """Check the arguments of `context.map`."""
    if callable(inputs) and not callable(func):
        refuse("map: inputs", "a sequence", inputs, "the inputs come first: map(inputs, func)")
    if not isinstance(inputs, Iterable):
        refuse("map: inputs", "a sequence", inputs)
    check_function("map", "func", func, "a function that takes (context, item, index, items)", name)
    _check_name("map", name)
    if config is not None and not isinstance(config, MapConfig):
        _refuse_config("map", config, MapConfig)


def check_parallel(functions: Any, name: Any, config: Any) -> None:
    """Check the arguments of `context.parallel`."""
    if isinstance(functions, str | bytes) or not isinstance(functions, Iterable):
        remedy = "pass the branches as one list: parallel([first, second])" if callable(functions) else ""
        refuse("parallel: functions", "a list of functions", functions, remedy)
    _check_name("parallel", name)
    if config is not None and not isinstance(config, ParallelConfig):
        _refuse_config("parallel", config, ParallelConfig)


def check_branches(branches: Sequence[Any]) -> None:
    """Check the functions that `context.parallel` was given."""
    for index, branch in enumerate(branches):
        function = branch.func if isinstance(branch, ParallelBranch) else branch
        check_function("parallel", f"functions[{index}]", function, "a function that takes a DurableContext")


def check_wait(duration: Any, name: Any) -> int:
    """Check the arguments of `context.wait` and return the seconds."""
    if not isinstance(duration, Duration):
        remedy = "for example wait(Duration.from_seconds(5))"
        if isinstance(name, Duration):
            remedy = "the duration comes first: wait(duration, name)"
        refuse("wait: duration", "a Duration", duration, remedy)
    _check_name("wait", name)
    seconds = duration.to_seconds()
    if seconds < 1:
        raise ValidationError("duration must be at least 1 second")
    if not isinstance(seconds, int):
        refuse("wait: duration", "a whole number of seconds", seconds, "make it with Duration.from_seconds(…)")
    return seconds


def check_invoke(function_name: Any, name: Any, config: Any) -> None:
    """Check the arguments of `context.invoke`."""
    if not isinstance(function_name, str):
        refuse("invoke: function_name", "the name or ARN of a function", function_name)
    _check_name("invoke", name)
    if config is not None and not isinstance(config, InvokeConfig):
        _refuse_config("invoke", config, InvokeConfig)


def check_callback(name: Any, config: Any) -> None:
    """Check the arguments of `context.create_callback`."""
    _check_name("create_callback", name)
    if config is not None and not isinstance(config, CallbackConfig):
        _refuse_config("create_callback", config, CallbackConfig)


def check_wait_for_callback(submitter: Any, name: Any, config: Any) -> None:
    """Check the arguments of `context.wait_for_callback`."""
    check_function("wait_for_callback", "submitter", submitter, "a function that takes (callback_id, context)", name)
    _check_name("wait_for_callback", name)
    if config is not None and not isinstance(config, WaitForCallbackConfig):
        _refuse_config("wait_for_callback", config, WaitForCallbackConfig)


def check_wait_for_condition(check: Any, config: Any, name: Any) -> None:
    """Check the arguments of `context.wait_for_condition`."""
    if check is None:
        raise ValidationError("`check` is required for wait_for_condition")
    if not config:
        raise ValidationError("`config` is required for wait_for_condition")
    check_function("wait_for_condition", "check", check, "a function that takes (state, context)")
    if not isinstance(config, WaitForConditionConfig):
        refuse(
            "wait_for_condition: config",
            "a WaitForConditionConfig",
            config,
            "the order is wait_for_condition(check, config, name)",
        )
    _check_name("wait_for_condition", name)


def check_function(method: str, parameter: str, function: Any, expected: str, second: Any = None) -> None:
    """Refuse what cannot be run in the way a function of an operation is.

    Args:
        second: The argument after it, to see whether the two were swapped.
    """
    decorator = getattr(function, "_durable_decorator", None)
    if decorator is None and type(function) is FunctionType and not function.__code__.co_flags & _NEVER_RUN:
        return
    if not callable(function):
        remedy = f"the function comes first: {method}({parameter}, name)" if callable(second) else ""
        refuse(f"{method}: {parameter}", expected, function, remedy)
    if isinstance(decorator, str):
        raise ValidationError(
            f"{method}: {parameter} is {function.__name__} itself, which @{decorator} decorates. Call it and pass what "
            f"it returns: {method}({function.__name__}(…))"
        )
    refuse_unawaited(f"{method}: {parameter}", function)


def refuse_unawaited(place: str, function: Any) -> None:
    """Refuse coroutine and generator functions: calling one runs nothing of its body.

    Raises:
        TypeError: It is one.
    """
    while isinstance(function, partial):
        function = function.func
    code = getattr(function, "__code__", None)
    if code is None:
        # Classes are called to construct, whatever the __call__ of their instances is.
        if isinstance(function, type):
            return
        code = getattr(type(function).__call__, "__code__", None)
    flags = code.co_flags & _NEVER_RUN if code is not None else 0
    if flags:
        noun = "generator function" if flags == _CO_GENERATOR else "coroutine function"
        remedy = "return a list" if flags == _CO_GENERATOR else "make it a plain function that uses asyncio.run(…)"
        name = getattr(function, "__qualname__", type(function).__qualname__)
        raise TypeError(f"{place} must be a plain function, but {name} is a {noun}; {remedy}")


def refuse_unawaited_result(place: str, result: Any, *, generators: bool = True) -> None:
    """Refuse what a coroutine or generator function behind a lambda returns.

    Args:
        generators: Refuse generators too; a serdes of the user's may want them.

    Raises:
        NothingRanError: It is a coroutine or a generator.
    """
    kind = type(result)
    if kind is CoroutineType:
        result.close()
    elif kind is not AsyncGeneratorType and not (generators and kind is GeneratorType):
        return
    noun = "a generator" if kind is GeneratorType else "a coroutine"
    raise NothingRanError(
        f"{place} returned {noun}, {result.__qualname__}, of which nothing has run: return a value that was computed"
    )


def _check_name(method: str, name: Any) -> None:
    if name is not None and not isinstance(name, str):
        refuse(f"{method}: name", "a string or None", name, _remedy_for_name(method, name))


def _remedy_for_name(method: str, name: Any) -> str:
    if type(name).__name__.endswith("Config"):
        return f"pass a config by its name: {method}(…, config=…)"
    if isinstance(name, Callable):  # type: ignore[arg-type]
        return "further functions are no arguments of this method"
    return ""


def _refuse_config(method: str, config: Any, expected: type[Any]) -> None:
    kind = type(config)
    shown = kind.__qualname__
    if kind.__name__ == expected.__name__:
        shown = f"{kind.__module__}.{kind.__qualname__}, a class of another package"
    raise TypeError(f"{method}: config must be a {expected.__name__} or None, got {shown}")
