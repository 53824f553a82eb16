"""Stands for the installed package."""

from . import sessions


def get(url, params=None, **options):
    return sessions.send("GET", url, params=params, **options)


def post(url, data=None, json=None, **options):
    return sessions.send("POST", url, data=data or json, **options)
