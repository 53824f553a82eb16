"""The durable function."""

from __future__ import annotations

from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import Duration, StepConfig, WaitForCallbackConfig
from aws_durable_execution_sdk_python.retries import RetryStrategyConfig, create_retry_strategy
from aws_durable_execution_sdk_python.serdes import JsonSerDes

from . import offers
from .adapters import publish_event
from .domain.scoring import classify, score
from .service import build_service
from .workflow import ask_officer, ask_partner_bank

service = build_service()
PATIENT = StepConfig(retry_strategy=create_retry_strategy(RetryStrategyConfig(max_attempts=4)))


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> dict:
    application = event["application"]
    loan_id = application["loan_id"]

    service.remember(loan_id, "received")  # expect: DUR105[E]
    previous = service.previous_loans(application["person"])  # expect: DUR105[W]

    report = context.step(
        lambda _: service.credit_report(application["person"]),
        name="fetch_credit_report",
        config=PATIENT,
    )
    points = score(report, previous)
    if classify(points) == "refused":
        context.step(lambda _: service.remember(loan_id, "refused"), name="remember_refusal")
        return {"loan_id": loan_id, "state": "refused", "points": points}

    if classify(points) == "doubtful":
        decision = ask_officer(context, loan_id, points)
        if decision["granted"] is not True:
            publish_event("loan.refused", {"loan_id": loan_id})  # expect: DUR105[E]
            return {"loan_id": loan_id, "state": "refused", "points": points}

    partner = ask_partner_bank(context, loan_id)
    offer = offers.draft(application, points)  # expect: DUR101[E]
    context.step(lambda _: service.store_offer(loan_id, offer), name="store_offer")

    signed = context.wait_for_callback(
        lambda callback_id, _: service.send_for_signature(loan_id, callback_id),
        name="signature_callback",
        config=WaitForCallbackConfig(timeout=Duration.from_days(14), serdes=JsonSerDes()),
    )
    if not signed["signed"]:
        return {"loan_id": loan_id, "state": "withdrawn"}

    context.step(lambda _: publish_event("loan.granted", {"loan_id": loan_id}), name="announce_loan")
    return {"loan_id": loan_id, "state": "granted", "partner": partner}
