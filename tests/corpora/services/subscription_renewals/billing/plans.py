"""The plans, from a table in the code."""

PLANS = {
    "basic": {"name": "basic", "cents": 499},
    "family": {"name": "family", "cents": 999},
}


def by_name(name: str) -> dict:
    return PLANS[name]
