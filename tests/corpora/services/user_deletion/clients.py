"""All clients behind one object, each made when it is first asked for."""

from functools import cached_property

import boto3


class Clients:
    """The clients of this service."""

    def __init__(self) -> None:
        self._session = boto3.Session()
        self._tables: dict = {}

    @cached_property
    def s3(self):
        return self._session.client("s3")

    @cached_property
    def ses(self):
        return self._session.client("ses")

    @cached_property
    def dynamodb(self):
        return self._session.resource("dynamodb")

    def table(self, name: str):
        return self.dynamodb.Table(name)
