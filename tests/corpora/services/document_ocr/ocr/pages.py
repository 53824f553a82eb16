"""Lines, words and tables of a document."""

import dataclasses

from aws_durable_execution_sdk_python import StepContext, durable_step

from . import engine


@dataclasses.dataclass
class Table:
    """A table that was recognised."""

    page: int
    cells: list[str]


@durable_step
def read_lines(step_context: StepContext, job_id: str) -> list[str]:
    return [block["Text"] for block in engine.blocks(job_id) if block["BlockType"] == "LINE"]


@durable_step
def find_tables(step_context: StepContext, job_id: str, expected: int) -> list[Table]:
    found = [block for block in engine.blocks(job_id) if block["BlockType"] == "TABLE"]
    step_context.logger.info("tables", extra={"found": len(found), "lines": expected})
    return [Table(page=block["Page"], cells=[]) for block in found]  # expect: DUR301[E]


def count_words(lines: list[str]) -> int:
    return sum(len(line.split()) for line in lines)
