"""What libraries do, as data: the only place that knows a library by name.

The facts lie beside this module in TOML tables, one for each kind of effect, each row with its reason. ``shipped()``
loads them once, lazily; rules and the model ask ``Knowledge``. boto3 has its own table because its calls are named by
service models (``knowledge.boto``), and so have the SDKs for durable functions (``knowledge.sdk``).
"""

from __future__ import annotations

from durable_lint.knowledge.fact import ACCESSES, KINDS, Fact
from durable_lint.knowledge.library import Knowledge, OverrideError, libraries, shipped

__all__ = ["ACCESSES", "KINDS", "Fact", "Knowledge", "OverrideError", "libraries", "shipped"]
