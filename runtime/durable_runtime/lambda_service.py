"""The durable API of Lambda: its data and its client.

Names, keys and ranges are those of botocore's Lambda model 2015-03-31. The classes live in `durable_runtime.wire`.
"""

from durable_runtime.exceptions import CheckpointError, DurableOperationError, GetExecutionStateError, SerDesError
from durable_runtime.wire.client import DurableServiceClient, LambdaClient, logger
from durable_runtime.wire.details import (
    CallbackDetails,
    ChainedInvokeDetails,
    ContextDetails,
    ExecutionDetails,
    OperationPayload,
    ReplayChildren,
    StepDetails,
    WaitDetails,
)
from durable_runtime.wire.enums import (
    CallbackTimeoutType,
    InvocationStatus,
    OperationAction,
    OperationStatus,
    OperationSubType,
    OperationType,
)
from durable_runtime.wire.errors import ErrorObject
from durable_runtime.wire.operation import Operation, TimestampConverter
from durable_runtime.wire.options import (
    CallbackOptions,
    ChainedInvokeOptions,
    ContextOptions,
    StepOptions,
    TimeoutSeconds,
    WaitOptions,
)
from durable_runtime.wire.outputs import (
    CheckpointOutput,
    CheckpointUpdatedExecutionState,
    DurableExecutionInvocationOutput,
    StateOutput,
)
from durable_runtime.wire.update import OperationUpdate

__all__ = [
    "CallbackDetails",
    "CallbackOptions",
    "CallbackTimeoutType",
    "ChainedInvokeDetails",
    "ChainedInvokeOptions",
    "CheckpointError",
    "CheckpointOutput",
    "CheckpointUpdatedExecutionState",
    "ContextDetails",
    "ContextOptions",
    "DurableExecutionInvocationOutput",
    "DurableOperationError",
    "DurableServiceClient",
    "ErrorObject",
    "ExecutionDetails",
    "GetExecutionStateError",
    "InvocationStatus",
    "LambdaClient",
    "Operation",
    "OperationAction",
    "OperationPayload",
    "OperationStatus",
    "OperationSubType",
    "OperationType",
    "OperationUpdate",
    "ReplayChildren",
    "SerDesError",
    "StateOutput",
    "StepDetails",
    "StepOptions",
    "TimeoutSeconds",
    "TimestampConverter",
    "WaitDetails",
    "WaitOptions",
    "logger",
]
