"""Another process that invokes handlers as Lambda's runtime does: `python -m tests.runtime.service.http.endpoint`.

It answers Invoke with what the handler returns for the JSON that it is sent, prints its port first, and ends with its
standard input. Handlers report through boto3 to AWS_ENDPOINT_URL_LAMBDA.
"""

from __future__ import annotations

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any

import aws_durable_execution_sdk_python as aws
import durable_runtime as ours
from aws_durable_execution_sdk_python.config import Duration as AwsDuration
from durable_runtime.config import Duration


@ours.durable_execution
def ours_orders(event: Any, context: ours.DurableContext) -> Any:
    paid = [context.step(lambda _, n=n: event["amount"] + n, name=f"pay-{n}") for n in range(event["steps"])]
    context.wait(Duration.from_hours(1), name="ship")
    return {"paid": paid, "told": context.create_callback("told").result()}


@aws.durable_execution
def aws_orders(event: Any, context: aws.DurableContext) -> Any:
    paid = [context.step(lambda _, n=n: event["amount"] + n, name=f"pay-{n}") for n in range(event["steps"])]
    context.wait(AwsDuration.from_hours(1), name="ship")
    return {"paid": paid, "told": context.create_callback("told").result()}


HANDLERS = {"ours": ours_orders, "aws": aws_orders}


class Endpoint(BaseHTTPRequestHandler):
    """Invoke, and nothing else."""

    def do_POST(self) -> None:
        event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        started = event["InitialExecutionState"]["Operations"][0]["StartTimestamp"]
        assert isinstance(started, int), "epoch milliseconds"
        context = SimpleNamespace(aws_request_id="1", get_remaining_time_in_millis=lambda: 60_000, tenant_id=None)
        handler: Any = HANDLERS[self.path.split("/")[3]]
        body = json.dumps(handler(event, context)).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing of each request."""


def main() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    sys.stdin.read()  # ends with the test, however that ends


if __name__ == "__main__":
    main()
