from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import aws_durable_execution_sdk_python.filesystem_serdes as aws
import aws_durable_execution_sdk_python.serdes as aws_serdes
import durable_runtime.filesystem_serdes as ours
import durable_runtime.serdes as our_serdes
import pytest

ARN = "arn:aws:lambda:eu-central-1:123456789012:function:f:1/durable-execution/name/id"
LARGE = ["ü" * 60_000]
VALUES = [None, 1, {"a": (1, b"x")}, "text", LARGE]


def preview(value: Any) -> dict[str, Any] | None:
    return {"type": type(value).__name__} if value else None


def made(package: Any, serdes: Any, base: Path, mode: str, encoding: str, with_preview: bool, plain: bool) -> Any:
    config = package.FileSystemSerDesConfig(
        package.FileSystemSerDesMode(mode),
        package.FileSystemPathEncoding(encoding),
        preview if with_preview else None,
        **({"serdes": serdes.JsonSerDes()} if plain else {}),
    )
    return package.FileSystemSerDes(str(base), config)


def files(base: Path) -> dict[str, str]:
    return {path.relative_to(base).as_posix(): path.read_text("utf-8") for path in base.rglob("*") if path.is_file()}


@pytest.mark.parametrize("mode", ["ALWAYS", "OVERFLOW"])
@pytest.mark.parametrize("encoding", ["URI", "HASH"])
@pytest.mark.parametrize("with_preview", [True, False])
@pytest.mark.parametrize(("arn", "operation"), [(ARN, "a" * 64), ("uuid/uuid", "a/b ü"), ("", "")])
@pytest.mark.parametrize("value", VALUES, ids=["None", "int", "dict", "str", "large"])
def test_texts_and_files_are_those_of_aws(
    tmp_path: Path, mode: str, encoding: str, with_preview: bool, arn: str, operation: str, value: Any
) -> None:
    texts, stored = [], []
    for package, serdes in ((ours, our_serdes), (aws, aws_serdes)):
        base = tmp_path / ("ours" if package is ours else "aws!")
        made_serdes = made(package, serdes, base, mode, encoding, with_preview, plain=False)
        context = serdes.SerDesContext(operation, arn)
        text = made_serdes.serialize(value, context)
        assert made_serdes.deserialize(text, context) == value
        texts.append(text.replace(str(base), "base"))
        stored.append(files(base))
    assert texts[0] == texts[1]
    assert stored[0] == stored[1]


def test_the_limit_of_what_stays_inline_is_that_of_aws(tmp_path: Path) -> None:
    kept = []
    for package, serdes in ((ours, our_serdes), (aws, aws_serdes)):
        chosen = made(package, serdes, tmp_path, "OVERFLOW", "HASH", with_preview=False, plain=True)
        context = serdes.SerDesContext("op", ARN)
        kept.append(["data" in json.loads(chosen.serialize("x" * size, context)) for size in range(261_085, 261_125)])
    assert kept[0] == kept[1]
    assert {True, False} == set(kept[0])


def test_each_package_reads_what_the_other_wrote(tmp_path: Path) -> None:
    context = our_serdes.SerDesContext("op", ARN)
    mine, theirs = ours.FileSystemSerDes(str(tmp_path)), aws.FileSystemSerDes(str(tmp_path))
    assert theirs.deserialize(mine.serialize({"a": (1,)}, context), context) == {"a": (1,)}
    assert mine.deserialize(theirs.serialize({"b": (2,)}, context), context) == {"b": (2,)}


def test_an_unfinished_write_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    serdes, context = ours.FileSystemSerDes(str(tmp_path)), our_serdes.SerDesContext("op", ARN)
    text = serdes.serialize({"whole": 1}, context)

    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ours.os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        serdes.serialize({"half": 2}, context)
    assert serdes.deserialize(text, context) == {"whole": 1}
    assert len(files(tmp_path)) == 1


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    serdes, context = ours.FileSystemSerDes(str(tmp_path)), our_serdes.SerDesContext("op", ARN)
    text = serdes.serialize(1, context)
    (path,) = (path for path in tmp_path.rglob("*.json"))
    path.unlink()
    with pytest.raises(FileNotFoundError, match=path.name):
        serdes.deserialize(text, context)


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"storage_mode": "OVERFLOW"}, "storage_mode"),
        ({"path_encoding": "HASH"}, "path_encoding"),
        ({"generate_preview": {}}, "generate_preview"),
        ({"serdes": str}, "serdes"),
    ],
)
def test_a_wrong_type_is_refused_where_it_is_given(fields: dict[str, Any], place: str) -> None:
    with pytest.raises(TypeError, match=rf"^FileSystemSerDesConfig\.{place} must be "):
        ours.FileSystemSerDesConfig(**fields)
