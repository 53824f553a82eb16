"""Thumbnails for an album, written so that a replay repeats nothing: durable-lint has nothing to say here."""

import uuid

import boto3
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration, MapConfig

pictures = boto3.client("s3")


@durable_step
def new_album_id(step_context: StepContext) -> str:
    return str(uuid.uuid4())


@durable_step
def list_pictures(step_context: StepContext, bucket: str) -> list[str]:
    listing = pictures.list_objects_v2(Bucket=bucket, Prefix="upload/")
    return sorted(entry["Key"] for entry in listing.get("Contents", []))


@durable_step
def copy_thumbnail(step_context: StepContext, bucket: str, key: str, album_id: str) -> str:
    target = f"albums/{album_id}/{key}"
    pictures.copy_object(Bucket=bucket, Key=target, CopySource=f"{bucket}/{key}")
    return target


@durable_execution
def build_album(event: dict, context: DurableContext) -> dict:
    bucket = event["bucket"]
    album_id = context.step(new_album_id())
    keys = context.step(list_pictures(bucket))

    def make_thumbnail(ctx: DurableContext, key: str, index: int, keys: list[str]) -> str:
        return ctx.step(copy_thumbnail(bucket, key, album_id), name=f"copy_thumbnail_{index}")

    batch = context.map(keys, make_thumbnail, name="make_thumbnails", config=MapConfig(max_concurrency=10))
    batch.throw_if_error()

    context.wait(Duration.from_minutes(1), name="cache_refresh_wait")
    context.logger.info("album built", extra={"album_id": album_id})
    return {"album_id": album_id, "thumbnails": batch.get_results()}
