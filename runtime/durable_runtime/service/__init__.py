"""The engine: runs durable functions on one machine and speaks the wire format of Lambda's durable API."""
