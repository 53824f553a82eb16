"""Periods as text, 2031-04: computed from their arguments only."""

from datetime import date, datetime, timedelta


def next_period(paid_until: str) -> str:
    day = date.fromisoformat(paid_until) + timedelta(days=32)
    return day.strftime("%Y-%m")


def periods_between(first: str, last: str) -> list[str]:
    day = datetime.strptime(first, "%Y-%m-%d").date()
    periods = []
    while (period := day.strftime("%Y-%m")) < last:
        periods.append(period)
        day += timedelta(days=31)
    return periods
