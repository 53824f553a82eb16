"""Values that are converted before they are recorded, in many ways."""

import dataclasses, datetime as dt, enum, json, re, uuid, decimal
from collections import Counter, OrderedDict, defaultdict, namedtuple
from dataclasses import dataclass, asdict, astuple, fields
from functools import reduce, singledispatch
from pathlib import Path
from typing import Any, Optional, Union
import boto3
from boto3.dynamodb.types import TypeDeserializer
from pydantic import BaseModel, TypeAdapter
from aws_durable_execution_sdk_python import DurableContext, durable_execution, durable_step


class E(enum.Enum):
    A = "a"

    @classmethod
    def parse(cls, t):
        return cls(t)

    def __str__(self):
        return self.value


@dataclass
class D:
    when: dt.datetime
    level: E
    tags: set[str] = dataclasses.field(default_factory=set)

    def to_dict(self) -> dict[str, Any]:
        return {"when": self.when.isoformat(), "level": self.level.value, "tags": sorted(self.tags)}

    def as_json(self):
        return json.loads(json.dumps(asdict(self), default=str))


@singledispatch
def plain(x):
    return x


@plain.register
def _(x: dt.datetime):
    return x.isoformat()


@plain.register(set)
def _(x):
    return sorted(x)


def jsonable(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, enum.Enum):
        return value.value
    if dataclasses.is_dataclass(value):
        return {f.name: jsonable(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, dict):
        return {str(k): jsonable(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [jsonable(v) for v in value]
    return value


def jsonable2(value):
    match value:
        case dt.datetime():
            return value.isoformat()
        case set() | frozenset():
            return sorted(value)
        case D():
            return value.to_dict()
        case {**rest}:
            return {k: jsonable2(v) for k, v in rest.items()}
        case _:
            return value


class Encoder(json.JSONEncoder):
    def default(self, o):
        if isinstance(o, (dt.datetime, dt.date)):
            return o.isoformat()
        if isinstance(o, set):
            return list(o)
        return super().default(o)


@durable_step
def convert_rows_1(step):
    return D(dt.datetime.now(), E.A).to_dict()


@durable_step
def convert_rows_2(step):
    return jsonable(D(dt.datetime.now(), E.A))


@durable_step
def convert_rows_3(step):
    return jsonable2({"d": D(dt.datetime.now(), E.A), "s": {1}})


@durable_step
def convert_rows_4(step):
    return json.loads(json.dumps({"at": dt.datetime.now(), "s": {1}}, cls=Encoder))


@durable_step
def convert_rows_5(step):
    return json.dumps({"at": dt.datetime.now()}, default=str)


@durable_step
def convert_rows_6(step):
    d = D(dt.datetime.now(), E.A)
    out = {}
    for f in fields(d):
        v = getattr(d, f.name)
        out[f.name] = v.isoformat() if isinstance(v, dt.datetime) else str(v)
    return out


@durable_step
def convert_rows_7(step):
    rows = [{"at": dt.datetime.now(), "n": 1}]
    for row in rows:
        row["at"] = row["at"].isoformat()
    return rows


@durable_step
def convert_rows_8(step):
    rows = [{"at": dt.datetime.now(), "n": 1}]
    return [{k: (v.isoformat() if hasattr(v, "isoformat") else v) for k, v in r.items()} for r in rows]


@durable_step
def convert_rows_9(step):
    c = Counter("abc")
    g = defaultdict(list)
    g["x"].append(1)
    return {"c": dict(c), "g": dict(g), "m": c.most_common(1)[0][0], "o": list(OrderedDict(a=1))}


@durable_step
def convert_rows_10(step, raw):
    item = boto3.resource("dynamodb").Table("t").get_item(Key={"a": 1})["Item"]
    return {k: float(v) if isinstance(v, decimal.Decimal) else v for k, v in item.items()}


@durable_step
def convert_rows_11(step, raw: dict):
    d = TypeDeserializer()
    return {k: str(d.deserialize(v)) for k, v in raw.items()}


@durable_step
def convert_rows_12(step, p: str):
    path = Path(p)
    return {
        "name": path.name,
        "parent": str(path.parent),
        "parts": list(path.parts),
        "exists": path.exists(),
        "size": path.stat().st_size,
    }


@durable_step
def convert_rows_13(step, ids):
    unique = set(ids)
    unique = sorted(unique)
    return unique


@durable_step
def convert_rows_14(step, ids):
    result = set(ids) or None
    return {"n": len(result) if result else 0, "ids": [*result] if result else []}


@durable_step
def convert_rows_15(step, raw) -> str:
    return TypeAdapter(list[int]).dump_json([1]).decode()


@durable_step
def convert_rows_16(step, xs):
    best: Optional[D] = None
    for x in xs:
        if best is None or x > best.when.year:
            best = D(dt.datetime(2020, 1, x), E.A)
    return None if best is None else best.to_dict()


@durable_step
def convert_rows_17(step, n):
    try:
        value = decimal.Decimal(n)
    except decimal.InvalidOperation:
        return None
    return format(value, "f")


@durable_step
def convert_rows_18(step, n):
    P = namedtuple("P", "x y")
    p = P(1, 2)
    return p._asdict()


@durable_step
def convert_rows_19(step):
    started = dt.datetime.now()
    return (dt.datetime.now() - started).total_seconds() + (dt.datetime.now() - started) / dt.timedelta(seconds=1)


@durable_step
def convert_rows_20(step, flag):
    value: Union[set, list] = {1, 2}
    if not isinstance(value, list):
        value = list(value)
    return value


@durable_step
def convert_rows_21(step, rows):
    seen = set()
    return [r for r in rows if not (r in seen or seen.add(r))]


@durable_step
def convert_rows_22(step, e):
    return E.parse(e).value


@durable_step
def convert_rows_23(step):
    return [str(E.A), f"{uuid.uuid4()}"]


@durable_step
def convert_rows_24(step, rows):
    index = {r["id"]: r for r in rows}
    return index


@durable_step
def convert_rows_25(step):
    return sum((decimal.Decimal(1),), decimal.Decimal(0)).to_eng_string()


@durable_step
def convert_rows_26(step):
    x = {"a": {1}}
    x = {k: list(v) for k, v in x.items()}
    return x


@durable_step
def convert_rows_27(step, rows):
    groups = {}
    for r in rows:
        groups.setdefault(r["k"], set()).add(r["v"])
    return {k: sorted(v) for k, v in groups.items()}


@durable_step
def convert_rows_28(step, n):
    def gen():
        yield from range(n)

    return list(gen())


@durable_step
def convert_rows_29(step, xs):
    return list(map(str, xs)) + list(filter(None, xs))


@durable_step
def convert_rows_30(step, xs):
    return tuple(xs)[0] if xs else None


@durable_execution
def handler(event, context: DurableContext) -> dict:
    out = [
        context.step(convert_rows_1()),
        context.step(convert_rows_2()),
        context.step(convert_rows_3()),
        context.step(convert_rows_4()),
        context.step(convert_rows_5()),
        context.step(convert_rows_6()),
        context.step(convert_rows_7()),
        context.step(convert_rows_8()),
        context.step(convert_rows_9()),
        context.step(convert_rows_10(1)),
        context.step(convert_rows_11({})),
        context.step(convert_rows_12("x")),
        context.step(convert_rows_13([])),
        context.step(convert_rows_14([])),
        context.step(convert_rows_15(1)),
        context.step(convert_rows_16([1])),
        context.step(convert_rows_17("1")),
        context.step(convert_rows_18(1)),
        context.step(convert_rows_19()),
        context.step(convert_rows_20(1)),
        context.step(convert_rows_21([])),
        context.step(convert_rows_22("a")),
        context.step(convert_rows_24([])),
        context.step(convert_rows_25()),
        context.step(convert_rows_26()),
        context.step(convert_rows_27([])),
        context.step(convert_rows_28(2)),
        context.step(convert_rows_29([])),
        context.step(convert_rows_30([])),
    ]
    who, _ = context.step(convert_rows_23())
    return {"out": out, "who": who}


@durable_step
def convert_parts_1(step):
    data = {"a": {"b": {1}}, "rows": [{"at": dt.datetime.now()}]}
    data["a"]["b"] = sorted(data["a"]["b"])
    data["rows"][0]["at"] = data["rows"][0]["at"].isoformat()
    return data


@durable_step
def convert_parts_2(step):
    rows = [{"at": dt.datetime.now()}, {"at": dt.datetime.now()}]
    for row in rows:
        row.update(at=str(row["at"]))
    return {"rows": rows}


@durable_step
def convert_parts_3(step):
    rows = [D(dt.datetime.now(), E.A)]
    out = []
    for row in rows:
        out.append(row)
    return [o.to_dict() for o in out]


@durable_step
def convert_parts_4(step, raw):
    match raw:
        case int() | str():
            return raw
        case None:
            return "none"
        case [*items]:
            return list(items)
        case D() as d:
            return d.to_dict()
        case set() as s:
            return sorted(s)
    return str(raw)


@durable_execution
def handler2(event, context: DurableContext) -> dict:
    return {
        "a": context.step(convert_parts_1()),
        "b": context.step(convert_parts_2()),
        "c": context.step(convert_parts_3()),
        "d": [
            context.step(convert_parts_4({1}), name="convert_set"),
            context.step(convert_parts_4(None), name="convert_nothing"),
            context.step(convert_parts_4(D(dt.datetime(2020, 1, 1), E.A)), name="convert_object"),
        ],
    }


class Customer:
    def __init__(self, name: str) -> None:
        self.name = name


@durable_execution
def asks_whether_it_is_there(event, context: DurableContext) -> dict:
    customer = Customer(event["name"]) if "name" in event else None
    found = re.match(r"(\d+)", event["text"])
    since = dt.datetime.fromisoformat(event["since"]) if "since" in event else None
    return {
        "customer": customer and customer.name,
        "number": found and found.group(1),
        "since": since and since.isoformat(),
        "other": customer.name if customer else None,
    }
