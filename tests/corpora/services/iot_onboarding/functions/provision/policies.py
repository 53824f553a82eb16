"""Which policy a model gets."""

POLICIES = {"sensor": "telemetry-only", "gateway": "telemetry-and-jobs"}


def policy_for(model: str) -> str:
    family, _, _ = model.partition("-")
    return POLICIES.get(family, "telemetry-only")
