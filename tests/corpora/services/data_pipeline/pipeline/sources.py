"""Where data comes from."""

import csv
import io

import boto3


class BucketSource:
    """CSV files in a bucket."""

    def __init__(self, bucket: str) -> None:
        self._bucket = boto3.resource("s3").Bucket(bucket)

    def keys(self, prefix: str) -> list[str]:
        return sorted(entry.key for entry in self._bucket.objects.filter(Prefix=prefix))

    def read(self, key: str) -> list[dict]:
        body = self._bucket.Object(key).get()["Body"].read().decode()
        return list(csv.DictReader(io.StringIO(body)))

    def archive(self, key: str) -> None:
        self._bucket.Object(f"done/{key}").copy_from(CopySource=f"{self._bucket.name}/{key}")
        self._bucket.Object(key).delete()
