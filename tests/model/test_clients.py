"""Clients wherever programs keep them: globals, attributes, parameters, closures, lazily made."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.model.marked_program import difference, handler

_PUT = "put_object(Bucket='b', Key='k', Body=b'')"
_END = "\ncontext.step(use(1))"

CASES: dict[str, str] = {
    "made and used": handler(f"boto3.client('s3').{_PUT}  # <- DUR105[E]{_END}"),
    "local name": handler(f"s3 = boto3.client('s3')\ns3.{_PUT}  # <- DUR105[E]{_END}"),
    "module global": handler(f"s3.{_PUT}  # <- DUR105[E]{_END}", above="s3 = boto3.client('s3')"),
    "session": handler(f"s3.{_PUT}  # <- DUR105[E]{_END}", above="s3 = boto3.Session(region_name='x').client('s3')"),
    "resource": handler(
        f"boto3.resource('s3').Bucket('b').{_PUT}  # <- DUR105[E]{_END}",
    ),
    "table": handler(
        f"table.get_item(Key=event)  # <- DUR105[W]{_END}", above="table = boto3.resource('dynamodb').Table('t')"
    ),
    "client of a resource": handler(f"boto3.resource('s3').meta.client.{_PUT}  # <- DUR105[E]{_END}"),
    "batch writer": handler(
        f"with table.batch_writer() as batch:\n    batch.put_item(Item=event)  # <- DUR105[E]{_END}",
        above="table = boto3.resource('dynamodb').Table('t')",
    ),
    "paginator": handler(
        f"for page in boto3.client('s3').get_paginator('list_objects_v2').paginate():  # <- DUR105[W]\n    pass{_END}"
    ),
    "waiter": handler(
        f"boto3.client('s3').get_waiter('object_exists').wait(Bucket='b', Key='k')  # <- DUR105[W]{_END}"
    ),
    "session factory": handler(
        f"with Session() as session:\n    session.commit()  # <- DUR105[E]{_END}",
        above="from sqlalchemy.orm import sessionmaker\n\nSession = sessionmaker()",
    ),
    "session factory kept as a default": handler(
        f"store.save(event)  # <- DUR105[E]{_END}",
        above="from sqlalchemy.orm import sessionmaker\n\n"
        "class Store:\n    def __init__(self, factory=sessionmaker()):\n        self.factory = factory\n\n"
        "    def save(self, row):\n        with self.factory() as session:\n            session.commit()\n\n"
        "store = Store()",
    ),
    "collection by attribute and by key": handler(
        "db.orders.insert_one({})  # <- DUR105[E]\ndb['orders'].find_one({})  # <- DUR105[W]\n"
        f"client.drop_database('shop')  # <- DUR105[E]{_END}",
        above="from pymongo import MongoClient\n\nclient = MongoClient()\ndb = client.shop",
    ),
    "agent": handler(
        f"agent(event['question'])  # <- DUR105[E]{_END}", above="from strands import Agent\n\nagent = Agent()"
    ),
    "building is no request": handler(f"boto3.client('s3')\nboto3.resource('dynamodb').Table('t'){_END}"),
    "presigned address": handler(
        "url = boto3.client('s3').generate_presigned_url('get_object')  # <- DUR101[E]\ncontext.step(use(url))"
    ),
    "parameter": handler(
        f"put(boto3.client('s3'))  # <- DUR105[E]{_END}", above=f"def put(client):\n    client.{_PUT}\n"
    ),
    "parameter by name": handler(
        f"put(client=boto3.client('s3'))  # <- DUR105[E]{_END}", above=f"def put(*, client):\n    client.{_PUT}\n"
    ),
    "parameter with a default": handler(
        f"put()  # <- DUR105[E]{_END}", above=f"s3 = boto3.client('s3')\n\ndef put(client=s3):\n    client.{_PUT}\n"
    ),
    "closure": handler(f"s3 = boto3.client('s3')\ndef put():\n    s3.{_PUT}\nput()  # <- DUR105[E]{_END}"),
    "instance attribute": handler(
        f"Store().put()  # <- DUR105[E]{_END}",
        above=f"class Store:\n    def __init__(self):\n"
        f"        self.s3 = boto3.client('s3')\n\n    def put(self):\n"
        f"        self.s3.{_PUT}\n",
    ),
    "instance attribute from a parameter": handler(
        f"Store(boto3.client('s3')).put()  # <- DUR105[E]{_END}",
        above=f"class Store:\n    def __init__(self, client):\n"
        f"        self.client = client\n\n    def put(self):\n"
        f"        self.client.{_PUT}\n",
    ),
    "instance attribute of a base": handler(
        f"Store().put()  # <- DUR105[E]{_END}",
        above="class Base:\n    def __init__(self):\n        self.s3 = boto3.client('s3')\n\n"
        f"class Store(Base):\n    def __init__(self):\n"
        f"        super().__init__()\n        self.n = 1\n\n    def put(self):\n"
        f"        self.s3.{_PUT}\n",
    ),
    "class attribute": handler(
        f"Store().put()  # <- DUR105[E]{_END}",
        above=f"class Store:\n    s3 = boto3.client('s3')\n\n    def put(self):\n        self.s3.{_PUT}\n",
    ),
    "dataclass field": handler(
        f"Store(boto3.client('s3')).put()  # <- DUR105[E]{_END}",
        above=f"from dataclasses import dataclass\n\n@dataclass\nclass Store:\n"
        f"    client: object\n\n    def put(self):\n        self.client.{_PUT}\n",
    ),
    "dataclass field from a factory": handler(
        f"Store().put()  # <- DUR105[E]{_END}",
        above="from dataclasses import dataclass, field\n\n@dataclass\nclass Store:\n"
        f"    client: object = field(default_factory=lambda: boto3.client('s3'))\n"
        f"\n    def put(self):\n        self.client.{_PUT}\n",
    ),
    "lazy attribute": handler(
        f"Store().put()  # <- DUR105[E]{_END}",
        above="class Store:\n    def __init__(self):\n        self._s3 = None\n\n"
        "    def client(self):\n        if self._s3 is None:\n"
        f"            self._s3 = boto3.client('s3')\n        return self._s3\n\n"
        f"    def put(self):\n        self.client().{_PUT}\n",
    ),
    "lazy class attribute": handler(
        f"Store().put()  # <- DUR105[E]{_END}",
        above="class Store:\n    _s3 = None\n\n    @classmethod\n    def client(cls):\n        if cls._s3 is None:\n"
        f"            cls._s3 = boto3.client('s3')\n        return cls._s3\n\n"
        f"    def put(self):\n        self.client().{_PUT}\n",
    ),
    "lazy global": handler(
        f"client().{_PUT}  # <- DUR105[E]{_END}",
        above="_s3 = None\n\ndef client():\n    global _s3\n    if _s3 is None:\n"
        "        _s3 = boto3.client('s3')\n    return _s3\n",
    ),
    "cached factory": handler(
        f"client('s3').{_PUT}  # <- DUR105[E]{_END}",
        above="from functools import cache\n\n@cache\ndef client(name):\n    return boto3.client(name)\n",
    ),
    "dict of clients": handler(
        f"CLIENTS['s3'].{_PUT}  # <- DUR105[E]{_END}", above="CLIENTS = {'s3': boto3.client('s3')}"
    ),
    "attribute of an object of an object": handler(
        f"App().store.put()  # <- DUR105[E]{_END}",
        above=f"class Store:\n    def __init__(self):\n"
        f"        self.s3 = boto3.client('s3')\n\n    def put(self):\n"
        f"        self.s3.{_PUT}\n\n"
        "class App:\n    def __init__(self):\n        self.store = Store()\n",
    ),
    "assigned from outside": handler(
        f"box = Box()\nbox.client = boto3.client('s3')\nbox.client.{_PUT}  # <- DUR105[E]{_END}",
        above="class Box:\n    pass\n",
    ),
    "annotated parameter": handler(
        f"put(event['client'])  # <- DUR105[E]{_END}",
        above=f"from mypy_boto3_s3 import S3Client\n\ndef put(client: S3Client):\n    client.{_PUT}\n",
    ),
    "tuple of clients": handler(
        f"s3, sns = boto3.client('s3'), boto3.client('sns')\nsns.publish(Message='x')  # <- DUR105[E]{_END}"
    ),
    "walrus": handler(f"if (s3 := boto3.client('s3')):\n    s3.{_PUT}  # <- DUR105[E]{_END}"),
    "either client": handler(
        f"client = boto3.client('s3') if event['real'] else None\nclient.{_PUT}  # <- DUR105[E]{_END}"
    ),
    "unknown service": handler(f"boto3.client(event['service']).{_PUT}  # <- DUR105[E]{_END}"),
    "requests session of a module": handler(
        f"session.post('https://x')  # <- DUR105[E]{_END}", above="import requests\n\nsession = requests.Session()"
    ),
    "httpx client in a with": handler(
        f"with httpx.Client() as client:\n    client.get('https://x')  # <- DUR105[W]{_END}", above="import httpx"
    ),
    "database cursor": handler(
        f"cursor = sqlite3.connect('x.db').cursor()\ncursor.execute('delete from t')  # <- DUR105[E]{_END}",
        above="import sqlite3",
    ),
    "urllib under another name": handler(
        f"fetch('https://x')  # <- DUR105[E]{_END}", above="from urllib.request import urlopen as fetch"
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_clients_are_known_wherever_they_are_kept(case: str, tmp_path: Path) -> None:
    assert difference(tmp_path, {"handler.py": CASES[case]}) == []
