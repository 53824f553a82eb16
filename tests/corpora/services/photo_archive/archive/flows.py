# expect-info
"""Parts of workflows."""

from aws_durable_execution_sdk_python import DurableContext

from archive import bounds, steps


def draw(context: DurableContext, year: int) -> list:
    """Ten pictures of a year in three formats."""
    drawn = []
    for number in range(10):
        for format in bounds.FORMATS:
            drawn.append(context.step(steps.number(format, number), name=f"draw_{year}_{format}_{number}"))
    return drawn


def check_captions(context: DurableContext, names: list) -> None:
    """A step for each caption."""
    for number, name in enumerate(names):
        context.step(steps.load_caption(name), name=f"check_caption_{number}")  # expect: DUR802[I]


def shrink_in_turn(context: DurableContext, names: list) -> str:
    """Each picture is laid over the one before."""
    picture = "empty"
    for number, name in enumerate(names):
        picture = context.step(steps.shrink(picture, len(name)), name=f"shrink_{number}")
    return picture


def in_batches(context: DurableContext, names: list) -> list:
    """Ten at a time."""
    found = []
    for start in range(0, len(names), 10):
        found.append(context.step(steps.pack(names[start : start + 10]), name=f"pack_from_{start}"))
    return found
