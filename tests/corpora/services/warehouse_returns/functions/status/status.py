"""What the web shop shows of a parcel."""

import os

import boto3

table = boto3.resource("dynamodb").Table(os.environ["RETURNS_TABLE"])


def lambda_handler(event, context):
    item = table.get_item(Key={"id": event["pathParameters"]["id"]}).get("Item")
    return {"statusCode": 200 if item else 404, "body": item["state"] if item else ""}
