"""Who is in a room."""

import os

import boto3

_table = boto3.resource("dynamodb").Table(os.getenv("MEMBERS_TABLE", "members"))


def of_room(room: str) -> list[str]:
    answer = _table.query(
        KeyConditionExpression="room = :room",
        ExpressionAttributeValues={":room": room},
    )
    return [item["connection"] for item in answer["Items"]]


def forget(room: str, connection: str) -> None:
    _table.delete_item(Key={"room": room, "connection": connection})
