"""Certificates of devices."""

from . import aws


def issue(serial: str) -> dict:
    """A new certificate, active at once."""
    created = aws.iot.create_keys_and_certificate(setAsActive=True)
    return {"serial": serial, "arn": created["certificateArn"], "id": created["certificateId"]}


def revoke(arn: str) -> None:
    aws.iot.update_certificate(certificateId=arn.rsplit("/", 1)[-1], newStatus="REVOKED")
