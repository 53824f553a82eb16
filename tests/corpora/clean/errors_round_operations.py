"""Exception handling round operations that is right."""

import contextlib
import json
import logging
import time
from aws_durable_execution_sdk_python import (
    BatchCompletionError,
    CallbackError,
    CallbackExternalError,
    ChildContextError,
    DurableContext,
    DurableExecutionsError,
    DurableOperationError,
    ExecutionError,
    InvocationError,
    InvokeError,
    SerDesError,
    StepError,
    ValidationError,
    WaitForConditionError,
    durable_execution,
    durable_step,
    durable_with_child_context,
)
from aws_durable_execution_sdk_python.config import Duration, StepConfig
from aws_durable_execution_sdk_python.exceptions import (
    NonDeterministicExecutionError,
    StepInterruptedError,
    SuspendExecution,
)

log = logging.getLogger(__name__)
TRANSIENT = (StepError, InvokeError)


class Compensated(Exception):
    def __init__(self, undone):
        super().__init__("undone")
        self.undone = undone


class Cart(dict):
    pass


@durable_step
def charge(step, n):
    return n


@durable_step
def refund(step, n):
    return -n


def guarded(context, fn, name):
    try:
        return context.step(fn, name=name), None
    except TRANSIENT as error:
        return None, error.error_type


@contextlib.contextmanager
def compensating(context, undo):
    try:
        yield
    except StepError:
        for i, n in enumerate(reversed(undo)):
            context.step(refund(n), name=f"refund-{i}")
        raise


@durable_with_child_context
def pay(ctx: DurableContext, amount: int) -> int:
    try:
        return ctx.step(charge(amount))
    except StepError as e:
        raise Compensated([amount]) from e


@durable_execution
def handler(event, context: DurableContext):
    undo = []
    with compensating(context, undo):
        for i, amount in enumerate(event["amounts"]):
            context.step(charge(amount), name=f"charge-{i}")
            undo.append(amount)
    try:
        payload = json.loads(event["payload"])
        total = context.step(charge(payload["total"]), name="charge_total")
    except (KeyError, json.JSONDecodeError):
        return {"bad": True}
    try:
        total += context.run_in_child_context(pay(3), name="pay_three")
    except ChildContextError as error:
        context.logger.exception("x")
        if "Compensated" not in (error.error_type or ""):
            raise
    try:
        context.invoke("f:live", {"a": total}, name="invoke_audit")
    except InvokeError:
        pass
    except (ExecutionError, InvocationError):
        raise
    except Exception:
        context.logger.exception("unexpected")
        raise
    try:
        total = int(event["n"])
    except Exception:
        total = 0
    try:
        result, error = guarded(context, lambda s: 1, "guarded_one")
    except DurableExecutionsError:
        raise
    try:
        context.wait(Duration.from_seconds(1), name="brief_wait")
    except SuspendExecution:
        raise
    with contextlib.suppress(KeyError, ValueError):
        total += int(event["k"])
    batch = context.map(event["xs"], lambda c, x, i, xs: c.step(charge(x), name=f"x-{i}"), name="charge_all")
    try:
        batch.throw_if_error()
    except (ChildContextError, BatchCompletionError) as e:
        return {"failed": str(e), "n": batch.failure_count}
    try:
        context.step(lambda s: 1, name="last_work", config=StepConfig())
    except StepError as e:
        match e.error_type:
            case "builtins.ValueError" | "ValueError":
                return {"v": 1}
            case _:
                raise RuntimeError("gave up") from e
    except SerDesError:
        return {"s": 1}
    finally:
        total += 1
    return {"total": total, "result": result, "error": error}
