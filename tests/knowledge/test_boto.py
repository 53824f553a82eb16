"""What is decided about boto3's calls, compared with the service models of the installed botocore."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import boto3
import botocore.session
import pytest
from botocore import xform_name

from durable_lint.knowledge import boto
from durable_lint.knowledge.tables import read_table

CHANGING_WORDS = """
add associate cancel create delete disable disassociate enable invoke modify publish put register remove restore send
set start stop tag terminate untag update write
"""


@cache
def operations() -> tuple[tuple[str, str, str], ...]:
    """(service, Python name, HTTP method) of every operation."""
    return tuple(_operations())


def _operations() -> Iterator[tuple[str, str, str]]:
    loader = botocore.session.get_session().get_component("data_loader")
    for service in loader.list_available_services("service-2"):
        for name, operation in loader.load_service_model(service, "service-2")["operations"].items():
            yield service, xform_name(name), operation.get("http", {}).get("method", "POST")


def test_every_operation_is_sent() -> None:
    assert len(operations()) > 10_000
    silent = [(service, name) for service, name, _ in operations() if boto.classify(service, name) is None]
    assert silent == []


def test_a_read_is_never_sent_as_put_patch_or_delete() -> None:
    wrong = [
        (service, name)
        for service, name, method in operations()
        if method in ("PUT", "PATCH", "DELETE") and boto.classify(service, name) == "read"
    ]
    assert wrong == []


def test_changing_words_write() -> None:
    read = {
        (service, name)
        for service, name, _ in operations()
        if name.split("_")[0] in CHANGING_WORDS.split() and boto.classify(service, name) == "read"
    }
    assert read == {("appconfigdata", "start_configuration_session")}


def test_nearly_everything_sent_as_get_reads() -> None:
    writes = [
        (service, name)
        for service, name, method in operations()
        if method in ("GET", "HEAD") and boto.classify(service, name) == "write"
    ]
    assert len(writes) < 30, writes


def test_exceptions_name_operations_that_exist() -> None:
    known = {(service, name) for service, name, _ in operations()}
    services = {service for service, _ in known}
    exceptions = read_table("boto")["exceptions"]
    for access in ("read", "write"):
        for service, names in exceptions[access].items():
            if service in services:
                missing = [name for name in names.split() if (service, name) not in known]
                assert missing == [], service
            else:
                assert service == "resource"


@pytest.mark.parametrize(
    ("service", "operation", "surface", "access"),
    [
        ("s3", "get_object", "client", "read"),
        ("s3", "put_object", "client", "write"),
        ("s3", "upload_file", "client", "write"),
        ("s3", "download_fileobj", "client", "read"),
        ("s3", "select_object_content", "client", "read"),
        ("s3", "head_object", "client", "read"),
        ("s3", "get_paginator", "client", None),
        ("s3", "can_paginate", "client", None),
        ("s3", "generate_presigned_url", "client", None),
        ("dynamodb", "batch_get_item", "client", "read"),
        ("dynamodb", "transact_get_items", "client", "read"),
        ("dynamodb", "transact_write_items", "client", "write"),
        ("dynamodb", "batch_write_item", "client", "write"),
        ("dynamodb", "execute_statement", "client", "write"),
        ("sqs", "receive_message", "client", "write"),
        ("sts", "get_session_token", "client", "read"),
        ("athena", "start_query_execution", "client", "write"),
        ("secretsmanager", "get_random_password", "client", "read"),
        ("lambda", "invoke", "client", "write"),
        ("bedrock-runtime", "converse", "client", "write"),
        ("bedrock-runtime", "invoke_model", "client", "write"),
        ("rds-data", "execute_statement", "client", "write"),
        ("stepfunctions", "get_activity_task", "client", "write"),
        ("kms", "decrypt", "client", "read"),
        ("cognito-idp", "admin_get_user", "client", "read"),
        ("cognito-idp", "admin_create_user", "client", "write"),
        (None, "describe_instances", "client", "read"),
        (None, "close", "client", None),
        ("dynamodb", "Table", "resource", None),
        ("dynamodb", "query", "resource", "read"),
        ("dynamodb", "put_item", "resource", "write"),
        ("dynamodb", "load", "resource", "read"),
        ("dynamodb", "batch_writer", "resource", None),
        ("dynamodb", "put_item", "batch_writer", "write"),
        ("dynamodb", "wait_until_exists", "resource", "read"),
        ("s3", "get", "resource", "read"),
        ("s3", "put", "resource", "write"),
        ("s3", "all", "collection", "read"),
        ("s3", "filter", "collection", "read"),
        ("s3", "delete", "collection", "write"),
        ("s3", "wait", "waiter", "read"),
        ("s3", "paginate", "paginator", "read"),
    ],
)
def test_what_is_decided(service: str | None, operation: str, surface: str, access: str | None) -> None:
    assert boto.classify(service, operation, surface) == access


def test_a_presigned_url_depends_on_the_clock() -> None:
    (fact,) = boto.facts("s3", "generate_presigned_url")
    assert fact.kind == "clock"
    assert [fact.kind for fact in boto.facts("s3", "put_object")] == ["network"]
    assert boto.facts("s3", "can_paginate") == ()


def test_methods_of_a_client_that_are_no_operations_are_known() -> None:
    client = boto3.client("s3", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="y")
    operations_of_client = set(client.meta.method_to_api_mapping)
    extras = {name for name in dir(client) if not name.startswith("_")} - operations_of_client
    sent = {name for name in extras if boto.classify("s3", name) is not None}
    assert sent == {"copy", "download_file", "download_fileobj", "upload_file", "upload_fileobj"}
