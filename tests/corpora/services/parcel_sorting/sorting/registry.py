"""State of the sorting centre that lives as long as the process."""

import boto3

_dynamodb = None
_layouts = {}
closed_gates = set()
shift = None


def table(name):
    global _dynamodb
    if _dynamodb is None:
        _dynamodb = boto3.resource("dynamodb")
    return _dynamodb.Table(name)


def layout(centre):
    if centre not in _layouts:
        _layouts[centre] = {"gates": len(centre)}
    return _layouts[centre]


def begin(name):
    global shift
    shift = name


def close_gate(gate):
    closed_gates.add(gate)
