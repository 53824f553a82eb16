"""Where data goes."""

import boto3


class TableSink:
    """A table with a row for each run."""

    def __init__(self, table: str) -> None:
        self._table = boto3.resource("dynamodb").Table(table)

    def begin(self, run: str) -> None:
        self._put(run, "begun", 0)

    def finish(self, run: str, rows: int) -> None:
        self._put(run, "finished", rows)

    def size(self) -> int:
        return self._table.scan(Select="COUNT")["Count"]

    def _put(self, run: str, state: str, rows: int) -> None:
        with self._table.batch_writer() as batch:
            batch.put_item(Item={"run": run, "state": state, "rows": rows})
