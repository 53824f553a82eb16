"""Reading photos, whole and in parts."""

import base64
import hashlib
import io
import json
import zipfile
from pathlib import Path

import boto3
import pandas as pd
import requests

s3 = boto3.client("s3")
FOLDER = Path("/tmp/photos")


def body_of(key: str):
    return s3.get_object(Bucket="photos", Key=key)["Body"]


def whole(key: str) -> bytes:
    return body_of(key).read()


def head(key: str) -> bytes:
    answer = s3.get_object(Bucket="photos", Key=key, Range="bytes=0-511")
    return answer["Body"].read()


def first_bytes(key: str) -> str:
    return body_of(key).read(16).hex()


def encoded(key: str) -> str:
    raw = whole(key)
    return base64.b64encode(raw).decode("ascii")


def fingerprint(key: str) -> str:
    return hashlib.sha256(whole(key)).hexdigest()


def described(key: str) -> dict:
    return json.loads(body_of(key).read())


def size(key: str) -> int:
    return len(whole(key))


def read_local(name: str) -> dict:
    with open(FOLDER / name, "rb") as file:
        picture = file.read()
    return {"name": name, "picture": base64.b64encode(picture).decode()}


def stored(name: str) -> str:
    with open(FOLDER / name, "rb") as file:
        s3.put_object(Bucket="photos", Key=name, Body=file.read())
    return f"photos/{name}"


def preview(url: str) -> bytes:
    return requests.get(url, timeout=10).content


def status_of(url: str) -> int:
    answer = requests.get(url, timeout=10)
    return len(answer.content) if answer.ok else 0


def catalogue(path: str) -> list:
    table = pd.read_csv(path)
    return table.fillna("").to_dict("records")


def years(path: str) -> dict:
    table = pd.read_csv(path)
    return table.groupby("year").size().to_dict()


def packed(names: list) -> str:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.write(FOLDER / name)
    return base64.b64encode(buffer.getvalue()).decode()


def caption(name: str) -> str:
    return (FOLDER / name).with_suffix(".txt").read_text()
