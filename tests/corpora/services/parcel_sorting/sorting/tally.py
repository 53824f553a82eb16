"""Counts what passes through the centre."""

from dataclasses import dataclass, field


@dataclass
class Tally:
    parcels: int = 0
    grams: int = 0
    refused: list = field(default_factory=list)

    def weigh(self, grams):
        self.parcels += 1
        self.grams += grams

    def refuse(self, parcel, reason):
        self.refused.append({"id": parcel["id"], "reason": reason})

    def summary(self):
        return {"parcels": self.parcels, "grams": self.grams, "refused": self.refused}
