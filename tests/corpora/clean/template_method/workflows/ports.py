import json
import urllib.request


class Bank:
    base = "https://bank"

    def _get(self, path):
        with urllib.request.urlopen(self.base + path, timeout=8) as answer:
            return json.loads(answer.read())

    def account(self, customer):
        return self._get(f"/customers/{customer}")["account"]

    def transfer(self, account, cents, key):
        request = urllib.request.Request(
            self.base + "/transfers",
            data=json.dumps({"a": account, "c": cents}).encode(),
            headers={"Idempotency-Key": key},
        )
        with urllib.request.urlopen(request, timeout=8) as answer:
            return json.load(answer)


class Mail:
    def send(self, to, text):
        return f"{to}: {text}"
