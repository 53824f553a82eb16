"""Books a trip: steps, a wait, a child context, a map and a callback, with nothing wrong."""

from uuid import uuid4

from aws_durable_execution_sdk_python import (
    DurableContext,
    StepContext,
    durable_execution,
    durable_step,
    durable_with_child_context,
)
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration, MapConfig
from ledger import did, saw


@durable_step
def new_reference(step_context: StepContext) -> str:
    did("make a reference")
    return str(uuid4())


@durable_step
def book(step_context: StepContext, what: str, reference: str) -> str:
    saw("reference", reference)
    did(f"book {what}")
    return f"{what} booked"


@durable_with_child_context
def book_both(ctx: DurableContext, reference: str) -> list[str]:
    flight = ctx.step(book("flight", reference), name="book_flight")
    saw("flight", flight)
    ctx.wait(Duration.from_hours(2), name="layover_wait")
    return [flight, ctx.step(book("hotel", reference), name="book_hotel")]


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    reference = context.step(new_reference())
    saw("reference", reference)
    both = context.run_in_child_context(book_both(reference))
    tours = context.map(
        event["tours"],
        lambda ctx, tour, index, tours: ctx.step(book(tour, reference), name=f"book_{tour}"),
        name="book_tours",
        config=MapConfig(max_concurrency=1),
    )
    tours.throw_if_error()
    answer = context.create_callback(name="answer_callback", config=CallbackConfig(timeout=Duration.from_days(1)))
    saw("callback", answer.callback_id)
    said = answer.result()
    saw("answer", said)
    return {"booked": both + tours.get_results(), "answer": said}
