"""State that every replay builds again, and state that may stay in the process: nothing here is wrong."""

import copy
import threading
from collections import Counter, defaultdict, deque

import boto3

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration

_lock = threading.Lock()
_clients: dict = {}
_token = None
_token_expires = 0.0
RATES = {"EUR": 100, "USD": 92}


def client(name):
    if name not in _clients:
        with _lock:
            if name not in _clients:
                _clients[name] = boto3.client(name)
    return _clients[name]


def token():
    global _token, _token_expires
    if _token is None or _token_expires < 1:
        _token = client("sts").get_session_token()["Credentials"]["SessionToken"]
        _token_expires = 900.0
    return _token


class Ledger:
    """An object of the handler: what is entered comes from results."""

    def __init__(self):
        self.entries = []
        self.total = 0

    def enter(self, entry):
        self.entries.append(entry)
        self.total += entry["cents"]


class Gateway:
    def __init__(self, region):
        self.region = region
        self._queue = None

    @property
    def queue(self):
        if self._queue is None:
            self._queue = boto3.resource("sqs", region_name=self.region)
        return self._queue

    def post(self, text):
        return self.queue.Queue("orders").send_message(MessageBody=text)["MessageId"]


@durable_step
def price(step_context: StepContext, order: dict) -> dict:
    order = copy.deepcopy(order)
    order["cents"] = sum(RATES[line["currency"]] * line["amount"] for line in order["lines"])
    order["lines"].sort(key=str)
    return order


@durable_step
def group(step_context: StepContext, orders: list) -> dict:
    groups = defaultdict(list)
    seen = Counter()
    waiting = deque(orders)
    while waiting:
        order = waiting.popleft()
        seen[order["id"]] += 1
        groups[order["region"]].append(order["id"])

    def note(region):
        groups[region].append("end")

    for region in list(groups):
        note(region)
    return dict(groups)


@durable_step
def post(step_context: StepContext, gateway: Gateway, order: dict) -> str:
    token()
    return gateway.post(str(order["id"]))


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    event.pop("debug", None)
    gateway = Gateway(event["region"])
    ledger = Ledger()
    priced, by_id = [], {}
    summary = {"count": 0}
    for index, order in enumerate(event["orders"]):
        order["position"] = index
        result = context.step(price(order), name=f"price_{index}")
        priced.append(result)
        by_id[result["id"]] = result
        ledger.enter(result)
        summary["count"] += 1
        by_id[result["id"]]["message"] = context.step(post(gateway, result), name=f"post_{index}")
    groups = context.step(group(priced))
    state = {"groups": groups}
    while len(state) < 3:
        state[len(state)] = context.step(group(priced), name=f"group_{len(state)}")
        context.wait(Duration.from_minutes(5), name=f"group_wait_{len(state)}")

    def region_total(ctx: DurableContext, region: str, index: int, regions: list) -> int:
        found = []
        for number, order in enumerate(groups[region]):
            found.append(ctx.step(lambda _, order=order: len(order), name=f"size_{number}"))
        return sum(found)

    totals = context.map(sorted(groups), region_total, name="total_regions")
    totals.throw_if_error()
    branches = [lambda ctx, region=region: ctx.step(group([region]), name=f"branch_{region}") for region in sorted(groups)]
    batch = context.parallel(branches, name="group_regions")
    batch.throw_if_error()
    summary["regions"] = batch.get_results()
    summary.update(total=ledger.total, totals=totals.get_results())
    return {**summary, "entries": ledger.entries, "state": state, "by_id": by_id}
