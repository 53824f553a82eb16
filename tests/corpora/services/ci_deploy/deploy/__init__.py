"""Deployments with approval: callbacks, invoke, with_retry, commands."""
