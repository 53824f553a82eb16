"""Stands for the installed package."""

import functools


class StepContext:
    """What a step is given."""


class DurableContext:
    """What a handler is given."""

    def step(self, func, name=None, config=None):
        return func(StepContext())

    def wait(self, duration, name=None):
        raise SystemExit


def durable_step(func):
    @functools.wraps(func)
    def wrapper(*args, **kwargs):
        return lambda context: func(context, *args, **kwargs)

    return wrapper
