"""Maps: run a function for each of many inputs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from durable_runtime.arguments import refuse
from durable_runtime.concurrency.batch import Branch
from durable_runtime.concurrency.executor import BranchKind, ConcurrentExecutor
from durable_runtime.concurrency.models import BatchResult
from durable_runtime.lambda_service import OperationSubType
from durable_runtime.operation.base import OperationCall

if TYPE_CHECKING:
    from durable_runtime.config import MapConfig
    from durable_runtime.context import DurableContext

_ITEMS = BranchKind(OperationSubType.MAP_ITERATION.value, "map-item-")


def run_map(
    call: OperationCall,
    context: DurableContext,
    inputs: Any,
    items: Sequence[Any],
    func: Callable[..., Any],
    config: MapConfig[Any],
) -> BatchResult[Any]:
    """The body of a map.

    Args:
        context: The map's own context.
        inputs: What the user passed, and gets passed.
        items: The inputs one by one.
    """
    with call.user_code("the item namer of"):
        branches = [
            Branch(index, _bound(func, item, index, inputs), _name(config, item, index))
            for index, item in enumerate(items)
        ]
    return ConcurrentExecutor(call, context, branches, config, _ITEMS).run()


def _bound(func: Callable[..., Any], item: Any, index: int, inputs: Any) -> Callable[[DurableContext], Any]:
    return lambda context: func(context, item, index, inputs)


def _name(config: MapConfig[Any], item: Any, index: int) -> str | None:
    if config.item_namer is None:
        return None
    name = config.item_namer(item, index)
    if name is not None and not isinstance(name, str):
        refuse("MapConfig.item_namer: its answer", "a string", name)
    return name
