"""The only module that knows DynamoDB."""

import os
import time

import boto3

_dynamodb = boto3.resource("dynamodb", region_name=os.environ.get("AWS_REGION", "eu-west-1"))


def put(table: str, item: dict) -> None:
    _dynamodb.Table(table).put_item(Item={**item, "written_at": int(time.time())})


def find(table: str, key: str) -> list[dict]:
    answer = _dynamodb.Table(table).query(
        KeyConditionExpression="order_id = :id",
        ExpressionAttributeValues={":id": key},
    )
    return answer["Items"]
