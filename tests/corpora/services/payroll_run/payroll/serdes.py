"""Pay slips as text."""

import json
from dataclasses import asdict

from aws_durable_execution_sdk_python.serdes import SerDes, SerDesContext

from .model import PaySlip


class PaySlipSerDes(SerDes[PaySlip]):
    """A pay slip as a JSON object."""

    def serialize(self, value: PaySlip, serdes_context: SerDesContext) -> str:
        return json.dumps(asdict(value))

    def deserialize(self, data: str, serdes_context: SerDesContext) -> PaySlip:
        return PaySlip(**json.loads(data))
