"""Who may ask: on loopback any program of this machine but no web page, elsewhere whoever knows the token."""

from __future__ import annotations

import hmac
import ipaddress
import re
from typing import Final

from durable_runtime.service.http.messages import Head
from durable_runtime.service.http.refusals import AccessDeniedException

_LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_SIGV4: Final = re.compile(r"AWS4-HMAC-SHA256 .*?Credential=([^,\s]+)")
_TOKEN: Final = re.compile(r"[\x21-\x7e]+")


class Access:
    """Decides by a request's headers whether it is to be answered.

    Args:
        host: what the server is bound to.
        token: what requests must carry. Needed if `host` is not this machine's loopback address.

    Raises:
        ValueError: a token is needed, or this one does not fit into a header.
    """

    def __init__(self, host: str, token: str | None = None) -> None:
        if token is not None and _TOKEN.fullmatch(token) is None:
            raise ValueError("a token is made of visible ASCII characters, at least one")
        if token is None and not is_loopback(host):
            raise ValueError(f"{host} is reached from other machines: a token is needed")
        self._token = token.encode() if token is not None else None
        self._names = _LOOPBACK_NAMES | {host.lower()} if is_loopback(host) else None

    def check(self, head: Head, *, needs_token: bool = True) -> None:
        """Let a request pass.

        Raises:
            AccessDeniedException: it comes from a web page, was sent to another name than the server's (as it is when
                a page has its own name resolve to this machine), or lacks the token.
        """
        host = head.headers.get("host", "")
        if self._names is not None and _name(host) not in self._names:
            raise AccessDeniedException(f"This server is not {host!r}")
        origin = head.headers.get("origin")
        if origin is not None and origin != f"http://{host}":
            raise AccessDeniedException(f"Pages of {origin!r} may not use this server")
        if head.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            raise AccessDeniedException("Pages of other sites may not use this server")
        if needs_token and self._token is not None and not self._has_token(head):
            raise AccessDeniedException(
                "The token is missing or wrong: send it as `Authorization: Bearer`, as `x-api-key`, "
                "or use it as AWS access key id"
            )

    def _has_token(self, head: Head) -> bool:
        assert self._token is not None
        given = [head.headers.get("x-api-key", ""), *_authorization(head.headers.get("authorization", ""))]
        # All are compared, each in constant time: how long it takes tells nothing.
        return sum([hmac.compare_digest(self._token, each.encode("latin-1")) for each in given]) > 0


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches what is bound to `host`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _authorization(value: str) -> list[str]:
    """The token in an Authorization header, if it has one."""
    scheme, _, rest = value.partition(" ")
    if scheme.lower() == "bearer":
        return [rest.strip()]
    credential = _SIGV4.match(value)
    # KEY/date/region/service/aws4_request; a key may have slashes in it.
    return [credential[1].rsplit("/", 4)[0]] if credential is not None else []


def _name(host: str) -> str:
    """The name in a Host header, without the port."""
    name = host.rpartition("]")[0].lstrip("[") if host.startswith("[") else host.partition(":")[0]
    return name.lower()
