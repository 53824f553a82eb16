"""People. Imports ``accounts``, which imports this module."""

import accounts


def slug(person: str) -> str:
    return person.strip().lower().replace(" ", "-")


class Person:
    """Somebody who can be frozen and forgotten."""

    def __init__(self, person: str) -> None:
        self.slug = slug(person)

    def freeze(self) -> bool:
        accounts.clients.table("people").update_item(
            Key={"slug": self.slug},
            UpdateExpression="SET frozen = :yes",
            ExpressionAttributeValues={":yes": True},
        )
        return True

    def confirm(self, text: str) -> None:
        accounts.clients.ses.send_email(
            Source="privacy@example.org",
            Destination={"ToAddresses": [f"{self.slug}@example.org"]},
            Message={"Subject": {"Data": "Your data"}, "Body": {"Text": {"Data": text}}},
        )


def export_profile(person: str) -> str:
    accounts.clients.s3.copy_object(Bucket="exports", Key=slug(person), CopySource=f"profiles/{slug(person)}")
    return slug(person)


def erase_profile(person: str) -> None:
    accounts.clients.table("people").delete_item(Key={"slug": slug(person)})
