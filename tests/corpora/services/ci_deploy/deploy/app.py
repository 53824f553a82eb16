"""The durable functions."""

from __future__ import annotations

import contextlib
import os
import time

from aws_durable_execution_sdk_python import DurableContext, WithRetryConfig, durable_execution, with_retry
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration, StepConfig, WaitForCallbackConfig
from aws_durable_execution_sdk_python.exceptions import CallbackExternalError, DurableOperationError
from aws_durable_execution_sdk_python.retries import RetryPresets
from aws_durable_execution_sdk_python.serdes import JsonSerDes

from .approvals import request_approval, thank
from .commands import changed_files, restart_agent, run_migration
from .github import GitHub
from .steps import deploy_to, roll_back, smoke_test

github = GitHub(token=os.environ.get("GITHUB_TOKEN", ""))
STAGES = ("test", "acceptance", "production")


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> dict:
    """As it should be, but for the last status."""
    commit, repository = event["commit"], event["repository"]
    context.step(lambda _: github.set_status(repository, commit, "pending"), name="set_pending_status")
    for stage in STAGES:
        if stage == "production":
            approval = context.wait_for_callback(
                lambda callback_id, _: request_approval(repository, commit, callback_id),
                name=f"approval_{stage}_callback",
                config=WaitForCallbackConfig(timeout=Duration.from_hours(48), serdes=JsonSerDes()),
            )
            if approval["decision"] != "approve":
                return {"commit": commit, "state": "rejected", "by": approval["by"]}

        context.step(deploy_to(stage, commit), name=f"deploy_{stage}")

        def settle_and_test(ctx: DurableContext, attempt: int, stage: str = stage) -> bool:
            ctx.wait(Duration.from_minutes(2), name=f"settle_{stage}_wait")
            return ctx.step(smoke_test(stage), name=f"smoke_test_{stage}_{attempt}")

        try:
            with_retry(context, settle_and_test, WithRetryConfig(), name=f"verify_{stage}")
        except DurableOperationError as error:
            context.step(roll_back(stage, commit), name=f"roll_back_{stage}")
            github.set_status(repository, commit, "failure")  # expect: DUR105[E]
            return {"commit": commit, "state": "rolled back", "why": error.message}
    github.set_status(repository, commit, "success")  # expect: DUR105[E]
    return {"commit": commit, "state": "deployed"}


@durable_execution
def hotfix_handler(event: dict, context: DurableContext) -> dict:
    """The short way, at night."""
    commit = event["commit"]
    files = changed_files(commit)  # expect: DUR106[E]
    if os.environ.get("FREEZE") == "on":  # expect: DUR104[E]
        context.wait(Duration.from_hours(8), name="freeze_wait")
    context.step(deploy_to("production", commit), name=42)  # expect: DUR407[E]
    run_migration(context, files)

    with contextlib.suppress(BaseException):  # expect: DUR208[E]
        context.wait(Duration.from_minutes(1), name="propagation_wait")

    def verify(ctx: DurableContext, attempt: int) -> bool:
        time.sleep(3 * attempt)  # expect: DUR107[E]
        return ctx.step(smoke_test("production"), name=f"smoke_test_{attempt}")

    with_retry(context, verify, WithRetryConfig(), name="verify_hotfix")
    approval = context.create_callback(name="review_callback", config=CallbackConfig(timeout=Duration.from_hours(9)))
    context.step(
        lambda _: request_approval(event["repository"], commit, approval.callback_id),
        name="request_review",
        config=StepConfig(retry_strategy=RetryPresets.transient()),
    )
    try:
        review = approval.result()
    except TimeoutError:  # expect: DUR210[E]
        review = None
    if review and review["by"] == event["author"]:  # expect: DUR306[E]
        context.step(lambda _: roll_back("production", commit)(_))  # expect: DUR402[W]
    return {"commit": commit, "files": len(files)}


@durable_execution
def cancel_handler(event: dict, context: DurableContext) -> dict:
    """Somebody pressed cancel."""
    callback = context.create_callback(name="cancel_callback", config=CallbackConfig(timeout=Duration.from_hours(1)))
    context.step(lambda _: request_approval(event["repository"], "cancel", callback.callback_id), name="ask_to_cancel")
    try:
        answer = callback.result()
    except CallbackExternalError as error:
        context.logger.info("refused", extra={"why": str(error)})
        return {"state": "running"}
    if answer is None:
        quit()  # expect: DUR214[E]
    restart_agent(event["host"])  # expect: DUR106[E]
    thank(event["author"])  # expect: DUR105[E]
    context.step(roll_back("test", event["commit"]))
    return {"state": "cancelled"}
