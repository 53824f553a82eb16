"""A weather service that can be told what to answer."""


class Timeout(Exception):
    """No answer in time."""


class Refused(Exception):
    """An answer that is an error."""

    def __init__(self, status: int) -> None:
        super().__init__(f"refused with status {status}")
        self.status = status


answers: list[dict | Exception] = []


def forecast(station: str) -> dict:
    answer = answers.pop(0)
    if isinstance(answer, Exception):
        raise answer
    return {"station": station, **answer}
