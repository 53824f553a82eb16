"""Arithmetic for the model."""

import operator

OPERATORS = {"+": operator.add, "-": operator.sub, "*": operator.mul}


def calculate(arguments: dict) -> float:
    """Adds, subtracts or multiplies two numbers."""
    return OPERATORS[arguments["operator"]](arguments["left"], arguments["right"])
