"""Stands for the installed package."""


def send(method, url, **options):
    raise NotImplementedError(method)
