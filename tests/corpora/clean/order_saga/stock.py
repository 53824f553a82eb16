import boto3

_table = None


def table():
    global _table
    if _table is None:
        _table = boto3.resource("dynamodb").Table("stock")
    return _table


def reserve(order_id, items):
    for item in items:
        table().update_item(
            Key={"sku": item["sku"]},
            UpdateExpression="SET held = held + :n",
            ExpressionAttributeValues={":n": item["n"]},
        )
    return f"res-{order_id}"


def release(reservation):
    table().delete_item(Key={"id": reservation})
