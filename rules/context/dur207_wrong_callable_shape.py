"""DUR207: a callable that cannot take what the SDK passes to it."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint import rewrite
from durable_lint.finding import Finding, Fix, Safety
from durable_lint.model.body import Body, Misfit
from durable_lint.rule import Example, Rule


class WrongCallableShape(Rule):
    """The SDK calls each function with fixed arguments, in a fixed order; another shape fails every time it is called.

    A step gets its step context, a child context or branch its context, a map function the context, the item, its
    index and all items, a submitter the callback's id and a context, a check the state and a context, a handler the
    event and the context. Decorated functions get theirs before their own arguments. A step that cannot be called is
    retried until its attempts are used up; a map function that cannot be called only marks its items as failed,
    without an error. A value kept in a default (``lambda item=item: …``) is overwritten by the context without any
    error at all.

    Give the function the parameters that the SDK passes, first, and keep values in defaults after them.
    """

    code = "DUR207"
    name = "wrong-callable-shape"
    fixes = (Safety.SAFE,)
    fix_help = (
        "The missing parameters are added where it is certain which they are: none of them is there, or the ones in "
        "front are named for what the SDK passes. No fix for methods, for partials, for calls with wrong arguments, "
        "and for a plain function that is mentioned anywhere but as the callable of such operations."
    )
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution, durable_step


@durable_step
def check_seat(seat: str) -> bool:  # <- DUR207[E]
    return seat != ""


@durable_step
def print_ticket() -> str:  # <- DUR207[E]
    return "ticket"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    free = context.step(check_seat(event["seat"]))
    ticket = context.step(print_ticket())
    return {"free": free, "ticket": ticket}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def check_seat(step_context: StepContext, seat: str) -> bool:
    return seat != ""


@durable_step
def print_ticket(step_context: StepContext) -> str:
    return "ticket"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    free = context.step(check_seat(event["seat"]))
    ticket = context.step(print_ticket())
    return {"free": free, "ticket": ticket}
""",
            fixed="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def check_seat(step_context: StepContext, seat: str) -> bool:
    return seat != ""


@durable_step
def print_ticket(step_context: StepContext) -> str:
    return "ticket"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    free = context.step(check_seat(event["seat"]))
    ticket = context.step(print_ticket())
    return {"free": free, "ticket": ticket}
""",
        ),
        Example(
            title="lambdas, map functions, submitters",
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration, WaitForCallbackConfig


@durable_step
def resize(step_context: StepContext, image: str) -> str:
    return f"small {image}"


def ask(address: str, callback_id: str) -> str:
    return f"asked {address} with {callback_id}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    count = context.step(lambda: len(event["images"]), name="count_images")  # <- DUR207[E]
    small = context.map(
        event["images"],
        lambda ctx, image: ctx.step(resize(image), name=f"resize_{image}"),  # <- DUR207[E]
        name="resize_images",
    )
    small.throw_if_error()
    branches = [lambda image=image: image.upper() for image in event["images"]]  # <- DUR207[E]
    big = context.parallel(branches, name="upper_images")
    big.throw_if_error()
    answer = context.wait_for_callback(
        lambda callback_id: ask(event["address"], callback_id),  # <- DUR207[E]
        name="answer_callback",
        config=WaitForCallbackConfig(timeout=Duration.from_hours(1)),
    )
    return {"count": count, "small": small.get_results(), "big": big.get_results(), "answer": answer}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration, WaitForCallbackConfig


@durable_step
def resize(step_context: StepContext, image: str) -> str:
    return f"small {image}"


def ask(address: str, callback_id: str) -> str:
    return f"asked {address} with {callback_id}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    count = context.step(lambda _: len(event["images"]), name="count_images")
    small = context.map(
        event["images"],
        lambda ctx, image, index, images: ctx.step(resize(image), name=f"resize_{index}"),
        name="resize_images",
    )
    small.throw_if_error()
    branches = [lambda ctx, image=image: ctx.step(resize(image), name=f"again_{image}") for image in event["images"]]
    big = context.parallel(branches, name="upper_images")
    big.throw_if_error()
    answer = context.wait_for_callback(
        lambda callback_id, _: ask(event["address"], callback_id),
        name="answer_callback",
        config=WaitForCallbackConfig(timeout=Duration.from_hours(1)),
    )
    return {"count": count, "small": small.get_results(), "big": big.get_results(), "answer": answer}
""",
            fixed="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration, WaitForCallbackConfig


@durable_step
def resize(step_context: StepContext, image: str) -> str:
    return f"small {image}"


def ask(address: str, callback_id: str) -> str:
    return f"asked {address} with {callback_id}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    count = context.step(lambda _: len(event["images"]), name="count_images")
    small = context.map(
        event["images"],
        lambda ctx, image, index, items: ctx.step(resize(image), name=f"resize_{image}"),
        name="resize_images",
    )
    small.throw_if_error()
    branches = [lambda ctx, image=image: image.upper() for image in event["images"]]
    big = context.parallel(branches, name="upper_images")
    big.throw_if_error()
    answer = context.wait_for_callback(
        lambda callback_id, _: ask(event["address"], callback_id),
        name="answer_callback",
        config=WaitForCallbackConfig(timeout=Duration.from_hours(1)),
    )
    return {"count": count, "small": small.get_results(), "big": big.get_results(), "answer": answer}
""",
        ),
        Example(
            title="calls that do not fit a definition elsewhere",
            files={
                "steps.py": """
from aws_durable_execution_sdk_python import StepContext, durable_step


@durable_step
def charge(step_context: StepContext, order: str, cents: int) -> str:
    return f"{cents} for {order}"


class Till:
    def close(self, step_context: StepContext) -> str:
        return "closed"

    def count(self) -> int:
        return 0
""",
            },
            bad="""
from functools import partial

import steps
from aws_durable_execution_sdk_python import DurableContext, durable_execution


def note(text: str, step_context: object, more: str) -> str:
    return text + more


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    till = steps.Till()
    receipt = context.step(steps.charge(event["order"]))  # <- DUR207[E]
    counted = context.step(till.count, name="count_till")  # <- DUR207[E]
    noted = context.step(partial(note, "a"), name="note_count")  # <- DUR207[E]
    return {"receipt": receipt, "counted": counted, "noted": noted}
""",
            good="""
from functools import partial

import steps
from aws_durable_execution_sdk_python import DurableContext, durable_execution


def note(text: str, step_context: object, more: str = "") -> str:
    return text + more


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    till = steps.Till()
    receipt = context.step(steps.charge(event["order"], event["cents"]))
    closed = context.step(till.close, name="close_till")
    noted = context.step(partial(note, "a", more="b"), name="note_count")
    return {"receipt": receipt, "closed": closed, "noted": noted}
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Callables and decorated functions of this body that do not fit."""
        for misfit in body.misfits.values():
            *before, last = (name.replace("_", " ") for name in misfit.passed)
            passed = f"{', '.join(before)} and {last}" if before else last
            yield self.finding(
                misfit.site,
                f"{misfit.name} does not fit what the SDK passes to it: it {misfit.problem}",
                help=f"The SDK passes {passed}, and a decorated function's own arguments after that",
                fix=self._fix(body, misfit, passed),
            )

    def _fix(self, body: Body, misfit: Misfit, passed: str) -> Fix | None:
        """The missing parameters."""
        edits = rewrite.signatures.completed(body, misfit)
        return None if edits is None else Fix(f"Give {misfit.name} the parameters for {passed}", Safety.SAFE, edits)
