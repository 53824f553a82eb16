"""Comma separated files in a bucket."""

import boto3

from .base import Exporter


class CsvExporter(Exporter):
    """Stores in S3."""

    def __init__(self, bucket: str) -> None:
        self._bucket = boto3.resource("s3").Bucket(bucket)

    def store(self, name: str, text: str) -> str:
        self._bucket.Object(f"{name}.csv").put(Body=text.encode())
        return f"{name}.csv"
