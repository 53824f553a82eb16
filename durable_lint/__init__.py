"""durable-lint finds the code that breaks when a durable function is replayed, before it is deployed."""

__version__ = "0.1.0"
