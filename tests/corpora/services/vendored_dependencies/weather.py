"""The weather service."""

import requests


def forecast(town: str) -> dict:
    return requests.get(f"https://weather.example.org/{town}", timeout=5).json()


def report_storm(town: str) -> None:
    requests.post("https://weather.example.org/storms", json={"town": town}, timeout=5)
