"""What the bank offers: the offer runs out, so it depends on the day it is drafted."""

from .domain.calendar import add_working_days
from .domain.models import Offer


def draft(application: dict, points: int) -> dict:
    offer = Offer(
        loan_id=application["loan_id"],
        cents=application["cents"],
        rate=3.1 if points > 80 else 4.4,
        valid_until=add_working_days(10).isoformat(),
    )
    return offer.to_dict()
