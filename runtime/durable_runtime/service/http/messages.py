"""HTTP/1.1 messages: what a request's head says, and how a response is written."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from durable_runtime.service.http.refusals import InvalidRequestContentException, LengthRequiredException

LARGEST_HEAD: Final = 65_536
"""Bytes of request line and headers together."""

CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"

_REQUEST_LINE: Final = re.compile(r"([A-Z]{1,20}) (/[\x21-\x7e]*) HTTP/1\.([01])")
_HEADER: Final = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\x20-\x7e\x80-\xff\t]*?)[ \t]*")
_DIGITS: Final = re.compile(r"[0-9]{1,15}")


@dataclass(frozen=True, slots=True)
class Head:
    """A request's line and headers."""

    method: str
    path: str
    """Still percent-encoded."""
    query: str
    """Still percent-encoded."""
    headers: Mapping[str, str]
    """By name in lower case; what came several times is joined by commas."""
    body_length: int
    """Bytes."""
    keeps_alive: bool
    """Whether the client will send another request."""
    expects_continue: bool
    """Whether the client waits to be told that its body is welcome."""


@dataclass(frozen=True, slots=True)
class Response:
    """What a request is answered with."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    def encoded(self, *, keeps_alive: bool, has_body: bool = True) -> bytes:
        """As it goes over the wire. Nothing may keep or guess at it: the data is somebody's own."""
        headers = {
            "Date": time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime()),
            "Content-Type": "application/json",
            "Content-Length": str(len(self.body)),
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "x-amzn-RequestId": str(uuid.uuid4()),
            "Connection": "keep-alive" if keeps_alive else "close",
            **self.headers,
        }
        if self.status == HTTPStatus.NO_CONTENT:
            del headers["Content-Type"], headers["Content-Length"]
        lines = [f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + (self.body if has_body else b"")


def read_head(data: bytes) -> Head:
    """Read a request's head, without the empty line after it.

    Raises:
        InvalidRequestContentException: it is none of HTTP/1.1, or an ambiguous one.
        LengthRequiredException: the length of the body is not told beforehand.
    """
    first, *lines = data.decode("latin-1").split("\r\n")
    match = _REQUEST_LINE.fullmatch(first)
    if match is None:
        raise InvalidRequestContentException("The first line is no request line of HTTP/1.1")
    method, target, minor = match.groups()
    headers = _headers(lines)
    if "transfer-encoding" in headers:
        raise LengthRequiredException("Send the length of the body, not chunks")
    length = headers.get("content-length", "0")
    if _DIGITS.fullmatch(length) is None:
        raise InvalidRequestContentException("Content-Length is no number")
    path, _, query = target.partition("?")
    connection = {word.strip().lower() for word in headers.get("connection", "").split(",")}
    return Head(
        method=method,
        path=path,
        query=query,
        headers=headers,
        body_length=int(length),
        keeps_alive="close" not in connection and (minor == "1" or "keep-alive" in connection),
        expects_continue=headers.get("expect", "").lower() == "100-continue",
    )


def _headers(lines: list[str]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in lines:
        match = _HEADER.fullmatch(line)
        if match is None:
            raise InvalidRequestContentException("A line among the headers is no header")
        name = match[1].lower()
        headers[name] = f"{headers[name]}, {match[2]}" if name in headers else match[2]
    return headers
