"""The agency's API: a base class for what can be booked."""

import requests

AGENCY = "https://agency.example.org"


class Bookable:
    """A kind of thing that can be booked and cancelled."""

    path = ""

    def book(self, trip: dict) -> dict:
        return self._post("book", trip)

    def cancel(self, reference: str) -> dict:
        return self._post("cancel", {"reference": reference})

    def _post(self, action: str, body: dict) -> dict:
        answer = requests.post(f"{AGENCY}/{self.path}/{action}", json=body, timeout=20)
        answer.raise_for_status()
        return answer.json()


class Flights(Bookable):
    path = "flights"


class Hotels(Bookable):
    path = "hotels"

    def confirm(self, reference: str, answer: str) -> dict:
        return self._post("confirm", {"reference": reference, "answer": answer})


class Cars(Bookable):
    path = "cars"
