"""Accounts of a person. Imports ``people``, which imports this module."""

import boto3
import people
from aws_durable_execution_sdk_python import StepContext, durable_step
from clients import Clients

clients = Clients()


class Account:
    """An account with files in a bucket."""

    def __init__(self, kind: str, owner: str) -> None:
        self.kind = kind
        self.owner = owner

    @property
    def folder(self) -> str:
        return f"{people.slug(self.owner)}/{self.kind}/"

    @property
    def files(self) -> list[str]:
        listing = clients.s3.list_objects_v2(Bucket="accounts", Prefix=self.folder)
        return sorted(entry["Key"] for entry in listing.get("Contents", []))

    def remove_file(self, key: str) -> None:
        clients.s3.delete_object(Bucket="accounts", Key=key)

    def remove_folder(self) -> None:
        boto3.resource("s3").Bucket("accounts").objects.filter(Prefix=self.folder).delete()

    def note(self, text: str) -> None:
        clients.table("notes").put_item(Item={"folder": self.folder, "text": text})

    def erase(self) -> str:
        for key in self.files:
            self.remove_file(key)
        self.note("erased")
        return self.kind


@durable_step
def open_accounts(step_context: StepContext, person: str) -> list[dict]:
    answer = clients.table("accounts").query(
        KeyConditionExpression="#o = :o",
        ExpressionAttributeNames={"#o": "owner"},
        ExpressionAttributeValues={":o": person},
    )
    return [{"kind": item["kind"], "owner": person} for item in answer["Items"]]
