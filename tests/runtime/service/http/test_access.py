"""Who may ask: hosts, origins, tokens."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from durable_runtime.service.http.access import Access, is_loopback
from durable_runtime.service.http.api import ApiServer
from durable_runtime.service.http.messages import read_head
from durable_runtime.service.http.refusals import AccessDeniedException

from tests.runtime.service.engines import engine
from tests.runtime.service.http.served import HOST, Served, client_of, echo, says_nothing, serve

TOKEN = "s3cret/With+Slashes="
LIST = "/2025-12-01/functions/says_nothing/durable-executions"


@pytest.fixture(scope="module")
def guarded() -> Iterator[Served]:
    """A server that other machines could reach."""
    with serve(says_nothing, plain=(echo,), token=TOKEN, address="0.0.0.0") as made:
        yield made


def code(answer: tuple[int, bytes]) -> str | None:
    """The type of the fault that an answer tells of."""
    status, body = answer
    return json.loads(body).get("Type") if status >= 400 else None


# Web pages


@pytest.mark.parametrize("name", ["localhost", "LOCALHOST:1", "127.0.0.1", "127.0.0.1:99", "[::1]", "[::1]:5055"])
def test_names_of_this_machine_are_answered(served: Served, name: str) -> None:
    assert served.request("GET", LIST, Host=name)[0] in (200, 404)


@pytest.mark.parametrize(
    "name",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example:5055",
        "evil.example:127",
        "",
        "127.0.0.1, a",
        "[::1",
    ],
)
def test_requests_to_other_names_are_refused(served: Served, name: str) -> None:
    """A page whose name resolves to this machine must not reach the server."""
    for path in (LIST, "/health", "/anything"):
        assert served.request("GET", path, Host=name)[0] == 403


def test_requests_without_a_host_are_refused(served: Served) -> None:
    assert served.send(b"GET /health HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 403 ")


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "https://127.0.0.1:{port}", "http://127.0.0.1:1", ""]
)
def test_pages_of_others_are_refused(served: Served, guarded: Served, origin: str) -> None:
    for each, token in ((served, {}), (guarded, {"x_api_key": TOKEN})):
        name = origin.format(port=each.server.port)
        assert each.request("GET", LIST, Origin=name, **token)[0] == 403
        assert each.request("OPTIONS", LIST, Origin=name, **token)[0] == 403


def test_pages_of_the_server_itself_are_answered(served: Served) -> None:
    assert served.request("GET", "/health", Origin=served.url) == (200, b'{"status":"ok"}')


def test_requests_that_a_browser_marks_as_of_other_sites_are_refused(served: Served) -> None:
    assert served.request("GET", "/health", Sec_Fetch_Site="cross-site")[0] == 403
    assert served.request("GET", "/health", Sec_Fetch_Site="none")[0] == 200


def test_refusals_permit_no_page_anything(served: Served) -> None:
    told = served.send(f"OPTIONS {LIST} HTTP/1.1\r\nHost: {HOST}\r\nOrigin: http://evil.example\r\n\r\n".encode())
    assert told.startswith(b"HTTP/1.1 403 ")
    assert b"access-control" not in told.lower()


# Tokens


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.com", ""])
def test_other_hosts_than_this_machine_need_a_token(host: str) -> None:
    assert not is_loopback(host)
    with pytest.raises(ValueError, match="a token is needed"):
        Access(host)
    Access(host, "t")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_this_machine_needs_none(host: str) -> None:
    assert is_loopback(host)
    Access(host)


@pytest.mark.parametrize("token", ["", "a b", "ä", "a\n"])
def test_tokens_fit_into_a_header(token: str) -> None:
    with pytest.raises(ValueError, match="visible ASCII"):
        Access(HOST, token)


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": f"Bearer {TOKEN}"},
        {"Authorization": f"bearer  {TOKEN}"},
        {"x_api_key": TOKEN},
        {"Authorization": f"AWS4-HMAC-SHA256 Credential={TOKEN}/20261129/us-west-2/lambda/aws4_request, Signature=0"},
    ],
)
def test_token_opens(guarded: Served, headers: dict[str, str]) -> None:
    assert guarded.request("GET", LIST, **headers) == (200, b'{"DurableExecutions":[]}')


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer"},
        {"Authorization": f"Bearer {TOKEN}x"},
        {"Authorization": f"Bearer {TOKEN[:-1]}"},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": TOKEN},
        {"x_api_key": ""},
        {"x_api_key": TOKEN.lower()},
        {"x_api_key": "\xe4"},
        {"Authorization": f"AWS4-HMAC-SHA256 Credential=other/20261129/us-west-2/lambda/aws4_request, x={TOKEN}"},
        {"Authorization": "AWS4-HMAC-SHA256 Signature=0"},
    ],
)
def test_nothing_else_opens(guarded: Served, headers: dict[str, str]) -> None:
    for method, path in (("GET", LIST), ("POST", "/2015-03-31/functions/echo/invocations"), ("GET", "/nowhere")):
        status, body = guarded.request(method, path, **headers)
        assert status == 403
        assert TOKEN.encode() not in body


def test_health_needs_no_token(guarded: Served) -> None:
    assert guarded.request("GET", "/health")[0] == 200


def test_boto3_opens_with_the_token_as_access_key(guarded: Served) -> None:
    assert guarded.ask("Invoke", FunctionName="echo", Payload="1")["StatusCode"] == 200
    guarded.client = client_of(guarded.url, "other")
    try:
        assert guarded.refused("Invoke", FunctionName="echo", Payload="1")[:2] == ("AccessDeniedException", 403)
    finally:
        guarded.client = client_of(guarded.url, TOKEN)


def test_a_token_is_heeded_on_this_machine_too() -> None:
    access = Access(HOST, TOKEN)
    with pytest.raises(AccessDeniedException):
        access.check(read_head(b"GET / HTTP/1.1\r\nHost: localhost"))
    access.check(read_head(b"GET / HTTP/1.1\r\nHost: localhost\r\nx-api-key: " + TOKEN.encode()))


def test_server_without_a_token_cannot_be_made_for_others() -> None:
    with engine(says_nothing) as made, pytest.raises(ValueError, match="a token is needed"):
        ApiServer(made, "0.0.0.0")
