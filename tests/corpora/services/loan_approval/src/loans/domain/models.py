"""Values of the domain."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Offer:
    """An offer to the customer."""

    loan_id: str
    cents: int
    rate: float
    valid_until: str

    def to_dict(self) -> dict:
        return asdict(self)
