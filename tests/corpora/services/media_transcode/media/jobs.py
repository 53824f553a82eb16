"""Transcoding jobs."""

import boto3
from aws_durable_execution_sdk_python import StepContext, durable_step

from .queues import QueueClient

_convert = boto3.client("mediaconvert", endpoint_url="https://mediaconvert.example.org")
_storage = boto3.client("s3")
_queue = QueueClient("transcode")


def submit(key: str, preset: str, target: str) -> str:
    answer = _convert.create_job(
        Role="transcode",
        Settings={"Inputs": [{"FileInput": key}], "OutputGroups": [{"Name": preset, "Target": target}]},
    )
    return answer["Job"]["Id"]


@durable_step
def submit_step(step_context: StepContext, key: str, preset: str, target: str) -> str:
    return submit(key, preset, target)


def percent(job: str) -> int:
    return _convert.get_job(Id=job)["Job"].get("JobPercentComplete", 0)


def count_frames(key: str) -> int:
    return int(_storage.head_object(Bucket="sources", Key=key)["Metadata"]["frames"])


def tag_source(key: str, tag: str) -> None:
    _storage.put_object_tagging(Bucket="sources", Key=key, Tagging={"TagSet": [{"Key": "state", "Value": tag}]})


@durable_step
def release_queue(step_context: StepContext, key: str) -> None:
    _queue.release(key)
