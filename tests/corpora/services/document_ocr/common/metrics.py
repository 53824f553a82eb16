"""Numbers for the dashboard."""

import boto3


class Metrics:
    """Writes to CloudWatch; the client is a class attribute that the first instance fills."""

    _client = None

    def __init__(self, namespace: str) -> None:
        self.namespace = namespace

    @classmethod
    def client(cls):
        if cls._client is None:
            cls._client = boto3.client("cloudwatch")
        return cls._client

    def count(self, name: str, value: int = 1) -> None:
        self.client().put_metric_data(
            Namespace=self.namespace,
            MetricData=[{"MetricName": name, "Value": value, "Unit": "Count"}],
        )
