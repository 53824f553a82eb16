"""An engine behind its HTTP server, and boto3 as the client that it must satisfy."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.validate import ParamValidator
from durable_runtime import DurableContext, durable_execution
from durable_runtime.config import Duration
from durable_runtime.service.engine import Engine
from durable_runtime.service.http.api import ApiServer

from tests.runtime.service.engines import PATIENCE, engine

HOST = "127.0.0.1"


@cache
def session() -> Any:
    """One session for all tests: reading the models takes long."""
    return botocore.session.Session()


@cache
def model() -> Any:
    """Botocore's model of Lambda."""
    return session().get_service_model("lambda")


def client_of(url: str, key: str = "local", connections: int = 10) -> Any:
    """A client of Lambda that does not try again."""
    config = Config(
        retries={"max_attempts": 0},
        read_timeout=3 * PATIENCE,
        max_pool_connections=connections,
        parameter_validation=False,
    )
    return session().create_client(
        "lambda",
        endpoint_url=url,
        region_name="us-west-2",
        aws_access_key_id=key,
        aws_secret_access_key="local",
        config=config,
    )


@dataclass
class Served:
    """A server that runs."""

    engine: Engine
    server: ApiServer
    client: Any

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.server.port}"

    def ask(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """Have an operation answered; the answer must be as the model has it: types, required members, status."""
        method = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in operation).strip("_")
        answer: dict[str, Any] = getattr(self.client, method)(**parameters)
        metadata = answer.pop("ResponseMetadata")
        described = model().operation_model(operation)
        if operation != "Invoke":
            assert metadata["HTTPStatusCode"] == described.http["responseCode"]
            report = ParamValidator().validate(answer, described.output_shape)
            assert not report.has_errors(), report.generate_report()
        return answer

    def refused(self, operation: str, **parameters: Any) -> tuple[str, int, str]:
        """Code, status and message of the error that an operation is answered with."""
        try:
            self.ask(operation, **parameters)
        except ClientError as error:
            expected = getattr(self.client.exceptions, error.response["Error"]["Code"], ClientError)
            assert type(error) is expected
            told = error.response
            return told["Error"]["Code"], told["ResponseMetadata"]["HTTPStatusCode"], told["Error"]["Message"]
        raise AssertionError(f"{operation} was not refused")

    def request(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
        """Make a request with any headers (`_` for `-`)."""
        connection = http.client.HTTPConnection(HOST, self.server.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def send(self, data: bytes) -> bytes:
        """Send bytes and nothing more, and read until the server hangs up."""
        with socket.create_connection((HOST, self.server.port), timeout=PATIENCE) as connection:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            return _all_of(connection)


def _all_of(connection: socket.socket) -> bytes:
    received = b""
    try:
        while data := connection.recv(65_536):
            received += data
    except ConnectionResetError:
        pass
    return received


@contextmanager
def serve(*functions: Any, token: str | None = None, address: str = HOST, **options: Any) -> Iterator[Served]:
    """Serve handlers; `options` are those of the engine."""
    with engine(*functions, **options) as made:
        driver = threading.Thread(target=made.serve_forever, daemon=True)
        driver.start()
        with ApiServer(made, address, token=token) as server:
            yield Served(made, server, client_of(f"http://{HOST}:{server.port}", token or "local"))
        made.stop_serving()
        driver.join(PATIENCE)
        assert not driver.is_alive()


# Handlers


@durable_execution
def orders(event: dict[str, Any], context: DurableContext) -> Any:
    """A step and a wait."""
    paid = context.step(lambda _: event["amount"], name="pay")
    context.wait(Duration.from_hours(1), name="ship")
    return paid


@durable_execution
def patient(event: Any, context: DurableContext) -> Any:
    """Waits for a callback for ever."""
    return context.create_callback("approve").result()


@durable_execution
def failing(event: Any, context: DurableContext) -> Any:
    raise ValueError("no such order")


@durable_execution
def says_nothing(event: Any, context: DurableContext) -> None:
    return None


def echo(event: Any, context: Any) -> Any:
    return {"event": event, "name": context.function_name, "tenant": context.tenant_id}


def breaking(event: Any, context: Any) -> Any:
    raise KeyError("broken")


def callback_of(served: Served, arn: str) -> str:
    """The id of the callback that an execution waits for, once it does."""
    found: list[str] = []

    def waits(view: Any) -> bool:
        found[:] = [each["CallbackDetails"]["CallbackId"] for each in view.operations if each["Type"] == "CALLBACK"]
        return bool(found)

    served.engine.wait_for(arn, waits, timeout=PATIENCE)
    return found[0]


def at_once(count: int, work: Callable[[int], Any]) -> list[Any]:
    """Do some work on so many threads at once."""
    results: list[Any] = [None] * count
    ready = threading.Barrier(count)

    def run(number: int) -> None:
        ready.wait(PATIENCE)
        results[number] = work(number)

    threads = [threading.Thread(target=run, args=(number,), daemon=True) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(3 * PATIENCE)
        assert not thread.is_alive()
    return results
