"""Working days."""

import datetime as dt


def add_working_days(days: int, start: dt.date | None = None) -> dt.date:
    """The day that is ``days`` working days after ``start``, which is today when not given."""
    day = start or dt.date.today()
    while days > 0:
        day += dt.timedelta(days=1)
        if day.weekday() < 5:
            days -= 1
    return day
