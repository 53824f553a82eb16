"""The sizes we offer."""

from typing import NamedTuple


class Rendition(NamedTuple):
    """A size with a name."""

    name: str
    height: int


RENDITIONS = (Rendition("full", 1080), Rendition("half", 540), Rendition("mobile", 360))
