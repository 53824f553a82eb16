# expect-info
"""What comes into the archive, and what goes out of it."""

from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import Duration, StepConfig

from archive import bounds, flows, steps
from archive.serializers import ToBucket


@durable_execution
def take_in(event: dict, context: DurableContext) -> dict:
    """One photo, from the scan to the catalogue."""
    photo = context.step(steps.load_photo(event["key"]), name="load_photo")  # expect: DUR803[I]
    description = context.step(steps.load_description(event["key"]), name="load_description")
    mark = context.step(steps.load_mark(event["key"]), name="load_mark")
    header = context.step(steps.load_header(mark), name="load_header")  # expect: DUR803[I]
    title = context.step(steps.title_of(description), name="find_title")  # expect: DUR801[I]
    kept = context.step(steps.load_scan(event["scan"]), name="load_scan", config=StepConfig(serdes=ToBucket()))
    context.step(steps.store_scan(event["scan"]), name="store_scan")
    context.step(steps.compare(event["key"]), name="compare_scan")
    context.wait(Duration.from_hours(1), name="settling_wait")  # expect: DUR806[I]
    return {"photo": len(photo), "title": title, "header": header, "kept": kept["name"]}


@durable_execution
def number_boxes(event: dict, context: DurableContext) -> int:
    """A number for each box."""
    numbers = [
        context.step(steps.number(shelf, box), name=f"number_{shelf}_{box}")  # expect: DUR804[E]
        for shelf in bounds.SHELVES
        for box in range(bounds.BOXES)
    ]
    return len(numbers)


@durable_execution
def number_until_full(event: dict, context: DurableContext) -> int:
    """A number for each box, as long as there is room."""
    done = 0
    for shelf in bounds.SHELVES:
        for box in range(bounds.BOXES):
            if done >= event["room"]:
                break
            context.step(steps.number(shelf, box), name=f"number_{shelf}_{box}")
            done += 1
    return done


@durable_execution
def draw_years(event: dict, context: DurableContext) -> dict:
    """Pictures of every year in every format."""
    if not event.get("archive"):
        return {"drawn": 0}
    drawn = context.map(  # expect: DUR804[E]
        list(bounds.YEARS), lambda ctx, year, index, years: flows.draw(ctx, year), name="years", config=bounds.GENTLE
    )
    drawn.throw_if_error()
    return {"drawn": drawn.success_count}


@durable_execution
def draw_decades(event: dict, context: DurableContext) -> dict:
    """Pictures of every tenth year in every format."""
    drawn = context.map(
        list(range(1900, 2000, 10)),
        lambda ctx, year, index, years: flows.draw(ctx, year),
        name="decades",
        config=bounds.FLAT,
    )
    drawn.throw_if_error()
    return {"drawn": drawn.success_count}


@durable_execution
def previews(event: dict, context: DurableContext) -> dict:
    """Previews for a web page."""
    sizes = context.map(  # expect: DUR808[I]
        event["urls"],
        lambda ctx, url, index, urls: ctx.step(steps.check_preview(url), name=f"check_{index}"),
        name="sizes",
        config=bounds.PATIENT,
    )
    sizes.throw_if_error()
    first = context.map(
        event["urls"][:20],
        lambda ctx, url, index, urls: ctx.step(steps.load_preview(url), name=f"load_{index}"),
        name="first_previews",
        config=bounds.NO_LIMIT,
    )
    first.throw_if_error()
    branches = [lambda ctx, width=width: ctx.step(steps.shrink(event["photo"], width)) for width in (100, 200, 400)]
    small = context.parallel(branches, name="small_ones")
    small.throw_if_error()
    return {"sizes": sizes.get_results(), "small": small.get_results()}


@durable_execution
def lists(event: dict, context: DurableContext) -> dict:
    """Lists for the reading room."""
    flows.check_captions(context, event["names"])
    flows.shrink_in_turn(context, event["names"])
    flows.in_batches(context, event["names"])
    rows = context.step(steps.load_catalogue(event["path"]), name="load_catalogue")  # expect: DUR803[I]
    years = context.step(steps.load_years(event["path"]), name="load_years")
    packed = context.step(steps.pack(event["names"]), name="pack_photos")
    return {"rows": len(rows), "years": years, "packed": len(packed)}
