"""Which results hold the whole of a file, a download or a table."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.model.advised_program import HEAD, difference, program

WHOLE = {
    "an object from S3": """
context.step(lambda _: s3.get_object(Bucket="b", Key="k")["Body"].read(), name="load")  # <- W
""",
    "its text": """
context.step(lambda _: s3.get_object(Bucket="b", Key="k").get("Body").read().decode("utf-8"), name="load")  # <- W
""",
    "through variables": """
def load(_):
    answer = s3.get_object(Bucket="b", Key="k")
    body = answer["Body"]
    data = body.read()
    text = data.decode()
    return text  # <- W
context.step(load, name="load")
""",
    "in a dict and a list": """
def load(_):
    data = s3.get_object(Bucket="b", Key="k")["Body"].read()
    return {"key": "k", "parts": [data.decode()]}  # <- W
context.step(load, name="load")
""",
    "one of two ways": """
def load(_):
    if event["raw"]:
        return s3.get_object(Bucket="b", Key="k")["Body"].read().decode()  # <- W
    return "nothing"
context.step(load, name="load")
""",
    "a resource": """
context.step(lambda _: boto3.resource("s3").Object("b", "k").get()["Body"].read().decode(), name="load")  # <- W
""",
    "a binary file": """
def load(_):
    with open(event["path"], "rb") as file:
        return base64.b64encode(file.read()).decode()  # <- W
context.step(load, name="load")
""",
    "a compressed file": """
import gzip
def load(_):
    with gzip.open(event["path"]) as file:
        return base64.b64encode(file.read()).decode()  # <- W
context.step(load, name="load")
""",
    "a binary file by its path": """
context.step(lambda _: Path(event["path"]).read_bytes().hex(), name="load")  # <- W
context.step(lambda _: base64.b64encode(Path(event["path"]).open("rb").read()).decode(), name="load_too")  # <- W
""",
    "a download": """
context.step(lambda _: base64.b64encode(requests.get(event["url"], timeout=5).content).decode(), name="load")  # <- W
""",
    "a table": """
context.step(lambda _: pd.read_csv(event["path"]).to_dict("records"), name="load")  # <- W
context.step(lambda _: pd.read_parquet(event["path"]).fillna(0).to_json(), name="load_too")  # <- W
""",
    "a child context": """
def child(ctx):
    return s3.get_object(Bucket="b", Key="k")["Body"].read().decode()  # <- W
context.run_in_child_context(child, name="load")
""",
    "a map": """
context.map(
    event["keys"],
    lambda ctx, key, index, keys: s3.get_object(Bucket="b", Key=key)["Body"].read().decode(),  # <- W
    name="load",
)
""",
    "one of the SDK's serializers": """
context.step(
    lambda _: s3.get_object(Bucket="b", Key="k")["Body"].read().decode(),  # <- W
    name="load",
    config=StepConfig(serdes=JsonSerDes()),
)
""",
    "a text file may be small": """
context.step(lambda _: Path(event["path"]).read_text(), name="load")  # <- I
context.step(lambda _: open(event["path"]).read(), name="load_too")  # <- I
""",
    "so may a buffer": """
def draw(_):
    buffer = io.BytesIO()
    plot(buffer)
    return base64.b64encode(buffer.getvalue()).decode()  # <- I
context.step(draw, name="draw")
""",
}

PARTS = {
    "its length": """
context.step(lambda _: len(s3.get_object(Bucket="b", Key="k")["Body"].read()), name="measure")
""",
    "its hash": """
context.step(lambda _: hashlib.sha256(Path(event["path"]).read_bytes()).hexdigest(), name="hash")
""",
    "what was parsed": """
context.step(lambda _: json.loads(s3.get_object(Bucket="b", Key="k")["Body"].read())["state"], name="parse")
context.step(lambda _: json.load(s3.get_object(Bucket="b", Key="k")["Body"]), name="parse_too")
""",
    "a part": """
context.step(lambda _: s3.get_object(Bucket="b", Key="k")["Body"].read(512).hex(), name="peek")
context.step(lambda _: s3.get_object(Bucket="b", Key="k", Range="bytes=0-9")["Body"].read().hex(), name="peek_too")
context.step(lambda _: Path(event["path"]).read_text()[:100], name="peek_again")
context.step(lambda _: Path(event["path"]).read_bytes()[:4].hex(), name="peek_more")
context.step(lambda _: open(event["path"], "rb").read(4).hex(), name="peek_last")
""",
    "its lines counted": """
context.step(lambda _: Path(event["path"]).read_text().count("\\n"), name="count")
context.step(lambda _: sum(1 for _ in s3.get_object(Bucket="b", Key="k")["Body"].iter_lines()), name="count_too")
""",
    "rows of a table": """
context.step(lambda _: pd.read_csv(event["path"]).head(5).to_dict("records"), name="sample")
context.step(lambda _: pd.read_csv(event["path"], nrows=10).to_dict("records"), name="sample_too")
context.step(lambda _: pd.read_csv(event["path"]).groupby("a").sum().to_dict(), name="sum_up")
context.step(lambda _: len(pd.read_csv(event["path"])), name="count")
""",
    "a table that is written": """
context.step(lambda _: pd.read_csv(event["path"]).to_csv("/tmp/copy.csv"), name="copy")
""",
    "an answer": """
context.step(lambda _: requests.get(event["url"], timeout=5).json(), name="ask")
context.step(lambda _: requests.get(event["url"], timeout=5).text, name="ask_too")
context.step(lambda _: boto3.client("lambda").invoke(FunctionName="f")["Payload"].read().decode(), name="call")
""",
    "something else in base64": """
context.step(lambda _: base64.b64encode(event["user"].encode()).decode(), name="encode")
""",
    "metadata": """
context.step(lambda _: s3.get_object(Bucket="b", Key="k")["ETag"], name="tag")
context.step(lambda _: s3.head_object(Bucket="b", Key="k")["ContentLength"], name="measure")
""",
    "a key": """
def store(_):
    data = s3.get_object(Bucket="b", Key="k")["Body"].read()
    s3.put_object(Bucket="b", Key="copy", Body=data)
    return "copy"
context.step(store, name="store")
""",
    "a serializer of one's own": """
context.step(
    lambda _: s3.get_object(Bucket="b", Key="k")["Body"].read().decode(),
    name="load",
    config=StepConfig(serdes=OffloadingSerDes()),
)
context.step(lambda _: Path(event["path"]).read_bytes().hex(), name="load_too", config=event["config"])
context.map(
    event["keys"],
    lambda ctx, key, index, keys: s3.get_object(Bucket="b", Key=key)["Body"].read().decode(),
    name="load_all",
    config=MapConfig(item_serdes=OffloadingSerDes()),
)
""",
    "a condition": """
context.step(lambda _: b"%PDF" in Path(event["path"]).read_bytes(), name="check")
""",
    "a submitter": """
context.wait_for_callback(lambda callback_id, c: Path(event["path"]).read_bytes(), name="ask")
""",
}


@pytest.mark.parametrize("body", [*WHOLE.values(), *PARTS.values()], ids=[*WHOLE, *PARTS])
def test_what_a_result_holds(body: str, tmp_path: Path) -> None:
    above = "class OffloadingSerDes(SerDes):\n    pass\n"
    assert difference(tmp_path, "DUR805", {"handler.py": program(body, above)}) == []


def test_helpers_two_modules_away(tmp_path: Path) -> None:
    files = {
        "store/__init__.py": "",
        "store/bucket.py": "import boto3\n\n\nclass Bucket:\n    def __init__(self, name):\n        self.name = name\n"
        '        self.client = boto3.client("s3")\n\n    def open(self, key):\n'
        '        return self.client.get_object(Bucket=self.name, Key=key)["Body"]\n',
        "store/texts.py": 'from .bucket import Bucket\n\nbucket = Bucket("texts")\n\n\n'
        'def text_of(key, encoding="utf-8"):\n'
        "    return bucket.open(key).read().decode(encoding)\n\n\ndef title_of(key):\n"
        "    return text_of(key).splitlines()[0]\n",
        "tasks.py": f"{HEAD}\nfrom store import texts\n\n\n@durable_step\ndef load_text(step_context, key):\n"
        '    return {"text": texts.text_of(key)}  # <- W\n\n\n@durable_step\ndef load_title(step_context, key):\n'
        "    return texts.title_of(key)\n",
        "handler.py": program(
            'context.step(tasks.load_text(event["key"]))\ncontext.step(tasks.load_title(event["key"]))', "import tasks"
        ),
    }
    assert difference(tmp_path, "DUR805", files) == []


def test_a_step_that_nothing_in_sight_runs(tmp_path: Path) -> None:
    step = "@durable_step\ndef load(step_context, path):\n    return Path(path).read_bytes().hex()  # <- W\n"
    assert difference(tmp_path, "DUR805", {"handler.py": f"{HEAD}\n{step}"}) == []
