"""Text for people."""

import html


def render(text: str) -> str:
    return html.escape(text.strip())


def sizes(texts: list[str]) -> int:
    return sum(len(text) for text in texts)


async def render_async(texts: list[str]) -> list[str]:
    return [render(text) for text in texts]
