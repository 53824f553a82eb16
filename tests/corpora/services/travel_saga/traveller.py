"""The traveller's profile and telephone."""

import requests
from bookings.agency import AGENCY


def profile_of(traveller: str) -> dict:
    answer = requests.get(f"{AGENCY}/travellers/{traveller}", timeout=5)
    return answer.json()


def notify(traveller: str, text: str) -> None:
    requests.post(f"{AGENCY}/travellers/{traveller}/messages", json={"text": text}, timeout=5)
