"""Results that are kept in a bucket."""

import json

import boto3
from aws_durable_execution_sdk_python.serdes import SerDes, SerDesContext

s3 = boto3.client("s3")


class ToBucket(SerDes[object]):
    """Puts the value into a bucket and records the key."""

    def serialize(self, value: object, serdes_context: SerDesContext) -> str:
        key = f"results/{serdes_context.operation_id}"
        s3.put_object(Bucket="results", Key=key, Body=json.dumps(value))
        return key

    def deserialize(self, data: str, serdes_context: SerDesContext) -> object:
        return json.loads(s3.get_object(Bucket="results", Key=data)["Body"].read())
