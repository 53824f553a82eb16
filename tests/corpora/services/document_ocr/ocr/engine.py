"""Calls of the text detection service."""

import time

from .clients import s3, textract


def document_size(bucket: str, key: str) -> int:
    return s3().head_object(Bucket=bucket, Key=key)["ContentLength"]


def start_job(bucket: str, key: str) -> str:
    answer = textract().start_document_text_detection(
        DocumentLocation={"S3Object": {"Bucket": bucket, "Name": key}},
    )
    return answer["JobId"]


def job_status(job_id: str) -> str:
    return textract().get_document_text_detection(JobId=job_id, MaxResults=1)["JobStatus"]


def wait_until_done(job_id: str) -> str:
    while (status := job_status(job_id)) == "IN_PROGRESS":
        time.sleep(5)
    return status


def blocks(job_id: str):
    for page in textract().get_paginator("get_document_text_detection").paginate(JobId=job_id):
        yield from page["Blocks"]
