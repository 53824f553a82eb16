"""Clients that are built when they are first needed."""

import functools

import boto3

_textract = None


def textract():
    global _textract
    if _textract is None:
        _textract = boto3.client("textract")
    return _textract


@functools.lru_cache(maxsize=1)
def s3():
    return boto3.client("s3")
