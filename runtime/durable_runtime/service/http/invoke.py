"""Invoke: starts executions and calls plain functions, and waits for what becomes of them without holding a thread."""

from __future__ import annotations

import json
import logging
import threading
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

from durable_runtime.service import limits
from durable_runtime.service.arn import LATEST, ExecutionArn, FunctionName
from durable_runtime.service.engine import Engine
from durable_runtime.service.errors import (
    InvalidParameterValueException,
    RequestTooLargeException,
    ResourceNotFoundException,
    ServiceError,
    ServiceException,
    TooManyRequestsException,
)
from durable_runtime.service.hosts.protocol import Outcome, Returned
from durable_runtime.service.http.answers import refusal
from durable_runtime.service.http.exchange import Exchange
from durable_runtime.service.http.messages import Response
from durable_runtime.service.http.parameters import fields, json_value
from durable_runtime.service.http.refusals import InvalidRequestContentException
from durable_runtime.service.ledger import Changes, Execution, shapes

PATH: Final = "/2015-03-31/functions/{FunctionName}/invocations"

CALLS: Final = 256
"""Calls of plain functions at once; more are refused, as Lambda does beyond its concurrency."""

log = logging.getLogger(__name__)

_TYPES: Final = ("RequestResponse", "Event", "DryRun")


class Invoking:
    """Answers Invoke.

    Whoever waits for an execution is told when it ends, whichever process ends it. A client that goes away is
    forgotten; the execution goes on. Plain functions are called once, also for an Event: Lambda would try again twice.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._waiting: defaultdict[str, set[Exchange]] = defaultdict(set)
        self._calling: set[Exchange] = set()
        self._forget = (engine.subscribe(self._changed), engine.watch_others(self._look))

    def invoke(self, exchange: Exchange, function: str) -> None:
        """Answer an Invoke of a function, named as the path has it, now or when its outcome is there.

        Raises:
            ServiceError: what the API raises.
        """
        headers = exchange.head.headers
        kind = headers.get("x-amz-invocation-type", "RequestResponse")
        if kind not in _TYPES:
            raise shapes.Misfit("invocationType", f"must satisfy enum value set: [{', '.join(_TYPES)}]")
        name = _qualified(function, exchange.head.query)
        target, _ = self._engine.resolve(name)
        payload = _payload(exchange.body, asynchronous=kind == "Event")
        tenant = headers.get("x-amz-tenant-id")
        if tenant is not None:
            shapes.tenant(tenant, "tenantId")
        if kind == "DryRun":
            exchange.reply(Response(204))
        elif target.durable:
            self._start(exchange, name, payload, tenant, asynchronous=kind == "Event")
        else:
            if "x-amz-durable-execution-name" in headers:
                raise InvalidParameterValueException(f"{function} is not a durable function: it has no executions")
            self._call(exchange, name, payload, tenant, asynchronous=kind == "Event")

    def close(self) -> None:
        """Send away everybody who waits."""
        for forget in self._forget:
            forget()
        with self._lock:
            left = [*self._calling, *(exchange for waiting in self._waiting.values() for exchange in waiting)]
            self._waiting.clear()
            self._calling.clear()
        for exchange in left:
            exchange.reply(refusal(ServiceException("The server ends; executions go on when it is started again")))

    # Durable functions

    def _start(
        self, exchange: Exchange, function: str, payload: str, tenant: str | None, *, asynchronous: bool
    ) -> None:
        headers = exchange.head.headers
        name = headers.get("x-amz-durable-execution-name")
        if name is not None:
            shapes.identifier(name, "durableExecutionName", limits.EXECUTION_NAME)
        arn = self._engine.start(
            function,
            payload,
            name=name,
            tenant_id=tenant,
            trace_header=headers.get("x-amzn-trace-id"),
            asynchronous=asynchronous,
        )
        if asynchronous:
            exchange.reply(Response(202, headers=_about(arn)))
            return
        with self._lock:
            self._waiting[arn].add(exchange)
        exchange.when_gone(lambda: self._leave(arn, exchange))
        self._look_at(arn)

    def _leave(self, arn: str, exchange: Exchange) -> None:
        with self._lock:
            waiting = self._waiting.get(arn)
            if waiting is not None:
                waiting.discard(exchange)
                if not waiting:
                    del self._waiting[arn]

    def _changed(self, changes: Changes) -> None:
        if changes.execution.ended and changes.execution.arn in self._waiting:
            self._tell(changes.execution.arn, _outcome(changes.execution))

    def _look(self) -> None:
        """Another process may have ended what is waited for."""
        with self._lock:
            arns = list(self._waiting)
        for arn in arns:
            self._look_at(arn)

    def _look_at(self, arn: str) -> None:
        try:
            execution = self._engine.get(arn).execution
        except ResourceNotFoundException as error:
            self._tell(arn, refusal(error))
        except ServiceError:
            log.exception("The store cannot tell whether %s has ended; it is looked at again", arn)
        else:
            if execution.ended:
                self._tell(arn, _outcome(execution))

    def _tell(self, arn: str, response: Response) -> None:
        with self._lock:
            waiting = self._waiting.pop(arn, set())
        for exchange in waiting:
            exchange.reply(response)

    # Plain functions

    def _call(self, exchange: Exchange, function: str, payload: str, tenant: str | None, *, asynchronous: bool) -> None:
        with self._lock:
            if len(self._calling) >= CALLS:
                raise TooManyRequestsException(f"{CALLS} calls of functions are under way")
            self._calling.add(exchange)
        try:
            self._engine.call_later(
                function, payload, lambda outcome: self._called(exchange, outcome), tenant_id=tenant
            )
        except BaseException:
            with self._lock:
                self._calling.discard(exchange)
            raise
        if asynchronous:
            exchange.reply(Response(202))

    def _called(self, exchange: Exchange, outcome: Outcome) -> None:
        with self._lock:
            self._calling.discard(exchange)
        headers = {"X-Amz-Executed-Version": LATEST}
        if isinstance(outcome, Returned):
            exchange.reply(Response(200, outcome.payload.encode(), headers))
        else:
            exchange.reply(_failure(outcome.error, headers))


def _qualified(function: str, query: str) -> str:
    """The function's name with the qualifier that either of both says."""
    parsed = FunctionName.parse(function)
    given = fields(query).get("Qualifier")
    if given is None:
        return function
    qualifier = given[-1]
    if parsed.qualifier is not None:
        if parsed.qualifier != qualifier:
            raise InvalidParameterValueException(
                "The derived qualifier from the function name does not match the specified qualifier."
            )
        return function
    return f"{function}:{qualifier}"


def _payload(body: bytes, *, asynchronous: bool) -> str:
    """The payload as the handler gets it: JSON text, an empty object if there is none."""
    if asynchronous and len(body) > limits.ASYNCHRONOUS_PAYLOAD:
        raise RequestTooLargeException(
            f"{len(body)} byte payload is too large for the Event invocation type "
            f"(limit {limits.ASYNCHRONOUS_PAYLOAD} bytes)"
        )
    try:
        if body:
            json_value(body)
        return body.decode() or "{}"
    except ValueError as error:
        raise InvalidRequestContentException(f"Could not parse request body into json: {error}") from None


def _outcome(execution: Execution) -> Response:
    """What has become of an execution, as a function's response."""
    headers = _about(execution.arn)
    if execution.status == "SUCCEEDED":
        return Response(200, (execution.result or "null").encode(), headers)
    return _failure(execution.error or {"ErrorType": execution.status}, headers)


def _failure(error: Mapping[str, Any], headers: Mapping[str, str]) -> Response:
    """A function's error, named as Lambda's runtime names the parts of one."""
    told = {name[0].lower() + name[1:]: value for name, value in error.items()}
    return Response(200, json.dumps(told).encode(), {**headers, "X-Amz-Function-Error": "Unhandled"})


def _about(arn: str) -> dict[str, str]:
    return {"X-Amz-Durable-Execution-Arn": arn, "X-Amz-Executed-Version": ExecutionArn.parse(arn).version}
