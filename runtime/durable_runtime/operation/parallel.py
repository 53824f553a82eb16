"""Parallels: run several functions side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from durable_runtime.concurrency.batch import Branch
from durable_runtime.concurrency.executor import BranchKind, ConcurrentExecutor
from durable_runtime.concurrency.models import BatchResult
from durable_runtime.config import ParallelBranch
from durable_runtime.lambda_service import OperationSubType
from durable_runtime.operation.base import OperationCall

if TYPE_CHECKING:
    from durable_runtime.config import ParallelConfig
    from durable_runtime.context import DurableContext

_BRANCHES = BranchKind(OperationSubType.PARALLEL_BRANCH.value, "parallel-branch-")


def run_parallel(
    call: OperationCall,
    context: DurableContext,
    functions: Sequence[Callable[[DurableContext], Any] | ParallelBranch[Any]],
    config: ParallelConfig,
) -> BatchResult[Any]:
    """The body of a parallel; `context` is its own."""
    branches = [
        Branch(index, function, function.name if isinstance(function, ParallelBranch) else None)
        for index, function in enumerate(functions)
    ]
    return ConcurrentExecutor(call, context, branches, config, _BRANCHES).run()
