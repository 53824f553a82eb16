"""The API of GitHub, through a session that is made with the object."""

import requests


class GitHub:
    """What we need of GitHub."""

    def __init__(self, token: str, session: requests.Session | None = None) -> None:
        self._session = session or requests.Session()
        self._session.headers["Authorization"] = f"Bearer {token}"

    def set_status(self, repository: str, commit: str, state: str) -> None:
        address = f"https://api.github.example.org/repos/{repository}/statuses/{commit}"
        self._session.post(address, json={"state": state}, timeout=10).raise_for_status()
