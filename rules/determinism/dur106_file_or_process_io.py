"""DUR106: files and programs touched from replayed code."""

from __future__ import annotations

from durable_lint.model.body import Body
from durable_lint.model.effects import Access, Effect, Kind
from durable_lint.rule import Example, OutsideEffectRule, again, is_error


class FileOrProcessIo(OutsideEffectRule):
    """Files and programs touched by replayed code are touched again on every replay, on another machine.

    The container that resumes an execution is not the one that began it: the file that the first run wrote to ``/tmp``
    is not there, the program runs a second time, and what is read has perhaps changed. Temporary folders, pathlib,
    shutil and subprocess all count; arithmetic on paths does not.

    Do it in a step and return what was learnt, not where it lies. Writing and starting programs is an error, reading a
    warning.
    """

    code = "DUR106"
    name = "file-or-process-io"
    kinds = (Kind.FILE, Kind.PROCESS)
    examples = (
        Example(
            bad="""
import subprocess
from pathlib import Path

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def upload(step_context: StepContext, report: str) -> int:
    return len(report)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    template = Path("templates", "report.txt").read_text()  # <- DUR106[W]
    subprocess.run(["render", event["report"]], check=True)  # <- DUR106[E]
    size = context.step(upload(template))
    return {"size": size}
""",
            good="""
import subprocess
from pathlib import Path

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def render(step_context: StepContext, report: str) -> str:
    subprocess.run(["render", report], check=True)
    return Path("templates", "report.txt").read_text()


@durable_step
def upload(step_context: StepContext, report: str) -> int:
    return len(report)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    size = context.step(upload(context.step(render(event["report"]))))
    return {"size": size}
""",
            fixed="""
import subprocess
from pathlib import Path

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def upload(step_context: StepContext, report: str) -> int:
    return len(report)


@durable_step
def read_template(step_context: StepContext) -> str:
    return Path("templates", "report.txt").read_text()


@durable_step
def run_render(step_context: StepContext, event: dict) -> None:
    subprocess.run(["render", event["report"]], check=True)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    template = context.step(read_template())
    context.step(run_render(event))
    size = context.step(upload(template))
    return {"size": size}
""",
        ),
        Example(
            title="a file that the next container does not have, through a helper",
            files={
                "export/__init__.py": """
from .writer import write_rows
""",
                "export/writer.py": """
import csv
import os.path


def write_rows(folder: str, rows: list[dict]) -> str:
    path = os.path.join(folder, "rows.csv")
    with open(path, "w", newline="") as file:
        csv.DictWriter(file, ["id"]).writerows(rows)
    return path
""",
            },
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from export import write_rows


@durable_step
def read_rows(step_context: StepContext, table: str) -> list[dict]:
    return [{"id": table}]


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    rows = context.step(read_rows(event["table"]))
    path = write_rows("/tmp", rows)  # <- DUR106[E]
    context.step(lambda _: len(path), name="upload_rows")
    return {"rows": len(rows)}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from export import write_rows


@durable_step
def export(step_context: StepContext, table: str) -> int:
    rows = [{"id": table}]
    write_rows("/tmp", rows)
    return len(rows)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    return {"rows": context.step(export(event["table"]))}
""",
        ),
        Example(
            title="a listing whose order decides nothing",
            bad="""
import os

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def report_size(step_context: StepContext, count: int) -> int:
    return count


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    count = len(os.listdir("/mnt/inbox"))  # <- DUR106[W]
    return {"count": context.step(report_size(count))}
""",
            good="""
import os
import os.path

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step

INBOX = os.path.join("/mnt", "inbox")


@durable_step
def count_files(step_context: StepContext) -> int:
    return len(os.listdir(INBOX))


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    return {"count": context.step(count_files())}
""",
            fixed="""
import os

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def report_size(step_context: StepContext, count: int) -> int:
    return count


@durable_step
def read_count(step_context: StepContext) -> int:
    return len(os.listdir("/mnt/inbox"))


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    count = context.step(read_count())
    return {"count": context.step(report_size(count))}
""",
        ),
    )

    def concerns(self, body: Body, effect: Effect) -> bool:
        """A listing is DUR109's finding where its order goes into an operation."""
        order = body.companion(effect, Kind.ORDER)
        return super().concerns(body, effect) and (order is None or not is_error(order))

    def message(self, effect: Effect) -> str:
        """What happens to the machine that replays."""
        if effect.kind is Kind.PROCESS:
            return f"{effect.shown} runs again {again(effect)}"
        what = "reads" if effect.access is Access.READ else "writes"
        return f"{effect.shown} {what} again {again(effect)}, perhaps on another machine"
