"""Periods of the ledger."""

import boto3

_parameters = boto3.client("ssm")


def close(period: str) -> None:
    _parameters.put_parameter(Name="/ledger/closed", Value=period, Type="String", Overwrite=True)
