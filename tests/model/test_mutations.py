"""What a replay does not do again: changes in steps, branches and children, between operations, and of shared state."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.model.marked_program import PRELUDE, difference, handler

_STEPS = """
@durable_step
def fill(step_context, box, item=None):
    box.append(item)  # <- {mark}
    return "filled"
"""


def _fill(mark: str) -> str:
    return _STEPS.replace("  # <- {mark}", f"  # <- {mark}" if mark else "")


CASES: dict[str, str] = {
    # 501: what a step captures
    "list read after the step": handler("""
found = []
context.step(lambda _: found.append(1), name="find")  # <- DUR501[E]
return found
"""),
    "list read by a later operation only": handler("""
found = []
context.step(lambda _: found.append(1), name="find")  # <- DUR501[E]
context.step(use(found))
"""),
    "list read by a later lambda only": handler("""
found = []
context.step(lambda _: found.append(1), name="find")  # <- DUR501[E]
context.step(lambda _: len(found), name="count")
"""),
    "list nobody reads": handler("""
found = []
context.step(lambda _: found.append(1), name="find")  # <- DUR501[W]
return "done"
"""),
    "list read before the step only": handler("""
found = []
count = len(found)
context.step(lambda _: found.append(1), name="find")  # <- DUR501[W]
return count
"""),
    "name bound again after the step": handler("""
found = []
context.step(lambda _: found.append(1), name="find")  # <- DUR501[W]
found = [2]
return found
"""),
    "read in the next round": handler("""
found = []
for index in range(3):
    if len(found) > 1:
        break
    context.step(lambda _: found.append(1), name=f"find_{index}")  # <- DUR501[E]
"""),
    "read through another name": handler("""
found = []
same = found
context.step(lambda _: same.append(1), name="find")  # <- DUR501[E]
return found
"""),
    "another key is read": handler("""
state = {"a": 1, "b": 2}

def work(step_context):
    state["a"] = 3  # <- DUR501[W]

context.step(work, name="work")
return state["b"]
"""),
    "the same key is read": handler("""
state = {"a": 1, "b": 2}

def work(step_context):
    state["a"] = 3  # <- DUR501[E]

context.step(work, name="work")
return state.get("a")
"""),
    "nonlocal": handler("""
total = 0

def add(step_context):
    nonlocal total
    total += 1  # <- DUR501[E]

context.step(add, name="add")
return total
"""),
    "read in another branch of the code": handler("""
total = {}

def add(step_context):
    total["n"] = 1  # <- DUR501[E]

if event["adds"]:
    context.step(add, name="add")
return total
"""),
    "helper inside the step": handler(
        """
found = []
context.step(lambda _: put(found), name="find")  # <- DUR501[E]
return found
""",
        above="def put(box):\n    box.append(1)\n",
    ),
    "attribute of an object": handler(
        """
job = Job()
context.step(lambda _: job.start(), name="start")  # <- DUR501[E]
return job.state
""",
        above="class Job:\n    def __init__(self):\n        self.state = None\n    def start(self):\n"
        "        self.state = 'started'\n",
    ),
    "attribute read by a method": handler(
        """
job = Job()
context.step(job.start, name="start")
return job.report()
""",
        above="class Job:\n    def __init__(self):\n        self.state = None\n    def start(self, step_context):\n"
        "        self.state = 'started'  # <- DUR501[E]\n    def report(self):\n        return {'state': self.state}\n",
    ),
    "object of a workflow": handler(
        "return Flow(context).run()",
        above="""
class Flow:
    def __init__(self, context):
        self.context = context
        self.paid = False
    def _pay(self):
        self.paid = True
    def run(self):
        self.context.step(lambda _: self._pay(), name="pay")  # <- DUR501[E]
        return self.paid
""",
    ),
    "state read by the caller": handler(
        "flow = Flow()\nflow.run(context)\nreturn flow.paid",
        above="""
class Flow:
    def run(self, context):
        def pay(step_context):
            self.paid = True  # <- DUR501[E]
        context.step(pay, name="pay")
""",
    ),
    "global read in replayed code": handler(
        "context.step(count())\nreturn COUNT",
        above="COUNT = 0\n\n@durable_step\ndef count(step_context):\n    global COUNT\n"
        "    COUNT += 1  # <- DUR501[E]\n",
    ),
    "global read by another step": handler(
        "context.step(keep(1))\ncontext.step(send())",
        above="KEPT = {}\n\n@durable_step\ndef keep(step_context, x):\n    KEPT['x'] = x  # <- DUR501[E]\n\n"
        "@durable_step\ndef send(step_context):\n    return KEPT['x']\n",
    ),
    "global nobody reads": handler(
        "context.step(count())",
        above="COUNT = 0\n\n@durable_step\ndef count(step_context):\n    global COUNT\n"
        "    COUNT += 1  # <- DUR501[W]\n",
    ),
    "class attribute": handler(
        "context.step(count())\nreturn Counter.total",
        above="class Counter:\n    total = 0\n\n@durable_step\ndef count(step_context):\n"
        "    Counter.total += 1  # <- DUR501[E]\n",
    ),
    "child context": handler("""
found = []

def stage(child):
    found.append(child.step(use(1)))  # <- DUR501[E]

context.run_in_child_context(stage, name="stage")
return found
"""),
    "child context, unread": handler("""
found = []

def stage(child):
    found.append(child.step(use(1)))

context.run_in_child_context(stage, name="stage")
"""),
    "step in a child context": handler("""
found = []

def stage(child):
    child.step(lambda _: found.append(1), name="find")  # <- DUR501[E]

context.run_in_child_context(stage, name="stage")
return found
"""),
    "submitter": handler("""
ids = []
context.wait_for_callback(lambda callback_id, ctx: ids.append(callback_id), name="answer")  # <- DUR501[E]
return ids
"""),
    # Never a finding
    "lazy client": handler(
        "context.step(lambda _: client().send_message(QueueUrl='q', MessageBody='m')['MessageId'], name='send')\n"
        "queue = client()\nreturn queue is None",
        above="_client = None\n\ndef client():\n    global _client\n    if not _client:\n"
        "        _client = boto3.client('sqs')\n    return _client\n",
    ),
    "lazy client, left early": handler(
        "context.step(lambda _: client().send_message(QueueUrl='q', MessageBody='m')['MessageId'], name='send')",
        above="_client = None\n\ndef client():\n    global _client\n    if _client is not None:\n"
        "        return _client\n"
        "    _client = boto3.client('sqs')\n    return _client\n",
    ),
    "lazy attribute": handler(
        "api = Api()\nanswer = context.step(lambda _: api.session(), name='call')\n"
        "return [answer, api.session() is None]",
        above="class Api:\n    def __init__(self):\n        self._session = None\n    def session(self):\n"
        "        if self._session is None:\n            self._session = 'made'\n        return self._session\n",
    ),
    "cache by key": handler(
        "context.step(lambda _: rate('EUR'), name='rate')\nreturn rate('USD')",
        above="_rates = {}\n\ndef rate(code):\n    if code not in _rates:\n        _rates[code] = len(code)\n"
        "    return _rates[code]\n",
    ),
    "cache by exception": handler(
        "context.step(lambda _: rate('EUR'), name='rate')\nreturn rate('USD')",
        above="_rates = {}\n\ndef rate(code):\n    try:\n        return _rates[code]\n    except KeyError:\n"
        "        _rates[code] = len(code)\n        return _rates[code]\n",
    ),
    "cache by name": handler(
        "context.step(lambda _: rate('EUR'), name='rate')\nreturn _CACHE",
        above="_CACHE = {}\n\ndef rate(code):\n    _CACHE[code] = len(code)\n    return _CACHE[code]\n",
    ),
    "made inside the step": handler("""
def work(step_context):
    found = []
    def add(item):
        found.append(item)
    for item in event["items"]:
        add(item)
    table = {}
    table["n"] = len(found)
    return table

return context.step(work, name="work")
"""),
    "condition state": handler("""
def check(state, check_context):
    state["polls"] += 1
    return state

return context.wait_for_condition(check, config=None, name="poll")
"""),
    "result added in replayed code": handler("""
found = []
state = {}
for index in range(3):
    found.append(context.step(use(index), name=f"use_{index}"))
    state[index] = context.step(use(found), name=f"again_{index}")
    context.step(use(state), name=f"store_{index}")
event.pop("secret", None)
return {"found": found, "state": state}
"""),
    "logger and metrics": handler(
        "context.step(work())\ncontext.logger.info('x')",
        above="from aws_lambda_powertools import Logger, Metrics\nlogger = Logger()\nmetrics = Metrics()\n\n"
        "@durable_step\ndef work(step_context):\n    logger.append_keys(order=1)\n"
        "    metrics.add_metric(name='n', value=1)\n"
        "    logger.level = 3\n    return 1\n",
    ),
    # 502: what a step is given
    "argument read again": handler("box = []\ncontext.step(fill(box))\nreturn box", above=_fill("DUR502[E]")),
    "argument not read again": handler("box = []\ncontext.step(fill(box))", above=_fill("DUR502[W]")),
    "argument by keyword": handler("box = []\ncontext.step(fill(box=box))\nreturn box", above=_fill("DUR502[E]")),
    "argument bound before": handler(
        "box = []\nready = fill(box, 1)\ncontext.step(ready)\nreturn box", above=_fill("DUR502[E]")
    ),
    "part of the event": handler("context.step(fill(event['box']))\nreturn event['box']", above=_fill("DUR502[E]")),
    "other part of the event": handler(
        "context.step(fill(event['box']))\nreturn event['id']", above=_fill("DUR502[W]")
    ),
    "given twice": handler(
        "box = []\ncontext.step(fill(box), name='a')\ncontext.step(fill(box), name='b')\n", above=_fill("DUR502[E]")
    ),
    "fresh argument": handler("box = [1]\ncontext.step(fill(list(box)))\nreturn box", above=_fill("")),
    "display as argument": handler("context.step(fill([]))", above=_fill("")),
    "copy in the step": handler(
        "box = [1]\ncontext.step(work(box))\nreturn box",
        above="@durable_step\ndef work(step_context, box):\n    box = list(box)\n    box.append(1)\n    return box\n",
    ),
    "element in the step": handler(
        "boxes = [{}]\ncontext.step(work(boxes))\nreturn boxes",
        above="@durable_step\ndef work(step_context, boxes):\n    for box in boxes:\n"
        "        box['n'] = 1  # <- DUR502[E]\n",
    ),
    "element of a copy": handler(
        "boxes = [{}]\ncontext.step(work(boxes))\nreturn boxes",
        above="@durable_step\ndef work(step_context, boxes):\n    for box in sorted(boxes, key=str):\n"
        "        box['n'] = 1  # <- DUR502[E]\n",
    ),
    "partial": handler(
        "import functools\nbox = []\ncontext.step(functools.partial(put, box), name='put')\nreturn box",
        above="def put(box, step_context):\n    box.append(1)  # <- DUR502[E]\n",
    ),
    "default of a lambda": handler("""
box = []
context.step(lambda _, box=box: box.append(1), name="put")  # <- DUR502[E]
return box
"""),
    "taken from what the step returns": handler("box = context.step(fill([]))\nreturn box", above=_fill("")),
    # 503: between operations
    "update and return": handler("""
data = {"n": 0}
context.step(use(data))
data["n"] += 1  # <- DUR503[W]
return data
"""),
    "update without the operator": handler("""
data = {"n": 0}
context.step(use(data))
data["n"] = data["n"] + 1  # <- DUR503[W]
return data
"""),
    "update nobody uses": handler("""
data = {"n": 0}
context.step(use(data))
data["n"] += 1
"""),
    "another value and another step": handler("""
data = {"n": 0}
context.step(use(data), name="a")
data["n"] = 5  # <- DUR503[W]
context.step(use(data), name="b")
"""),
    "another value and the end": handler("""
data = {"n": 0}
context.step(use(data), name="a")
data["state"] = "done"
return data
"""),
    "a result and another step": handler("""
data = {"n": 0}
data["used"] = context.step(use(data), name="a")
again = context.step(use(data), name="b")
data["again"] = {"text": again}
context.step(use(data), name="c")
"""),
    "decided by a result": handler("""
data = {"n": 0}
if context.step(use(data), name="a") == "used":
    data["n"] = 1
context.step(use(data), name="b")
"""),
    "changed before the step": handler("""
data = {"n": 0}
data["n"] += 1
data["m"] = 2
context.step(use(data))
return data
"""),
    "a batch that is emptied": handler("""
batch = []
for item in event["items"]:
    batch.append(item)
    if len(batch) == 10:
        context.step(use(batch), name=f"batch_{item}")
        batch.clear()
return len(batch)
"""),
    "a new batch": handler("""
batch = {}
for item in event["items"]:
    batch[item] = 1
    if len(batch) == 10:
        context.step(use(batch), name=f"batch_{item}")
        batch = {}
return batch
"""),
    "elements of a loop": handler("""
for order in event["orders"]:
    order["state"] = "new"
    context.step(use(order), name=f"use_{order['id']}")
return event
"""),
    "a queue": handler("""
queue = list(event["items"])
while queue:
    item = queue.pop(0)
    queue.extend(context.step(use(item), name=f"use_{item}"))
"""),
    "a step out of sight": handler("""
data = {"n": 0}
context.step(increment(data))
data["n"] += 1  # <- DUR503[W]
return data
"""),
    "captured by the step": handler("""
data = {"n": 0}
context.step(lambda _: print(data), name="print")
data["n"] += 1  # <- DUR503[W]
return data
"""),
    # 504: module and class state
    "module list": handler(
        "SEEN.append(event['id'])  # <- DUR504[E]\ncontext.step(use(len(SEEN)))", above="SEEN = []\n"
    ),
    "module list handed to a step": handler(
        "SEEN.append(event['id'])  # <- DUR504[E]\ncontext.step(use(SEEN))", above="SEEN = []\n"
    ),
    "count handed to a step by name": handler(
        "global COUNT\nCOUNT += 1  # <- DUR504[E]\ncontext.step(use(value=COUNT))", above="COUNT = 0\n"
    ),
    "module list that only a step changes": handler(
        "context.step(fill(SEEN))",
        above="SEEN = []\n\n@durable_step\ndef fill(step_context, seen):\n"
        "    seen.append(1)  # <- DUR502[W]\n    return 1\n",
    ),
    "constant handed to a step": handler("context.step(use(LIMITS))", above="LIMITS = {'a': 1}\n"),
    "module list nobody reads": handler("SEEN.append(event['id'])\ncontext.step(use(1))", above="SEEN = []\n"),
    "module list only a step reads": handler(
        "SEEN.append(event['id'])\ncontext.step(count())",
        above="SEEN = []\n\n@durable_step\ndef count(step_context):\n    return len(SEEN)\n",
    ),
    "global in a helper": handler(
        "remember(event)  # <- DUR504[E]\ncontext.step(use(current()))",
        above="CURRENT = None\n\ndef remember(value):\n    global CURRENT\n    CURRENT = value\n\n"
        "def current():\n    return CURRENT\n",
    ),
    "class method": handler(
        "Counter.add()  # <- DUR504[E]\nreturn Counter.total",
        above="class Counter:\n    total = 0\n    @classmethod\n    def add(cls):\n        cls.total += 1\n",
    ),
    "cold start": handler(
        "global COLD\nif COLD:\n    COLD = False\ncontext.step(use(1))",
        above="COLD = True\n",
    ),
    "lazy singleton in replayed code": handler(
        "global SETTINGS\nif SETTINGS is None:\n    SETTINGS = {'a': 1}\ncontext.step(use(SETTINGS))",
        above="SETTINGS = None\n",
    ),
    "shadowed by a local": handler("SEEN = []\nSEEN.append(1)\nreturn SEEN", above="SEEN = []\n"),
    # 506: branches
    "branch lambdas": handler("""
found = []
batch = context.parallel([lambda ctx: found.append(ctx.step(use(1)))], name="all")  # <- DUR506[E]
batch.throw_if_error()
return found
"""),
    "map without operation": handler("""
found = []
batch = context.map([1], lambda ctx, item, index, items: found.append(item), name="all")  # <- DUR506[E]
batch.throw_if_error()
return found
"""),
    "branches of a comprehension": handler("""
found = {}
branches = [lambda ctx, k=k: found.update({k: ctx.step(use(k))}) for k in ("a", "b")]  # <- DUR506[E]
batch = context.parallel(branches, name="all")
batch.throw_if_error()
return found
"""),
    "map function that changes its item": handler("""
orders = event["orders"]

def settle(ctx, order, index, items):
    order["paid"] = ctx.step(use(index), name=f"pay_{index}")  # <- DUR506[E]

context.map(orders, settle, name="settle").throw_if_error()
return orders
"""),
    "map function that changes its item, unread": handler("""
def settle(ctx, order, index, items):
    order["paid"] = ctx.step(use(index), name=f"pay_{index}")
    return order

batch = context.map(event["orders"], settle, name="settle")
batch.throw_if_error()
return batch.get_results()
"""),
    "own list of a branch": handler("""
def branch(ctx):
    found = []
    found.append(ctx.step(use(1)))
    return found

batch = context.parallel([branch], name="all")
batch.throw_if_error()
return batch.get_results()
"""),
    "step in a branch": handler("""
found = []

def branch(ctx):
    ctx.step(lambda _: found.append(1), name="find")  # <- DUR501[E]

context.parallel([branch], name="all").throw_if_error()
return found
"""),
}


@pytest.mark.parametrize("program", CASES.values(), ids=CASES)
def test_mutation(program: str, tmp_path: Path) -> None:
    assert difference(tmp_path, {"handler.py": program}, codes="DUR50") == []


LATE: dict[str, str] = {
    "list comprehension": handler("""
context.parallel([lambda ctx: ctx.step(use(item)) for item in event["items"]], name="all")  # <- DUR505[E]
"""),
    "appended": handler("""
branches = []
for item in event["items"]:
    branches.append(lambda ctx: ctx.step(use(item)))  # <- DUR505[E]
context.parallel(branches, name="all")
"""),
    "steps kept for later": handler("""
works = [lambda _: print(item) for item in event["items"]]  # <- DUR505[E]
for index, work in enumerate(works):
    context.step(work, name=f"work_{index}")
"""),
    "def that a later round runs": handler("""
branches = []
number = 0
while number < 3:
    def branch(ctx):
        return ctx.step(use(number))  # <- DUR505[E]
    branches.append(branch)
    number += 1
context.parallel(branches, name="all")
"""),
    "step at once": handler("""
for item in event["items"]:
    context.step(lambda _: print(item), name=f"print_{item}")
    def work(step_context):
        return item
    context.step(work, name=f"work_{item}")
    context.parallel([lambda ctx: ctx.step(use(item))], name=f"all_{item}")
[context.step(lambda _: print(item), name=f"again_{item}") for item in event["items"]]
"""),
    "bound as default": handler("""
context.parallel([lambda ctx, item=item: ctx.step(use(item)) for item in event["items"]], name="all")
"""),
    "factory": handler(
        "context.parallel([make(item) for item in event['items']], name='all')",
        above="def make(item):\n    return lambda ctx: ctx.step(use(item))\n",
    ),
    "loop inside the branch": handler("""
context.parallel([lambda ctx: [ctx.step(use(item), name=item) for item in event["items"]]], name="all")
"""),
    "variable of before the loop": handler("""
parcel = event["parcel"]
context.parallel([lambda ctx, i=i: ctx.step(use(parcel)) for i in range(3)], name="all")
"""),
    "map function in a loop, run in it": handler("""
for region in event["regions"]:
    def work(ctx, item, index, items):
        return ctx.step(use([region, item]))
    context.map(event["items"], work, name=f"map_{region}")
"""),
    "nested default": handler("""
branches = []
for item in event["items"]:
    branches.append(lambda ctx: ctx.step(lambda _, item=item: print(item), name="print"))  # <- DUR505[E]
context.parallel(branches, name="all")
"""),
}


@pytest.mark.parametrize("program", LATE.values(), ids=LATE)
def test_late_binding(program: str, tmp_path: Path) -> None:
    assert difference(tmp_path, {"handler.py": program}, codes="DUR505") == []


def test_state_of_another_module(tmp_path: Path) -> None:
    files = {
        "state.py": "BOX = []\ncurrent = None\n\n\ndef put(item):\n    BOX.append(item)\n",
        "steps.py": PRELUDE + "import state\n\n\n@durable_step\ndef keep(step_context, item):\n"
        "    state.current = item  # <- DUR501[E]\n    state.put(item)  # <- DUR501[E]\n",
        "handler.py": PRELUDE + "import state\nfrom state import BOX as kept\nfrom steps import keep\n\n\n"
        "@durable_execution\ndef handler(event, context):\n    context.step(keep(1))\n"
        "    return [state.current, kept]\n",
    }
    assert difference(tmp_path, files, codes="DUR50") == []


def test_helper_that_keeps_to_itself_what_it_collects(tmp_path: Path) -> None:
    files = {
        "journal.py": "ENTRIES = []\n\n\ndef enter(text):\n    ENTRIES.append(text)\n",
        "handler.py": handler("context.step(lambda _: enter('x'), name='enter')", above="from journal import enter"),
    }
    assert difference(tmp_path, files, codes="DUR50") == []
