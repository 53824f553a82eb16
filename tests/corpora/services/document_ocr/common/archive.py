"""Where the text goes: clients as attributes and as a cached property."""

import functools
import json

import boto3


class Archive:
    """A bucket for the text, a table for the state."""

    def __init__(self, bucket: str) -> None:
        self.bucket = bucket
        self.client = boto3.client("s3")

    @functools.cached_property
    def table(self):
        return boto3.resource("dynamodb").Table("documents")

    def store(self, key: str, lines: list[str]) -> None:
        self.client.put_object(Bucket=self.bucket, Key=f"{key}.json", Body=json.dumps(lines))
        self._mark(key, "stored")

    def mark_failed(self, key: str) -> None:
        self._mark(key, "failed")

    def _mark(self, key: str, state: str) -> None:
        self.table.update_item(
            Key={"key": key},
            UpdateExpression="SET #s = :s",
            ExpressionAttributeNames={"#s": "state"},
            ExpressionAttributeValues={":s": state},
        )
