"""Mail through SES."""

import boto3

_ses = boto3.client("ses")
SENDER = "loans@example.org"


def send(to: str, text: str) -> None:
    _ses.send_email(
        Source=SENDER,
        Destination={"ToAddresses": [to]},
        Message={"Subject": {"Data": "Loan"}, "Body": {"Text": {"Data": text}}},
    )
