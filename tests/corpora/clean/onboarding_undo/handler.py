"""Contexts in helpers two modules away; names built from arguments."""

from aws_durable_execution_sdk_python import DurableContext, durable_execution
from lib.flows import onboard


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    return {tenant: onboard(context, tenant, plan) for tenant, plan in sorted(event["tenants"].items())}
