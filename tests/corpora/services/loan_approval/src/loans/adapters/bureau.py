"""The credit bureau, over HTTP."""

import httpx


class CreditBureau:
    """A client of the bureau; the connection pool is made with it."""

    def __init__(self, address: str) -> None:
        self._http = httpx.Client(base_url=address, timeout=10)

    def report(self, person: str) -> dict:
        answer = self._http.get("/reports", params={"person": person})
        answer.raise_for_status()
        return answer.json()
