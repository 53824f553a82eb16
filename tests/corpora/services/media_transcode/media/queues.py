"""The queue in front of the transcoder."""

import boto3


class QueueClient:
    """One queue; the client is made with the object."""

    def __init__(self, name: str, client=None) -> None:
        self.name = name
        self._client = client or boto3.client("sqs")

    def release(self, key: str) -> None:
        self._client.send_message(QueueUrl=self.name, MessageBody=key)
