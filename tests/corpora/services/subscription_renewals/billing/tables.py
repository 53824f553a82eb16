"""Tables, made lazily."""

import boto3

_table = None


def subscriptions():
    global _table
    if _table is None:
        _table = boto3.resource("dynamodb").Table("subscriptions")
    return _table


def set_state(key: str, state: str) -> None:
    subscriptions().update_item(
        Key={"id": key},
        UpdateExpression="SET #s = :s",
        ExpressionAttributeNames={"#s": "state"},
        ExpressionAttributeValues={":s": state},
    )
