"""Entries of the ledger in Postgres."""

import psycopg2

_connection = None


def connection():
    global _connection
    if _connection is None:
        _connection = psycopg2.connect("dbname=ledger")
    return _connection


def read_entries(period: str) -> list[dict]:
    with connection().cursor() as cursor:
        cursor.execute("SELECT reference, amount FROM entries WHERE period = %s", (period,))
        return [{"reference": reference, "amount": amount} for reference, amount in cursor.fetchall()]


def insert(kind: str, period: str, count: int) -> None:
    with connection().cursor() as cursor:
        cursor.execute("INSERT INTO entries (kind, period, count) VALUES (%s, %s, %s)", (kind, period, count))
