"""The card service over HTTP."""

import requests

from .ledger import Ledger

TIMEOUT = 6


class CardDesk:
    def __init__(self, address: str, ledger: Ledger) -> None:
        self.address = address
        self.ledger = ledger
        self.session = requests.Session()

    def _post(self, path: str, body: dict, headers: dict | None = None) -> dict:
        answer = self.session.post(f"{self.address}/{path}", json=body, headers=headers or {}, timeout=TIMEOUT)
        answer.raise_for_status()
        return answer.json()

    def issue(self, cents: int) -> str:
        return self._post("cards", {"cents": cents})["id"]

    def load(self, card: str, cents: int, token: str) -> dict:
        return self._post(f"cards/{card}/loads", {"cents": cents}, {"Idempotency-Key": token})

    def find(self, card: str) -> dict:
        answer = self.session.get(f"{self.address}/cards/{card}", timeout=TIMEOUT)
        if not answer.ok:
            raise LookupError(card)
        return answer.json()

    def stop(self, card: str) -> bool:
        try:
            self.session.delete(f"{self.address}/cards/{card}", timeout=TIMEOUT)
            return True
        except:
            return False

    def ask_manager(self, callback_id: str, callback_context) -> None:
        requests.post(f"{self.address}/approvals", json={"callback": callback_id}, timeout=None)  # expect: DUR604[W]
