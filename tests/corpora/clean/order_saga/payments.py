import os

import httpx


class PaymentGateway:
    def __init__(self):
        self._client = None

    @property
    def client(self):
        if self._client is None:
            self._client = httpx.Client(base_url=os.environ["GATEWAY_URL"], timeout=10)
        return self._client

    def charge(self, order_id, cents):
        answer = self.client.post("/charges", json={"amount": cents}, headers={"Idempotency-Key": f"charge-{order_id}"})
        answer.raise_for_status()
        return answer.json()

    def refund(self, charge_id):
        self.client.post(f"/charges/{charge_id}/refund").raise_for_status()

    def capture(self, charge_id):
        return self.client.post(f"/charges/{charge_id}/capture").json()
