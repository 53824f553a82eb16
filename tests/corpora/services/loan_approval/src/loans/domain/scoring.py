"""Points of an application: arithmetic only."""

WEIGHTS = {"income": 0.5, "history": 0.3, "age_of_account": 0.2}


def score(report: dict, previous: int) -> int:
    base = sum(report.get(key, 0) * weight for key, weight in WEIGHTS.items())
    return round(base) - 5 * previous


def classify(points: int) -> str:
    if points >= 70:
        return "good"
    return "doubtful" if points >= 40 else "refused"
