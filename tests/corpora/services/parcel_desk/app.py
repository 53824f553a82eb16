# expect-info
"""The parcel desk: books couriers, charges customers and tells them about it."""

from aws_durable_execution_sdk_python import DurableContext, StepError, durable_execution
from aws_durable_execution_sdk_python.config import CompletionConfig, Duration, MapConfig, StepConfig, StepSemantics

from desk import billing, couriers, tracking
from desk.settings import FEW_TRIES, ONCE, ONE_TRY, once

KEEP_GOING = MapConfig(completion_config=CompletionConfig(tolerated_failure_percentage=20), max_concurrency=5)


def weigh_parcel(ctx: DurableContext, parcel: dict, index: int, parcels: list) -> dict:
    return ctx.step(couriers.weigh(parcel["label"]), name=f"weigh_{index}", config=FEW_TRIES)


def stamp_parcel(ctx: DurableContext, parcel: dict, index: int, parcels: list) -> str | None:
    try:
        return ctx.step(couriers.stamp(parcel["label"]), name=f"stamp_{index}", config=ONCE)
    except StepError:
        return None


@durable_execution
def ship(event: dict, context: DurableContext) -> dict:
    parcels = event["parcels"]
    weighed = context.map(parcels, weigh_parcel, name="weigh_parcels")  # expect: DUR808[I]
    grams = sum(parcel["grams"] for parcel in weighed.get_results())  # expect: DUR606[W]

    price = context.step(  # the price list only reads
        couriers.price(grams, event["country"]),
        config=ONE_TRY,  # expect: DUR603[I]
    )
    payment = context.step(billing.charge(event["card"], price["cents"]))  # expect: DUR601[I]
    receipt_key = context.step(billing.make_key())
    context.step(billing.print_receipt(payment, receipt_key), config=FEW_TRIES)

    stamped = context.map(parcels, stamp_parcel, name="stamp_parcels")  # expect: DUR808[I]
    context.step(
        lambda _: tracking.announce(event["customer"], payment),  # expect: DUR406[I]
        name="announce_parcels",
        config=StepConfig(step_semantics=StepSemantics.AT_MOST_ONCE_PER_RETRY),  # expect: DUR602[W]
    )
    return {"payment": payment, "stamps": stamped.get_results()}


@durable_execution
def follow(event: dict, context: DurableContext) -> dict:
    labels = event["labels"]
    places = context.map(labels, tracking.locate, name="locate_parcels", config=KEEP_GOING).get_results()
    context.wait(Duration.from_hours(6), name="delivery_wait")
    delivered = context.map(labels, tracking.locate, name="locate_parcels_again")  # expect: DUR606[W] DUR808[I]
    later = context.map(labels, tracking.locate, name="locate_parcels_later")  # expect: DUR808[I]
    return {
        "places": places,
        "delivered": tracking.count_delivered(delivered),
        "later": tracking.checked(later),
    }


@durable_execution
def collect(event: dict, context: DurableContext) -> dict:
    courier = context.step(couriers.call_courier(event["address"]), config=once(None))
    context.step(tracking.note_pickup(event["address"]), config=once(FEW_TRIES.retry_strategy))
    try:
        slots = context.step(couriers.free_slots(courier), config=ONE_TRY)
    except StepError:
        slots = []
    return {"courier": courier, "slots": slots}
