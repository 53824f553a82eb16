"""The other root's module of the same name: how long data is kept."""

import os

DAYS = {"sensor": 30, "gateway": 90}
EXTRA = int(os.environ.get("EXTRA_RETENTION_DAYS", "0"))


def retention_days(model: str) -> int:
    return DAYS.get(model.split("-")[0], 30) + EXTRA
