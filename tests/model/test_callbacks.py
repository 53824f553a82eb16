"""Callbacks: whether somebody can answer, and somebody reads the answer; how long they wait; who minds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.model.marked_program import difference, handler

ABOVE = """
from functools import partial

from aws_durable_execution_sdk_python import CallbackError, CallbackExternalError, CallbackTimeoutError
from aws_durable_execution_sdk_python import ChildContextError, DurableOperationError, StepError, with_retry
from aws_durable_execution_sdk_python.config import CallbackConfig, WaitForCallbackConfig
from contextlib import suppress
import unknown

table = boto3.resource("dynamodb").Table("questions")
logger = logging.getLogger(__name__)
HOUR = CallbackConfig(timeout=Duration.from_hours(1))


@durable_step
def send(step_context: StepContext, what: object) -> str:
    return "sent"


def tell(ctx, question):
    ctx.step(send(question.callback_id), name="send_question")


def read(question):
    return question.result()


def forget(question):
    logger.info("forgot %s", question.callback_id)


class Question:
    def __init__(self, callback):
        self.callback = callback

    def answer(self):
        return self.callback.result()


class Office:
    def __init__(self, ctx):
        self.ctx = ctx

    def send(self, question, where="office"):
        self.ctx.step(send(question.callback_id), name="send_question")
        return self

    def keep(self, question):
        return None


class Desk:
    def __init__(self, ctx):
        self.ctx = ctx
        self.open = []

    def ask(self):
        self.question = self.ctx.create_callback(name="asked_callback", config=HOUR)

    def tell_all(self):
        for question in self.open:
            tell(self.ctx, question)

    def answers(self):
        return [question.result() for question in self.open]


class Drawer:
    pass


def ask(ctx):
    question = ctx.create_callback(name="q_callback", config=HOUR)
    tell(ctx, question)
    return question
"""

LOST = [
    "q = context.create_callback(name='q_callback', config=HOUR)  # <- DUR706[W]\n"
    "asked = Question(q)\nreturn asked.answer()",
    "qs = [context.create_callback(name=f'q_{n}', config=HOUR) for n in range(3)]  # <- DUR706[W]",
    "qs = [context.create_callback(name=f'q_{n}', config=HOUR) for n in range(3)]  # <- DUR706[W]\n"
    "return [q.result() for q in qs]",
    "qs = [context.create_callback(name=f'q_{n}', config=HOUR) for n in range(3)]  # <- DUR706[W]\n"
    "for index, q in enumerate(qs):\n    context.step(send(q.callback_id), name=f'send_{index}')\nreturn len(qs)",
    "qs = {}\nfor n in event['ids']:\n"
    "    qs[n] = context.create_callback(name=f'q_{n}', config=HOUR)  # <- DUR706[W]\n"
    "return {n: q.result() for n, q in qs.items()}",
    "qs = []\nqs.append(context.create_callback(name='q_callback', config=HOUR))  # <- DUR706[W]\n"
    "context.step(send(qs[0].callback_id), name='send_id')",
    "q = context.create_callback(name='q_callback', config=HOUR)  # <- DUR706[W]\n"
    "pair = (q, q)\nreturn pair[0].result()",
    "drawer = Drawer()\n"
    "drawer.forgotten = context.create_callback(name='q_callback', config=HOUR)  # <- DUR706[W]\n"
    "return drawer.forgotten.result()",
    "context.create_callback(name='q_callback', config=HOUR)  # <- DUR706[W]",
    "q = context.create_callback(name='q_callback', config=HOUR)  # <- DUR706[W]\nreturn q.result()",
    "q = context.create_callback(name='q_callback', config=HOUR)  # <- DUR706[W]\n"
    "context.step(send(q.callback_id), name='send_id')",
    "q = context.create_callback(name='q_callback', config=HOUR)  # <- DUR706[W]\nreturn q.callback_id",
    "q = context.create_callback(name='q_callback', config=HOUR)  # <- DUR706[W]\n"
    "print(f'waiting for {q.callback_id}')\nreturn q.result()",
    "q = context.create_callback(name='q_callback', config=HOUR)  # <- DUR706[W]\n"
    "logger.info('waiting', extra={'id': q.callback_id})\nreturn q.result()",
    "q = context.create_callback(name='q_callback', config=HOUR)  # <- DUR706[W]\n"
    "number = q.callback_id\ncontext.logger.info('waiting for ' + number)\nreturn q.result()",
    "q = context.create_callback(name='q_callback', config=HOUR)  # <- DUR706[W]\n"
    "number = q.callback_id\nreturn q.result()",
    "q = context.create_callback(name='q_callback', config=HOUR)  # <- DUR706[W]\nforget(q)\nreturn read(q)",
    "q = context.create_callback(name='q_callback', config=HOUR)  # <- DUR706[W]\ntell(context, question=q)",
    "q = context.create_callback(name='q_callback', config=HOUR)  # <- DUR706[W]\nOffice(context).keep(q)",
    "q = context.create_callback(name='q_callback', config=HOUR)  # <- DUR706[W]\n"
    "if q is None:\n    return 'nothing'\nreturn q.result()",
    "context.wait_for_callback(lambda number, _: 'sent', name='q_callback', "
    "config=WaitForCallbackConfig(timeout=Duration.from_hours(1)))  # <- DUR706[W]",
    "context.wait_for_callback(lambda number, _: print(number), name='q_callback', "
    "config=WaitForCallbackConfig(timeout=Duration.from_hours(1)))  # <- DUR706[W]",
]

KEPT = [
    "q = context.create_callback(name='q_callback', config=HOUR)\ntell(context, q)\nreturn read(q)",
    "q = context.create_callback(name='q_callback', config=HOUR)\nOffice(context).send(q)\nreturn q.result()",
    "q = context.create_callback(name='q_callback', config=HOUR)\n"
    "Office(context).send(where='here', question=q)\nreturn q.result()",
    "q = context.create_callback(name='q_callback', config=HOUR)\npartial(tell, context)(q)\nreturn q.result()",
    "q = context.create_callback(name='q_callback', config=HOUR)\n"
    "context.step(lambda _: table.put_item(Item={'id': q.callback_id}), name='save_id')\nreturn q.result()",
    "q = context.create_callback(name='q_callback', config=HOUR)\n"
    "def save(_):\n    table.put_item(Item={'id': q.callback_id})\n"
    "context.step(save, name='save_id')\nreturn q.result()",
    "q = context.create_callback(name='q_callback', config=HOUR)\n"
    "letter = {'id': q.callback_id}\ncontext.step(send(letter), name='send_id')\nreturn q.result()",
    "q = context.create_callback(name='q_callback', config=HOUR)\n"
    "ids = [q.callback_id]\ncontext.step(send(ids), name='send_id')\nreturn q.result()",
    "q = context.create_callback(name='q_callback', config=HOUR)\n"
    "link = f'https://example.org/{q.callback_id}'\ncontext.step(send(link), name='send_id')\nreturn q.result()",
    "q = context.create_callback(name='q_callback', config=HOUR)\nunknown.keep(q)",
    "q = context.create_callback(name='q_callback', config=HOUR)\nreturn unknown.wait_for(q.callback_id, q.result)",
    "q = context.create_callback(name='q_callback', config=HOUR)\nasked = Question(q)\n"
    "context.step(send(asked.callback.callback_id), name='send_id')\nreturn asked.answer()",
    "q = context.create_callback(name='q_callback', config=HOUR)\nqs = {}\nqs['a'] = q\n"
    "for name, one in qs.items():\n    tell(context, one)\nreturn [one.result() for one in qs.values()]",
    "q = context.create_callback(name='q_callback', config=HOUR)\nqs = []\nqs.append(q)\n"
    "while qs:\n    one = qs.pop()\n    tell(context, one)\n    one.result()",
    "q = context.create_callback(name='q_callback', config=HOUR)\nqs = [q]\n"
    "context.step(send([one.callback_id for one in qs]), name='send_ids')\n"
    "return {index: one.result() for index, one in enumerate(qs)}",
    "q = context.create_callback(name='q_callback', config=HOUR)\nqs = [q]\nreturn unknown.wait_for_all(qs)",
    "q = context.create_callback(name='q_callback', config=HOUR)\nqs = (q, event)\nreturn unknown.keep(*qs)",
    "q = context.create_callback(name='q_callback', config=HOUR)\nentry = {'callback': q, 'name': 'a'}\n"
    "return unknown.keep(entry)",
    "q = context.create_callback(name='q_callback', config=HOUR)\nevent['callback'] = q\nreturn unknown.keep(event)",
    "q = context.create_callback(name='q_callback', config=HOUR)\ndesk = Desk(context)\ndesk.open.append(q)\n"
    "desk.tell_all()\nreturn desk.answers()",
    "desk = Desk(context)\ndesk.ask()\ntell(context, desk.question)\nreturn desk.question.result()",
    "qs = [context.create_callback(name=f'q_{n}', config=HOUR) for n in range(3)]\n"
    "for q in qs:\n    context.step(send(q.callback_id), name='send_id')\nreturn [q.result() for q in qs]",
    "return ask(context).result()",
    "q = ask(context)\nanswer = q.result\nreturn answer()",
    "if (q := context.create_callback(name='q_callback', config=HOUR)):\n"
    "    context.step(send(q.callback_id), name='send_id')\nreturn q.result()",
    "q = context.create_callback(name='q_callback', config=HOUR)\n"
    "context.parallel([lambda ctx: ctx.step(send(q.callback_id), name='send_id'), "
    "lambda ctx: ctx.step(send('b'), name='send_b')], name='send_all').throw_if_error()\nreturn q.result()",
    "q = context.create_callback(name='q_callback', config=HOUR)\n"
    "context.parallel([lambda ctx: (ctx.step(send(q.callback_id), name='send_id'), q.result())], name='send_all')",
    "q = context.create_callback(name='q_callback', config=HOUR)\n"
    "q2 = context.create_callback(name='q2_callback', config=HOUR)\n"
    "for x in (q, q2):\n    tell(context, x)\nreturn [x.result() for x in (q, q2)]",
    "context.wait_for_callback(lambda number, _: send_mail(number), name='q_callback', "
    "config=WaitForCallbackConfig(timeout=Duration.from_hours(1)))",
    "context.wait_for_callback(unknown.submit, name='q_callback', "
    "config=WaitForCallbackConfig(timeout=Duration.from_hours(1)))",
    "context.wait_for_callback(lambda *given: unknown.submit(*given), name='q_callback', "
    "config=WaitForCallbackConfig(timeout=Duration.from_hours(1)))",
    "context.wait_for_callback(partial(lambda where, number, _: (where, number), 'here'), name='q_callback', "
    "config=WaitForCallbackConfig(timeout=Duration.from_hours(1)))",
    "context.wait_for_callback(Office(context).keep_both, name='q_callback', "
    "config=WaitForCallbackConfig(timeout=Duration.from_hours(1)))",
]


OUT_OF_SIGHT = [
    "drawer = Drawer()\ndrawer.question = context.create_callback(name='q_callback', config=HOUR)\n"
    "return getattr(drawer, event['name'])",
    "drawer = Drawer()\ndrawer.question = context.create_callback(name='q_callback', config=HOUR)\nreturn vars(drawer)",
    "drawer = Drawer()\ndrawer.question = context.create_callback(name='q_callback', config=HOUR)\n"
    "return unknown.keep(drawer.question)",
    "drawer = Drawer()\ndrawer.question = context.create_callback(name='q_callback', config=HOUR)\n"
    "return unknown.look_up(drawer, 'question')",
]


@pytest.mark.parametrize("body", OUT_OF_SIGHT)
def test_attributes_are_not_followed_where_they_are_read_by_name(body: str, tmp_path: Path) -> None:
    assert difference(tmp_path, {"handler.py": handler(body, ABOVE)}, codes="DUR706") == []


def test_an_attribute_that_another_file_reads_is_followed_there(tmp_path: Path) -> None:
    body = "drawer = Drawer()\ndrawer.kept = context.create_callback(name='q_callback', config=HOUR)\nreturn drawer"
    reader = "def send_all(drawer, post):\n    post(drawer.kept.callback_id)\n    return drawer.kept.result()\n"
    assert difference(tmp_path, {"handler.py": handler(body, ABOVE), "reader.py": reader}, codes="DUR706") == []


@pytest.mark.parametrize("body", LOST + KEPT)
def test_what_becomes_of_a_callback(body: str, tmp_path: Path) -> None:
    assert difference(tmp_path, {"handler.py": handler(body, ABOVE)}, codes="DUR706") == []


ELSEWHERE = {
    "asking/__init__.py": "",
    "asking/desk.py": """
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration
from .post import Post


def open_question(ctx, name):
    question = ctx.create_callback(name=name, config=CallbackConfig(timeout=Duration.from_hours(1)))
    Post(ctx).deliver(question)
    return question


def open_silently(ctx, name):
    question = ctx.create_callback(name=name, config=CallbackConfig(timeout=Duration.from_hours(1)))  # <- DUR706[W]
    Post(ctx).note(question)
    return question
""",
    "asking/post.py": """
import logging


class Post:
    def __init__(self, ctx):
        self._ctx = ctx

    def deliver(self, question):
        self._send(question.callback_id)

    def note(self, question):
        logging.warning("a question: %s", question.callback_id)

    def _send(self, number):
        self._ctx.step(lambda _: number, name="deliver_question")
""",
}


def test_helpers_two_modules_away(tmp_path: Path) -> None:
    program = """
from asking.desk import open_question, open_silently
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event, context: DurableContext):
    first = open_question(context, "first_callback")
    second = open_silently(context, "second_callback")
    return [first.result(), second.result()]
"""
    assert difference(tmp_path, {"handler.py": program, **ELSEWHERE}, codes="DUR706") == []


UNLIMITED = [
    "q = context.create_callback(name='q_callback')  # <- DUR701[W]",
    "q = context.create_callback('q_callback', None)  # <- DUR701[W]",
    "q = context.create_callback('q_callback', CallbackConfig())  # <- DUR701[W]",
    "q = context.create_callback('q_callback', CallbackConfig(timeout=Duration()))  # <- DUR701[W]",
    "q = context.create_callback('q_callback', CallbackConfig(Duration.from_seconds(0)))  # <- DUR701[W]",
    "q = context.wait_for_callback(unknown.submit, 'q_callback')  # <- DUR701[W]",
    "config = CallbackConfig(serdes=unknown.serdes)\n"
    "q = context.create_callback('q_callback', config=config)  # <- DUR701[W]",
    "make = partial(CallbackConfig, serdes=None)\nq = context.create_callback('q_callback', make())  # <- DUR701[W]",
]
LIMITED = [
    "q = context.create_callback('q_callback', HOUR)",
    "q = context.create_callback(*event['how'])",
    "q = context.create_callback(**event['how'])",
    "q = context.create_callback('q_callback', unknown.config)",
    "q = context.create_callback('q_callback', CallbackConfig(timeout=None))",
    "q = context.create_callback('q_callback', CallbackConfig(**event['how']))",
    "q = context.create_callback('q_callback', CallbackConfig(*event['how']))",
    "q = context.create_callback('q_callback', HOUR if event else None)",
    "q = context.create_callback('q_callback', CallbackConfig(heartbeat_timeout=Duration.from_minutes(5)))",
    "q = context.create_callback('q_callback', CallbackConfig(timeout=unknown.timeout))",
    "q = context.create_callback('q_callback', CallbackConfig(timeout=Duration.from_hours(int(event['hours']))))",
    "q = context.create_callback('q_callback', CallbackConfig(timeout=Duration.from_seconds(0.5)))",
    "make = partial(CallbackConfig, Duration.from_hours(2))\nq = context.create_callback('q_callback', make())",
    "config = CallbackConfig()\nif event:\n    config = HOUR\nq = context.create_callback('q_callback', config)",
    "import dataclasses\nq = context.create_callback('q_callback', dataclasses.replace(HOUR, serdes=None))",
]


@pytest.mark.parametrize("body", UNLIMITED + LIMITED)
def test_how_long_a_callback_waits(body: str, tmp_path: Path) -> None:
    assert difference(tmp_path, {"handler.py": handler(body, ABOVE)}, codes="DUR701") == []


def _unhandled(folder: Path, body: str, above: str = "") -> list[str]:
    return difference(folder, {"handler.py": handler(body, ABOVE + above)}, codes="DUR702", advice=True)


def _tried(clause: str) -> str:
    return f"q, errors = ask(context), event['errors']\ntry:\n    answer = q.result()\n{clause}:\n    answer = ''"


@pytest.mark.parametrize(
    "body",
    [
        "q = ask(context)\nreturn q.result()  # <- DUR702[I]",
        "q = ask(context)\nq.result()  # <- DUR702[I]",
        "return context.wait_for_callback(unknown.submit, 'q_callback', HOUR)  # <- DUR702[I]",
        _tried("except StepError").replace("q.result()", "q.result()  # <- DUR702[I]"),
        _tried("except unknown.Error").replace("q.result()", "q.result()  # <- DUR702[I]"),
        _tried("except CallbackExternalError").replace("q.result()", "q.result()  # <- DUR702[I]"),
    ],
)
def test_nothing_handles_a_timeout(body: str, tmp_path: Path) -> None:
    assert _unhandled(tmp_path, body) == []


@pytest.mark.parametrize(
    "body",
    [
        _tried("except CallbackTimeoutError"),
        _tried("except CallbackError"),
        _tried("except DurableOperationError"),
        _tried("except (StepError, CallbackTimeoutError)"),
        _tried("except Exception"),
        _tried("except errors"),
        "q = ask(context)\nwith suppress(CallbackTimeoutError):\n    return q.result()",
        "q = ask(context)\nanswer = q.result()\nif answer is None:\n    return 'late'\nreturn answer",
        "q = ask(context)\nanswer = q.result()\nif not answer:\n    return 'late'\nreturn answer",
        "q = ask(context)\nif (answer := q.result()) is None:\n    return 'late'\nreturn answer",
        "q = ask(context)\nreturn q.result() or 'late'",
        "q = ask(context)\ntry:\n    return read(q)\nexcept CallbackError:\n    return 'late'",
        "try:\n    return context.run_in_child_context(lambda ctx: ask(ctx).result(), name='ask_all')\n"
        "except ChildContextError:\n    return 'late'",
        "context.parallel([lambda ctx: ask(ctx).result()], name='ask_all').get_results()",
    ],
)
def test_something_handles_a_timeout(body: str, tmp_path: Path) -> None:
    assert _unhandled(tmp_path, body) == []


def test_a_timeout_in_a_helper_that_two_handlers_use(tmp_path: Path) -> None:
    above = """
def answered(ctx):
    return ask(ctx).result()  # <- DUR702[I]


@durable_execution
def careful(event: dict, context: DurableContext):
    try:
        return answered(context)
    except CallbackTimeoutError:
        return None
"""
    assert _unhandled(tmp_path, "return answered(context)", above) == []
