"""DUR211: except Exception that takes a broken replay for a failed operation."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint.finding import Finding, Severity
from durable_lint.model.body import Body
from durable_lint.rule import Example, Rule


class BroadExcept(Rule):
    """``except Exception`` round an operation also catches what must end the invocation.

    NonDeterministicExecutionError says that the code no longer fits what is recorded, CheckpointError that a result
    could not be stored. Both are Exceptions: a clause that takes them for a failed step goes on, compensates or
    reports success on top of a broken replay.

    Catch DurableOperationError, or the class of the operation (StepError, CallbackError, InvokeError ...). Where
    everything has to be caught, raise again in the end, or let ExecutionError and InvocationError pass first.
    """

    code = "DUR211"
    name = "broad-except"
    severity = Severity.WARNING
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def charge(step_context: StepContext, cents: int) -> str:
    return f"charged {cents}"


@durable_step
def release(step_context: StepContext, order: str) -> str:
    return f"released {order}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    try:
        receipt = context.step(charge(event["cents"]))
    except Exception as error:  # <- DUR211[W]
        context.logger.warning("no payment", extra={"why": str(error)})
        context.step(release(event["order"]))
        return {"state": "released"}
    return {"state": receipt}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, StepError, durable_execution, durable_step


@durable_step
def charge(step_context: StepContext, cents: int) -> str:
    return f"charged {cents}"


@durable_step
def release(step_context: StepContext, order: str) -> str:
    return f"released {order}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    try:
        receipt = context.step(charge(event["cents"]))
    except StepError as error:
        context.logger.warning("no payment", extra={"why": str(error)})
        context.step(release(event["order"]))
        return {"state": "released"}
    return {"state": receipt}
""",
        ),
        Example(
            title="clauses that let the rest pass",
            bad="""
from contextlib import suppress

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def notify(step_context: StepContext, address: str) -> str:
    return f"told {address}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    with suppress(Exception):  # <- DUR211[W]
        context.step(notify(event["address"]))
    return {"address": event["address"]}
""",
            good="""
from aws_durable_execution_sdk_python import (
    DurableContext,
    ExecutionError,
    InvocationError,
    StepContext,
    durable_execution,
    durable_step,
)


@durable_step
def notify(step_context: StepContext, address: str) -> str:
    return f"told {address}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    try:
        context.step(notify(event["address"]))
    except (ExecutionError, InvocationError):
        raise
    except Exception:
        context.logger.warning("not told")
    try:
        context.step(notify(event["copy"]), name="notify_copy")
    except Exception as error:
        raise RuntimeError("the copy matters") from error
    return {"address": event["address"]}
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Clauses in replayed code that take everything for a failed operation."""
        if not body.is_replayed:
            return
        for guard in body.guards.values():
            if guard.hides_broken_replay and not guard.swallows_suspension:
                yield self.finding(
                    guard.site,
                    f"`{guard.words}` also catches a broken replay and a lost checkpoint: the code goes on as if "
                    "the operation had failed",
                    help="Catch DurableOperationError (StepError, CallbackError, InvokeError ...), or raise again",
                )
