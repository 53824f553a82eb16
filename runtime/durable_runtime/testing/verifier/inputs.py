"""What goes into an operation, described so that two invocations can compare it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from durable_runtime.strict import function_footprint
from durable_runtime.testing.verifier.values import described, given


def inputs_of(method: str, arguments: dict[str, Any]) -> tuple[dict[str, str], bool, bool]:
    """What a method of a context was called with.

    Returns:
        Descriptions by name; whether it is a step that runs at most once; whether it is a map or parallel that may
        end before all of its branches have.
    """
    config = arguments.get("config")
    match method:
        case "wait":
            return {"seconds": _seconds(arguments["duration"])}, False, False
        case "invoke":
            payload = described(arguments.get("payload"))
            return {"function": repr(arguments["function_name"]), "payload": payload}, False, False
        case "create_callback":
            return _timeouts(config), False, False
        case "wait_for_callback":
            return _function(arguments["submitter"]) | _timeouts(config), False, False
        case "wait_for_condition":
            state = described(getattr(config, "initial_state", None))
            return _function(arguments["check"]) | {"initial state": state}, False, False
        case "map":
            return _function(arguments["func"]) | _items(arguments["inputs"]), False, _ends_early(config)
        case "parallel":
            return _branches(arguments["functions"]), False, _ends_early(config)
        case _:
            semantics = getattr(getattr(config, "step_semantics", None), "name", "")
            return _function(arguments["func"]), semantics.startswith("AT_MOST_ONCE"), False


def _function(function: Any) -> dict[str, str]:
    user_function = getattr(function, "_user_function", function)
    inputs = {"function": function_footprint(user_function).removeprefix("runs ").removeprefix("the function ")}
    values = given(function)
    return inputs if values == "{}" else inputs | {"arguments": values}


def _items(inputs: Any) -> dict[str, str]:
    if not isinstance(inputs, Sequence):
        return {}
    return {"number of items": str(len(inputs)), "items": described(list(inputs))}


def _branches(functions: Any) -> dict[str, str]:
    if not isinstance(functions, Sequence):
        return {}
    branches = {f"branch {number}": described(_function(branch)) for number, branch in enumerate(functions)}
    return {"number of branches": str(len(functions))} | branches


def _ends_early(config: Any) -> bool:
    return getattr(getattr(config, "completion_config", None), "min_successful", None) is not None


def _seconds(duration: Any) -> str:
    to_seconds = getattr(duration, "to_seconds", None)
    return str(to_seconds()) if to_seconds is not None else described(duration)


def _timeouts(config: Any) -> dict[str, str]:
    names = ("timeout", "heartbeat_timeout")
    found = {name.replace("_", " "): getattr(config, name, None) for name in names}
    return {name: _seconds(value) for name, value in found.items() if value is not None}
