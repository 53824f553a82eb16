"""DUR805: the whole of something big as a result."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint.finding import Finding, Hop, Severity
from durable_lint.model.body import Body
from durable_lint.model.results import Large, large
from durable_lint.model.things import Content
from durable_lint.rule import Example, Rule


class LargeCheckpoint(Rule):
    """A step, child context, branch or map function gives back all that a file, a download or a table holds.

    A result is recorded, sent to the service and loaded again at every replay. An object from S3, a binary file, the
    bytes of a download or a DataFrame is rarely small: above 256 KB a child context is run again on each replay instead
    of being read from the record, a step's result may be refused, and one above 750 KB can leave the execution hanging
    until it times out. Tests, with their small files, show none of that.

    Put the data where it can stay (S3, a table) and give back its key; or give back only the part that is needed. A
    length, a hash or a parsed part is no finding, nor is an operation with a `serdes` of its own, which may store the
    data elsewhere. What may well be small is advice: a text file, a buffer, an HTTP answer.
    """

    code = "DUR805"
    name = "large-checkpoint"
    severity = Severity.WARNING
    examples = (
        Example(
            title="an object from S3",
            bad="""
import boto3
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step

s3 = boto3.client("s3")


@durable_step
def load_scan(step_context: StepContext, key: str) -> str:
    scan = s3.get_object(Bucket="scans", Key=key)
    return scan["Body"].read().decode("utf-8")  # <- DUR805[W]


@durable_step
def find_total(step_context: StepContext, scan: str) -> str:
    return scan.rpartition("TOTAL")[2].strip()


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    scan = context.step(load_scan(event["key"]))
    return context.step(find_total(scan))
""",
            good="""
import boto3
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step

s3 = boto3.client("s3")


@durable_step
def find_total(step_context: StepContext, key: str) -> str:
    scan = s3.get_object(Bucket="scans", Key=key)
    text = scan["Body"].read().decode("utf-8")
    return text.rpartition("TOTAL")[2].strip()


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    return context.step(find_total(event["key"]))
""",
        ),
        Example(
            title="a picture as base64, made two modules away",
            files={
                "coding.py": """
import base64
from pathlib import Path


def as_text(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode("ascii")
""",
                "pictures.py": """
from pathlib import Path

import coding


def attachment(name: str) -> dict:
    return {"name": name, "content": coding.as_text(Path("/tmp") / name)}


def size(name: str) -> int:
    return len((Path("/tmp") / name).read_bytes())
""",
            },
            bad="""
import pictures
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def attach_picture(step_context: StepContext, name: str) -> dict:
    return pictures.attachment(name)  # <- DUR805[W]


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    attached = context.step(attach_picture(event["picture"]))
    return {"name": attached["name"]}
""",
            good="""
import pictures
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def measure_picture(step_context: StepContext, name: str) -> int:
    return pictures.size(name)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    return {"size": context.step(measure_picture(event["picture"]))}
""",
        ),
        Example(
            title="a text file, which may be small",
            bad="""
from pathlib import Path

from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> int:
    report = context.step(lambda _: Path(event["path"]).read_text(), name="read_report")  # <- DUR805[I]
    return report.count("ERROR")
""",
            good="""
from pathlib import Path

from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> int:
    return context.step(lambda _: Path(event["path"]).read_text().count("ERROR"), name="count_errors")
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Results of this body's operations that hold the whole of something."""
        if not body.is_replayed and not body.is_entry:
            return
        for found in large(body):
            certain = not isinstance(found.content, Content) or found.content.is_large
            size = "is recorded and loaded at every replay" if certain else "may be large, and is recorded"
            yield self.finding(
                found.site,
                f"all of {_named(found)} in {found.whole} {size}: give back a key to it, or the part that is needed",
                help="Store the data (S3, a table) and return its key; read it in the step that needs it",
                severity=self.severity if certain else Severity.INFO,
                chain=_way(found),
            )


def _named(found: Large) -> str:
    return found.content.source if isinstance(found.content, Content) else f"a {found.content.name}"


def _way(found: Large) -> tuple[Hop, ...]:
    """From where the result is handed over to where it was read, when these are two places."""
    if not isinstance(found.content, Content) or found.content.site == found.site:
        return ()
    return (found.site.hop(found.whole), found.content.site.hop(found.content.source))
