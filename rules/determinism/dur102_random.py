"""DUR102: random numbers drawn in replayed code."""

from __future__ import annotations

from durable_lint.model.effects import Kind
from durable_lint.rule import Example, RecordableValueRule


class Random(RecordableValueRule):
    """A random number drawn in replayed code is drawn again, with another result, on every replay.

    The first run takes one branch, the replay after a wait takes the other; the recorded operations no longer match the
    code and the execution fails, or silently goes on with the results of the wrong branch. This holds for ``random``,
    ``secrets``, ``os.urandom`` and numpy alike, also as a default or jitter.

    Draw in a step and use its result. A generator with a literal seed (``random.Random(7)``) draws the same numbers on
    every replay and is fine.
    """

    code = "DUR102"
    name = "random"
    kinds = (Kind.RANDOM,)
    examples = (
        Example(
            bad="""
import random as dice

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def invite_to_survey(step_context: StepContext, customer: str) -> str:
    return f"survey for {customer}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    if dice.random() < 0.1:  # <- DUR102[E]
        context.step(invite_to_survey(event["customer"]))
    return {"customer": event["customer"]}
""",
            good="""
import random as dice

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def draw_lot(step_context: StepContext) -> float:
    return dice.random()


@durable_step
def invite_to_survey(step_context: StepContext, customer: str) -> str:
    return f"survey for {customer}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    if context.step(draw_lot()) < 0.1:
        context.step(invite_to_survey(event["customer"]))
    return {"customer": event["customer"]}
""",
            fixed="""
import random as dice

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def invite_to_survey(step_context: StepContext, customer: str) -> str:
    return f"survey for {customer}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    if context.step(lambda _: dice.random(), name="draw_random") < 0.1:
        context.step(invite_to_survey(event["customer"]))
    return {"customer": event["customer"]}
""",
        ),
        Example(
            title="a method of an object that a module holds",
            files={
                "routing.py": """
from random import choice


class Router:
    def __init__(self, models: list[str]) -> None:
        self.models = models

    def pick(self) -> str:
        return choice(self.models)


router = Router(["small", "large"])
""",
            },
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from routing import router


@durable_step
def ask(step_context: StepContext, model: str, question: str) -> str:
    return f"{model}: {question}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    model = router.pick()  # <- DUR102[E]
    return {"answer": context.step(ask(model, event["question"]))}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from routing import router


@durable_step
def pick_model(step_context: StepContext) -> str:
    return router.pick()


@durable_step
def ask(step_context: StepContext, model: str, question: str) -> str:
    return f"{model}: {question}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    model = context.step(pick_model())
    return {"answer": context.step(ask(model, event["question"]))}
""",
            fixed="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from routing import router


@durable_step
def ask(step_context: StepContext, model: str, question: str) -> str:
    return f"{model}: {question}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    model = context.step(lambda _: router.pick(), name="draw_model")
    return {"answer": context.step(ask(model, event["question"]))}
""",
        ),
        Example(
            title="order and seeds",
            bad="""
import random

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def call(step_context: StepContext, customer: str) -> str:
    return f"called {customer}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    generator = random.Random()  # <- DUR102[E]
    for number, customer in enumerate(generator.sample(event["customers"], 3)):
        context.step(call(customer), name=f"call_{number}")
    return {"called": 3}
""",
            good="""
import random

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def call(step_context: StepContext, customer: str) -> str:
    return f"called {customer}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    generator = random.Random(42)
    for number, customer in enumerate(generator.sample(event["customers"], 3)):
        context.step(call(customer), name=f"call_{number}")
    return {"called": 3}
""",
        ),
    )
