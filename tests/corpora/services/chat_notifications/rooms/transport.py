"""The API Gateway behind the sockets."""

import boto3


class Transport:
    """Something that carries bytes to a connection."""

    def post(self, connection: str, data: bytes) -> bool:
        raise NotImplementedError

    def record(self, room: str, what: str) -> None:
        self._log.put_item(Item={"room": room, "what": what})

    @property
    def _log(self):
        return boto3.resource("dynamodb").Table("room-log")


class WebSocketTransport(Transport):
    """Posts to a web socket."""

    def __init__(self, endpoint: str) -> None:
        self._gateway = boto3.client("apigatewaymanagementapi", endpoint_url=endpoint)

    def post(self, connection: str, data: bytes) -> bool:
        try:
            self._gateway.post_to_connection(ConnectionId=connection, Data=data)
        except self._gateway.exceptions.GoneException:
            return False
        return True
