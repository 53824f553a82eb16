"""DUR604: an HTTP call in a step that may wait for ever."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from durable_lint import rewrite
from durable_lint.finding import Finding, Safety, Severity
from durable_lint.model.body import Body
from durable_lint.model.requests import Request
from durable_lint.model.step_code import runs_in_step
from durable_lint.model.timeouts import endless
from durable_lint.rule import Example, Rule


class NoRequestTimeout(Rule):
    """A step calls a service over HTTP without a timeout, with a client that has none of its own.

    `requests`, `urllib.request` and `urllib3` wait for an answer for as long as the other side keeps the connection. A
    service that hangs then holds the step until Lambda's own timeout ends the invocation, minutes later: nothing is
    raised, so nothing is handled, the time is paid for, and the next attempt hangs as well. With a timeout the step
    fails within seconds, and its retry strategy decides what happens.

    Not reported: httpx, aiohttp and boto3, which have a default; calls that get a timeout through a helper, a
    `functools.partial` or spread arguments; sessions of projects that mount adapters or derive a session of their own;
    and projects that call `socket.setdefaulttimeout`.
    """

    code = "DUR604"
    name = "no-request-timeout"
    severity = Severity.WARNING
    fixes = (Safety.UNSAFE,)
    fix_help = (
        "The call, where it stands in the project, gets the timeout that the other calls of its file have, or the "
        "file's constant for it (`HTTP_TIMEOUT = 10`). No fix where the file names none or several: how long an answer "
        "may take is not the linter's to say."
    )
    examples = (
        Example(
            bad="""
import requests
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step

HTTP_TIMEOUT = 10


@durable_step
def read_rate(step_context: StepContext, currency: str) -> dict:
    answer = requests.get(f"https://rates.example.com/{currency}")  # <- DUR604[W]
    answer.raise_for_status()
    return answer.json()


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    return context.step(read_rate(event["currency"]))
""",
            good="""
import requests
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step

HTTP_TIMEOUT = 10


@durable_step
def read_rate(step_context: StepContext, currency: str) -> dict:
    answer = requests.get(f"https://rates.example.com/{currency}", timeout=HTTP_TIMEOUT)
    answer.raise_for_status()
    return answer.json()


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    return context.step(read_rate(event["currency"]))
""",
            fixed="""
import requests
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step

HTTP_TIMEOUT = 10


@durable_step
def read_rate(step_context: StepContext, currency: str) -> dict:
    answer = requests.get(f"https://rates.example.com/{currency}", timeout=HTTP_TIMEOUT)
    answer.raise_for_status()
    return answer.json()


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    return context.step(read_rate(event["currency"]))
""",
        ),
        Example(
            title="through helpers in other modules, and in a submitter",
            files={
                "http_calls.py": """
import urllib.request
from functools import partial

import requests

quick_post = partial(requests.post, timeout=5)


def read_text(address: str, timeout: float | None = None) -> str:
    with urllib.request.urlopen(address, None, timeout) as answer:
        return answer.read().decode()
""",
                "weather.py": """
from http_calls import read_text


class Weather:
    def __init__(self, station: str, patience: float | None = None) -> None:
        self.address = f"https://weather.example.com/{station}"
        self.patience = patience

    def now(self) -> str:
        return read_text(self.address, self.patience)
""",
            },
            bad="""
import requests
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration, WaitForCallbackConfig
from weather import Weather


@durable_step
def look_outside(step_context: StepContext, station: str) -> str:
    return Weather(station).now()  # <- DUR604[W]


def ask_gardener(callback_id: str, callback_context) -> None:
    requests.post("https://garden.example.com/questions", json={"callback": callback_id})  # <- DUR604[W]


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    weather = context.step(look_outside(event["station"]))
    answer = context.wait_for_callback(
        ask_gardener, name="ask_gardener", config=WaitForCallbackConfig(timeout=Duration.from_hours(8))
    )
    return {"weather": weather, "answer": answer}
""",
            good="""
import httpx
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration, WaitForCallbackConfig
from http_calls import quick_post
from weather import Weather


@durable_step
def look_outside(step_context: StepContext, station: str) -> str:
    return Weather(station, 8).now()


@durable_step
def read_calendar(step_context: StepContext, garden: str) -> str:
    return httpx.get(f"https://garden.example.com/{garden}/calendar").text


def ask_gardener(callback_id: str, callback_context) -> None:
    quick_post("https://garden.example.com/questions", json={"callback": callback_id})


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    weather = context.step(look_outside(event["station"]))
    calendar = context.step(read_calendar(event["garden"]))
    answer = context.wait_for_callback(
        ask_gardener, name="ask_gardener", config=WaitForCallbackConfig(timeout=Duration.from_hours(8))
    )
    return {"weather": weather, "calendar": calendar, "answer": answer}
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """One finding for each expression of a step that reaches such calls."""
        if not body.requests or not runs_in_step(body):
            return
        places: dict[ast.AST, Request] = {}
        for request in endless(body):
            places.setdefault(request.place.node, request)
        for request in places.values():
            yield self.finding(
                request.place,
                f"{request.shown} without a timeout may wait for ever{request.trail(body.name)}, until Lambda ends the "
                "invocation; give it one, so that the step fails and can be tried again",
                help="Pass timeout=, in seconds: a little more than the service usually takes",
                chain=request.hops(),
                fix=rewrite.timeouts.limited(request.site),
            )
