"""Pages of a query."""

import os
from collections.abc import Iterator

import boto3
from aws_durable_execution_sdk_python import StepContext, durable_step

_athena = boto3.client("athena", region_name=os.environ.get("AWS_REGION"))


@durable_step
def count_rows(step_context: StepContext, query: str) -> int:
    started = _athena.start_query_execution(QueryString=f"SELECT count(*) FROM ({query})")
    rows = _athena.get_query_results(QueryExecutionId=started["QueryExecutionId"])
    return int(rows["ResultSet"]["Rows"][1]["Data"][0]["VarCharValue"])


@durable_step
def read_page(step_context: StepContext, query: str, first: int, last: int) -> list[dict]:
    started = _athena.start_query_execution(QueryString=f"{query} OFFSET {first} LIMIT {last - first}")
    return list(_rows(started["QueryExecutionId"]))


def _rows(execution: str) -> Iterator[dict]:
    for page in _athena.get_paginator("get_query_results").paginate(QueryExecutionId=execution):
        for row in page["ResultSet"]["Rows"]:
            yield {str(number): cell.get("VarCharValue") for number, cell in enumerate(row["Data"])}


def split_range(total: int, size: int) -> list[list[int]]:
    return [[first, min(first + size, total)] for first in range(0, total, size)]
