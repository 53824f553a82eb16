"""Extraction: how much code moves into a step, what it is given, what it gives back, and what stays as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rewrite.fixed_program import findings, fixed

_HEAD = """\
import json
import sqlite3
import subprocess

import boto3
import requests
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step

session = requests.Session()
table = boto3.resource("dynamodb").Table("orders")


@durable_step
def ship(step_context: StepContext, parcel) -> str:
    return "shipped"


"""
_HANDLER = """\
@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
"""


def _program(body: str, steps: str = "", head: str = _HEAD, handler: str = _HANDLER) -> str:
    lines = "".join(f"    {line}\n" if line else "\n" for line in body.strip("\n").split("\n"))
    defined = steps.strip("\n") + "\n\n\n" if steps else ""
    return head + defined + handler + lines


MOVED = {
    "an answer that is used as JSON": (
        "DUR105",
        """
rates = requests.get("https://rates", params={"on": event["day"]}).json()
return {"rate": rates["EUR"], "parcel": context.step(ship(rates))}
""",
        """
@durable_step
def fetch_rates(step_context: StepContext, event: dict):
    return requests.get("https://rates", params={"on": event["day"]}).json()
""",
        """
rates = context.step(fetch_rates(event))
return {"rate": rates["EUR"], "parcel": context.step(ship(rates))}
""",
    ),
    "a response with the statements that use it up": (
        "DUR105",
        """
response = session.post("https://orders", json=event)  # place it
response.raise_for_status()
order = response.json()
return {"parcel": context.step(ship(order))}
""",
        """
@durable_step
def post_order(step_context: StepContext, event: dict):
    response = session.post("https://orders", json=event)  # place it
    response.raise_for_status()
    return response.json()
""",
        """
order = context.step(post_order(event))
return {"parcel": context.step(ship(order))}
""",
    ),
    "a response that the next statement uses up": (
        "DUR105",
        """
context.step(ship(event))
response = requests.get("https://orders")
return {"status": response.status_code, "orders": response.json()}
""",
        """
@durable_step
def fetch_request(step_context: StepContext):
    response = requests.get("https://orders")
    return {"status": response.status_code, "orders": response.json()}
""",
        """
context.step(ship(event))
return context.step(fetch_request())
""",
    ),
    "the smallest part that is used": (
        "DUR105",
        """
item = table.get_item(Key={"id": event["id"]}).get("Item", {})
if requests.get("https://stock").status_code == 404:
    context.step(ship(item))
return {}
""",
        """
@durable_step
def fetch_item(step_context: StepContext, event: dict):
    return table.get_item(Key={"id": event["id"]}).get("Item", {})


@durable_step
def fetch_request(step_context: StepContext):
    return requests.get("https://stock").status_code
""",
        """
item = context.step(fetch_item(event))
if context.step(fetch_request()) == 404:
    context.step(ship(item))
return {}
""",
    ),
    "loops and comprehensions": (
        "DUR105",
        """
for index, order in enumerate(event["orders"]):
    table.put_item(Item={"at": index, "order": order})
prices = [requests.get(f"https://prices/{day}").json() for day in range(3)]
return {"parcel": context.step(ship(prices))}
""",
        """
@durable_step
def put_item(step_context: StepContext, index, order) -> None:
    table.put_item(Item={"at": index, "order": order})


@durable_step
def fetch_request(step_context: StepContext, day):
    return requests.get(f"https://prices/{day}").json()
""",
        """
for index, order in enumerate(event["orders"]):
    context.step(put_item(index, order), name=f"put_item_{index}")
prices = [context.step(fetch_request(day), name=f"fetch_request_{day}") for day in range(3)]
return {"parcel": context.step(ship(prices))}
""",
    ),
    "several lines with a comment and a long text": (
        "DUR105",
        '''
context.step(ship(event))
requests.post(
    "https://mail",
    # the whole of it
    data="""dear
      customer""",
)
answer = (session
          .get("https://mail")  # all
          .json())
return {"answer": answer["text"]}
''',
        '''
@durable_step
def post_request(step_context: StepContext) -> None:
    requests.post(
        "https://mail",
        # the whole of it
        data="""dear
          customer""",
    )


@durable_step
def fetch_answer(step_context: StepContext):
    return (session
              .get("https://mail")  # all
              .json())
''',
        """
context.step(ship(event))
context.step(post_request())
answer = (context.step(fetch_answer()))
return {"answer": answer["text"]}
""",
    ),
    "statements that share a line": (
        "DUR105",
        """
context.step(ship(event))
if event: requests.post("https://first")
count = 1; requests.post("https://second"); count = 2
return {"a": session.get("https://a").json()["x"], "b": session.get("https://b").json()["y"], "count": count}
""",
        """
@durable_step
def post_request(step_context: StepContext) -> None:
    requests.post("https://first")


@durable_step
def post_request_2(step_context: StepContext) -> None:
    requests.post("https://second")


@durable_step
def fetch_request(step_context: StepContext):
    return session.get("https://a").json()["x"]


@durable_step
def fetch_request_2(step_context: StepContext):
    return session.get("https://b").json()["y"]
""",
        """
context.step(ship(event))
if event: context.step(post_request())
count = 1; context.step(post_request_2()); count = 2
return {"a": context.step(fetch_request()), "b": context.step(fetch_request_2()), "count": count}
""",
    ),
    "a whole block that reads a file": (
        "DUR106",
        """
path = event["path"]
with open(path) as file:
    # all of it
    config = json.load(file)
with open("in") as source, open("out", "w") as target:
    target.write(source.read())
return {"parcel": context.step(ship(config["parcel"]))}
""",
        """
@durable_step
def read_config(step_context: StepContext, path):
    with open(path) as file:
        # all of it
        return json.load(file)


@durable_step
def read_file(step_context: StepContext) -> None:
    with open("in") as source, open("out", "w") as target:
        target.write(source.read())
""",
        """
path = event["path"]
config = context.step(read_config(path))
context.step(read_file())
return {"parcel": context.step(ship(config["parcel"]))}
""",
    ),
    "programs": (
        "DUR106",
        """
subprocess.run(["git", "pull"], check=True)
listing = subprocess.run(["ls"], capture_output=True, text=True).stdout
return {"parcel": context.step(ship(listing))}
""",
        """
@durable_step
def run_git(step_context: StepContext) -> None:
    subprocess.run(["git", "pull"], check=True)


@durable_step
def run_listing(step_context: StepContext):
    return subprocess.run(["ls"], capture_output=True, text=True).stdout
""",
        """
context.step(run_git())
listing = context.step(run_listing())
return {"parcel": context.step(ship(listing))}
""",
    ),
    "closures and lambdas": (
        "DUR105",
        """
def pack(ctx: DurableContext, order):
    table.put_item(Item={"order": order, "event": event})
    return ctx.step(ship(order))
batch = context.map(event["orders"], lambda ctx, order, index, orders: pack(ctx, order), name="pack_orders")
other = context.run_in_child_context(lambda ctx: requests.get("https://stock").json(), name="stock_child")
return {"packed": batch.success_count, "other": other}
""",
        """
@durable_step
def put_item(step_context: StepContext, order, event: dict) -> None:
    table.put_item(Item={"order": order, "event": event})


@durable_step
def fetch_request(step_context: StepContext):
    return requests.get("https://stock").json()
""",
        """
def pack(ctx: DurableContext, order):
    ctx.step(put_item(order, event))
    return ctx.step(ship(order))
batch = context.map(event["orders"], lambda ctx, order, index, orders: pack(ctx, order), name="pack_orders")
other = context.run_in_child_context(lambda ctx: ctx.step(fetch_request()), name="stock_child")
return {"packed": batch.success_count, "other": other}
""",
    ),
    "a client of its own": (
        "DUR105",
        """
s3 = boto3.client("s3")
found = s3.get_object(Bucket="orders", Key=event["key"])
text = found["Body"].read().decode()
order = json.loads(s3.get_object(Bucket="orders", Key="last")["Body"].read())
return {"parcel": context.step(ship(text + order["x"]))}
""",
        """
@durable_step
def fetch_text(step_context: StepContext, s3, event: dict) -> str:
    found = s3.get_object(Bucket="orders", Key=event["key"])
    return found["Body"].read().decode()


@durable_step
def fetch_order(step_context: StepContext, s3):
    return json.loads(s3.get_object(Bucket="orders", Key="last")["Body"].read())
""",
        """
s3 = boto3.client("s3")
text = context.step(fetch_text(s3, event))
order = context.step(fetch_order(s3))
return {"parcel": context.step(ship(text + order["x"]))}
""",
    ),
    "a try that waits for a step's errors": (
        "DUR105",
        """
try:
    context.step(ship(event))
    table.put_item(Item=event)
except Exception:
    raise
return {}
""",
        """
@durable_step
def put_item(step_context: StepContext, event: dict) -> None:
    table.put_item(Item=event)
""",
        """
try:
    context.step(ship(event))
    context.step(put_item(event))
except Exception:
    raise
return {}
""",
    ),
}

KEPT = {
    "a response that is handed on": 'response = requests.get("https://a")\ncontext.step(ship(1))\nprint(response.text)',
    "a response in an expression": 'if (answer := requests.get("https://a")).ok:\n    context.step(ship(answer.text))',
    "a response to go through": 'for line in requests.get("https://a").iter_lines():\n    context.step(ship(1))',
    "an f-string": "context.step(ship(1))\nprint(f\"{requests.get('https://a').json()}\")",
    "a loop that tells nothing apart": 'while event:\n    requests.post("https://a")\n    context.step(ship(1))',
    "a generator": 'context.step(ship(1))\nprint(any(requests.get(u).json() for u in event["urls"]))',
    "another try": 'try:\n    requests.post("https://a")\nexcept requests.HTTPError:\n    context.step(ship(1))',
    "an except clause": 'try:\n    context.step(ship(1))\nexcept Exception:\n    requests.post("https://a")\n    raise',
    "suppressed errors": 'with contextlib.suppress(OSError):\n    requests.post("https://a")\ncontext.step(ship(1))',
    "an import of the function": 'import httpx\nhttpx.post("https://a")\ncontext.step(ship(1))',
    "a secret": (
        'key = boto3.client("secretsmanager").get_secret_value(SecretId="x")["SecretString"]\n'
        "context.step(ship(1))\nprint(key)"
    ),
    "a buffer that is filled": (
        'data = bytearray()\nboto3.client("s3").download_fileobj("b", "k", data)\ncontext.step(ship(1))'
    ),
    "an operation inside": 'requests.post("https://a", json=context.step(ship(1)))',
    "the context inside": 'requests.post("https://a", headers={"id": str(context)})\ncontext.step(ship(1))',
    "a connection": 'db = sqlite3.connect("a")\nrows = db.execute("x").fetchall()\ncontext.step(ship(1))\ndb.commit()',
    "a private name": 'requests.post("https://a", json=event.__items)\ncontext.step(ship(1))',
    "a pager": (
        'pager = boto3.client("s3").get_paginator("list_objects_v2")\n'
        'for page in pager.paginate(Bucket="b"):\n    context.step(ship(1), name="s")'
    ),
    "a helper that changes what it is given": (
        'def save(order):\n    order["saved"] = True\n    table.put_item(Item=order)\nsave({})\ncontext.step(ship(1))'
    ),
}
KEPT_FILES = {
    "two values out of a block": (
        'with open("a") as file:\n    first = file.readline()\n    rest = file.read()\n'
        "context.step(ship(first))\nprint(rest)"
    ),
    "a list that grows": ('rows = []\nwith open("a") as file:\n    rows.append(file.read())\ncontext.step(ship(rows))'),
    "a return from the block": 'context.step(ship(1))\nwith open("a") as file:\n    return {"text": file.read()}',
    "where a file is": "import tempfile\npath = tempfile.mkdtemp()\ncontext.step(ship(path))",
    "an open file": 'file = open("a")\ncontext.step(ship(1))\nprint(file.read())',
    "an open program": 'child = subprocess.Popen(["a"])\ncontext.step(ship(1))\nchild.wait()',
}


@pytest.mark.parametrize("name", MOVED)
def test_moves_as_much_as_it_must(name: str, tmp_path: Path) -> None:
    code, body, steps, expected = MOVED[name]
    assert fixed(tmp_path, _program(body), code).decode() == _program(expected, steps)


@pytest.mark.parametrize("name", KEPT)
def test_leaves_what_could_not_be_recorded(name: str, tmp_path: Path) -> None:
    program = _program(KEPT[name] + "\nreturn {}")
    assert fixed(tmp_path, program, "DUR105").decode() == program
    assert "DUR105" in {finding.code for finding in findings(tmp_path)}


@pytest.mark.parametrize("name", KEPT_FILES)
def test_leaves_what_is_open_or_local(name: str, tmp_path: Path) -> None:
    program = _program(KEPT_FILES[name] + "\nreturn {}")
    assert fixed(tmp_path, program, "DUR106").decode() == program
    assert "DUR106" in {finding.code for finding in findings(tmp_path)}


def test_goes_in_front_of_comments_and_decorators(tmp_path: Path) -> None:
    head = "import requests\nimport aws_durable_execution_sdk_python as sdk\n\n\n"
    handler = "# what people call\n@sdk.durable_execution\ndef handler(event, context: sdk.DurableContext):\n"
    steps = (
        "@sdk.durable_step\ndef post_request(step_context: sdk.StepContext, event) -> None:\n    requests.post(event)"
    )
    program = _program('requests.post(event)\ncontext.create_callback(name="a_callback")', "", head, handler)
    expected = 'context.step(post_request(event))\ncontext.create_callback(name="a_callback")'
    assert fixed(tmp_path, program, "DUR105").decode() == _program(expected, steps, head, handler)


def test_goes_in_front_of_a_class_and_takes_its_object(tmp_path: Path) -> None:
    handler = """\
class Flow:
    def __init__(self) -> None:
        self.client = requests.Session()

    def run(self, context: DurableContext, order: dict) -> str:
"""
    steps = """
@durable_step
def post_request(step_context: StepContext, self, order: dict) -> None:
    self.client.post("https://a", json=order)
"""
    program = _program(
        '    self.client.post("https://a", json=order)\n    return context.step(ship(1))', "", _HEAD, handler
    )
    expected = "    context.step(post_request(self, order))\n    return context.step(ship(1))"
    assert fixed(tmp_path, program, "DUR105").decode() == _program(expected, steps, _HEAD, handler)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_keeps_tabs_and_line_ends_and_a_missing_last_one(newline: str, tmp_path: Path) -> None:
    head = _HEAD.replace("    ", "\t")
    call = 'return requests.get("https://a",\n\t\tparams=event).json()'
    step = f"@durable_step\ndef fetch_request(step_context: StepContext, event):\n\t{call}\n\n\n"
    body = "def handler(event, context: DurableContext):\n\tcontext.step(ship(1))\n\t"
    expected = f"{body}return context.step(fetch_request(event))"
    body += call
    program = (head + "@durable_execution\n" + body).replace("\n", newline)
    wanted = (head + step + "@durable_execution\n" + expected).replace("\n", newline)
    assert fixed(tmp_path, program.encode(), "DUR105") == wanted.encode()


def test_names_say_what_happens_and_are_free(tmp_path: Path) -> None:
    store = (
        "import boto3\n\n_t = boto3.resource('dynamodb').Table('t')\n\n\ndef put(item):\n    _t.put_item(Item=item)\n"
    )
    head = _HEAD + "from store import put\nimport store\n\n\n"
    body = 'put(event["order"])\nstore.put(event)\nstore.put({})\nreturn {"parcel": context.step(ship(1))}'
    after = fixed(tmp_path, _program(body, "", head), "DUR105", {"store.py": store}).decode()
    assert [line.strip() for line in after.splitlines() if "put_" in line and "context.step" in line] == [
        "context.step(put_order(event))",
        "context.step(put_store(event))",
        "context.step(put_store_2())",
    ]


def test_two_functions_that_want_one_name_get_two(tmp_path: Path) -> None:
    other = _HANDLER.replace("handler", "other_handler")
    body = "table.put_item(Item=event)\nreturn {'parcel': context.step(ship(1))}"
    program = _program(body) + "\n\n" + _program(body, "", "", other)
    after = fixed(tmp_path, program, "DUR105").decode()
    assert [line for line in after.splitlines() if line.startswith("def put_item")] == [
        "def put_item(step_context: StepContext, event: dict) -> None:",
        "def put_item_2(step_context: StepContext, event: dict) -> None:",
    ]
    assert after.count("context.step(put_item(event))") == after.count("context.step(put_item_2(event))") == 1
