"""What map and parallel have in common: a context for each branch, and results rebuilt on replay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from durable_runtime.concurrency.batch import Batch, Branch, branch_error
from durable_runtime.concurrency.completion import CompletionPolicy, CompletionRecord
from durable_runtime.concurrency.models import BatchItem, BatchResult
from durable_runtime.config import BatchItemStatus, ChildConfig, MapConfig, NestingType, ParallelConfig
from durable_runtime.exceptions import ExecutionError, InvocationError, NonDeterministicExecutionError
from durable_runtime.identifier import OperationIdNamespace
from durable_runtime.lambda_service import Operation, OperationStatus, OperationType
from durable_runtime.operation.base import OperationCall
from durable_runtime.operation.child import run_child
from durable_runtime.operation.recorded import TERMINAL_STATUSES, error_of, result_of
from durable_runtime.records import record
from durable_runtime.strict import missing_operation

if TYPE_CHECKING:
    from durable_runtime.context import DurableContext


@record(frozen=True)
class BranchKind:
    """How the branches of an operation are recorded."""

    sub_type: str
    name_prefix: str


class ConcurrentExecutor:
    """The branches of one map or parallel.

    A branch's id depends on its index alone, so that it does not matter in which order branches run.

    Args:
        call: The map or parallel.
        context: Its own context, in which the branches are.
    """

    def __init__(
        self,
        call: OperationCall,
        context: DurableContext,
        branches: Sequence[Branch],
        config: MapConfig[Any] | ParallelConfig,
        kind: BranchKind,
    ) -> None:
        self._call = call
        self._context = context
        self._branches = branches
        self._config = config
        self._kind = kind
        self._ids = OperationIdNamespace(call.operation_id)
        self._is_flat = config.nesting_type is NestingType.FLAT
        self._branch_config: ChildConfig[Any] = ChildConfig(
            serdes=config.item_serdes or config.serdes, is_virtual=self._is_flat
        )

    def run(self) -> BatchResult[Any]:
        """Run the branches; if they were complete before, and their result too large to record, rebuild it."""
        recorded = self._call.state.consume(self._call.operation_id)
        if recorded is not None and recorded.status is OperationStatus.SUCCEEDED:
            return self._rebuild(recorded)
        self._check_count()
        return self._batch().coordinate()

    def _batch(self) -> Batch:
        return Batch(
            self._branches,
            CompletionPolicy.from_config(len(self._branches), self._config.completion_config),
            self._config.max_concurrency,
            self._call.state,
            self._context.scope,
            self._run_branch,
            self._call.user_code("the should_complete predicate of"),
        )

    def _check_count(self) -> None:
        state = self._call.state
        surplus_id = self._ids.create_id_for_step(len(self._branches))
        if state.strict is not None and (surplus := state.recorded(surplus_id)) is not None:
            where = f"{self._call} of {len(self._branches)} branches"
            raise missing_operation(where, surplus_id, f"{surplus.sub_type} {surplus.name!r}")

    # One branch

    def _run_branch(self, branch: Branch) -> Any:
        call = self._branch_call(branch)
        child = self._context.create_child_context(call.operation_id, is_virtual=self._is_flat)
        if child.replays:
            # The map's own replay status says nothing about a branch: each finds out for itself.
            if self._is_flat:
                self._refuse_nested(call)
            elif call.recorded is None:
                child.replays = False
            elif call.state.has_plugins:
                call.state.report_branch_replay(call.recorded)
        if call.state.has_plugins:
            call.reload()
        return run_child(call, child, lambda: child.run_body(str(call), branch.function), self._branch_config)

    def _branch_call(self, branch: Branch) -> OperationCall:
        return OperationCall(
            self._context,
            self._ids.create_id_for_step(branch.index),
            OperationType.CONTEXT,
            self._kind.sub_type,
            self._call.operation_id,
            branch.own_name if branch.own_name is not None else f"{self._kind.name_prefix}{branch.index}",
        )

    def _refuse_nested(self, call: OperationCall) -> None:
        """Refuse a recorded branch where branches record nothing of themselves."""
        if self._is_flat and call.recorded is not None:
            raise NonDeterministicExecutionError(
                f"Non-deterministic branch nesting at id={call.operation_id!r}: checkpoint contains a "
                "NESTED branch context but current nesting is FLAT",
                step_id=call.operation_id,
            )

    # Results rebuilt on replay

    def _rebuild(self, recorded: Operation) -> BatchResult[Any]:
        record = CompletionRecord.from_summary_payload(result_of(recorded))
        if record is None:
            items = [self._rebuild_by_checkpoint(branch) for branch in self._branches]
            return BatchResult.from_items(items, self._config.completion_config)
        items = [self._rebuild_by_record(branch, record) for branch in self._branches[: record.started_total]]
        return BatchResult(items, record.completion_reason)

    def _rebuild_by_record(self, branch: Branch, record: CompletionRecord) -> BatchItem[Any]:
        call = self._recorded_call(branch)
        if branch.index in record.started_indexes:
            return BatchItem(branch.index, BatchItemStatus.STARTED)
        if self._is_flat:
            return self._rerun_flat(branch)
        status = call.recorded.status if call.recorded is not None else None
        if status not in TERMINAL_STATUSES:
            raise NonDeterministicExecutionError(
                f"Non-deterministic branch nesting at id={call.operation_id!r}: recorded terminal branch "
                f"requires a terminal NESTED branch context checkpoint, got status={status and status.value!r}",
                step_id=call.operation_id,
            )
        return self._rebuild_item(branch, call.recorded)

    def _rebuild_by_checkpoint(self, branch: Branch) -> BatchItem[Any]:
        """Histories of older SDKs do not tell how the batch completed: take each branch as it was recorded."""
        return self._rebuild_item(branch, self._recorded_call(branch).recorded)

    def _rebuild_item(self, branch: Branch, recorded: Operation | None) -> BatchItem[Any]:
        if recorded is not None and recorded.status is OperationStatus.SUCCEEDED:
            return BatchItem(branch.index, BatchItemStatus.SUCCEEDED, self._run_branch(branch))
        if recorded is not None and recorded.status is OperationStatus.FAILED:
            return BatchItem(branch.index, BatchItemStatus.FAILED, error=error_of(recorded))
        return BatchItem(branch.index, BatchItemStatus.STARTED)

    def _rerun_flat(self, branch: Branch) -> BatchItem[Any]:
        """A flat branch has recorded nothing of itself; its operations tell whether it succeeded."""
        try:
            return BatchItem(branch.index, BatchItemStatus.SUCCEEDED, self._run_branch(branch))
        except ExecutionError:
            raise
        except Exception as error:
            if isinstance(error, InvocationError) and error.is_retryable():
                raise
            return BatchItem(branch.index, BatchItemStatus.FAILED, error=branch_error(error))

    def _recorded_call(self, branch: Branch) -> OperationCall:
        call = self._branch_call(branch)
        if call.state.has_plugins:
            call.reload()
        self._refuse_nested(call)
        return call
