"""Travel booking as a saga: what was booked is cancelled when a later booking fails."""

import secrets
from collections.abc import Callable

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration, StepConfig, WaitForCallbackConfig
from aws_durable_execution_sdk_python.exceptions import CallbackError, StepError
from aws_durable_execution_sdk_python.retries import RetryPresets
from bookings import cars, flights, hotels
from bookings.holds import release_hold
from compensation import Compensations, run_all
from traveller import notify, profile_of

ONCE = StepConfig(retry_strategy=RetryPresets.none())


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    """The saga as it should be."""
    trip = event["trip"]
    undo: list[Callable[[StepContext], object]] = []
    try:
        flight = context.step(flights.book(trip), name="book_flight", config=ONCE)
        undo.append(flights.cancel(flight["reference"]))
        hotel = context.step(hotels.book(trip), name="book_hotel", config=ONCE)
        undo.append(hotels.cancel(hotel["reference"]))
        if trip.get("car"):
            car = context.step(cars.book(trip), name="book_car", config=ONCE)
            undo.append(cars.cancel(car["reference"]))
    except StepError as error:
        for number, compensate in enumerate(reversed(undo)):
            context.step(compensate, name=f"compensate_{number}")
        return {"state": "cancelled", "why": error.message}

    def ask_traveller(callback_id: str, _) -> None:
        notify(trip["traveller"], f"please confirm: {callback_id}")

    try:
        answer = context.wait_for_callback(
            ask_traveller,
            name="confirmation_callback",
            config=WaitForCallbackConfig(timeout=Duration.from_hours(24)),
        )
    except CallbackError:
        answer = "no"
    if answer != "yes":
        run_all(context, undo)
        return {"state": "cancelled", "why": "not confirmed"}
    return {"state": "booked", "flight": flight["reference"], "hotel": hotel["reference"]}


@durable_execution
def strict_handler(event: dict, context: DurableContext) -> dict:
    """Compensates for whatever went wrong, and lets the execution fail: nothing is hidden."""
    undo = Compensations()
    try:
        flight = context.step(flights.book(event["trip"]), name="book_flight")
        undo.add("flight", flights.cancel(flight["reference"]))
        hotel = context.step(hotels.book(event["trip"]), name="book_hotel")
        undo.add("hotel", hotels.cancel(hotel["reference"]))
    except Exception:
        for label, compensate in undo:
            context.step(compensate, name=f"cancel_{label}")
        raise
    return {"state": "booked", "flight": flight["reference"]}


@durable_execution
def weekend_handler(event: dict, context: DurableContext) -> dict:
    """The saga in a hurry."""
    trip = event["trip"]
    profile = profile_of(trip["traveller"])  # expect: DUR105[W]
    undo = []
    try:
        flight = context.step(flights.book(trip), name=f"book_flight_{secrets.token_hex(2)}")  # expect: DUR112[E]
        undo.append(lambda: flights.cancel_now(flight["reference"]))
        hotel = context.step(hotels.book({**trip, "stars": profile["stars"]}), name="book_hotel")
    except ValueError as error:  # expect: DUR210[E]
        return {"state": "refused", "why": str(error)}
    except Exception as error:  # expect: DUR211[W]
        for compensate in undo:
            compensate()  # expect: DUR105[E]
        notify(trip["traveller"], f"your trip was cancelled: {error}")  # expect: DUR105[E]
        return {"state": "cancelled"}
    finally:
        context.step(release_hold(trip["hold"]), name="release_hold")  # expect: DUR209[E]

    try:
        answer = context.wait_for_callback(
            lambda callback_id, _: notify(trip["traveller"], callback_id),
            name="confirmation_callback",
            config=WaitForCallbackConfig(timeout=Duration.from_hours(24)),
        )
    except:  # noqa: E722  # expect: DUR208[E]
        answer = "no"

    if not context.is_replaying():  # expect: DUR114[W]
        context.step(hotels.confirm(hotel["reference"], answer), name="confirm_hotel")
    return {"state": answer}


@durable_step
def quote(step_context: StepContext, trip: dict) -> dict:
    return {"cents": 100 * len(trip["stops"])}


@durable_execution
def quote_handler(event: dict, context: DurableContext) -> dict:
    """Quotes only; the traveller's seat is drawn by lot."""
    price = context.step(quote(event["trip"]))
    if secrets.randbelow(10) == 0:  # expect: DUR102[E]
        price = context.step(quote({**event["trip"], "stops": []}), name="quote_for_winner")
    return price
