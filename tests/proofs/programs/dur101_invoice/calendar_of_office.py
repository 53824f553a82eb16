"""The office's time."""

from datetime import UTC, datetime


def moment() -> str:
    return datetime.now(UTC).isoformat()
