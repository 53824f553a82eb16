"""Errors that are handled as the SDK raises them."""

import contextlib

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.exceptions import (
    ChildContextError,
    DurableExecutionsError,
    DurableOperationError,
    InvokeError,
    StepError,
)


@durable_step
def charge(step_context: StepContext, amount: int) -> str:
    try:
        if amount < 0:
            raise ValueError("negative")
    except ValueError:
        return "refused"
    except Exception:
        return "failed"
    return "charged"


@durable_execution
def sdk_errors(event: dict, context: DurableContext) -> dict:
    try:
        state = context.step(charge(event["amount"]))
    except StepError as error:
        state = error.message
    try:
        context.invoke("other:live", {}, name="call_other")
    except (InvokeError, ChildContextError):
        state = "not invoked"
    try:
        context.step(charge(1), name="charge_again")
    except DurableOperationError:
        state = "failed"
    return {"state": state}


@durable_execution
def own_error_of_an_argument(event: dict, context: DurableContext) -> dict:
    try:
        state = context.step(charge(int(event["amount"])))
    except (KeyError, ValueError):
        state = "bad request"
    return {"state": state}


@durable_execution
def reraises(event: dict, context: DurableContext) -> dict:
    try:
        return {"state": context.step(charge(event["amount"]))}
    except BaseException:
        context.logger.info("leaving")
        raise


@durable_execution
def translates(event: dict, context: DurableContext) -> dict:
    try:
        return {"state": context.step(charge(event["amount"]))}
    except Exception as error:
        raise RuntimeError("the charge failed") from error


@durable_execution
def lets_sdk_errors_through(event: dict, context: DurableContext) -> dict:
    try:
        return {"state": context.step(charge(event["amount"]))}
    except StepError:
        return {"state": "failed"}
    except DurableExecutionsError:
        raise
    except Exception:
        return {"state": "our own mistake"}


@durable_execution
def no_operation_inside(event: dict, context: DurableContext) -> dict:
    try:
        amount = int(event["amount"])
    except Exception:
        amount = 0
    with contextlib.suppress(KeyError):
        del event["amount"]
    lines: list[str] = []
    try:
        lines.append(str(amount))
    finally:
        lines.append("end")
    return {"state": context.step(charge(amount)), "lines": lines}
