"""Connections, and how a message gets there."""

from .transport import WebSocketTransport


class Hub(WebSocketTransport):
    """The hub of this deployment."""

    def send(self, connection: str, text: str) -> bool:
        return self.post(connection, text.encode())

    def send_all(self, connections: list[str], texts: list[str], _step_context: object = None) -> int:
        return sum(self.send(connection, text) for connection in connections for text in texts)


hub = Hub("https://sockets.example.org/live")
