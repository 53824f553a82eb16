"""Mail to customers."""

from functools import lru_cache

import boto3


@lru_cache
def _mail():
    return boto3.client("sesv2")


def _send(to: str, template: str, data: str) -> None:
    _mail().send_email(
        FromEmailAddress="billing@example.org",
        Destination={"ToAddresses": [to]},
        Content={"Template": {"TemplateName": template, "TemplateData": data}},
    )


def send_reminder(to: str, tone: str) -> None:
    _send(to, f"reminder-{tone}", "{}")


def request_payment(invoice: str, tone: str, callback_id: str) -> None:
    _send("payments@example.org", f"request-{tone}", f"{invoice} {callback_id}")
