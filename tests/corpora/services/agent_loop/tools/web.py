"""Search on the web."""

import json
import urllib.parse
import urllib.request


def search(arguments: dict) -> list[dict]:
    """Searches the web."""
    query = urllib.parse.urlencode({"q": arguments["query"]})
    with urllib.request.urlopen(f"https://search.example.org/?{query}", timeout=10) as answer:
        return json.load(answer)["results"]
