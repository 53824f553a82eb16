"""Values of the payroll."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import NamedTuple


class Shift(enum.Enum):
    """When somebody worked."""

    DAY = "day"
    NIGHT = "night"


class Hours(NamedTuple):
    """Hours with and without surcharge."""

    plain: float
    surcharged: float


@dataclass(frozen=True)
class Contract:
    """What was agreed."""

    employee: str
    cents_per_hour: int

    @classmethod
    def from_dict(cls, fields: dict) -> Contract:
        return cls(fields["employee"], fields["cents_per_hour"])


@dataclass
class PaySlip:
    """What is paid."""

    employee: str
    month: str
    cents: int


def net_pay(contract: Contract, hours: float) -> int:
    return round(contract.cents_per_hour * hours * 0.63)
