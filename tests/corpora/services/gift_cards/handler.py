# expect-info
"""Gift cards: sold, loaded, and blocked when they are lost. One object holds the clients and the steps."""

from time import time

from aws_durable_execution_sdk_python import DurableContext, StepError, WithRetryConfig, durable_execution, with_retry
from aws_durable_execution_sdk_python.config import Duration, StepConfig, WaitForCallbackConfig
from aws_durable_execution_sdk_python.retries import RetryPresets, RetryStrategyConfig, create_retry_strategy

from cards.desk import CardDesk
from cards.ledger import Ledger

desk = CardDesk("https://cards.example.com", Ledger())
STUBBORN = create_retry_strategy(
    RetryStrategyConfig(max_attempts=8, retryable_error_types=[BaseException])  # expect: DUR607[I]
)
APPROVAL = WaitForCallbackConfig(timeout=Duration.from_hours(4), retry_strategy=STUBBORN)
ONE_TRY = StepConfig(retry_strategy=lambda error, attempts: RetryDecisions.stop())


class RetryDecisions:
    @staticmethod
    def stop():
        from aws_durable_execution_sdk_python.retries import RetryDecision

        return RetryDecision.no_retry()


@durable_execution
def sell(event: dict, context: DurableContext) -> dict:
    order = event["order"]
    card = context.step(lambda _: desk.issue(order["cents"]), name="issue_card")  # expect: DUR601[I] DUR605[I] DUR406[I]
    token = f"{order['number']}-{time()}"  # expect: DUR101[E]
    context.step(lambda _: desk.load(card, order["cents"], token), name="load_card")  # expect: DUR609[W] DUR406[I] DUR605[I]
    approved = context.wait_for_callback(desk.ask_manager, name="approve_card", config=APPROVAL)  # expect: DUR405[I] DUR702[I] DUR703[I]
    return {"card": card, "approved": approved}


@durable_execution
def block(event: dict, context: DurableContext) -> dict:
    def look_up(ctx: DurableContext, attempt: int) -> dict:
        return ctx.step(lambda _: desk.find(event["card"]), name="find_card", config=ONE_TRY)  # expect: DUR406[I]

    card = with_retry(context, look_up, WithRetryConfig(retry_strategy=RetryPresets.transient()), name="look_up_card")
    balance = context.step(
        lambda _: desk.ledger.balance(card["id"]),  # expect: DUR406[I]
        name="read_balance",
        config=StepConfig(retry_strategy=RetryPresets.none()),  # expect: DUR603[I]
    )
    context.step(lambda _: desk.stop(card["id"]), name="stop_card")  # expect: DUR608[I] DUR406[I]
    try:
        context.step(lambda _: desk.ledger.note(card["id"], balance), name="note_balance", config=ONE_TRY)  # expect: DUR406[I]
    except StepError:
        context.logger.warning("not noted", extra={"card": card["id"]})
    return {"card": card["id"], "balance": balance}
