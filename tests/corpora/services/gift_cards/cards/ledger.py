"""The ledger in DynamoDB."""

import boto3


class Ledger:
    def __init__(self, name: str = "ledger") -> None:
        self.table = boto3.resource("dynamodb").Table(name)

    def balance(self, card: str) -> int:
        return int(self.table.get_item(Key={"card": card})["Item"]["cents"])

    def note(self, card: str, cents: int) -> None:
        self.table.put_item(Item={"card": card, "cents": cents})
