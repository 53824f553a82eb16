"""Small results out of large things."""

import base64
import csv
import hashlib
import io
import json

import boto3
import pandas as pd
from aws_durable_execution_sdk_python import (
    DurableContext,
    StepContext,
    durable_execution,
    durable_step,
)

s3 = boto3.client("s3")


@durable_step
def count_rows(step_context: StepContext, bucket: str, key: str) -> dict:
    text = s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    return {"rows": len(rows), "columns": list(rows[0]) if rows else []}


@durable_step
def digest(step_context: StepContext, path: str) -> str:
    with open(path, "rb") as stream:
        return hashlib.sha256(stream.read()).hexdigest()


@durable_step
def totals(step_context: StepContext, key: str) -> dict:
    frame = pd.read_parquet(f"s3://bucket/{key}")
    top = frame.groupby("region")["amount"].sum()
    return {"regions": len(top), "total": float(frame["amount"].sum()), "max": float(top.max())}


@durable_step
def manifest(step_context: StepContext, key: str) -> dict:
    body = json.load(s3.get_object(Bucket="b", Key=key)["Body"])
    return {"version": body["version"], "files": body["files"][:10]}


@durable_step
def cursor(step_context: StepContext, position: int) -> str:
    return base64.b64encode(str(position).encode()).decode()


@durable_step
def store(step_context: StepContext, key: str) -> str:
    data = s3.get_object(Bucket="b", Key=key)["Body"].read()
    target = f"copies/{key}"
    s3.put_object(Bucket="c", Key=target, Body=base64.b64encode(data))
    return target


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    a = context.step(count_rows("b", event["key"]))
    b = context.step(digest("/opt/model.bin"))
    c = context.step(totals(event["key"]))
    d = context.step(manifest(event["key"]))
    e = context.step(cursor(a["rows"]))
    f = context.step(store(event["key"]))
    return {"a": a, "b": b, "c": c, "d": d, "e": e, "f": f}
