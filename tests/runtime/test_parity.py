"""What can be imported from AWS's package, compared with ours, submodule by submodule and name by name.

A difference is allowed only if `DIFFERENCES` gives a reason for it, and a reason only as long as there is a difference.
"""

from __future__ import annotations

import ast
import dataclasses
import enum
import importlib
import inspect
import logging
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, ParamSpec, TypeVar

import pytest

AWS, OURS = "aws_durable_execution_sdk_python", "durable_runtime"

# What these import from other submodules, they import for themselves: no handler, test or annotation is about it.
INTERNAL = frozenset({"state", "concurrency.executor", "concurrency.models", "context", "plugin_discovery"}) | {
    f"operation.{name}"
    for name in ("base", "callback", "child", "invoke", "map", "parallel", "step", "wait", "wait_for_condition")
}

_CHECKPOINTS = "AWS queues checkpoints for a background thread; ours are sent by those who wait for them"
_BRANCHES = "AWS runs branches by events between executors and threads; ours by a bounded pool, with data of its own"
_OPERATIONS = "AWS runs an operation by an executor class and a handler; ours are functions over one call object"

DIFFERENCES: dict[str, str] = {
    "state:CHECKPOINT_NOT_FOUND": _OPERATIONS,
    "state:CheckpointedResult": _OPERATIONS,
    "state:CheckpointBatcherConfig": _CHECKPOINTS,
    "state:QueuedOperation": _CHECKPOINTS,
    "state:ScheduledRefresh": _CHECKPOINTS,
    **dict.fromkeys(
        (
            f"state:ExecutionState.{method}"
            for method in (
                "__init__",
                "checkpoint_batches_forever",
                "create_checkpoint",
                "create_checkpoint_sync",
                "emit_child_context_end_hook",
                "emit_operation_replay_hook",
                "emit_operation_update_hook",
                "fetch_paginated_operations",
                "get_checkpoint_result",
                "get_execution_operation",
                "get_input_payload",
                "is_checkpoint_token_revoked",
                "is_operation_updated_since_last_invocation",
                "provide_propagation_metadata",
                "record_branch_fatal_error",
                "register_branch_pool",
                "schedule_refresh",
                "stop_checkpointing",
                "wrap_user_function",
            )
        ),
        _CHECKPOINTS,
    ),
    "concurrency.executor:ResumeWave": _BRANCHES,
    **dict.fromkeys(
        (
            f"concurrency.executor:ConcurrentExecutor.{method}"
            for method in ("__init__", "bases", "execute", "execute_item", "get_iteration_name", "replay")
        ),
        _BRANCHES,
    ),
    **dict.fromkeys(
        (
            f"concurrency.models:{name}"
            for name in (
                "Branch",
                "BranchEvent",
                "BranchEventKind",
                "BranchStatus",
                "CompletionPolicy",
                "CompletionRecord",
                "Executable",
                "envelope_summary_generator",
            )
        ),
        _BRANCHES,
    ),
    "context:PASS_THROUGH_SERDES": "AWS's own instance of PassThroughSerDes for callbacks",
    "execution:DurableInstrumentationPluginFactory": "a handler without plugins imports nothing of theirs",
    "execution:Operation": "AWS imports it there for its own use; it is in lambda_service",
    "operation.base:CheckResult": _OPERATIONS,
    "operation.base:OperationExecutor": _OPERATIONS,
    "operation.callback:CallbackOperationExecutor": _OPERATIONS,
    "operation.callback:wait_for_callback_handler": _OPERATIONS,
    "operation.child:ChildOperationExecutor": _OPERATIONS,
    "operation.child:child_handler": _OPERATIONS,
    "operation.invoke:InvokeOperationExecutor": _OPERATIONS,
    "operation.map:MapExecutor": _OPERATIONS,
    "operation.map:map_handler": _OPERATIONS,
    "operation.parallel:ParallelExecutor": _OPERATIONS,
    "operation.parallel:parallel_handler": _OPERATIONS,
    "operation.step:StepOperationExecutor": _OPERATIONS,
    "operation.wait:WaitOperationExecutor": _OPERATIONS,
    "operation.wait_for_condition:WaitForConditionOperationExecutor": _OPERATIONS,
}


def _submodules() -> list[str]:
    package = importlib.import_module(AWS)
    found = [module.name[len(AWS) + 1 :] for module in pkgutil.walk_packages(package.__path__, f"{AWS}.")]
    return ["", *sorted(found)]


SUBMODULES = _submodules()


def _module(package: str, submodule: str) -> ModuleType:
    return importlib.import_module(f"{package}.{submodule}" if submodule else package)


def _defined(submodule: str) -> list[str]:
    """Public names that a submodule of AWS's package defines."""
    return _names(submodule, ast.ClassDef, ast.FunctionDef, ast.Assign, ast.AnnAssign)


def _imported(submodule: str) -> list[str]:
    """Public names that a submodule of AWS's package imports from another one, so that users find them there too."""
    return [] if submodule in INTERNAL else _names(submodule, ast.ImportFrom)


def _names(submodule: str, *kinds: type[ast.stmt]) -> list[str]:
    tree = ast.parse(Path(str(_module(AWS, submodule).__file__)).read_text(encoding="utf-8"))
    found = [name for statement in tree.body if isinstance(statement, kinds) for name in _bound(statement)]
    return [name for name in found if not name.startswith("_")]


def _bound(statement: ast.stmt) -> list[str]:
    """Names that a statement gives to something of the package."""
    match statement:
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
        case ast.Assign(targets=targets):
            return [target.id for target in targets if isinstance(target, ast.Name)]
        case ast.ImportFrom(module=str(module), names=aliases) if module.startswith(AWS):
            return [alias.asname or alias.name for alias in aliases]
    return []


def differences(submodule: str) -> Iterator[str]:
    """Yield the places where ours differs from AWS's, as "submodule:name" or "submodule:name.what"."""
    try:
        ours = _module(OURS, submodule)
    except ImportError:
        yield f"{submodule}:"
        return
    yield from (f"{submodule}:{name}" for name in _imported(submodule) if not hasattr(ours, name))
    for name in _defined(submodule):
        place, value = f"{submodule}:{name}", getattr(_module(AWS, submodule), name)
        if not hasattr(ours, name):
            if submodule not in INTERNAL or not isinstance(value, TypeVar | ParamSpec | logging.Logger):
                yield place
        elif inspect.isclass(value):
            yield from _class_differences(place, value, getattr(ours, name))
        elif callable(value):
            if _signature(value) != _signature(getattr(ours, name)):
                yield f"{place}()"
        elif _value(value) != _value(getattr(ours, name)):
            yield place


def _class_differences(place: str, aws: type, ours: type) -> Iterator[str]:
    if not inspect.isclass(ours) or (not aws.__module__.startswith(AWS) and ours is not aws):
        yield place
        return
    if ours is aws:
        return
    if [base for base in _bases(ours) if base in _bases(aws)] != _bases(aws):
        yield f"{place}.bases"
    if issubclass(aws, enum.Enum):
        if _members(aws) != _members(ours):
            yield f"{place}.members"
        # What Enum itself adds varies with the version of Python.
        own = [name for name, value in vars(aws).items() if inspect.isfunction(value) and not name.startswith("_")]
    else:
        own = [name for name in vars(aws) if not name.startswith("_") or name in ("__init__", "__call__")]
    if _fields(aws) != _fields(ours):
        yield f"{place}.fields"
    for name in own:
        if not hasattr(ours, name):
            if name not in getattr(aws, "__dataclass_fields__", ()):
                yield f"{place}.{name}"
            continue
        mine, theirs = inspect.getattr_static(ours, name), inspect.getattr_static(aws, name)
        if _kind(mine) != _kind(theirs) or _signature(getattr(aws, name)) != _signature(getattr(ours, name)):
            yield f"{place}.{name}"


def _bases(cls: type) -> list[str]:
    return [base.__name__ for base in cls.__mro__ if not base.__name__.startswith("_")]


def _members(cls: type) -> Any:
    if not issubclass(cls, enum.Enum):
        return None
    return [(name, member.value) for name, member in cls.__members__.items()]


def _fields(cls: type) -> Any:
    """Names, defaults and kinds of a dataclass's fields, in order; whether it is frozen."""
    if not dataclasses.is_dataclass(cls):
        return None
    frozen = cls.__dataclass_params__.frozen  # type: ignore[attr-defined]
    return frozen, [
        (field.name, _shown(field.default), _made(field.default_factory), field.init, field.kw_only)
        for field in dataclasses.fields(cls)
    ]


def _made(factory: Any) -> str:
    return _shown(factory() if callable(factory) else factory)


def _shown(value: Any) -> str:
    """A default as text in which the packages and the places in memory do not show."""
    if inspect.isfunction(value):
        return "a function"
    return re.sub(r" at 0x\w+", "", repr(value)).replace(AWS, OURS).replace(" object", "")


def _value(value: Any) -> Any:
    """A module's constant: itself if it is plain data, else its type."""
    return value if isinstance(value, str | int | float | tuple | frozenset) else type(value).__name__


def _kind(member: Any) -> str:
    return type(member).__name__ if isinstance(member, property | classmethod | staticmethod) else "plain"


def _signature(function: Any) -> Any:
    """Names, kinds and defaults of the parameters; the spelling of annotations may differ."""
    if not callable(function) or inspect.isclass(function):
        return None
    if function is object.__init__:
        return [("self", inspect.Parameter.POSITIONAL_OR_KEYWORD, _shown(inspect.Parameter.empty))]
    return [
        (parameter.name, parameter.kind, _shown(parameter.default))
        for parameter in inspect.signature(function).parameters.values()
    ]


def test_the_package_under_comparison_has_what_users_import() -> None:
    assert {"config", "exceptions", "lambda_service", "operation.step", "concurrency.models"} <= set(SUBMODULES)
    assert {"StepConfig", "Duration", "T"} <= set(_defined("config"))
    assert {"CHECKPOINT_SIZE_LIMIT_BYTES"} <= set(_defined("constants"))
    assert {"ValidationError"} <= set(_imported("config"))
    assert {"with_retry", "StepError", "DurableContext"} <= set(_imported(""))


@pytest.mark.parametrize("submodule", SUBMODULES)
def test_submodule_differs_only_where_a_reason_is_given(submodule: str) -> None:
    allowed = {place for place in DIFFERENCES if place.partition(":")[0] == submodule}
    assert set(differences(submodule)) == allowed


def test_every_difference_belongs_to_a_submodule() -> None:
    assert {place.partition(":")[0] for place in DIFFERENCES} <= set(SUBMODULES)
    assert all(DIFFERENCES.values())
