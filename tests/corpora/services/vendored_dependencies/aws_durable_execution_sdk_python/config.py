"""Stands for the installed package."""


class Duration:
    """A length of time."""

    def __init__(self, seconds=0):
        self.seconds = seconds

    @classmethod
    def from_hours(cls, hours):
        return cls(int(hours * 3600))
