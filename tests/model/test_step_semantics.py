"""What the rules about steps find of retries, timeouts, batches and keys, and what they leave alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from durable_lint.analysis import AnalysisSettings, Analyzer
from durable_lint.registry import rules

_HEAD = """
import random, socket, sqlite3, time, urllib.request, uuid
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
import boto3, httpx, requests, urllib3
from aws_durable_execution_sdk_python import *
from aws_durable_execution_sdk_python.config import *
from aws_durable_execution_sdk_python.retries import *
import aws_durable_execution_sdk_python as sdk

def get(address):
    return requests.get(address, timeout=5).json()
"""
_MARK = re.compile(r"# <- (DUR\d{3})")


def _handler(body: str) -> str:
    lines = "\n".join(f"    {line}" for line in body.strip("\n").splitlines())
    return f"\n@durable_execution\ndef handler(event, context: DurableContext):\n{lines}\n"


def _differences(folder: Path, program: str, code: str, files: dict[str, str] | None = None) -> list[str]:
    for name, text in {**(files or {}), "handler.py": program}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    analyzer = Analyzer(AnalysisSettings(), [rule for rule in rules() if rule.code == code])
    result = analyzer.analyze(str(folder / "handler.py"))
    assert result.failures == []
    found = {f"{Path(finding.filename).name}:{finding.span.row}" for finding in result.findings}
    marked = {
        f"{name}:{row}"
        for name, text in {**(files or {}), "handler.py": program}.items()
        for row, line in enumerate(text.splitlines(), 1)
        if (match := _MARK.search(line)) and match[1] == code
    }
    return [f"missing {place}" for place in sorted(marked - found)] + [
        f"extra {place}: {program.splitlines()[int(place.partition(':')[2]) - 1] if place.startswith('h') else ''}"
        for place in sorted(found - marked)
    ]


_CONFIGS = [
    "StepConfig(step_semantics=StepSemantics.AT_MOST_ONCE_PER_RETRY)  # <- DUR602",
    "StepConfig(None, StepSemantics.AT_MOST_ONCE_PER_RETRY)  # <- DUR602",
    "sdk.config.StepConfig(step_semantics=sdk.config.StepSemantics.AT_MOST_ONCE_PER_RETRY)  # <- DUR602",
    "StepConfig(RetryPresets.default(), StepSemantics.AT_MOST_ONCE_PER_RETRY)  # <- DUR602",
    "StepConfig(RetryPresets.fixed(Duration(1)), StepSemantics.AT_MOST_ONCE_PER_RETRY)  # <- DUR602",
    "StepConfig(create_retry_strategy(), StepSemantics.AT_MOST_ONCE_PER_RETRY)  # <- DUR602",
    "StepConfig(create_linear_retry_strategy(), StepSemantics.AT_MOST_ONCE_PER_RETRY)  # <- DUR602",
    "StepConfig(create_retry_strategy(config=RetryStrategyConfig(2)), "
    "StepSemantics.AT_MOST_ONCE_PER_RETRY)  # <- DUR602",
    "StepConfig(create_retry_strategy(RetryStrategyConfig(retryable_error_types=[requests.Timeout])), "
    "StepSemantics.AT_MOST_ONCE_PER_RETRY)  # <- DUR602",
    "partial(StepConfig, step_semantics=StepSemantics.AT_MOST_ONCE_PER_RETRY)()  # <- DUR602",
    "StepConfig()",
    "StepConfig(RetryPresets.none(), StepSemantics.AT_MOST_ONCE_PER_RETRY)",
    "StepConfig(create_retry_strategy(RetryStrategyConfig(1)), StepSemantics.AT_MOST_ONCE_PER_RETRY)",
    "StepConfig(create_retry_strategy(RetryStrategyConfig(max_attempts=event['n'])), "
    "StepSemantics.AT_MOST_ONCE_PER_RETRY)",
    "StepConfig(event['strategy'], StepSemantics.AT_MOST_ONCE_PER_RETRY)",
    "StepConfig(lambda error, made: RetryDecision.no_retry(), StepSemantics.AT_MOST_ONCE_PER_RETRY)",
    "StepConfig(lambda error, made: choose(error), StepSemantics.AT_MOST_ONCE_PER_RETRY)",
    "StepConfig(step_semantics=event['semantics'])",
    "StepConfig(step_semantics=StepSemantics.AT_LEAST_ONCE_PER_RETRY)",
    "StepConfig(step_semantics=StepSemantics.AT_MOST_ONCE_PER_RETRY, **event)",
    "StepConfig(create_retry_strategy(RetryStrategyConfig(retryable_errors=['not started'])), "
    "StepSemantics.AT_MOST_ONCE_PER_RETRY)",
]


@pytest.mark.parametrize("config", _CONFIGS)
def test_at_most_once(config: str, tmp_path: Path) -> None:
    expression, _, mark = config.partition("  #")
    program = _HEAD + _handler(f"config = {expression}{'  #' + mark if mark else ''}\ncontext.step(f(), config=config)")
    assert _differences(tmp_path, program, "DUR602") == []


_CALLS = [
    ("requests.get(u)", True),
    ("requests.post(u, json={})", True),
    ("requests.get(u, timeout=None)", True),
    ("requests.request('GET', u)", True),
    ("requests.Session().get(u)", True),
    ("requests.session().post(u)", True),
    ("urllib.request.urlopen(u)", True),
    ("urllib.request.urlopen(u, None, None)", True),
    ("urllib.request.build_opener().open(u)", True),
    ("urllib3.PoolManager().request('GET', u)", True),
    ("(lambda address: requests.get(address))(u)", True),
    ("[requests.get(one) for one in u]", True),
    ("fetch(u)", True),
    ("Reader(u).read()", True),
    ("get(u)", False),
    ("fetch(u, 5)", False),
    ("Reader(u, patience=5).read()", False),
    ("requests.get(u, timeout=(3, 10))", False),
    ("requests.get(u, timeout=T)", False),
    ("requests.get(u, **options)", False),
    ("partial(requests.get, timeout=5)(u)", False),
    ("urllib.request.urlopen(u, None, 5)", False),
    ("urllib.request.urlopen(u, timeout=5)", False),
    ("urllib3.PoolManager(timeout=5).request('GET', u)", False),
    ("httpx.get(u)", False),
    ("boto3.client('s3').head_bucket(Bucket=u)", False),
    ("Patient().get(u)", False),
    ("requests.Request('GET', u)", False),
]
_HELPERS = """
T = 5

def fetch(address, timeout=None):
    return send("GET", address, timeout=timeout)

def send(method, address, **options):
    return requests.request(method, address, **options)

@dataclass
class Reader:
    address: str
    patience: float | None = None
    def read(self):
        return urllib.request.urlopen(self.address, timeout=self.patience)
"""
_PATIENT = """
class Patient(requests.Session):
    def request(self, *args, **kwargs):
        return super().request(*args, timeout=5, **kwargs)
"""


@pytest.mark.parametrize(("call", "is_endless"), _CALLS)
def test_timeouts(call: str, is_endless: bool, tmp_path: Path) -> None:
    above = _HEAD + _HELPERS + (_PATIENT if "Patient" in call else "")
    mark = "  # <- DUR604" if is_endless else ""
    step = f"\n@durable_step\ndef ask(step_context, u, options):\n    return {call}{mark}\n"
    program = above + step + _handler("context.step(ask(event['u'], event))")
    assert _differences(tmp_path, program, "DUR604") == []


@pytest.mark.parametrize(
    "files",
    [
        {"net.py": "import socket\nsocket.setdefaulttimeout(10)\n"},
        {"net.py": "import requests\nS = requests.Session()\nS.mount('https://', Limited())\n"},
    ],
    ids=["default", "adapter"],
)
def test_timeouts_for_the_whole_project(files: dict[str, str], tmp_path: Path) -> None:
    body = "context.step(lambda _: requests.Session().get(event['u']), name='ask')"
    assert _differences(tmp_path, _HEAD + _handler(body), "DUR604", files) == []


def test_calls_outside_steps_wait_as_they_like(tmp_path: Path) -> None:
    body = "requests.get(event['u'])\ncontext.map(event['us'], lambda c, u, i, us: requests.get(u), name='m')"
    assert _differences(tmp_path, _HEAD + _handler(body), "DUR604") == []


_BATCHES = [
    "b = context.map(xs, f)\nreturn b.get_results()  # <- DUR606",
    "b = context.parallel(fs)\nfor r in b.get_results():  # <- DUR606\n    use(r)",
    "return context.map(xs, f).get_results()  # <- DUR606",
    "b = context.map(xs, f, config=MapConfig(max_concurrency=3))\nreturn len(b.get_results())  # <- DUR606",
    "b = context.map(xs, f, config=MapConfig(completion_config=CompletionConfig()))\n"
    "return b.get_results()  # <- DUR606",
    "b = context.parallel(fs, config=ParallelConfig(completion_config=CompletionConfig.all_successful()))\n"
    "return b.get_results()  # <- DUR606",
    "b = context.map(xs, f, config=MapConfig(completion_config=CompletionConfig(tolerated_failure_count=0)))\n"
    "return b.get_results()  # <- DUR606",
    "b = None\nif event:\n    b = context.map(xs, f)\nreturn (b.get_results()  # <- DUR606\n    if b else [])",
    "a = context.map(xs, f)\nb = a\nreturn b.get_results()  # <- DUR606",
    "b = context.map(xs, f)  # <- DUR606\nreturn total(b)",
    "b = run_all(context, xs)\nreturn b.get_results()  # <- DUR606",
    "def inner(ctx):\n    b = ctx.map(xs, f)\n    return b.get_results()  # <- DUR606\n"
    "return context.run_in_child_context(inner, name='inner')",
    "b = context.map(xs, f)\nb.throw_if_error()\nreturn b.get_results()",
    "b = context.map(xs, f)\nif b.has_failure:\n    raise ValueError\nreturn b.get_results()",
    "b = context.map(xs, f)\nreturn b.get_results(), b.get_errors()",
    "b = context.map(xs, f)\nreturn b.get_results(), len(b.failed())",
    "b = context.map(xs, f)\nreturn b.get_results(), b.failure_count",
    "b = context.map(xs, f)\nreturn b.get_results(), [i.status for i in b.all]",
    "b = context.map(xs, f)\nrs = b.get_results()\nif len(rs) != len(xs):\n    raise ValueError\nreturn rs",
    "b = context.map(xs, f)\nreturn list(zip(xs, b.get_results(), strict=True))",
    "b = context.map(xs, f)\nx, y = b.get_results()",
    "b = context.map(xs, f)\ncheck(b)\nreturn b.get_results()",
    "b = context.map(xs, f)\nlibrary.check(b)\nreturn b.get_results()",
    "b = context.map(xs, f)\nkept = {'b': b}\nreturn b.get_results()",
    "b = context.map(xs, f)\ncontext.step(look(b), name='look')\nreturn b.get_results()",
    "b = context.map(xs, f)\nreturn b",
    "context.map(xs, f)",
    "b = context.map(xs, f, config=event['c'])\nreturn b.get_results()",
    "b = context.map(xs, f, config=MapConfig(completion_config=CompletionConfig.all_completed()))\n"
    "return b.get_results()",
    "b = context.map(xs, f, config=MapConfig(completion_config=CompletionConfig.first_successful()))\n"
    "return b.get_results()",
    "b = context.map(xs, f, config=MapConfig(completion_config=CompletionConfig(tolerated_failure_percentage=10)))\n"
    "return b.get_results()",
    "b = context.map(xs, careful)\nreturn b.get_results()",
    "run = Run(context)\nrun.open(xs)\nreturn run.all()",
    "run = Run(context)\nrun.begin(xs)\nrun.check()\nreturn run.checked.get_results()",
    "run = Run(context)\nrun.begin(xs)\nlibrary.look(run, 'checked')\nreturn run.checked.get_results()",
    "bs = [context.map(x, f) for x in xs]\nreturn [b.get_results() for b in bs]",
]
_BATCH_HELPERS = """
from library import library

def f(ctx, x, i, xs):
    return ctx.step(lambda _: get(x), name=f"get_{i}")

def careful(ctx, x, i, xs):
    try:
        return ctx.step(lambda _: get(x), name=f"get_{i}")
    except StepError:
        return None

def total(batch):
    return sum(batch.get_results())

def check(batch):
    batch.throw_if_error()

def run_all(context, xs):
    return context.map(xs, f)

class Run:
    def __init__(self, context):
        self.context = context

    def open(self, xs):
        self.rows = self.context.map(xs, f)  # MARK

    def all(self):
        return self.rows.get_results()

    def begin(self, xs):
        self.checked = self.context.map(xs, f)

    def check(self):
        if self.checked.has_failure:
            raise ValueError

@durable_step
def look(step_context, batch):
    return batch.failure_count
"""


@pytest.mark.parametrize("body", _BATCHES)
def test_batches(body: str, tmp_path: Path) -> None:
    helpers = _BATCH_HELPERS.replace("# MARK", "# <- DUR606" if "run.all()" in body else "")
    program = _HEAD + helpers + _handler(f"xs, fs = event['xs'], event['fs']\n{body}")
    assert _differences(tmp_path, program, "DUR606") == []


_KEYS = [
    ("requests.post(u, headers={'Idempotency-Key': str(uuid.uuid4())}, timeout=5)", True),
    ("requests.post(u, json={'idempotencyKey': uuid.uuid4().hex}, timeout=5)", True),
    ("httpx.post(u, headers={**event, 'X-Idempotency-Key': f'{u}-{time.time()}'})", True),
    ("boto3.client('ec2').run_instances(ClientToken=str(random.random()))", True),
    ("boto3.client('dynamodb').transact_write_items(TransactItems=[], ClientRequestToken=uuid.uuid4().hex)", True),
    ("boto3.client('sqs').send_message_batch(Entries=[{'MessageDeduplicationId': uuid.uuid4().hex}])", True),
    ("shop.pay(u, idempotency_key=uuid.uuid4())", True),
    ("pay(u, key=uuid.uuid4().hex)", True),
    ("keyed(uuid.uuid4().hex)", True),
    ("requests.post(u, headers={'Idempotency-Key': event['key']}, timeout=5)", False),
    ("requests.post(u, headers={'Idempotency-Key': str(uuid.uuid5(uuid.NAMESPACE_URL, u))}, timeout=5)", False),
    ("requests.post(u, headers={'X-Request-Id': str(uuid.uuid4())}, timeout=5)", False),
    ("requests.post(u, json={'id': str(uuid.uuid4())}, timeout=5)", False),
    ("boto3.resource('dynamodb').Table('t').put_item(Item={'request_id': str(uuid.uuid4())})", False),
    ("boto3.resource('dynamodb').Table('t').put_item(Item={'client_token': str(uuid.uuid4())})", False),
    ("sqlite3.connect('x').execute('UPDATE o SET k = :client_token', {'client_token': uuid.uuid4().hex})", False),
    ("logger.bind(request_id=uuid.uuid4())", False),
    ("{'idempotency_key': str(uuid.uuid4())}", False),
    ("dict(idempotency_key=str(uuid.uuid4()))", False),
    ("Order(idempotency_key=str(uuid.uuid4()))", False),
    ("describe(idempotency_key=str(uuid.uuid4()))", False),
]
_KEY_HELPERS = """
from shops import shop, logger, Order

def pay(address, key):
    return requests.post(address, headers={"Idempotency-Key": key}, timeout=5)

def keyed(idempotency_key):
    return requests.post("https://x", data=idempotency_key, timeout=5)

def describe(idempotency_key):
    return f"key {idempotency_key}"
"""


@pytest.mark.parametrize(("call", "is_unstable"), _KEYS)
def test_keys(call: str, is_unstable: bool, tmp_path: Path) -> None:
    mark = "  # <- DUR609" if is_unstable else ""
    step = f"\n@durable_step\ndef ask(step_context, u, event):\n    return {call}{mark}\n"
    program = _HEAD + _KEY_HELPERS + step + _handler("context.step(ask(event['u'], event))")
    assert _differences(tmp_path, program, "DUR609") == []


_STEPS = [
    ("DUR601", "requests.post(u, timeout=5)", "", True),
    ("DUR601", "requests.request('POST', u, timeout=5)", "", True),
    ("DUR601", "sql.cursor().execute('INSERT INTO paid VALUES (1)')", "", True),
    ("DUR601", "table.update_item(Key={}, UpdateExpression='SET n = n + :one')", "", True),
    ("DUR601", "requests.post(u, timeout=5)", "StepConfig(RetryPresets.none())", True),
    ("DUR601", "requests.post(f'{u}/search', timeout=5)", "", False),
    ("DUR601", "requests.put(u, timeout=5)", "", False),
    ("DUR601", "requests.post(u, headers=headers, timeout=5)", "", False),
    ("DUR601", "requests.post(u, headers={'Idempotency-Key': u}, timeout=5)", "", False),
    ("DUR601", "[get(u), requests.post(u, timeout=5)]", "", False),
    ("DUR601", "requests.post(u, timeout=5)", "event['config']", False),
    ("DUR601", "table.update_item(Key={}, UpdateExpression='SET state = :done')", "", False),
    ("DUR601", "table.put_item(Item={})", "", False),
    ("DUR601", "sql.cursor().execute('INSERT INTO paid VALUES (1) ON CONFLICT DO NOTHING')", "", False),
    ("DUR603", "get(u)", "StepConfig(RetryPresets.none())", True),
    ("DUR603", "get(u)", "StepConfig(create_retry_strategy(RetryStrategyConfig(max_attempts=1)))", True),
    ("DUR603", "get(u)", "StepConfig(RetryPresets.transient())", False),
    ("DUR603", "requests.post(u, timeout=5)", "StepConfig(RetryPresets.none())", False),
    ("DUR603", "len(u)", "StepConfig(RetryPresets.none())", False),
    ("DUR603", "get_or_none(u)", "StepConfig(RetryPresets.none())", False),
    ("DUR603", "get(u)", "StepConfig(RetryPresets.none(), StepSemantics.AT_MOST_ONCE_PER_RETRY)", False),
    ("DUR605", "get(u)", "", True),
    ("DUR605", "get(u)", "StepConfig(RetryPresets.transient())", True),
    ("DUR605", "get(u)", "StepConfig(RetryPresets.none())", False),
    ("DUR605", "get(u)", "StepConfig(event['strategy'])", False),
    ("DUR605", "get_or_none(u)", "", False),
    ("DUR605", "look_first(u)", "", False),
    ("DUR605", "len(u)", "", False),
    ("DUR608", "get_or_none(u)", "", True),
    ("DUR608", "get_or_none(u)", "StepConfig(RetryPresets.none())", False),
    ("DUR608", "get_or_fail(u)", "", False),
    ("DUR608", "get_known(u)", "", False),
    ("DUR608", "[get_or_none(u), get(u)]", "", False),
    ("DUR608", "get(u)", "", False),
]
_STEP_HELPERS = """
import sqlite3
table = boto3.resource("dynamodb").Table("t")
sql = sqlite3.connect("x")

def get_or_none(address):
    try:
        return get(address)
    except Exception:
        return None

def get_or_fail(address):
    try:
        return get(address)
    except requests.Timeout:
        raise
    except Exception:
        return None

def get_known(address):
    try:
        return get(address)
    except KeyError:
        return None

def look_first(address):
    answer = requests.get(address, timeout=5)
    return None if answer.status_code == 404 else answer.json()
"""


@pytest.mark.parametrize(("code", "call", "config", "is_found"), _STEPS)
def test_steps(code: str, call: str, config: str, is_found: bool, tmp_path: Path) -> None:
    mark = f"  # <- {code}" if is_found else ""
    inside = mark if code in ("DUR605", "DUR608") else ""
    step = f"\n@durable_step\ndef ask(step_context, u, headers):\n    return {call}{inside}\n"
    given = f", config={config}" if config else ""
    body = f"return context.step(ask(event['u'], event['headers']){given}){'' if inside else mark}"
    program = _HEAD + _STEP_HELPERS + step + _handler(body)
    assert _differences(tmp_path, program, code) == []


@pytest.mark.parametrize(
    "body",
    [
        "try:\n    return {call}\nexcept StepError:\n    return None",
        "with suppress(StepError):\n    return {call}",
        "def block(ctx, attempt):\n    return ctx.step(lambda _: get(event['u']), name='get', config=ONCE)\n"
        "return with_retry(context, block, WithRetryConfig(), name='again')",
        "def child(ctx):\n    return ctx.step(lambda _: get(event['u']), name='get', config=ONCE)\n"
        "try:\n    return context.run_in_child_context(child, name='child')\n"
        "except ChildContextError:\n    return None",
        "return context.parallel([lambda c: c.step(lambda _: get(event['u']), name='get', config=ONCE)], name='p')",
    ],
)
def test_handled_failures_need_no_retry(body: str, tmp_path: Path) -> None:
    call = "context.step(lambda _: get(event['u']), name='get', config=ONCE)"
    above = "\nONCE = StepConfig(retry_strategy=RetryPresets.none())\n"
    assert _differences(tmp_path, _HEAD + above + _handler(body.replace("{call}", call)), "DUR603") == []


def test_a_step_in_a_loop_of_its_own_retries_hides_nothing(tmp_path: Path) -> None:
    body = "while True:\n    if context.step(lambda _: get_or_none(event['u']), name='get'):\n        break"
    assert _differences(tmp_path, _HEAD + _STEP_HELPERS + _handler(body), "DUR608") == []


def test_an_unused_step_has_the_default_strategy(tmp_path: Path) -> None:
    step = "\n@durable_step\ndef ask(step_context, u):\n    return get(u)  # <- DUR605\n"
    assert _differences(tmp_path / "alone", _HEAD + step, "DUR605") == []
    files = {"other.py": "from handler import ask\n"}
    assert _differences(tmp_path / "used", _HEAD + step.replace("  # <- DUR605", ""), "DUR605", files) == []


def test_a_decorator_of_another_library_may_handle_errors(tmp_path: Path) -> None:
    above = "\nfrom tenacity import retry\n\n@retry\ndef patient(address):\n    return get(address)\n"
    body = "return context.step(lambda _: patient(event['u']), name='get')"
    assert _differences(tmp_path, _HEAD + above + _handler(body), "DUR605") == []
