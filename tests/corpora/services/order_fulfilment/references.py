"""References for people to quote on the telephone."""

import secrets


def return_reference(order_id: str) -> str:
    return f"return_{order_id}_{secrets.token_hex(3)}"
