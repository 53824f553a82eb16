"""When a handler surely is no durable one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.template.programs import DURABLE, PLAIN, agrees, found, written

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Billing:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src
      Handler: app.handler
      DurableConfig:
        ExecutionTimeout: 3600
"""

PLAIN_HANDLERS = [
    PLAIN,
    "import boto3\ntable = boto3.resource('dynamodb').Table('t')\ndef handler(event, context):\n    table.scan()\n",
    "from aws_lambda_powertools import Logger\nlogger = Logger()\n"
    "@logger.inject_lambda_context(log_event=True)\ndef handler(event, context):\n    return 1\n",
    "from store import load\ndef handler(event, context):\n    return load(event)\n",
    "from store import load as handler\n",
    "import store\ndef handler(event, context):\n    return store.load(event)\n",
    "def helper(event):\n    return event\ndef handler(event, context):\n    return helper(event)\n",
]

UNKNOWN_HANDLERS = [
    DURABLE,
    "from process import handler\n",
    "from process import handler as run\ndef handler(event, context):\n    return run(event, context)\n",
    "import process\ndef handler(event, context):\n    return process.handler(event, context)\n",
    "def handler(event, context):\n    from process import handler as run\n    return run(event, context)\n",
    "from middle import run\ndef handler(event, context):\n    return run(event, context)\n",
    "import middle\ndef handler(event, context):\n    return middle.run(event, context)\n",
    "from ours import wrapped\n@wrapped\ndef handler(event, context):\n    return 1\n",
    "from ours import make\nhandler = make()\n",
    "handler = unknown\n",
    "import lazy\ndef handler(event, context):\n    return lazy.run(event, context)\n",
    "class App:\n    def handle(self, event, context):\n        return 1\nhandler = App().handle\n",
    "handler = lambda event, context: event\n",
    "def handler(event, context):\n    token = event['DurableExecutionArn']\n    return {'Status': 'SUCCEEDED'}\n",
    "from aws_durable_execution_sdk_python import DurableContext\n"
    "def handler(event, context: DurableContext):\n    return context.step(lambda _: 1, name='read_price')\n",
    "if True:\n    def handler(event, context):\n        return 1\nelse:\n    from process import handler\n",
]

OTHERS: dict[str, str | bytes] = {
    "src/lazy.py": "def run(event, context):\n    from process import handler\n    return handler(event, context)\n",
    "src/process.py": DURABLE,
    "src/middle.py": "from process import handler\ndef run(event, context):\n    return handler(event, context)\n",
    "src/store.py": "def load(event, context=None):\n    return event\n",
    "src/ours.py": "def wrapped(function):\n    return make()\ndef make():\n    return object()\n",
}


@pytest.mark.parametrize("handler", PLAIN_HANDLERS)
def test_plain(handler: str, tmp_path: Path) -> None:
    template = TEMPLATE.replace("      DurableConfig:\n", "      DurableConfig:  # <- DUR952[E]\n")
    agrees(tmp_path, {"template.yaml": template, "src/app.py": handler, **OTHERS})


@pytest.mark.parametrize("handler", UNKNOWN_HANDLERS)
def test_not_surely_plain(handler: str, tmp_path: Path) -> None:
    places = found(written(tmp_path, {"template.yaml": TEMPLATE, "src/app.py": handler, **OTHERS}))
    assert [place for place in places if place[0] == "template.yaml"] == []


def test_a_plain_handler_beside_a_durable_one(tmp_path: Path) -> None:
    template = """
Transform: AWS::Serverless-2016-10-31
Globals: {Function: {CodeUri: src, Runtime: python3.13, DurableConfig: {ExecutionTimeout: 60}}}
Resources:
  Settle:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
  Show:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.show  # <- DUR952[E]
"""
    agrees(
        tmp_path, {"template.yaml": template, "src/app.py": f"{DURABLE}\n\ndef show(event, context):\n    return 1\n"}
    )


def test_no_durable_code_at_all(tmp_path: Path) -> None:
    template = TEMPLATE.replace("      DurableConfig:\n", "      DurableConfig:  # <- DUR952[E]\n")
    agrees(tmp_path, {"template.yaml": template, "src/app.py": PLAIN})
