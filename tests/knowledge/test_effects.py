"""The tables of effects, checked against the standard library that runs them."""

from __future__ import annotations

import inspect
import pkgutil
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import durable_lint.knowledge
from durable_lint.knowledge import ACCESSES, KINDS, Fact, OverrideError, shipped
from durable_lint.knowledge.library import EFFECT_TABLES
from durable_lint.knowledge.tables import block_lines, block_names

FOLDER = Path(durable_lint.knowledge.__file__).parent
NOW = f"{sys.version_info.major}.{sys.version_info.minor:02}"


def groups() -> Iterator[tuple[str, dict[str, str]]]:
    for table in EFFECT_TABLES:
        for group in tomllib.loads((FOLDER / f"{table}.toml").read_text("utf-8"))["group"]:
            yield table, group


def stdlib_names() -> Iterator[tuple[str, dict[str, str]]]:
    for _, group in groups():
        for key in (*ACCESSES, "attributes"):
            for owner, name in block_names(group.get(key, "")):
                top = owner.partition(".")[0]
                if (top in sys.stdlib_module_names or top == "builtins") and "*" not in owner + name:
                    yield f"{owner}.{name}", group


def exists(dotted: str) -> bool:
    try:
        pkgutil.resolve_name(dotted)
    except (ImportError, AttributeError):
        return False
    return True


def padded(version: str) -> str:
    major, minor = version.split(".")
    return f"{major}.{int(minor):02}"


def test_every_standard_name_exists_or_says_since_when() -> None:
    wrong = []
    for dotted, group in stdlib_names():
        expected = padded(group.get("since", "3.0")) <= NOW
        if group.get("platform", sys.platform) == sys.platform and exists(dotted) != expected:
            wrong.append(dotted)
    assert wrong == []


def test_every_standard_call_can_be_called() -> None:
    for dotted, group in stdlib_names():
        if exists(dotted) and "attributes" not in group:
            assert callable(pkgutil.resolve_name(dotted)), dotted


def test_enough_of_the_standard_library_is_covered() -> None:
    assert len(list(stdlib_names())) > 450


def test_groups_are_complete_and_speak_known_words() -> None:
    for table, group in groups():
        assert group["reason"], table
        assert {"reason", "when", "since", "platform", "attributes"} | ACCESSES >= group.keys(), group
    facts = [fact for dotted, _ in stdlib_names() for fact in shipped().call(dotted)]
    assert {fact.kind for fact in facts} <= KINDS


def test_no_name_has_two_facts_of_one_kind() -> None:
    doubles = []
    for dotted, _ in stdlib_names():
        kinds = [fact.kind for fact in shipped().call(dotted)]
        if len(kinds) != len(set(kinds)):
            doubles.append(dotted)
    assert doubles == []


def test_conditions_name_the_parameter_at_their_place() -> None:
    wrong = []
    for dotted, group in stdlib_names():
        for condition in group.get("when", "").split():
            _, *place = condition.split(":")
            if len(place) == 2 and exists(dotted):
                index, keyword = int(place[0]), place[1]
                names = parameter_names(pkgutil.resolve_name(dotted))
                if names and names[index] != keyword:
                    wrong.append((dotted, condition, names))
    assert wrong == []


def parameter_names(function: object) -> list[str]:
    """The parameters of a Python function, ``self`` left out; none for a builtin that does not tell."""
    try:
        names = list(inspect.signature(function).parameters)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return []
    return names[1:] if names[:1] in (["self"], ["cls"]) else [] if names[:1] == ["args"] else names


def test_types_and_their_bases_are_real() -> None:
    values = tomllib.loads((FOLDER / "values.toml").read_text("utf-8"))
    wrong = []
    for dotted in values["types"].split():
        if dotted.partition(".")[0] in {*sys.stdlib_module_names, "builtins"}:
            cls = pkgutil.resolve_name(dotted)
            parents = [pkgutil.resolve_name(base) for base in shipped().base(dotted)]
            if not isinstance(cls, type) or not all(issubclass(cls, parent) for parent in parents):
                wrong.append(dotted)
    assert wrong == []


def test_what_calls_return_is_a_name_that_exists() -> None:
    values = tomllib.loads((FOLDER / "values.toml").read_text("utf-8"))
    wrong = []
    for key in ("returns", "holds", "yields", "aliases"):
        for left, right in block_lines(values[key]):
            for dotted in (*left, *right):
                top = dotted.partition(".")[0]
                known_here = top in {*sys.stdlib_module_names, "builtins"} and not dotted.startswith("uuid.uuid")
                if known_here and not exists(dotted) and top != "ntpath":
                    wrong.append(dotted)
    assert wrong == []


@pytest.mark.parametrize(
    ("dotted", "kinds"),
    [
        ("time.time", ["clock"]),
        ("datetime.datetime.today", ["clock"]),
        ("os.listdir", ["file", "order"]),
        ("requests.sessions.Session.post", ["network"]),
        ("posixpath.exists", ["file"]),
        ("pathlib.PosixPath.read_text", ["file"]),
        ("pathlib.PurePath.joinpath", []),
        ("os.path.join", []),
        ("builtins.set.__iter__", ["order"]),
        ("builtins.dict.__iter__", []),
        ("concurrent.futures.ThreadPoolExecutor.submit", ["concurrency"]),
        ("concurrent.futures.ThreadPoolExecutor", []),
        ("openai.OpenAI.chat.completions.create", ["network"]),
        ("openai.OpenAI", []),
        ("openai.OpenAI.with_options", []),
        ("redis.Redis.from_url", []),
        ("redis.Redis.set", ["network"]),
        ("redis.client.Pipeline.set", []),
        ("stripe.Charge.create", ["network"]),
        ("stripe.Webhook.construct_event", []),
        ("uuid.uuid5", []),
        ("aws_lambda_powertools.Logger.info", []),
        ("aws_lambda_powertools.Metrics.add_metric", []),
        ("threading.Lock", []),
        ("queue.Queue.get", []),
        ("builtins.eval", []),
        ("ssl.create_default_context", []),
        ("boto3.client", []),
        ("some.unknown.thing", []),
        ("", []),
    ],
)
def test_kinds_of_calls(dotted: str, kinds: list[str]) -> None:
    assert [fact.kind for fact in shipped().call(dotted)] == kinds


@pytest.mark.parametrize(
    ("dotted", "access"),
    [
        ("requests.get", "read"),
        ("httpx.Client.head", "read"),
        ("requests.Session.post", "write"),
        ("requests.request", "unknown"),
        ("urllib3.PoolManager.request", "unknown"),
        ("sqlite3.Cursor.execute", "unknown"),
        ("redis.Redis.get", "read"),
        ("redis.Redis.incr", "unknown"),
        ("slack_sdk.WebClient.chat_postMessage", "write"),
        ("slack_sdk.WebClient.users_info", "read"),
        ("jira.JIRA.create_issue", "write"),
        ("google.cloud.bigquery.Client.get_table", "read"),
        ("google.cloud.bigquery.Client.query", "unknown"),
        ("elasticsearch.Elasticsearch.indices.create", "write"),
        ("elasticsearch.Elasticsearch.search", "read"),
        ("shutil.rmtree", "write"),
        ("pathlib.Path.read_bytes", "read"),
        ("openai.OpenAI.models.list", "read"),
    ],
)
def test_access_of_calls(dotted: str, access: str) -> None:
    assert [fact.access for fact in shipped().call(dotted)] == [access]


def test_attributes() -> None:
    knowledge = shipped()
    assert [fact.kind for fact in knowledge.attribute("os.environ")] == ["host"]
    assert [fact.kind for fact in knowledge.attribute("lambda_context.aws_request_id")] == ["metadata"]
    assert knowledge.attribute("lambda_context.function_name") == ()
    assert knowledge.attribute("lambda_context.invoked_function_arn") == ()


@pytest.mark.parametrize(
    ("dotted", "positional", "keywords", "fires"),
    [
        ("time.localtime", 0, (), True),
        ("time.localtime", 1, (), False),
        ("time.strftime", 1, (), True),
        ("time.strftime", 2, (), False),
        ("random.Random", 0, (), True),
        ("random.Random", 1, (), False),
        ("numpy.random.default_rng", 0, ("seed",), False),
        ("arrow.get", 0, (), True),
        ("arrow.get", 1, (), False),
        ("shortuuid.uuid", 0, ("name",), False),
        ("time.time", 0, (), True),
        ("tarfile.open", 0, ("fileobj",), False),
        ("tarfile.open", 1, (), True),
    ],
)
def test_conditions(dotted: str, positional: int, keywords: tuple[str, ...], fires: bool) -> None:
    (fact,) = shipped().call(dotted)
    assert fact.fires(positional, keywords) is fires


@pytest.mark.parametrize(
    ("dotted", "types", "fires"),
    [
        ("gzip.open", {}, True),
        ("gzip.open", {0: "builtins.str"}, True),
        ("gzip.open", {0: "io.BytesIO"}, False),
        ("pandas.read_csv", {}, False),
        ("pandas.read_csv", {0: "builtins.str"}, True),
        ("pandas.read_csv", {"filepath_or_buffer": "pathlib.Path"}, True),
        ("pandas.DataFrame.to_csv", {0: "io.StringIO"}, False),
    ],
)
def test_buffers_are_no_files(dotted: str, types: dict[int | str, str], fires: bool) -> None:
    (fact,) = shipped().call(dotted)
    assert fact.fires(1, (), types=types) is fires


def test_unpacked_arguments_may_hold_the_one_that_is_asked_for() -> None:
    assert not Fact("clock", "read", "r", "no-arg:0:secs").fires(0, (), unpacks=True)
    assert not Fact("clock", "read", "r", "no-args").fires(0, (), unpacks=True)
    assert Fact("clock", "read", "r").fires(0, (), unpacks=True)


@pytest.mark.parametrize(
    ("dotted", "mode", "access"),
    [
        ("builtins.open", None, "read"),
        ("builtins.open", "rb", "read"),
        ("builtins.open", "w", "write"),
        ("builtins.open", "r+", "write"),
        ("builtins.open", "xt", "write"),
        ("io.open", "a", "write"),
        ("tarfile.open", "r:xz", "read"),
        ("tarfile.open", "w:gz", "write"),
        ("shelve.open", None, "write"),
        ("shelve.open", "r", "read"),
    ],
)
def test_modes_decide_the_access(dotted: str, mode: str | None, access: str) -> None:
    (fact,) = shipped().call(dotted)
    assert fact.access_with(mode) == access


def test_where_the_mode_stands() -> None:
    assert shipped().call("builtins.open")[0].mode_place == (1, "mode")
    assert shipped().call("pathlib.Path.open")[0].mode_place == (0, "mode")
    assert shipped().call("time.time")[0].mode_place is None


def test_types_of_values() -> None:
    knowledge = shipped()
    assert knowledge.returns("sqlite3.connect") == "sqlite3.Connection"
    assert knowledge.returns("sqlite3.Connection.cursor") == "sqlite3.Cursor"
    assert knowledge.returns("requests.session") == "requests.Session"
    assert knowledge.returns("requests.Session.__enter__") == "requests.Session"
    assert knowledge.returns("pathlib.PosixPath.absolute") == "pathlib.PosixPath"
    assert knowledge.returns("pathlib.Path.__truediv__") == "pathlib.Path"
    assert knowledge.returns("pymongo.database.Database.__getitem__") == "pymongo.collection.Collection"
    assert knowledge.returns("some.unknown.thing") is None
    assert knowledge.attribute_type("pymongo.MongoClient.shop") == "pymongo.database.Database"
    assert knowledge.attribute_type("pathlib.Path.parent") == "pathlib.Path"
    assert knowledge.yields("pathlib.Path.iterdir") == "pathlib.Path"
    assert knowledge.returns("pathlib.Path.iterdir") == "iterator[pathlib.Path]"
    assert knowledge.yields("iterator[pathlib.Path].__iter__") == "pathlib.Path"
    assert knowledge.base("datetime.datetime") == ("datetime.date",)
    assert knowledge.base("pathlib.PosixPath") == ("pathlib.Path", "pathlib.PurePosixPath", "pathlib.PurePath")
    assert knowledge.is_type("requests.sessions.Session")
    assert not knowledge.is_type("requests.get")


def test_branches_of_a_client_are_types_of_their_own() -> None:
    knowledge = shipped()
    assert knowledge.attribute_type("openai.OpenAI.chat") == "openai.OpenAI.chat"
    assert knowledge.attribute_type("openai.OpenAI.chat.completions") == "openai.OpenAI.chat.completions"
    assert knowledge.attribute_type("openai.OpenAI.chat.completions.create") is None
    assert knowledge.attribute_type("openai.OpenAI.with_options") is None
    assert knowledge.attribute_type("elasticsearch.Elasticsearch.indices") == "elasticsearch.Elasticsearch.indices"
    assert knowledge.attribute_type("elasticsearch.Elasticsearch.search") is None
    assert knowledge.attribute_type("requests.Session.headers") is None
    assert [fact.kind for fact in knowledge.call("zeep.Client.service.GetOrder")] == ["network"]


def test_users_add_remove_and_vouch() -> None:
    knowledge = shipped().with_overrides(
        add={"billing.book": "network write: books the parcel", "legacy.*": "file", "uuid.uuid5": "id read"},
        remove=["time.time", "requests.Session", "os.environ"],
        vouch=["shop.pricing"],
    )
    assert knowledge.call("billing.book") == (Fact("network", "write", "books the parcel"),)
    assert [fact.kind for fact in knowledge.call("legacy.store.load")] == ["file"]
    assert [fact.kind for fact in knowledge.call("uuid.uuid5")] == ["id"]
    assert knowledge.call("time.time") == ()
    assert knowledge.call("requests.sessions.Session.post") == ()
    assert knowledge.call("requests.post") != ()
    assert knowledge.attribute("os.environ") == ()
    assert knowledge.vouches("shop.pricing.total")
    assert not knowledge.vouches("shop.prices")
    assert shipped().call("time.time") != ()


@pytest.mark.parametrize("text", ["", "netwrok", "network sideways", "network read twice"])
def test_an_override_that_makes_no_sense_says_what_would(text: str) -> None:
    with pytest.raises(OverrideError, match=r"shop\.book.*network"):
        shipped().with_overrides(add={"shop.book": text})


def test_what_is_known() -> None:
    knowledge = shipped()
    assert knowledge.knows("time.time")
    assert knowledge.knows("redis.Redis.close")
    assert not knowledge.knows("mystery.call")
