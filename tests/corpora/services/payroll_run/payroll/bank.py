"""The bank's interface."""

import grpc
import requests

ADDRESS = "https://bank.example.org"


def note(employee: str, gross: object) -> None:
    requests.put(f"{ADDRESS}/notes/{employee}", json={"gross": str(gross)}, timeout=10)


def confirm(batch: str) -> None:
    requests.post(f"{ADDRESS}/batches/{batch}/confirm", timeout=10)


def booked(batch: str) -> list[str]:
    return requests.get(f"{ADDRESS}/batches/{batch}/bookings", timeout=10).json()["employees"]


def channel() -> grpc.Channel:
    return grpc.secure_channel("bank.example.org:443", grpc.ssl_channel_credentials())
