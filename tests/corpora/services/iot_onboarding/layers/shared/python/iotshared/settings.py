"""Settings: the list of models is read at import, the region when asked."""

import os

MODELS = frozenset(os.environ.get("MODELS", "sensor-1,sensor-2,gateway-1").split(","))


def is_known_model(model: str) -> bool:
    return model in MODELS


def beta_region() -> bool:
    return os.environ.get("AWS_REGION", "").startswith("eu-north")
