"""Stands for the installed package."""

import functools

from .context import DurableContext


def durable_execution(func=None, **options):
    if func is None:
        return functools.partial(durable_execution, **options)

    @functools.wraps(func)
    def wrapper(event, lambda_context):
        return func(event, DurableContext())

    return wrapper
