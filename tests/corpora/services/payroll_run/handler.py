"""The monthly payroll: most of it is about types that do not survive a checkpoint."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from decimal import Decimal
from pathlib import PurePosixPath
from uuid import UUID

from aws_durable_execution_sdk_python import DurableContext, durable_execution, durable_with_child_context
from aws_durable_execution_sdk_python.config import ChildConfig, Duration, InvokeConfig, StepConfig
from aws_durable_execution_sdk_python.serdes import EXTENDED_TYPES_SERDES
from aws_durable_execution_sdk_python.waits import WaitForConditionConfig, WaitForConditionDecision
from payroll import bank, steps
from payroll.model import Contract, PaySlip, Shift, net_pay
from payroll.serdes import PaySlipSerDes

SLIPS = StepConfig(serdes=PaySlipSerDes())


@durable_with_child_context
def month_of(ctx: DurableContext, employee: str, month: str) -> dict:
    hours = ctx.step(steps.sum_hours(employee, month))
    contract = Contract.from_dict(ctx.step(steps.load_contract(employee)))
    slip = PaySlip(employee, month, net_pay(contract, hours))
    return asdict(slip)


@durable_with_child_context
def bonus_of(ctx: DurableContext, employee: str) -> PaySlip:
    cents = ctx.step(steps.load_bonus(employee))
    return PaySlip(employee, "bonus", cents)  # expect: DUR301[E]


@durable_with_child_context
def leave_of(ctx: DurableContext, employee: str) -> dict:
    days = ctx.step(steps.count_leave(employee))
    return {"employee": employee, "leave": timedelta(days=days)}  # expect: DUR301[E]


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> dict:
    """As it should be: plain types, or a serdes that knows better."""
    month = event["month"]
    slips = []
    for employee in event["employees"]:
        slips.append(context.run_in_child_context(month_of(employee, month), name=f"month_of_{employee}"))
    typed = context.step(steps.first_slip(slips), config=SLIPS)
    context.logger.info("first slip", extra={"employee": typed.employee})
    batch = context.step(steps.write_batch([slip["cents"] for slip in slips]))
    context.invoke("bank-transfer:live", {"batch": batch, "month": month}, name="transfer_salaries")
    context.step(lambda _: bank.confirm(batch), name="confirm_transfer")
    due = date.fromisoformat(f"{month}-25")
    return {"month": month, "slips": len(slips), "due": due.isoformat(), "shift": Shift.NIGHT.value}


@durable_execution
def correction_handler(event: dict, context: DurableContext) -> dict:
    """Corrections of one employee, with every type that came to mind."""
    employee = event["employee"]
    bonus = context.run_in_child_context(
        bonus_of(employee),
        name="bonus",
    )
    leave = context.run_in_child_context(leave_of(employee), name="count_leave")
    shifts = context.step(steps.shifts_worked(employee))
    payday = context.step(steps.payday(event["month"]))
    gross = context.step(steps.gross(employee))
    document = context.step(steps.document_id(employee))
    by_week = context.step(steps.hours_by_week(employee))
    words = context.step(steps.remarks(employee))
    context.step(steps.split_hours(employee))
    folder = context.step(lambda _: PurePosixPath("slips") / employee, name="choose_folder")  # expect: DUR301[E]
    rates = context.step(lambda _: (1.25, 1.5), name="choose_rates")  # expect: DUR302[W]
    context.step(lambda _: (month for month in steps.MONTHS), name="iterate_months")  # expect: DUR301[E]

    bank.note(employee, gross)  # expect: DUR105[E]
    context.invoke(
        "payroll-archive:live",
        {"employee": employee, "document": UUID(event["document"])},  # expect: DUR304[E]
        name="archive_document",
    )
    context.invoke("payroll-audit:live", {"dates": {date(2031, 1, 1)}}, name="audit_dates")  # expect: DUR304[E]
    context.invoke(
        "payroll-typed:live",
        {"gross": Decimal("10.00")},
        name="send_typed",
        config=InvokeConfig(serdes_payload=EXTENDED_TYPES_SERDES),
    )
    return {
        "employee": employee,
        "gross": gross,  # expect: DUR303[E]
        "payday": payday,  # expect: DUR303[E]
        "counts": [len(shifts), len(by_week), len(words), len(rates)],
        "texts": [str(bonus), str(leave), str(document), str(folder)],
    }


@durable_execution
def close_handler(event: dict, context: DurableContext) -> dict:
    """Waits until the bank has booked everything."""

    def booked(state: set[str], check_context: object) -> set[str]:
        return state | set(bank.booked(event["batch"]))  # expect: DUR301[E]

    def enough(state: set[str], attempt: int) -> WaitForConditionDecision:
        if len(state) >= event["expected"]:
            return WaitForConditionDecision.stop_polling()
        return WaitForConditionDecision.continue_waiting(Duration.from_minutes(attempt))

    context.wait_for_condition(
        booked,
        WaitForConditionConfig(wait_strategy=enough, initial_state=set()),  # expect: DUR301[E]
        name="wait_for_bookings",
    )
    closing = context.run_in_child_context(
        steps.close_month(event["month"]),
        name="close_month",
        config=ChildConfig(summary_generator=lambda result: "closed"),
    )
    return {"closed": closing}
