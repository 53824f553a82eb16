"""Instrumentation plugins: what they implement (`DurableInstrumentationPlugin`) and what their hooks receive.

For those who write plugins. The SDK itself imports from `durable_runtime.instrumentation`, so that a handler without
plugins does not pay for the infos.
"""

from __future__ import annotations

from durable_runtime.identifier import OperationIdentifier
from durable_runtime.instrumentation.containment import logger
from durable_runtime.instrumentation.enums import InvocationStatus, OperationType, UserFunctionOutcome
from durable_runtime.instrumentation.executor import PluginExecutor
from durable_runtime.instrumentation.hooks import DurableInstrumentationPlugin, DurableInstrumentationPluginFactory
from durable_runtime.instrumentation.host import PluginHost
from durable_runtime.instrumentation.infos import (
    InvocationEndInfo,
    InvocationInfo,
    InvocationStartInfo,
    OperationChangeInfo,
    OperationEndInfo,
    OperationInfo,
    OperationStartInfo,
    UserFunctionEndInfo,
    UserFunctionStartInfo,
)
from durable_runtime.instrumentation.propagation import PropagationInput, PropagationMetadata
from durable_runtime.lambda_service import (
    DurableExecutionInvocationOutput,
    ErrorObject,
    Operation,
    OperationAction,
    OperationStatus,
    OperationUpdate,
)
from durable_runtime.lambda_service import InvocationStatus as ServiceInvocationStatus
from durable_runtime.lambda_service import OperationType as ServiceOperationType
from durable_runtime.types import LambdaContext

__all__ = [
    "DurableExecutionInvocationOutput",
    "DurableInstrumentationPlugin",
    "DurableInstrumentationPluginFactory",
    "ErrorObject",
    "InvocationEndInfo",
    "InvocationInfo",
    "InvocationStartInfo",
    "InvocationStatus",
    "LambdaContext",
    "Operation",
    "OperationAction",
    "OperationChangeInfo",
    "OperationEndInfo",
    "OperationIdentifier",
    "OperationInfo",
    "OperationStartInfo",
    "OperationStatus",
    "OperationType",
    "OperationUpdate",
    "PluginExecutor",
    "PluginHost",
    "PropagationInput",
    "PropagationMetadata",
    "ServiceInvocationStatus",
    "ServiceOperationType",
    "UserFunctionEndInfo",
    "UserFunctionOutcome",
    "UserFunctionStartInfo",
    "logger",
]
