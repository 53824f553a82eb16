"""Names of operations."""

import socket


def on_host(operation: str) -> str:
    """The operation's name with the host that runs it, to find it in the logs."""
    return f"{operation}_{socket.gethostname()}"
