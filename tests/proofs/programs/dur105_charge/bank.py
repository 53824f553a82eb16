"""A bank, and the addresses at which it can be asked."""

import io
import urllib.request
from urllib.response import addinfourl

from ledger import did

CHARGES = "bank:charge"


class Bank(urllib.request.BaseHandler):
    def bank_open(self, request: urllib.request.Request) -> addinfourl:
        did(f"{request.selector} {request.data.decode()}")
        return addinfourl(io.BytesIO(b"accepted"), {}, request.full_url, 200)


urllib.request.install_opener(urllib.request.build_opener(Bank))
