"""The public catalogue."""


def handler(event, context):
    words = event["queryStringParameters"]["q"].split()
    return {"statusCode": 200, "body": " ".join(sorted(words))}
