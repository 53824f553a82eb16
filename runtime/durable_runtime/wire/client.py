"""Clients of the durable API: the protocol, and Lambda's by way of boto3."""

from __future__ import annotations

import logging
from typing import Any, Protocol

from durable_runtime.__about__ import __version__
from durable_runtime.exceptions import CheckpointError, GetExecutionStateError
from durable_runtime.wire.outputs import CheckpointOutput, StateOutput
from durable_runtime.wire.update import OperationUpdate

logger = logging.getLogger("durable_runtime.lambda_service")


class DurableServiceClient(Protocol):
    """What the SDK needs of a durable service."""

    def checkpoint(
        self,
        durable_execution_arn: str,
        checkpoint_token: str,
        updates: list[OperationUpdate],
        client_token: str | None,
    ) -> CheckpointOutput:
        """Record updates in one go, against the token of the checkpoint before."""
        ...

    def get_execution_state(
        self,
        durable_execution_arn: str,
        checkpoint_token: str,
        next_marker: str,
        max_items: int = 1000,
    ) -> StateOutput:
        """Read the page of recorded operations that begins at `next_marker`."""
        ...


class LambdaClient(DurableServiceClient):
    """The durable API of AWS Lambda, called by a boto3 client."""

    # Any: boto3 has no types of its own, and the client may be anything with its two methods.
    _cached_boto_client: Any = None

    def __init__(self, client: Any) -> None:
        self.client = client

    @classmethod
    def initialize_client(cls) -> LambdaClient:
        """Wrap the boto3 client of this process; the first call creates it, which takes about 0.1 s."""
        if cls._cached_boto_client is None:
            cls._cached_boto_client = _boto_client()
        return cls(cls._cached_boto_client)

    def checkpoint(
        self,
        durable_execution_arn: str,
        checkpoint_token: str,
        updates: list[OperationUpdate],
        client_token: str | None,
    ) -> CheckpointOutput:
        """Record updates.

        Raises:
            CheckpointError: The token is empty or the service did not accept; `is_retryable()` tells whether it may.
        """
        if not checkpoint_token:
            raise CheckpointError("Cannot checkpoint without a checkpoint token.")
        idempotency = {} if client_token is None else {"ClientToken": client_token}
        try:
            answer = self.client.checkpoint_durable_execution(
                DurableExecutionArn=durable_execution_arn,
                CheckpointToken=checkpoint_token,
                Updates=[update.to_dict() for update in updates],
                **idempotency,
            )
            return CheckpointOutput.from_dict(answer)
        except Exception as failure:
            error = CheckpointError.from_exception(failure)
            logger.exception("Failed to checkpoint.", extra=error.build_logger_extras())
            raise error from None

    def get_execution_state(
        self,
        durable_execution_arn: str,
        checkpoint_token: str,
        next_marker: str,
        max_items: int = 1000,
    ) -> StateOutput:
        """Read a page of at most `max_items` operations.

        Raises:
            GetExecutionStateError: The token is empty or the service did not answer.
        """
        if not checkpoint_token:
            raise GetExecutionStateError("Cannot get execution state without a checkpoint token.")
        try:
            answer = self.client.get_durable_execution_state(
                DurableExecutionArn=durable_execution_arn,
                CheckpointToken=checkpoint_token,
                Marker=next_marker,
                MaxItems=max_items,
            )
            return StateOutput.from_dict(answer)
        except Exception as failure:
            error = GetExecutionStateError.from_exception(failure)
            logger.exception("Failed to get execution state.", extra=error.build_logger_extras())
            raise error from None


def _boto_client() -> Any:
    try:
        import boto3
        from botocore.config import Config
    except ImportError as missing:
        raise ImportError(
            "boto3 is needed to run on AWS Lambda: install durable-runtime[lambda], or pass a client of your own"
        ) from missing
    config = Config(connect_timeout=5, read_timeout=50, user_agent_extra=f"durable-runtime/{__version__}")
    return boto3.client("lambda", config=config)
